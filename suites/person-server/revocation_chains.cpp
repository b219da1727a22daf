#include <nlohmann/json.hpp>

#include "suites/common/revocation_cascade.h"
#include "suites/common/revocation_requests.h"
#include "suites/person-server/chaining.h"
#include "suites/person-server/missions.h"
#include "suites/person-server/revocations.h"

// What goes with a token or a mission that was revoked (11.12.4).
namespace aauth::suites::ps {

namespace {

// Ends a mission in the person's place. Skips the case when the target gives no way to.
void revoke_mission(Test& t, const Mission& mission) {
    t.hook("end-mission", {{"s256", mission.s256}, {"reason", "revoked"}});
}

}  // namespace

void revocation_chain_cases(Suite& suite) {
    suite
        .add("PS-REV-090", "person tokens issued from an upstream token are revoked with it",
             {{"revocation.chain-cascade", "cascade-not-chains"}},
             [](Test& t) {
                 const auto chain = chain_on_identity(t);
                 const auto token = chained_token(t, chain);
                 taken_back(t, chain.caller, chain.upstream);
                 const auto told = revoked_at(t, *chain.downstream, jti_of(token));
                 t.check({}, told.has_value(), "revocation at the downstream resource", "came", told ? "came" : "none");
             })
        .because("Else a call that began with a stolen token goes on behind the first resource.");
    suite.add("PS-REV-091", "after a mission was revoked requests for tokens that name it are denied",
              {{"revocation.mission", "ended-goes-on auth"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  auto paths = mission_paths(t.draft());
                  std::erase_if(paths, [](const Path& path) { return path.name != "person" && path.name != "auth"; });
                  for (const auto& path : paths) works(t, path, mission);
                  revoke_mission(t, mission);
                  for (const auto& path : paths) refused(t, path.send(t, mission), {});
              });
    suite.add("PS-REV-092", "auth tokens issued under a mission are revoked with it",
              {{"revocation.mission-tokens", "mission-tokens-stay"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  const auto token = auth_token(t, mission.player, within(t, mission));
                  revoke_mission(t, mission);
                  const auto told = revoked_at(t, t.world().resource(), jti_of(token));
                  t.check({}, told.has_value(), "revocation at the resource", "came", told ? "came" : "none");
              });
}

}  // namespace aauth::suites::ps

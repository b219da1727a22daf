#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "mocks/resource.h"
#include "suites/common/issued_tokens.h"
#include "suites/flows/flows.h"
#include "suites/person-server/missions.h"

// The surfaces of the interop demo profile that a person server has. The fifth, sub-agents, is PS-FLOW-060.
namespace aauth::suites::flows {

namespace {

void approval(Suite& suite) {
    suite
        .add("PS-FLOW-101", "surface 1: the approved mission decodes to JSON, and s256 is the digest of its bytes",
             {{"mission.s256", "mission-s256-other"}},
             [](Test& t) {
                 const auto mission = ps::new_mission(t);
                 t.check("mission.response", !ps::terms(mission).empty(), "mission", "a JSON object",
                         mission.blob.substr(0, 100));
                 const auto digest = crypto::base64url_encode(crypto::sha256(mission.blob));
                 t.check("mission.s256", mission.s256 == digest, "s256", digest, mission.s256);
             })
        .because("The agent keeps the bytes as they came and names the mission by their digest.")
        .only_for(drafts_with(&protocol::Draft::mission_by_digest));
}

void issuance(Suite& suite) {
    suite
        .add("PS-FLOW-102", "surface 2: the person token is for the resource, the agent's key and the mission",
             {{"person-token.aud", "alter person-token.aud"},
              {"person-token.cnf", "alter person-token.cnf"},
              {"person-token.mission", "omit person-token.mission_s256"}},
             [](Test& t) {
                 const auto mission = ps::new_mission(t);
                 const auto token = ps::person_token(t, mission.player, {},
                                                     [&](auto& body) { body = ps::naming(t, mission.s256, body); });
                 const auto audience = token.claim_string("aud").value_or("absent");
                 t.check("person-token.aud", audience == our_resource(t), "aud", our_resource(t), audience);
                 expect_bound_to(t, token, mission.player.agent.key, "person-token.cnf");
                 const auto named = token.claim_string("mission_s256").value_or("absent");
                 t.check("person-token.mission", named == mission.s256, "mission_s256", mission.s256, named);
             })
        .because(
            "The agent presents it in place of its agent token; the resource needs nothing else to know for whom it "
            "is called.")
        .only_for(drafts_with(&protocol::Draft::person_tokens));
}

void grant(Suite& suite) {
    suite
        .add("PS-FLOW-104", "surface 4: the auth token is for the resource, the agent's key and the person",
             {{"auth-token.aud", "alter auth-token.aud"},
              {"auth-token.cnf", "alter auth-token.cnf"},
              {"auth-token.ps", "omit auth-token.ps"},
              {"auth-token.sub", "omit auth-token.sub"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto token = ps::auth_token(t, player);
                 const auto says = [&](const char* name) { return token.claim_string(name).value_or("absent"); };
                 t.check("auth-token.aud", says("aud") == our_resource(t), "aud", our_resource(t), says("aud"));
                 expect_bound_to(t, token, player.agent.key, "auth-token.cnf");
                 const auto self = t.world().identifier();
                 t.check("auth-token.ps", says("ps") == self, "ps", self, says("ps"));
                 t.check("auth-token.sub", says("sub") != "absent", "sub", "the person's directed name", says("sub"));
             })
        .because(
            "No token that a resource reads names the agent: agent_jkt in the resource token and cnf in every other "
            "are the binding.")
        .only_for(drafts_with(&protocol::Draft::person_tokens));
}

}  // namespace

void surfaces_of_person_server(Suite& suite) {
    suite.area("Interop demo profile", "surfaces 1, 2 and 4");
    approval(suite);
    issuance(suite);
    grant(suite);
}

}  // namespace aauth::suites::flows

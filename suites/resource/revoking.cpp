#include "mocks/access_server.h"
#include "mocks/person_server.h"
#include "suites/common/revocation_requests.h"
#include "suites/common/rows.h"
#include "suites/common/server_signature.h"
#include "suites/resource/challenged.h"
#include "suites/resource/four_party.h"
#include "suites/resource/surfaces.h"

// A resource revokes its own resource tokens (11.12.2), which the target does by its hook "revoke".
namespace aauth::suites::rs {

namespace {

std::string jti_of(const jose::Jwt& token) { return token.claim_string("jti").value_or(""); }

void expect_told(Test& t, const std::optional<mocks::Seen>& seen, const std::string& whom) {
    t.check("revocation.resource-token-recipients", seen.has_value(), "revocation at " + whom, "came",
            seen ? "came" : "none came");
}

// A resource token for our person server that the target has revoked there.
mocks::Seen revoked_by_target(Test& t) {
    if (t.world().hook("revoke") == nullptr) t.skip("the target description has no hook revoke");
    const auto token = challenged(t).token;
    t.hook("revoke", {{"token", token.compact()}});
    const auto seen = revoked_at(t, t.world().person_server(), jti_of(token));
    expect_told(t, seen, "the person server in aud");
    if (!seen) throw engine::Stop{};
    return *seen;
}

}  // namespace

void own_revocation_cases(Suite& suite) {
    const auto drafts = drafts_with(suite, "revocation.resource-token-recipients");
    suite
        .add("RS-REV-040", "a resource token is revoked at its aud, signed by the resource and complete",
             {{"revocation.resource-token-recipients", "revoke-not-at-aud"},
              {"revocation.signed-post", "server-scheme-hwk"},
              {"revocation.components", "server-body-uncovered"},
              {"revocation.body", "revoke-sends-jti-alone"}},
             [](Test& t) { expect_revocation(t, revoked_by_target(t)); })
        .only_for(drafts);
    suite
        .add("RS-REV-041", "a resource token for an access server is revoked there and at the person server",
             {{"revocation.resource-token-recipients", "revoke-not-at-aud"},
              {"revocation.resource-token-recipients", "revoke-not-at-ps"}},
             [](Test& t) {
                 auto& server = t.world().access_server();
                 const auto player = t.player();
                 const auto shown = person_token(t, player);
                 const auto answer = t.send(request(t, "GET", federated_url(t, server.identifier()), player, shown),
                                            "a call to what the access server protects");
                 const auto token = challenged(t, player, shown, answer).token;
                 if (token.claim_string("aud") != server.identifier())
                     t.skip("the target does not use our access server");
                 t.hook("revoke", {{"token", token.compact()}});
                 expect_told(t, revoked_at(t, server, jti_of(token)), "the access server in aud");
                 expect_told(t, revoked_at(t, t.world().person_server(), jti_of(token)), "the person server in ps");
             })
        .only_for(drafts)
        .because("Either of the two may be the one that still holds a request for it.");
    server_signature_cases(suite, "RS-REV", 60, "a revocation of a resource token", revoked_by_target, drafts);
}

}  // namespace aauth::suites::rs

#include <nlohmann/json.hpp>

#include "mocks/person_server.h"
#include "mocks/resource.h"
#include "suites/access-server/endpoints.h"
#include "suites/common/revocation_cascade.h"
#include "suites/common/revocation_cases.h"
#include "suites/common/revocation_requests.h"

// The revocation endpoint as person servers and resources use it (11.12), and what the access server revokes in turn.
namespace aauth::suites::as {

namespace {

RevocationServer revocation_server() {
    RevocationServer server;
    server.prefix = "AS-REV";
    server.revocable = [](Test& t) {
        const auto player = t.player();
        const auto token = person_token(t, player);
        const auto use = [&t, player, token] {
            Ask ask;
            ask.presented = token;
            return t.send(token_request(t, token_body(t, player, ask)), "a request that presents the person token");
        };
        return Revocable{&t.world().person_server(), token, use};
    };
    server.works = granted;
    server.another = [](Test& t) -> mocks::Party& { return t.world().another_person_server(); };
    // An access server is shown the tokens that it may hear of later.
    server.drafts = drafts_with([](const protocol::Draft& draft) { return draft.presented_token; });
    return server;
}

CascadeServer cascade_server() {
    CascadeServer server;
    server.prefix = "AS-REV";
    server.reports = true;
    server.issue = [](Test& t, mocks::Resource& resource) {
        auto& person_server = t.world().person_server();
        const auto player = t.player();
        Ask ask;
        ask.issuer = &resource;
        ask.presented = person_server.person_token(resource.identifier(), player.agent.key);
        const auto token = auth_token(t, auth_server(), player, ask);
        return Cascading{&person_server, ask.presented, token.claim_string("jti").value_or("")};
    };
    server.another = revocation_server().another;
    return server;
}

PutOffRequest put_off_request(Test& t) {
    const auto player = t.player();
    const auto waiting = waiting_for(player, put_off(t, player, "interaction"));
    return {waiting.answer, [&t, waiting] { return poll(t, waiting); }};
}

}  // namespace

void revocation_cases(Suite& suite) {
    suite.area("Revocation", "11.12");
    revocation_endpoint_cases(suite, revocation_server());
    revoked_resource_token_cases(suite, "AS-REV", auth_server(), put_off_request);
    suite
        .add("AS-REV-034", "no auth token is issued against a person token that was revoked",
             {{"revocation.as-no-further", "revoke-forgotten"},
              {"auth-endpoint.presented-revoked", "error-wrong-code"},
              {"revocation.said-revoked", "error-wrong-code"}},
             [](Test& t) {
                 const auto token = used(t, revocation_server());
                 revoked(t, *token.issuer, token.token);
                 const auto answer = token.use();
                 refused(t, answer, "revocation.as-no-further",
                         {"auth-endpoint.presented-revoked", {"revoked_presented_token"}});
                 t.check("revocation.said-revoked", answer.text("error").rfind("revoked_", 0) == 0, "error",
                         "says revoked", answer.summary());
             })
        .because("The person has taken the access back; whoever still holds the token must not get another.");
    cascade_cases(suite, cascade_server());
    suite
        .add("AS-REV-050", "a revoked person token takes the auth tokens with it, at their resource",
             {{"revocation.as-cascade", "cascade-not-auth"},
              {"revocation.auth-token-recipient", "cascade-not-auth"},
              {"revocation.downstream-report", "report-none"},
              {"revocation.no-body-no-type", "report-as-text"}},
             [](Test& t) {
                 auto& resource = own_resource(t);
                 const auto cascading = cascade_server().issue(t, resource);
                 const auto answer = revoked(t, *cascading.issuer, cascading.token);
                 const bool told = revoked_at(t, resource, cascading.jti).has_value();
                 for (const char* id : {"revocation.as-cascade", "revocation.auth-token-recipient"}) {
                     t.check(id, told, "revocation at the resource", "came", told ? "came" : "none came");
                 }
                 const auto entry = reported(answer, resource.identifier());
                 t.check("revocation.downstream-report", entry.is_object() && !entry.contains("error"), "downstream",
                         "the resource, without error", answer.response.body.substr(0, 300));
                 if (!answer.response.body.empty()) {
                     t.expect(answer, "revocation.no-body-no-type").media_type("application/json");
                 }
             })
        .only_for(drafts_with([](const protocol::Draft& draft) { return draft.revocation_cascades; }))
        .because("The resource does not ask: it hears of it here or not at all.");
}

}  // namespace aauth::suites::as

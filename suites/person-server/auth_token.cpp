#include <nlohmann/json.hpp>

#include "suites/common/issued_tokens.h"
#include "suites/person-server/endpoints.h"

// What the auth token endpoint issues in three-party mode (7.2.2, 9.4.1), beside what every auth token is.
namespace aauth::suites::ps {

namespace {

// The player again with an agent token that lives for `seconds`.
Player renewed(Test& t, const Player& player, std::int64_t seconds) {
    auto again = player;
    again.token = t.world().agent_provider().agent_token(
        player.agent, t.person_server_identifier(),
        [until = t.now() + seconds](nlohmann::json&, nlohmann::json& claims) { claims["exp"] = until; });
    return again;
}

}  // namespace

void auth_token_cases(Suite& suite) {
    suites::auth_token_cases(suite, auth_server());
    suite.add("PS-AUT-002", "expires_in agrees with the exp of the auth token",
              {{"auth-endpoint.expires-in", "expires-in-wrong"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto first = t.send(auth_request(t, player, auth_body(t, player)));
                  expect_agreeing_lifetime(t, settled(t, player, first), "auth_token");
              });
    suite
        .add("PS-AUT-003", "a resource token with the claims of this draft and no others is accepted",
             {{"resource-token.verify-presented-jti", "wants-earlier-claim"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(person_endpoint(), player);
                 Ask ask;
                 ask.exact = true;  // whatever else the target description asks for
                 const auto answer = t.send(auth_request(t, player, auth_body(t, player, ask)));
                 needs_permissive_policy(t, answer);
                 t.expect(answer).that(granted(answer), "answer", "accepted", answer.summary());
             })
        .because("Resources issue what the draft says; a server that wants another claim works with none of them.")
        .only_for(drafts_with(&protocol::Draft::person_tokens));

    suite
        .add("PS-AUT-024", "the sub of an auth token is that of the person token and the resource token",
             {{"auth-token.sub", "auth-token-sub-other"}, {"directed.same-everywhere", "auth-token-sub-other"}},
             [](Test& t) {
                 const auto player = t.player();
                 Ask ask;
                 const auto person = presentable_token(t, player);
                 ask.presented = person.compact();
                 const auto wanted = person.claim_string("sub").value_or("");
                 const auto found = auth_token(t, player, ask).claim_string("sub").value_or("absent");
                 t.check("auth-token.sub", found == wanted, "sub", wanted, found);
                 t.check("directed.same-everywhere", found == wanted, "sub", wanted, found);
                 if (t.draft().presented_token) return;
                 // The earlier drafts compare no aud with the record of the person token, but a sub goes with one
                 // resource.
                 ask.issuer = &second_resource(t);
                 const auto answer = t.send(auth_request(t, player, auth_body(t, player, ask)), "by another resource");
                 better_refused(t, answer, "directed.same-everywhere");
             })
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite.add("PS-AUT-031", "an auth token expires no later than the token that was presented to the resource",
              {{"auth-token.exp-presented", "auth-token-outlives-presented"}}, [](Test& t) {
                  const auto player = t.player();
                  Ask ask;
                  ask.presented = shown_to_resource(t, renewed(t, player, 300));
                  expect_expires_by(t, auth_token(t, player, ask), expiry_of(ask.presented));
              });
}

}  // namespace aauth::suites::ps

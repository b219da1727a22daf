#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/json/json.h"
#include "suites/person-server/claims.h"
#include "suites/person-server/endpoints.h"

// What the auth token endpoint issues in three-party mode (7.2.2, 9.4.1).
namespace aauth::suites::ps {

namespace {

Issued issued_auth_token(Test& t) {
    const auto player = t.player();
    return {player, auth_token(t, player), our_resource(t)};
}

std::vector<std::string> words(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> all;
    for (std::string word; in >> word;) all.push_back(word);
    return all;
}

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
    suite.area("Auth token", "7.2");

    suite.add("PS-AUT-001", "a resource token for this person server is answered with an auth token and its lifetime",
              {{"auth-endpoint.response", "expires-in-missing"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto first = t.send(auth_request(t, player, auth_body(t, player)));
                  expect_grant(t, settled(t, player, first), "auth_token");
              });
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
                 t.expect(answer).that(granted(answer), "answer", "accepted", answer.summary());
             })
        .because("Resources issue what the draft says; a server that wants another claim works with none of them.")
        .only_for(drafts_with(&protocol::Draft::person_tokens));

    claim_cases(suite, "PS-AUT-", protocol::TokenKind::Auth, issued_auth_token,
                {
                    {"010", "auth-token.typ", "alter auth-token.header.typ", Claim::Typ},
                    {"011", "jwt.alg", "alter auth-token.header.alg", Claim::Alg},
                    {"012", "jwt.kid", "alter auth-token.header.kid", Claim::Kid},
                    {"013", "jwks.discovery", "auth-token.bad-signature", Claim::Signature},
                    {"014", "auth-token.iss", "alter auth-token.iss", Claim::Iss},
                    {"015", "auth-token.dwk", "alter auth-token.dwk", Claim::Dwk},
                    {"016", "auth-token.aud", "alter auth-token.aud", Claim::Aud},
                    {"017", "auth-token.ps", "omit auth-token.ps", Claim::Ps},
                    {"018", "auth-token.cnf", "alter auth-token.cnf", Claim::Cnf},
                    {"019", "jwt.cnf-alg", "auth-token.cnf-no-alg", Claim::CnfAlg},
                    {"020", "jwt.jti", "omit auth-token.jti", Claim::Jti},
                    {"021", "jwt.iat-present", "omit auth-token.iat", Claim::Iat},
                    {"022", "auth-token.exp-ceiling", "alter auth-token.exp", Claim::Ceiling},
                    {"023", "auth-token.no-agent", "add auth-token.agent", Claim::NoAgent},
                });

    suite
        .add("PS-AUT-024", "the sub of an auth token is that of the person token and the resource token",
             {{"auth-token.sub", "auth-token-sub-other"}, {"directed.same-everywhere", "auth-token-sub-other"}},
             [](Test& t) {
                 const auto player = t.player();
                 Ask ask;
                 const auto person = person_token(t, player);
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
    suite.add("PS-AUT-025", "the granted scope is not broader than the resource token's",
              {{"auth-token.scope-not-broader", "auth-token-broader-scope"}}, [](Test& t) {
                  Ask ask;
                  ask.scope = "data.read data.write";
                  const auto asked = words(ask.scope);
                  const auto scope = auth_token(t, t.player(), ask).claim_string("scope").value_or("");
                  const auto granted_words = words(scope);
                  const bool within = std::all_of(granted_words.begin(), granted_words.end(), [&](const auto& word) {
                      return std::find(asked.begin(), asked.end(), word) != asked.end();
                  });
                  t.check({}, within, "scope", "nothing beyond " + ask.scope, scope.empty() ? "none" : scope);
              });
    suite
        .add("PS-AUT-026", "the account of the resource token is copied",
             {{"auth-token.account", "auth-token-no-account"}},
             [](Test& t) {
                 Ask ask;
                 ask.edit = [](nlohmann::json&, nlohmann::json& claims) { claims["account"] = "work"; };
                 const auto account = auth_token(t, t.player(), ask).claim_string("account").value_or("absent");
                 t.check({}, account == "work", "account", "work", account);
             })
        .because("The account says which of a person's accounts the agent may act on.");
    suite.add("PS-AUT-030", "an auth token expires no later than the agent token it was asked for with",
              {{"auth-token.exp-agent-token", "auth-token-outlives-agent-token"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto until = t.now() + 300;
                  Ask ask;
                  ask.presented = shown_to_resource(t, player);
                  expect_expires_by(t, auth_token(t, renewed(t, player, 300), ask), until);
              });
    suite.add("PS-AUT-031", "an auth token expires no later than the token that was presented to the resource",
              {{"auth-token.exp-presented", "auth-token-outlives-presented"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto until = t.now() + 300;
                  Ask ask;
                  ask.presented = shown_to_resource(t, renewed(t, player, 300));
                  expect_expires_by(t, auth_token(t, player, ask), until);
              });
    suite.add("PS-AUT-032", "two auth tokens have different jti", {{"jwt.jti", "auth-token.jti-fixed"}}, [](Test& t) {
        const auto player = t.player();
        const auto first = auth_token(t, player).claim_string("jti").value_or("");
        const auto second = auth_token(t, player).claim_string("jti").value_or("");
        t.check({}, first != second, "jti of two tokens", "different", "both " + first);
    });
}

}  // namespace aauth::suites::ps

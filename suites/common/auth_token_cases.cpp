#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/json/json.h"
#include "suites/common/auth_server.h"
#include "suites/common/issued_tokens.h"

// What an auth token endpoint issues (7.2.2, 9.1.2, 9.4.1).
namespace aauth::suites {

namespace {

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

void auth_token_cases(Suite& suite, const AuthServer& server) {
    suite.area("Auth token", server.prefix == "PS" ? "7.2" : "9.4.1");
    const auto& prefix = server.prefix;

    suite.add(prefix + "-AUT-001", "a resource token for this server is answered with an auth token and its lifetime",
              {{server.response, "expires-in-missing"}}, [server](Test& t) {
                  const auto player = t.player();
                  const auto first = t.send(server.request(t, player, server.body(t, player, {})));
                  const auto answer = server.settled(t, player, first);
                  needs_permissive_policy(t, answer);
                  expect_grant(t, answer, "auth_token");
              });
    claim_cases(suite, prefix + "-AUT-", protocol::TokenKind::Auth,
                [server](Test& t) {
                    const auto player = t.player();
                    return Issued{player, auth_token(t, server, player), our_resource(t)};
                },
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

    suite.add(prefix + "-AUT-025", "the granted scope is not broader than the resource token's",
              {{"auth-token.scope-not-broader", "auth-token-broader-scope"}}, [server](Test& t) {
                  Ask ask;
                  ask.scope = "data.read data.write";
                  const auto asked = words(ask.scope);
                  const auto scope = auth_token(t, server, t.player(), ask).claim_string("scope").value_or("");
                  const auto granted_words = words(scope);
                  const bool within = std::all_of(granted_words.begin(), granted_words.end(), [&](const auto& word) {
                      return std::find(asked.begin(), asked.end(), word) != asked.end();
                  });
                  t.check({}, within, "scope", "nothing beyond " + ask.scope, scope.empty() ? "none" : scope);
              });
    suite
        .add(prefix + "-AUT-026", "the account of the resource token is copied",
             {{"auth-token.account", "auth-token-no-account"}},
             [server](Test& t) {
                 Ask ask;
                 ask.edit = [](nlohmann::json&, nlohmann::json& claims) { claims["account"] = "work"; };
                 const auto account = auth_token(t, server, t.player(), ask).claim_string("account").value_or("absent");
                 t.check({}, account == "work", "account", "work", account);
             })
        .because("The account says which of a person's accounts the agent may act on.");
    suite.add(prefix + "-AUT-030", "an auth token expires no later than the agent token it was asked for with",
              {{"auth-token.exp-agent-token", "auth-token-outlives-agent-token"}}, [server](Test& t) {
                  const auto player = t.player();
                  Ask ask;
                  ask.presented = server.shown(t, player, our_resource(t));
                  const auto brief = renewed(t, player, 300);
                  expect_expires_by(t, auth_token(t, server, brief, ask), expiry_of(brief.token));
              });
    suite.add(prefix + "-AUT-032", "two auth tokens have different jti", {{"jwt.jti", "auth-token.jti-fixed"}}, [server](Test& t) {
        const auto player = t.player();
        const auto first = auth_token(t, server, player).claim_string("jti").value_or("");
        const auto second = auth_token(t, server, player).claim_string("jti").value_or("");
        t.check({}, first != second, "jti of two tokens", "different", "both " + first);
    });
}

}  // namespace aauth::suites

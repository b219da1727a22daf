#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/resource.h"
#include "suites/resource/challenged.h"

// The authorization endpoint (6.6), where the target publishes one.
namespace aauth::suites::rs {

namespace {

// A request for a scope by a player who shows this token.
Answer ask(Test& t, const Player& player, const std::string& token,
           const nlohmann::json& more = nlohmann::json::object()) {
    auto body = authorize_body(t);
    body.update(more);
    return t.send(authorize(t, player, body, token));
}

bool granted(const Answer& answer) { return answer.status() >= 200 && answer.status() < 300; }

// Without the right token nothing is issued, and the challenge says which token is wanted.
void expect_challenged(Test& t, const Answer& answer, const std::string& requirement) {
    t.expect(answer, requirement).that(!granted(answer), "answer", "refused", answer.summary()).required();
    t.expect(answer, requirement).status(401);
    if (t.draft().person_tokens) t.expect(answer, "authz-endpoint.challenge").requirement("person-token");
}

std::string account_of(Test& t) {
    const auto found = t.target().values.find("account");
    if (found == t.target().values.end()) t.skip("the target description gives no value account");
    return found->second;
}

// What the draft wants to be shown here: requirement ids for its absence.
std::string wanted(Test& t) {
    return t.draft().person_tokens ? "authz-endpoint.person-token" : "authz-endpoint.agent-token";
}

void answers(Suite& suite) {
    suite.add("RS-AZE-001", "a request for a scope is answered with a resource token in a JSON object, or dealt with",
              {{"authz-endpoint.resource-token", "authorize-plain-token"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto answer = ask(t, player, identity_token(t, player));
                  t.expect(answer).status_in({200, 202}).required();
                  if (answer.status() == 202) return;
                  t.expect(answer).that(answer.json().has_value(), "body", "a JSON object",
                                        answer.response.body.substr(0, 100));
                  if (!answer.header("AAuth-Access") && answer.text("status").empty()) {
                      t.expect(answer).jwt("resource_token");
                  }
              });
    suite.add("RS-AZE-002", "the resource token of the authorization endpoint is for a scope that was asked for",
              {{"resource-token.scope", "authorize-scope-other"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto presented = identity_token(t, player);
                  const auto answer = ask(t, player, presented);
                  if (granted(answer) && !resource_token_in(answer)) t.skip("the endpoint issues no resource tokens");
                  const auto token = challenged(t, player, presented, answer).token;
                  const auto scope = token.claim_string("scope").value_or("");
                  const auto asked = authorize_body(t)["scope"].get<std::string>();
                  const bool includes = (" " + scope + " ").find(" " + asked + " ") != std::string::npos;
                  t.check({}, includes, "scope of the resource token", "includes " + asked, scope);
                  t.check_preferred({}, scope == asked, "scope of the resource token", asked, scope);
              });
    suite.add("RS-AZE-003",
              "the resource token of the authorization endpoint names the token and the key of the request",
              {{"resource-token.presented-jti", "alter resource-token.presented_jti"},
               {"resource-token.agent-jkt", "alter resource-token.agent_jkt"}},
              [](Test& t) {
                  const auto player = t.player();
                  const auto presented = identity_token(t, player);
                  const auto answer = ask(t, player, presented);
                  if (granted(answer) && !resource_token_in(answer)) t.skip("the endpoint issues no resource tokens");
                  const auto issued = challenged(t, player, presented, answer);
                  const auto says = [&](const char* name) {
                      return issued.token.claim_string(name).value_or("absent");
                  };
                  const auto jti = issued.presented.claim_string("jti").value_or("");
                  t.check("resource-token.presented-jti", says("presented_jti") == jti, "presented_jti", jti,
                          says("presented_jti"));
                  const auto thumbprint = player.agent.key.thumbprint();
                  t.check("resource-token.agent-jkt", says("agent_jkt") == thumbprint, "agent_jkt", thumbprint,
                          says("agent_jkt"));
              });
    suite.add("RS-AZE-004", "the account of the request is echoed in the resource token",
              {{"resource-token.account", "drop-account"}}, [](Test& t) {
                  const auto account = account_of(t);
                  const auto player = t.player();
                  const auto presented = identity_token(t, player);
                  const auto answer = ask(t, player, presented, {{"account", account}});
                  if (granted(answer) && !resource_token_in(answer)) t.skip("the endpoint issues no resource tokens");
                  const auto token = challenged(t, player, presented, answer).token;
                  const auto found = token.claim_string("account").value_or("absent");
                  t.check({}, found == account, "account of the resource token", account, found);
              })
        .because("Scope says what the agent may do, account to which of the person's accounts.");
}

void credentials(Suite& suite) {
    suite.add("RS-AZE-010", "a request to the authorization endpoint without a signature is challenged",
              {{"authz-endpoint.person-token", "authorize-open"},
               {"authz-endpoint.challenge", "challenge-other-requirement"},
               {"authz-endpoint.agent-token", "authorize-open"}},
              [](Test& t) {
                  auto request = authorize(t, t.player(), authorize_body(t));
                  request.unsigned_();
                  expect_challenged(t, t.send(request), wanted(t));
              });
    suite.add("RS-AZE-011", "an agent token at the authorization endpoint is answered with requirement=person-token",
              {{"authz-endpoint.person-token", "authorize-any-token"},
               {"authz-endpoint.challenge", "challenge-other-requirement"}},
              [](Test& t) {
                  const auto player = t.player();
                  expect_challenged(t, ask(t, player, player.token), "authz-endpoint.person-token");
              });
    suite.add("RS-AZE-012", "an auth token at the authorization endpoint is not taken for a person token",
              {{"authz-endpoint.person-token", "authorize-any-token"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto token = auth_token(t, player, authorize_body(t)["scope"]);
                  expect_challenged(t, ask(t, player, token), "authz-endpoint.person-token");
              });
    suite.add("RS-AZE-013", "an expired person token at the authorization endpoint is a signature failure",
              {{"authz-endpoint.bad-person-token", "ignore person-token.exp"}}, [](Test& t) {
                  const auto player = t.player();
                  t.control(authorize_endpoint(), player);
                  const auto answer =
                      ask(t, player, person_token(t, player, [&](nlohmann::json&, nlohmann::json& claims) {
                              claims["iat"] = t.now() - 1800;
                              claims["exp"] = t.now() - 600;
                          }));
                  t.expect(answer).that(!granted(answer), "answer", "refused", answer.summary()).required();
                  if (t.draft().bad_person_token_in_body) {
                      t.expect(answer).status_in({400, 401});
                  } else {
                      t.expect(answer).status(401).header("Signature-Error");
                  }
              });
    suite.add("RS-AZE-014", "a person token for another resource does not open the authorization endpoint",
              {{"authz-endpoint.bad-person-token", "ignore resource.aud"}}, [](Test& t) {
                  const auto player = t.player();
                  t.control(authorize_endpoint(), player);
                  const auto answer =
                      ask(t, player, person_token(t, player, [&](nlohmann::json&, nlohmann::json& claims) {
                              claims["aud"] = t.world().resource().identifier();
                          }));
                  t.expect(answer).that(!granted(answer) && answer.status() < 500, "answer", "refused",
                                        answer.summary());
              });
}

}  // namespace

void authorize_cases(Suite& suite) {
    suite.area("Authorization endpoint", "6.6");
    answers(suite);
    credentials(suite);
}

}  // namespace aauth::suites::rs

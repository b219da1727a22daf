#include <nlohmann/json.hpp>

#include "suites/resource/challenged.h"

// Challenges to a request that carries an auth token already (6.5, 6.7.1).
namespace aauth::suites::rs {

namespace {

struct StepUp {
    Challenged first;  // with the person token, as a resource of the older draft needs for its record
    Challenged second; // with the auth token
};

// A call with an auth token for one scope where another is needed. Skipped when the target does not step up.
StepUp step_up(Test& t) {
    const auto scope = scope_of(t, Mode::Data);
    url_of(t, Mode::Write);
    const auto player = t.player();
    auto first = challenged(t, player, identity_token(t, player));
    const auto token = auth_token(t, player, scope);
    const auto answer = called(t, Mode::Write, player, token, "an auth token for another scope");
    if (answer.status() == 403) t.skip("the target refuses an insufficient auth token with 403 and does not step up");
    if (served(answer)) t.blocked("the target serves the call, whatever the scope: " + answer.summary());
    return {first, challenged(t, player, token, answer)};
}

void expect_claim(Test& t, const StepUp& step, const std::string& claim, const std::string& expected,
                  std::string_view requirement = {}) {
    const auto found = step.second.token.claim_string(claim).value_or("absent");
    t.check(requirement, found == expected, claim + " of the step-up's resource token", expected, found);
}

}  // namespace

void step_up_cases(Suite& suite) {
    suite.add("RS-TOK-040", "the resource token of a step-up names the token that the draft binds it to",
              {{"requirement.auth-token.step-up-binding", "alter resource-token.presented_jti"},
               {"resource-token.presented-jti", "alter resource-token.presented_jti"}},
              [](Test& t) {
                  const auto step = step_up(t);
                  const auto& named = t.draft().presented_token ? step.second.presented : step.first.presented;
                  const auto jti = named.claim_string("jti").value_or("");
                  expect_claim(t, step, "presented_jti", jti, "requirement.auth-token.step-up-binding");
                  expect_claim(t, step, "presented_jti", jti, "resource-token.presented-jti");
              })
        .because("The agent passes the named token on to its person server, which compares the two.");
    suite.add("RS-TOK-041", "the resource token of a step-up is for the person and the person server of the auth token",
              {{"resource-token.ps", "alter resource-token.ps"}, {"resource-token.sub", "alter resource-token.sub"}},
              [](Test& t) {
                  const auto step = step_up(t);
                  expect_claim(t, step, "ps", t.person_server_identifier(), "resource-token.ps");
                  expect_claim(t, step, "sub", step.second.presented.claim_string("sub").value_or(""),
                               "resource-token.sub");
              });
    suite.add("RS-TOK-042", "the resource token of a step-up is bound to the key that signed the request",
              {{"resource-token.agent-jkt", "alter resource-token.agent_jkt"}}, [](Test& t) {
                  const auto step = step_up(t);
                  expect_claim(t, step, "agent_jkt", step.second.player.agent.key.thumbprint());
              });
    suite.add("RS-TOK-043", "a step-up asks for the scope that was missing",
              {{"resource-token.scope", "alter resource-token.scope"},
               {"requirement.auth-token", "challenge-other-requirement"}},
              [](Test& t) {
                  const auto step = step_up(t);
                  const auto wanted = " " + scope_of(t, Mode::Write) + " ";
                  const auto asked = step.second.token.claim_string("scope").value_or("");
                  t.check("resource-token.scope", (" " + asked + " ").find(wanted) != std::string::npos,
                          "scope of the step-up's resource token", "includes" + wanted, asked);
                  t.expect(step.second.answer, "requirement.auth-token").requirement("auth-token");
              });
}

}  // namespace aauth::suites::rs

#include "suites/common/rows.h"
#include "suites/resource/surfaces.h"

// What a resource answers to a request that does not show what it needs (6.1, 6.4, 6.5, 11.6).
namespace aauth::suites::rs {

namespace {

// A challenge has its value, on a 401 (or, where the caller allows it, a 202 or 402), as a dictionary with a token.
void expect_challenge(Test& t, const Answer& answer, std::string_view requirement, std::string_view value,
                      const std::vector<int>& statuses = {401}) {
    t.expect(answer, requirement).that(!served(answer), "answer", "not served", answer.summary()).required();
    t.expect(answer, requirement).header("AAuth-Requirement").required();
    const auto parsed = protocol::parse_requirement(answer.response.fields);
    t.expect(answer, "requirement.header-form")
        .that(parsed.has_value(), "AAuth-Requirement", "a dictionary whose requirement is a token",
              answer.header("AAuth-Requirement").value_or("absent"))
        .required();
    t.expect(answer, requirement).requirement(value);
    t.expect(answer, "requirement.status").status_in(statuses);
}

void expect_no_parameters(Test& t, const Answer& answer, std::string_view requirement, const std::string& value) {
    t.expect(answer, requirement).requirement(value).required();
    const auto parsed = protocol::parse_requirement(answer.response.fields);
    t.expect(answer, requirement)
        .that(parsed->parameters.empty(), "AAuth-Requirement", "no parameters", *answer.header("AAuth-Requirement"));
}

// Neither anonymous nor agent identified callers get a resource token.
void expect_no_resource_token(Test& t, const Answer& answer, std::string_view requirement) {
    t.expect(answer, requirement)
        .that(!resource_token_in(answer).has_value(), "resource token", "none before a person token was verified",
              answer.summary());
}

void identity_challenges(Suite& suite) {
    suite.add("RS-CHA-001", "a request without a signature is asked for an agent token",
              {{"requirement.agent-token", "challenge-other-requirement"},
               {"requirement.status", "challenge-403"},
               {"requirement.header-form", "challenge-requirement-string"}},
              [](Test& t) {
                  expect_challenge(t, call_plain(t, Mode::Agent), "requirement.agent-token", "agent-token");
              })
        .only_for(drafts_with(suite, "requirement.agent-token"))
        .because("An agent that never met this resource learns from the challenge alone what to bring.");
    suite.add("RS-CHA-002", "requirement=agent-token carries no parameters",
              {{"requirement.agent-token.no-parameters", "challenge-parameters"}}, [](Test& t) {
                  expect_no_parameters(t, call_plain(t, Mode::Agent), "requirement.agent-token.no-parameters",
                                       "agent-token");
              });
    suite.add("RS-CHA-003", "a request without a signature is not served where the person has to be known",
              {{"requirement.person-token", "challenge-no-requirement"}}, [](Test& t) {
                  const auto answer = call_plain(t, Mode::Person);
                  t.expect(answer).that(!served(answer), "answer", "not served", answer.summary());
                  t.expect(answer).status(401).header("AAuth-Requirement");
                  t.prefer(answer).requirement("person-token");
              });
    suite.add("RS-CHA-004", "an agent token where the person has to be known is answered with requirement=person-token",
              {{"requirement.person-token", "challenge-other-requirement"}, {"requirement.status", "challenge-403"}},
              [](Test& t) {
                  const auto player = t.player();
                  expect_challenge(t, called(t, Mode::Person, player, player.token), "requirement.person-token",
                                   "person-token");
              })
        .only_for(drafts_with(suite, "requirement.person-token"))
        .because("The agent token says which program calls, not for whom.");
    suite.add("RS-CHA-005", "requirement=person-token carries no parameters",
              {{"requirement.person-token.no-parameters", "challenge-parameters"}}, [](Test& t) {
                  const auto player = t.player();
                  expect_no_parameters(t, called(t, Mode::Person, player, player.token),
                                       "requirement.person-token.no-parameters", "person-token");
              });
}

void auth_challenges(Suite& suite) {
    suite.add("RS-CHA-006", "a request without a signature gets no resource token",
              {{"requirement.auth-token.after-person", "resource-token-for-anyone"},
               {"resource-token.after-verified", "resource-token-for-anyone"}},
              [](Test& t) {
                  const auto answer = call_plain(t, Mode::Data);
                  expect_no_resource_token(t, answer, "requirement.auth-token.after-person");
                  expect_no_resource_token(t, answer, "resource-token.after-verified");
              });
    suite.add("RS-CHA-007", "an agent token where consent is needed is answered with requirement=person-token",
              {{"requirement.auth-token.after-person", "resource-token-for-agent"},
               {"resource-token.after-verified", "resource-token-for-agent"}},
              [](Test& t) {
                  const auto player = t.player();
                  const auto answer = called(t, Mode::Data, player, player.token);
                  expect_no_resource_token(t, answer, "resource-token.after-verified");
                  expect_challenge(t, answer, "requirement.auth-token.after-person", "person-token");
              })
        .because("A resource token names a person; until a person token was verified there is nobody to name.");
    suite.add("RS-CHA-008",
              "a request that shows its person is answered with requirement=auth-token and a resource token",
              {{"requirement.auth-token", "challenge-other-requirement"},
               {"requirement.auth-token.resource-token", "challenge-no-resource-token"},
               {"requirement.status", "challenge-403"},
               {"requirement.header-form", "challenge-requirement-string"}},
              [](Test& t) {
                  const auto player = t.player();
                  const auto answer = called(t, Mode::Data, player, identity_token(t, player));
                  expect_challenge(t, answer, "requirement.auth-token", "auth-token", {401, 402, 202});
                  t.expect(answer, "requirement.auth-token.resource-token").requirement_parameter("resource-token");
                  t.expect(answer, "requirement.auth-token.resource-token")
                      .that(resource_token_in(answer).has_value(), "resource-token", "a JWT", answer.summary());
              });
    suite.add("RS-CHA-009", "requirements are conveyed in AAuth-Requirement, not in WWW-Authenticate",
              {{"requirement.not-www-authenticate", "challenge-bearer-only"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto answer = called(t, Mode::Data, player, identity_token(t, player));
                  const auto other = http::lowercase(answer.header("WWW-Authenticate").value_or(""));
                  t.expect(answer).header("AAuth-Requirement");
                  t.expect(answer).that(other.find("requirement=") == std::string::npos, "WWW-Authenticate",
                                        "no AAuth requirement", other.empty() ? "absent" : other);
              });
    suite.add("RS-CHA-010", "a second call with the same person token is challenged again",
              {{"requirement.auth-token", "challenge-once"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto token = identity_token(t, player);
                  called(t, Mode::Data, player, token, "the first call");
                  expect_challenge(t, called(t, Mode::Data, player, token, "the second call"), "requirement.auth-token",
                                   "auth-token", {401, 402, 202});
              })
        .because("Being asked once is no consent.");
}

}  // namespace

void challenge_cases(Suite& suite) {
    suite.area("Requirements", "6");
    identity_challenges(suite);
    auth_challenges(suite);
}

}  // namespace aauth::suites::rs

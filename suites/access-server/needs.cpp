#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "mocks/person_server.h"
#include "suites/access-server/endpoints.h"

// What the access server asks for before it decides, and that it says no (9.1.2, 9.1.3, 9.2).
namespace aauth::suites::as {

namespace {

using nlohmann::json;

// The names in required_claims; nothing where that is no array of strings.
std::optional<std::vector<std::string>> required_claims(const Answer& answer) {
    const auto body = answer.json();
    const auto* list = body ? aauth::json::member(*body, "required_claims") : nullptr;
    if (list == nullptr || !list->is_array()) return std::nullopt;
    std::vector<std::string> names;
    for (const auto& name : *list) {
        if (!name.is_string()) return std::nullopt;
        names.push_back(name.get<std::string>());
    }
    return names;
}

// The person server's answer: a value for each claim that is asked for. Nothing says what the body looks like but that
// it is where the claims are.
json claims_for(const std::vector<std::string>& names) {
    json body = json::object();
    for (const auto& name : names) body[name] = name == "email" ? "person@example.com" : "value";
    return body;
}

// A request that waits for claims, and what it asks for.
struct Wanted {
    Waiting waiting;
    std::vector<std::string> names;
};

Wanted wanted(Test& t, const std::string& more_scope = {}) {
    const auto player = t.player();
    const auto answer = put_off(t, player, "claims", more_scope);
    const auto names = required_claims(answer);
    if (!names) t.blocked("the answer has no required_claims: " + answer.summary());
    return {waiting_for(player, answer), *names};
}

Answer give_claims(Test& t, const Wanted& wanted) {
    const auto& server = t.world().person_server();
    if (wanted.waiting.location.empty()) t.blocked("the answer has no Location");
    return t.send(t.request_by(server, "POST", wanted.waiting.location, claims_for(wanted.names)), "the claims");
}

void claims_cases(Suite& suite) {
    suite.add("AS-CLM-001", "a need for claims is 202 with requirement=claims and the names of the claims",
              {{"claims.status-202", "pending-no-requirement"}, {"claims.status-202", "poll-200-pending"}},
              [](Test& t) {
                  const auto answer = put_off(t, t.player(), "claims");
                  const auto names = required_claims(answer);
                  t.expect(answer)
                      .status(202)
                      .requirement("claims")
                      .header("Location")
                      .that(names && !names->empty(), "required_claims", "an array of names",
                            answer.response.body.substr(0, 200));
              });
    suite
        .add("AS-CLM-002", "sub is not among the claims that are asked for",
             {{"claims.no-sub-requested", "claims-sub"}},
             [](Test& t) {
                 const auto names =
                     required_claims(put_off(t, t.player(), "claims")).value_or(std::vector<std::string>());
                 const bool sub = std::find(names.begin(), names.end(), "sub") != names.end();
                 t.check({}, !sub, "required_claims", "without sub", sub ? "with sub" : "without");
             })
        .because("The person is identified by the presented token already.");
    suite.add("AS-CLM-003", "with the claims that it asked for the access server goes on, and grants",
              {{"deferred.get", "token-lost"}}, [](Test& t) {
                  const auto asked = wanted(t);
                  const auto posted = give_claims(t, asked);
                  t.expect(posted).that(posted.status() < 400, "answer to the claims", "taken", posted.summary());
                  const auto answer = outcome(t, [&] { return poll(t, asked.waiting); });
                  t.expect(answer).status(200).jwt("auth_token");
              });
    suite.add("AS-CLM-004", "where an identity scope was granted the token carries its claims",
              {{"auth-token.identity-claims", "auth-token-no-identity"}}, [](Test& t) {
                  const auto& values = t.target().values;
                  const auto scope = values.find("scope.claim");
                  if (scope == values.end()) t.skip("the target's description has no value \"scope.claim\"");
                  const auto asked = wanted(t, scope->second);
                  give_claims(t, asked);
                  const auto token = outcome(t, [&] { return poll(t, asked.waiting); }).jwt("auth_token");
                  if (!token) t.blocked("no auth token came of it");
                  const bool carried = aauth::json::member(token->payload(), scope->second) != nullptr;
                  t.check({}, carried, scope->second, "in the auth token", carried ? "there" : "absent");
              });
    suite.add("AS-CLM-005", "claims that another person server gives change nothing",
              {{"clarification.cancel-other-agent", "post-any-agent"}}, [](Test& t) {
                  const auto asked = wanted(t);
                  auto& other = t.world().another_person_server();
                  t.world().trust(other);
                  const auto body = claims_for(asked.names);
                  const auto answer =
                      t.send(t.request_by(other, "POST", asked.waiting.location, body), "by another server");
                  t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "refused",
                                        answer.summary());
                  t.expect(poll(t, asked.waiting)).status(202);
              });
}

void payment_cases(Suite& suite) {
    suite
        .add("AS-PAY-001", "a 402 has a Location to poll", {{"as-endpoint.payment-location", "pending-no-location"}},
             [](Test& t) {
                 const auto answer = put_off(t, t.player(), "payment");
                 t.expect(answer).status(402).header("Location");
             })
        .because("After the payment the person server goes on there.");
    suite.add("AS-PAY-002", "a 402 conveys no requirement of AAuth in WWW-Authenticate",
              {{"requirement.not-www-authenticate", "requirement-in-www-authenticate"}}, [](Test& t) {
                  const auto answer = put_off(t, t.player(), "payment");
                  const auto field = answer.header("WWW-Authenticate").value_or("");
                  const bool conveyed = field.find("requirement=") != std::string::npos || field.rfind("AAuth", 0) == 0;
                  t.expect(answer).that(!conveyed, "WWW-Authenticate", "without AAuth's requirements", field);
              });
}

void requirement_cases(Suite& suite) {
    suite.add("AS-NED-001", "AAuth-Requirement is a dictionary whose requirement is a token",
              {{"requirement.header-form", "requirement-string"}}, [](Test& t) {
                  for (const char* need : {"claims", "interaction", "approval", "clarification"}) {
                      if (t.target().values.count(std::string("scope.") + need) == 0) continue;
                      const auto answer = put_off(t, t.player(), need);
                      t.expect(answer).requirement(need);
                  }
                  if (t.record().checks().empty()) t.skip("the target's description names no scope that makes it ask");
              });
    suite.add("AS-NED-002", "AAuth-Requirement comes with 202, or with 402 where there is something to pay",
              {{"requirement.status", "poll-200-pending"}}, [](Test& t) {
                  const auto answer = put_off(t, t.player(), "approval");
                  t.expect(answer).status_in({202, 402}).header("AAuth-Requirement");
              });
    suite.add("AS-NED-003", "requirement=approval comes with Location and Retry-After",
              {{"interaction.approval", "pending-no-retry-after"}}, [](Test& t) {
                  const auto answer = put_off(t, t.player(), "approval");
                  t.expect(answer).requirement("approval").header("Location").header("Retry-After");
              });
}

void denial_cases(Suite& suite) {
    const auto denied = [](Test& t) {
        const auto& values = t.target().values;
        const auto scope = values.find("scope.denied");
        if (scope == values.end()) t.skip("the target's description has no value \"scope.denied\"");
        Ask ask;
        ask.scope = scope->second;
        return changed_ask(t, auth_server(), ask);
    };
    suite
        .add("AS-DEN-001", "a denial is a terminal error with a code in a problem+json body",
             {{"as-endpoint.denied", "forbidden-200"}, {"as-endpoint.denied", "error-no-member"}},
             [denied](Test& t) {
                 const auto answer = denied(t);
                 t.expect(answer)
                     .that(answer.status() >= 400 && answer.status() < 500, "status", "4xx", answer.summary())
                     .media_type("application/problem+json")
                     .member_string("error");
             })
        .because("The person server hands the code on, so that the agent can tell a no from a failure.");
    suite.add("AS-DEN-002", "a 403 after the signature verified carries no field about signatures",
              {{"sig.403-no-signature-error", "forbidden-signature-error"}}, [denied](Test& t) {
                  const auto answer = denied(t);
                  if (answer.status() != 403) t.skip("the target denies with " + answer.summary());
                  t.expect(answer)
                      .no_header("Signature-Error")
                      .no_header("Accept-Signature-Scheme")
                      .no_header("Accept-Signature-Alg");
              });
}

}  // namespace

void needs_cases(Suite& suite) {
    suite.area("Claims required", "9.2");
    claims_cases(suite);
    suite.area("Answers of the access server", "9.1.2");
    payment_cases(suite);
    requirement_cases(suite);
    denial_cases(suite);
}

}  // namespace aauth::suites::as

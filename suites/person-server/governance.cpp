#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/person-server/endpoints.h"

// The OPTIONAL endpoints of a person server, as far as they work without a mission (7.6 to 7.8).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

Answer call(Test& t, const char* endpoint, const json& body) {
    t.needs(endpoint);
    auto request = t.request("POST", t.world().endpoint(endpoint), t.player());
    request.body(aauth::json::dump(body));
    return t.send(request);
}

// Refused as a bad request and for no other reason that shows.
void expect_bad_request(Test& t, const Answer& answer) {
    if (answer.status() == 401 || answer.status() == 404) t.blocked("the endpoint got to no body: " + answer.summary());
    t.expect(answer).status(400).member_is("error", "invalid_request");
}

}  // namespace

void governance_cases(Suite& suite) {
    suite.area("Permission, audit and interaction endpoints", "7.6");

    suite.add("PS-GOV-001", "a permission request is answered with granted or denied",
              {{"permission.response", "permission-unclear"}}, [](Test& t) {
                  const auto answer = call(t, "permission_endpoint", {{"action", "SendEmail"}});
                  if (answer.status() == 202) t.skip("the target asks its person first");
                  const auto decision = answer.text("permission");
                  t.expect(answer).status(200).that(decision == "granted" || decision == "denied", "permission",
                                                    "granted or denied", decision.empty() ? "absent" : decision);
              });
    suite.add("PS-GOV-002", "a permission request without action is refused with invalid_request",
              {{"permission.action", "permission-anything"}}, [](Test& t) {
                  const auto control = call(t, "permission_endpoint", {{"action", "SendEmail"}});
                  if (control.status() >= 300) t.blocked("a conforming permission request got " + control.summary());
                  expect_bad_request(t, call(t, "permission_endpoint", json::object()));
              });
    // Without a mission there is no record that would be accepted; these cases show acceptance, never a pass by chance.
    suite.add("PS-GOV-003", "an audit record without a mission is refused with invalid_request",
              {{"audit.required", "audit-anything"}}, [](Test& t) {
                  expect_bad_request(t, call(t, "audit_endpoint", {{"action", "SendEmail"}}));
              });
    suite.add("PS-GOV-004", "an audit record without action is refused with invalid_request",
              {{"audit.required", "audit-anything"}}, [](Test& t) {
                  const json named{{"mission_s256", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}};
                  const auto answer = call(t, "audit_endpoint", named);
                  // That the mission does not exist may be noticed first.
                  t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "4xx",
                                        answer.summary());
              });
    suite
        .add("PS-GOV-007", "an audit record that names its mission as earlier drafts did is refused",
             {{"audit.required", "audit-anything"}},
             [](Test& t) {
                 const json mission{{"approver", t.world().identifier()},
                                    {"s256", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}};
                 expect_bad_request(t, call(t, "audit_endpoint", {{"mission", mission}, {"action", "SendEmail"}}));
             })
        .because("mission_s256 is required; a member of another name does not stand for it.")
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite.add("PS-GOV-005", "an interaction request of a type that nobody knows is refused with invalid_request",
              {{"relay.type", "relay-anything"}}, [](Test& t) {
                  expect_bad_request(t, call(t, "interaction_endpoint", {{"type", "x-aauth-conformance"}}));
              });
    suite
        .add("PS-GOV-006", "a proposal of completion is refused at the interaction endpoint",
             {{"relay.type", "relay-anything"}},
             [](Test& t) {
                 const json completion{{"type", "completion"}, {"summary", "done"}};
                 expect_bad_request(t, call(t, "interaction_endpoint", completion));
             })
        .because("Completion belongs at the mission endpoint, where the mission's owner is known.")
        .only_for(drafts_with(&protocol::Draft::presented_token));  // the August copy says two things of completion
}

}  // namespace aauth::suites::ps

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/rows.h"
#include "suites/person-server/missions.h"

// Permission and audit, and the types of interaction requests (7.6 to 7.8).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

Answer call(Test& t, const char* endpoint, const json& body) { return post_to(t, endpoint, t.player(), body); }

bool is_decision(const std::string& text) { return text == "granted" || text == "denied"; }

// An endpoint whose conforming request, within a mission where it needs one, is answered like this.
Endpoint governed(const char* name, const json& body, bool in_mission) {
    Endpoint endpoint;
    endpoint.name = name;
    endpoint.request = [name = std::string(name), body, in_mission](Test& t, const Player& player) {
        t.needs(name);
        if (!in_mission) return governance_request(t, name, player, body);
        const auto s256 =
            t.remembered("mission of " + player.agent.identifier, [&] { return approved(t, player).s256; });
        return governance_request(t, name, player, naming(t, s256, body));
    };
    endpoint.accepted = [](const Answer& answer) { return answer.status() < 300; };
    return endpoint;
}

// A case for each way to come without a signature under an agent token.
void signed_post_cases(Suite& suite, int number, const Endpoint& endpoint, const char* what, const Covers& covered) {
    suite.add(case_id("PS-GOV", number), fmt::format("{} without a signature is refused", what), covered,
              [endpoint](Test& t) {
                  const auto answer = t.altered(endpoint, [](auto& request) { request.unsigned_(); });
                  // How it is refused is another matter: 11.3.4 speaks of "a signed request", 11.9.1 of every 401.
                  t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "refused",
                                        answer.summary());
              });
    suite.add(case_id("PS-GOV", number + 1), fmt::format("{} under another token than an agent token is refused", what),
              covered, [endpoint](Test& t) {
                  const auto player = t.player();
                  t.control(endpoint, player);
                  auto request = endpoint.request(t, player);
                  request.token =
                      t.draft().person_tokens ? person_token(t, player).compact() : auth_token(t, player).compact();
                  t.expect_refusal(t.send(request, "the same under another token"), endpoint, {});
              });
}

}  // namespace

void governance_cases(Suite& suite) {
    suite.area("Permission, audit and interaction endpoints", "7.6");

    suite.add("PS-GOV-001", "a permission request is answered with granted or denied",
              {{"permission.response", "permission-unclear"}}, [](Test& t) {
                  const auto answer = call(t, "permission_endpoint", {{"action", "SendEmail"}});
                  if (answer.status() == 202) t.skip("the target asks its person first");
                  const auto decision = answer.text("permission");
                  t.expect(answer).status(200).that(is_decision(decision), "permission", "granted or denied",
                                                    decision.empty() ? "absent" : decision);
              });
    suite.add("PS-GOV-002", "a permission request without action is refused with invalid_request",
              {{"permission.action", "permission-anything"}}, [](Test& t) {
                  const auto control = call(t, "permission_endpoint", {{"action", "SendEmail"}});
                  if (control.status() >= 300) t.blocked("a conforming permission request got " + control.summary());
                  expect_bad_request(t, call(t, "permission_endpoint", json::object()));
              });
    suite.add("PS-GOV-003", "an audit record without a mission is refused with invalid_request",
              {{"audit.required", "audit-anything"}}, [](Test& t) {
                  expect_bad_request(t, call(t, "audit_endpoint", {{"action", "SendEmail"}}));
              });
    suite.add("PS-GOV-004", "an audit record without action is refused with invalid_request",
              {{"audit.required", "audit-anything"}}, [](Test& t) {
                  t.needs("audit_endpoint");
                  if (t.world().has("mission_endpoint")) {
                      const auto mission = new_mission(t);
                      const auto record = naming(t, mission.s256, {{"action", "WebSearch"}});
                      const auto control = post_to(t, "audit_endpoint", mission.player, record);
                      if (control.status() >= 300) t.blocked("a conforming record got " + control.summary());
                      const auto body = naming(t, mission.s256, json::object());
                      return expect_bad_request(t, post_to(t, "audit_endpoint", mission.player, body));
                  }
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

    suite.add("PS-GOV-010", "an action that is not permitted is answered 200 with denied",
              {{"permission.response", "permission-denied-403"}}, [](Test& t) {
                  const auto& values = t.target().values;
                  const auto action = values.find("action.denied");
                  if (action == values.end()) t.skip("the description names no action that is denied at once");
                  t.expect(call(t, "permission_endpoint", {{"action", action->second}}))
                      .status(200)
                      .member_is("permission", "denied");
              });
    suite
        .add("PS-GOV-011",
             "a permission that the person is asked about is answered 202, and with a decision in the end",
             {{"permission.deferred", "permission-deferred-200"}, {"permission.deferred", "permission-unclear"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto request = governance_request(t, "permission_endpoint", player, {{"action", "SendEmail"}});
                 const auto first = needing_person(t, request, std::nullopt);
                 if (is_decision(first.text("permission"))) t.skip("the target decides without its person");
                 t.expect(first).status(202).header("Location").required();
                 const auto answer = settled(t, player, first);
                 const auto decision = answer.text("permission");
                 t.expect(answer).status(200).that(is_decision(decision), "permission", "granted or denied",
                                                   decision.empty() ? "absent" : decision);
             })
        .because("An agent that takes a 200 for a decision would go on, or give up, before there is one.")
        .alone();
    suite.add("PS-GOV-012", "a permission request may name the mission that it belongs to",
              {{"permission.mission-parameter", "permission-no-mission"}}, [](Test& t) {
                  t.needs("permission_endpoint");
                  const auto mission = new_mission(t);
                  const json body{{"action", "SendEmail"}};
                  const auto control = post_to(t, "permission_endpoint", mission.player, body);
                  if (control.status() >= 300) t.blocked("a conforming permission request got " + control.summary());
                  const auto answer = post_to(t, "permission_endpoint", mission.player, naming(t, mission.s256, body));
                  t.expect(answer).status_in({200, 202});
              });
    suite.add("PS-GOV-013", "an audit record is acknowledged with 201", {{"audit.response", "audit-200"}}, [](Test& t) {
        t.needs("audit_endpoint");
        const auto mission = new_mission(t);
        const json record{{"action", "WebSearch"},
                          {"description", "Searched for *flights*"},
                          {"parameters", {{"query", "flights to Tokyo"}}},
                          {"result", {{"status", "completed"}}}};
        t.expect(post_to(t, "audit_endpoint", mission.player, naming(t, mission.s256, record))).status(201);
    });

    signed_post_cases(suite, 20, governed("permission_endpoint", {{"action", "SendEmail"}}, false),
                      "a permission request", {{"permission.signed-post", "permission-anyone"}});
    signed_post_cases(suite, 22, governed("audit_endpoint", {{"action", "WebSearch"}}, true), "an audit record",
                      {{"audit.signed-post", "audit-anyone"}});
    signed_post_cases(
        suite, 24, governed("interaction_endpoint", {{"type", "question"}, {"question", "Which of the two?"}}, false),
        "an interaction request", {{"relay.signed-post", "relay-anyone"}});
    signed_post_cases(suite, 26, mission_endpoint(), "the proposal of a mission",
                      {{"mission.proposal-signed", "mission-anyone"}});
    relay_cases(suite);
}

}  // namespace aauth::suites::ps

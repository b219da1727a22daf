#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// Permission, audit and questions: what an agent asks its person server besides (7.6 to 7.8).
namespace aauth::suites::ag {

namespace {

using protocol::TokenKind;

constexpr const char* action = "SendEmail";

// A mission, and in it this step; the request that came of it.
Received in_mission(Scene& scene, const std::string& step, const nlohmann::json& parameters, const std::string& path) {
    scene.act("propose-mission", {{"description", "# Plan a trip"}}).act(step, parameters).run();
    if (!scene.result(0).succeeded()) scene.test().skip("the agent has no mission: " + scene.said(0));
    return scene.first(scene.person_server(), path);
}

bool is_signed_post(const Received& received) {
    return received.request().method == "POST" && received.shows(TokenKind::Agent);
}

// The mission that a body names.
std::string mission_of(const Received& received) {
    const auto body = received.json();
    const auto* older = body ? json::member(*body, "mission") : nullptr;
    return older == nullptr ? received.text("mission_s256") : json::string_member(*older, "s256").value_or("");
}

std::string s256_of(const Scene& scene) {
    const auto body = json::parse_object(scene.result(0).body);
    return body ? json::string_member(*body, "s256").value_or("") : std::string();
}

void permission(Suite& suite) {
    suite.area("Permission", "7.7");
    suite.add("AG-GOV-001", "permission is asked for by a signed POST under the agent token",
              {{"permission.signed-post", "unsigned-at /permission"}}, [](Test& t) {
                  Scene scene(t);
                  scene.act("permission", {{"action", action}}).run();
                  const auto received = scene.first(scene.person_server(), "/permission");
                  t.check({}, is_signed_post(received), "request", "a POST under the agent token", received.summary());
              });
    suite.add("AG-GOV-002", "a request for permission names the action",
              {{"permission.action", "permission-no-action"}}, [](Test& t) {
                  Scene scene(t);
                  scene.act("permission", {{"action", action}}).run();
                  const auto received = scene.first(scene.person_server(), "/permission");
                  t.check({}, received.text("action") == action, "action", action, received.text("action"));
              });
    suite.add("AG-GOV-003", "a request for permission within a mission names it as the draft wants it",
              {{"permission.mission-parameter", "permission-no-mission"}}, [](Test& t) {
                  Scene scene(t);
                  const auto received = in_mission(scene, "permission", {{"action", action}}, "/permission");
                  const auto named = mission_of(received);
                  t.check({}, !named.empty() && named == s256_of(scene), "mission", s256_of(scene), named);
              });
    suite.add("AG-GOV-004", "an agent that is denied an action does not do it",
              {{"permission.denied-obeyed", "permission-denied-done"}}, [](Test& t) {
                  Scene scene(t);
                  scene.act("permission", {{"action", "DeleteAccount"}}).run();
                  scene.first(scene.person_server(), "/permission");
                  const auto body = json::parse_object(scene.result().body);
                  const auto said = body ? json::string_member(*body, "permission").value_or("") : "";
                  t.check({}, !scene.result().succeeded() || said == "denied", "outcome", "denied, or an error",
                          scene.said() + " " + scene.result().body.substr(0, 200));
              });
}

void audit(Suite& suite) {
    suite.area("Audit", "7.8");
    suite.add("AG-GOV-011", "an action is put on record by a signed POST under the agent token",
              {{"audit.signed-post", "unsigned-at /audit"}}, [](Test& t) {
                  Scene scene(t);
                  const auto received = in_mission(scene, "audit", {{"action", action}}, "/audit");
                  t.check({}, is_signed_post(received), "request", "a POST under the agent token", received.summary());
              });
    for (const auto& [number, member, fault] :
         {std::tuple{12, "action", "audit-no-action"}, std::tuple{13, "mission", "audit-no-mission"}}) {
        suite.add(case_id("AG-GOV", number), std::string("an audit record names the ") + member,
                  {{"audit.required", fault}}, [of_mission = std::string_view(member) == "mission"](Test& t) {
                      Scene scene(t);
                      const auto received = in_mission(scene, "audit", {{"action", action}}, "/audit");
                      const auto expected = of_mission ? s256_of(scene) : action;
                      const auto named = of_mission ? mission_of(received) : received.text("action");
                      t.check({}, named == expected, of_mission ? "mission" : "action", expected, named);
                  });
    }
}

void questions(Suite& suite) {
    suite.area("Questions", "7.6");
    suite.add("AG-GOV-021", "a question to the person is a signed POST with its type", {{"relay.type", "ask-no-type"}},
              [](Test& t) {
                  Scene scene(t);
                  scene.person_server().intercept([](const http::Request& request) -> std::optional<http::Reply> {
                      if (request.path() != "/relay") return std::nullopt;
                      return answer(200, R"({"answer": "Yes."})");
                  });
                  scene.act("ask", {{"question", "Is a refundable fare wanted?"}}).run();
                  const auto received = scene.first(scene.person_server(), "/relay");
                  t.check({}, is_signed_post(received) && received.text("type") == "question", "request",
                          "a POST under the agent token, type question",
                          received.summary() + " " + received.text("type"));
              });
}

}  // namespace

void governance_cases(Suite& suite) {
    permission(suite);
    audit(suite);
    questions(suite);
}

}  // namespace aauth::suites::ag

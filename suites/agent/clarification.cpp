#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/later.h"
#include "suites/common/rows.h"

// Questions that come while an agent waits (7.5).
namespace aauth::suites::ag {

namespace {

http::Reply asks(const std::string& question, const nlohmann::json& more = nlohmann::json::object()) {
    nlohmann::json body{{"status", "pending"}, {"clarification", question}};
    body.update(more);
    return waiting(0, "requirement=clarification", json::dump(body));
}

const char* const why = "Why do you need *write* access?";

// What the agent did at the pending URL beside polling.
std::vector<Received> said(const Scene& scene, const std::string& method = "POST") {
    std::vector<Received> some;
    for (auto& received : scene.at(scene.person_server(), pending_path)) {
        if (received.request().method == method) some.push_back(std::move(received));
    }
    return some;
}

// The agent answered so many questions with what its scenario says; gives the first answer.
Received answered(const Scene& scene, std::size_t times = 1) {
    auto& t = scene.test();
    const auto posts = said(scene);
    t.check("clarification.answered", posts.size() >= times, "answers", std::to_string(times),
            std::to_string(posts.size()));
    if (posts.empty()) throw engine::Stop{};
    return posts.front();
}

void answers(Suite& suite) {
    suite.add("AG-CLA-001", "a question is answered at the pending URL",
              {{"clarification.answered", "question-unanswered"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  defers(scene.person_server(), "/token", {waiting(), asks(why), waiting()});
                  scene.get("/data").run();
                  const auto received = answered(scene);
                  const bool response = received.text("clarification_response") == scene.scenario.clarification;
                  t.check({}, response, "clarification_response", scene.scenario.clarification,
                          received.request().body);
                  scene.served();
              });
    suite.add("AG-CLA-002", "an answer says its action", {{"clarification.action-sent", "question-no-action"}},
              [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  defers(scene.person_server(), "/token", {asks(why)});
                  scene.get("/data").run();
                  for (const auto& received : said(scene)) {
                      t.check({}, received.text("action") == "clarification_response", "action",
                              "clarification_response", received.request().body);
                  }
                  (void)answered(scene);
              });
    suite.add("AG-CLA-003", "an answer is a POST", {{"clarification.answered", "question-polled"}}, [](Test& t) {
        control(t, "/data");
        Scene scene(t);
        defers(scene.person_server(), "/token", {asks(why)});
        scene.get("/data").run();
        (void)answered(scene);
    });
    suite.add("AG-CLA-004", "after its answer the agent polls on", {{"deferred.get", "question-ends"}}, [](Test& t) {
        control(t, "/data");
        Scene scene(t);
        defers(scene.person_server(), "/token", {asks(why), waiting()});
        scene.get("/data").run();
        if (said(scene).empty()) t.blocked("the question was not answered");
        t.check({}, !polls(scene, scene.person_server()).empty(), "polls", "after the answer", "none");
        scene.served();
    });
    suite.add("AG-CLA-005", "a further question is answered too", {{"clarification.answered", "question-once"}},
              [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  defers(scene.person_server(), "/token", {asks(why), asks("And for how long?"), waiting()});
                  scene.get("/data").run();
                  (void)answered(scene, 2);
              });
    suite.add("AG-CLA-006", "a question is answered before its timeout", {{"clarification.answered", "question-late"}},
              [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  defers(scene.person_server(), "/token",
                         {waiting(), asks(why, {{"timeout", 4}, {"options", {"yes", "no"}}})});
                  scene.get("/data").run();
                  const auto received = answered(scene);
                  const auto asked = polls(scene, scene.person_server()).front().seen.at;
                  t.check({}, received.seen.at <= asked + 4, "seconds until the answer", "4 at most",
                          std::to_string(received.seen.at - asked));
              });
    suite.add("AG-CLA-007", "a question that the agent cannot answer makes it withdraw or change its request",
              {{"clarification.answered", "question-left"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.scenario.clarification.clear();
                  defers(scene.person_server(), "/token", {asks(why), asks(why), asks(why)});
                  scene.get("/data").run();
                  scene.first(scene.person_server(), "/token");
                  const bool done = !said(scene, "DELETE").empty() || !said(scene).empty();
                  t.check({}, done, "what came of the question", "a DELETE, or a POST", "neither");
              });
}

void elsewhere(Suite& suite) {
    struct Row {
        int number;
        const char *title, *path, *action;
        nlohmann::json parameters;
    };
    for (const Row& row : {Row{11,
                               "a question about a mission is answered",
                               "/mission",
                               "propose-mission",
                               {{"description", "# Plan a trip"}}},
                           Row{12,
                               "a question about a permission is answered",
                               "/permission",
                               "permission",
                               {{"action", "SendEmail"}}}}) {
        suite.add(case_id("AG-CLA", row.number), row.title, {{"clarification.answered", "question-unanswered"}},
                  [row](Test& t) {
                      Scene scene(t);
                      defers(scene.person_server(), row.path, {asks(why), waiting()});
                      scene.act(row.action, row.parameters).run();
                      scene.first(scene.person_server(), row.path);
                      (void)answered(scene);
                      scene.served();
                  });
    }
    suite.add("AG-CLA-021", "an updated request carries a new resource token and the token that was presented for it",
              {{"clarification.updated-presented-token", "updated-no-presented-token"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.scenario.clarification.clear();
                  scene.scenario.asks_anew = true;
                  defers(scene.person_server(), "/token", {asks(why), waiting()});
                  scene.get("/data").run();
                  const auto posts = said(scene);
                  if (posts.empty()) t.skip("the agent does not change its requests");
                  const auto& update = posts.front();
                  const auto first = scene.first(scene.person_server(), "/token");
                  const bool fresh = !update.text("resource_token").empty() &&
                                     update.text("resource_token") != first.text("resource_token");
                  t.check({}, update.text("action") == "updated_request" && fresh, "body",
                          "updated_request with another resource_token", update.request().body.substr(0, 200));
                  const auto presented = jose::Jwt::decode(update.text("presented_token"));
                  const auto resource_token = jose::Jwt::decode(update.text("resource_token"));
                  const auto named = resource_token ? resource_token->claim_string("presented_jti").value_or("") : "";
                  const auto jti = presented ? presented->claim_string("jti").value_or("") : std::string("none");
                  t.check({}, jti == named, "jti of presented_token", named, jti);
              });
}

}  // namespace

void clarification_cases(Suite& suite) {
    suite.area("Clarification", "7.5");
    answers(suite);
    elsewhere(suite);
}

}  // namespace aauth::suites::ag

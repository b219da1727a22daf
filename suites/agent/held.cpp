#include <nlohmann/json.hpp>

#include "suites/agent/areas.h"
#include "suites/agent/later.h"
#include "suites/common/rows.h"

// requirement=auth-token in a 202: the resource holds the call (6.5.1).
namespace aauth::suites::ag {

namespace {

using protocol::TokenKind;

void delivery(Suite& suite) {
    suite.add("AG-HLD-001", "a call that is held until there is an auth token is served",
              {{"requirement.deferred.agent", "held-unfollowed"}}, [](Test& t) {
                  Scene scene(t);
                  scene.get("/held").run();
                  scene.first(scene.resource(), "/held");
                  scene.served();
              });
    suite
        .add("AG-HLD-002", "the auth token is presented at the pending URL of the held call",
             {{"requirement.deferred.agent", "held-retried"}},
             [](Test& t) {
                 control(t, "/data");
                 Scene scene(t);
                 scene.get("/held").run();
                 bool presented = false;
                 for (const auto& received : scene.at(scene.resource(), "/held/")) {
                     presented = presented || received.shows(TokenKind::Auth);
                 }
                 t.check({}, presented, "polls", "one with the auth token", "none");
                 for (const auto& received : scene.at(scene.resource(), "/held")) {
                     const bool again = received.request().path() == "/held" && received.shows(TokenKind::Auth);
                     t.check({}, !again, "request", "the held call is not made once more", received.summary());
                 }
             })
        .because("The resource executes the held call on that poll; a second request would be a second call.");
    suite.add("AG-HLD-003", "the resource token of a held call goes to the person server",
              {{"requirement.deferred.agent", "held-unfollowed"}}, [](Test& t) {
                  Scene scene(t);
                  scene.get("/held").run();
                  const auto asked = scene.first(scene.person_server(), "/token");
                  std::string field;
                  for (const auto& received : scene.at(scene.resource(), "/held")) {
                      if (received.seen.response.status == 202)
                          field += received.seen.response.fields.combined("AAuth-Requirement").value_or("");
                  }
                  const auto token = asked.text("resource_token");
                  t.check({}, !token.empty() && field.find(token) != std::string::npos, "resource_token",
                          "that of the 202", token.substr(0, 60));
              });
    suite.add("AG-HLD-004", "calls are challenged by 401 and held by 202 in one run",
              {{"requirement.deferred.agent", "held-unfollowed"}}, [](Test& t) {
                  Scene scene(t);
                  auto& other = scene.another_resource();
                  scene.get("/held").get(other.url("/data")).run();
                  scene.served({}, 0);
                  scene.served({}, 1);
              });
}

void verification(Suite& suite) {
    struct Row {
        int number;
        const char *title, *requirement, *fault, *claim;
        nlohmann::json value;
    };
    for (const Row& row :
         {Row{11, "the resource token of a held call has to be for the agent's key",
              "resource-token.challenge-verify-agent-jkt", "ignore challenge.agent-jkt", "agent_jkt",
              "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
          Row{12, "the resource token of a held call has to be for the agent's person server",
              "resource-token.challenge-verify-ps", "ignore challenge.ps", "ps", "https://ps.elsewhere.example"},
          Row{13, "the resource token of a held call has to be about the same person",
              "resource-token.challenge-verify-sub", "ignore challenge.sub", "sub", "somebody-else"}}) {
        suite.add(case_id("AG-HLD", row.number), row.title, {{row.requirement, row.fault}}, [row](Test& t) {
            control(t, "/data");
            Scene scene(t);
            scene.challenges_with([&](const std::string& presented) {
                return scene.resource_token(
                    presented, [&](nlohmann::json&, nlohmann::json& claims) { claims[row.claim] = row.value; });
            });
            scene.get("/held").run();
            scene.first(scene.resource(), "/held");
            scene.untouched(scene.person_server(), "/token");
            scene.not_served();
        });
    }
    suite.add("AG-HLD-014", "a call with a body that waits is polled without it", {{"deferred.get", "poll-sends-body"}},
              [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  defers(scene.resource(), "/write", {waiting(), waiting()});
                  scene.call("POST", "/write", R"({"text": "hello"})").run();
                  scene.first(scene.resource(), pending_path);
                  for (const auto& received : scene.at(scene.resource(), pending_path)) {
                      const bool bare = received.request().method == "GET" && received.request().body.empty();
                      t.check({}, bare, "poll", "GET without a body", received.summary());
                  }
                  scene.served();
              });
}

}  // namespace

void held_cases(Suite& suite) {
    suite.area("Held calls", "6.5.1");
    delivery(suite);
    verification(suite);
}

}  // namespace aauth::suites::ag

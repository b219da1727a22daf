#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/mission_steps.h"
#include "suites/common/rows.h"

// What becomes of a mission: updates, completion, its end (8.4 to 8.8).
namespace aauth::suites::ag {

std::vector<std::string> missions_by_digest() { return {"11", "11-2026-08"}; }

Scene& propose(Scene& scene) { return propose(scene, nlohmann::json::object()); }

Scene& propose(Scene& scene, nlohmann::json more) {
    more["description"] = "# Plan a trip";
    return scene.act("propose-mission", more);
}

std::string s256_of(const Scene& scene) {
    const auto body = json::parse_object(scene.result(0).body);
    const auto s256 = body ? json::string_member(*body, "s256").value_or("") : std::string();
    if (s256.empty()) scene.test().skip("the agent has no mission: " + scene.said(0));
    return s256;
}

namespace {

// Nothing that names this mission arrived after the request with this number.
void not_named_after(const Scene& scene, const std::string& s256, std::uint64_t order) {
    for (const auto& received : scene.everything()) {
        const bool later = received.seen.order > order;
        const bool names = received.request().body.find(s256) != std::string::npos ||
                           received.request().path().find(s256) != std::string::npos;
        scene.test().check({}, !(later && names), "request", "none that names the mission", received.summary());
    }
}

void actions(Suite& suite) {
    suite.area("Mission update and completion", "8.4");
    struct Row {
        int number;
        const char *title, *requirement, *fault, *step, *parameter, *member, *expected;
    };
    for (const Row& row :
         {Row{31, "an update says that it is one", "mission.action-required", "mission-no-action", "update-mission",
              "description", "action", "update"},
          Row{32, "a completion says that it is one", "mission.action-required", "mission-no-action",
              "complete-mission", "summary", "action", "completion"},
          Row{33, "an update describes what changed", "mission.update-description", "mission-no-description",
              "update-mission", "description", "description", "It took another turn."},
          Row{34, "a completion sums up what was done", "mission.completion-summary", "mission-no-summary",
              "complete-mission", "summary", "summary", "It took another turn."}}) {
        suite.add(case_id("AG-MIS", row.number), row.title, {{row.requirement, row.fault}}, [row](Test& t) {
            Scene scene(t);
            propose(scene).act(row.step, {{row.parameter, "It took another turn."}}).run();
            const auto s256 = s256_of(scene);
            const auto received =
                scene.first(scene.person_server(), t.draft().mission_by_digest ? "/mission/" : "/relay");
            t.check({}, received.text(row.member) == row.expected, row.member, row.expected, received.text(row.member));
        });
    }
    struct Place {
        int number;
        const char *title, *requirement, *fault, *step, *parameter;
    };
    for (const Place& row :
         {Place{35, "an update goes to the mission's own URL", "mission.url", "mission-url-guessed", "update-mission",
                "description"},
          Place{36, "a completion goes to the mission's own URL", "mission.url", "mission-url-guessed",
                "complete-mission", "summary"},
          Place{37, "a completion is not proposed at the interaction endpoint", "mission.completion-endpoint",
                "completion-by-relay", "complete-mission", "summary"}}) {
        suite
            .add(case_id("AG-MIS", row.number), row.title, {{row.requirement, row.fault}},
                 [row](Test& t) {
                     Scene scene(t);
                     propose(scene).act(row.step, {{row.parameter, "It took another turn."}}).run();
                     const auto path = "/mission/" + s256_of(scene);
                     const auto there = scene.at(scene.person_server(), path);
                     t.check({}, !there.empty() && there.front().request().path() == path, "request", "one to " + path,
                             there.empty() ? "none" : there.front().summary());
                     scene.untouched(scene.person_server(), "/relay");
                 })
            .only_for(missions_by_digest());
    }
    suite
        .add("AG-MIS-038", "a completion is proposed at the interaction endpoint, by its type",
             {{"mission.completion-endpoint", "completion-no-type"}},
             [](Test& t) {
                 Scene scene(t);
                 propose(scene).act("complete-mission", {{"summary", "It is done."}}).run();
                 (void)s256_of(scene);
                 const auto received = scene.first(scene.person_server(), "/relay");
                 t.check({}, received.text("type") == "completion", "type", "completion", received.text("type"));
             })
        .only_for({"10"});
}

// The person server says so at the permission endpoint; gives the number of that request.
std::uint64_t ended(Scene& scene, const std::string& step, const nlohmann::json& parameters, const http::Reply& reply) {
    scene.person_server().intercept([reply](const http::Request& request) -> std::optional<http::Reply> {
        return request.path() == "/permission" ? std::optional(reply) : std::nullopt;
    });
    propose(scene).act("permission", {{"action", "SendEmail"}});
    if (step == "request") {
        scene.get("/data");
    } else {
        scene.act(step, parameters);
    }
    scene.run();
    (void)s256_of(scene);
    return scene.first(scene.person_server(), "/permission").seen.order;
}

http::Reply terminated(const std::string& reason) {
    auto reply = problem(403, "mission_terminated");
    auto body = json::parse_object(reply.response.body).value_or(nlohmann::json::object());
    body["mission_status"] = "terminated";
    if (!reason.empty()) body["termination_reason"] = reason;
    reply.response.body = json::dump(body);
    return reply;
}

void the_end(Suite& suite) {
    suite.area("The end of a mission", "8.6");
    struct Row {
        int number;
        const char *title, *requirement, *fault, *reason, *step;
        nlohmann::json parameters;
    };
    for (const Row& row : {Row{41,
                               "after mission_terminated the agent asks for no more permission in it",
                               "mission.terminated-obeyed",
                               "mission-goes-on",
                               "revoked",
                               "permission",
                               {{"action", "SendEmail"}}},
                           Row{42,
                               "after mission_terminated the agent records nothing more in it",
                               "mission.terminated-obeyed",
                               "mission-goes-on",
                               "",
                               "audit",
                               {{"action", "SendEmail"}}},
                           Row{43,
                               "after mission_terminated the agent asks for no more tokens in it",
                               "mission.terminated-obeyed",
                               "mission-goes-on",
                               "expired",
                               "request",
                               {}},
                           Row{44,
                               "a mission that ended for an unknown reason has ended",
                               "mission.unknown-reason",
                               "mission-reasons-known",
                               "x-weather",
                               "permission",
                               {{"action", "SendEmail"}}},
                           Row{45,
                               "an update is not sent to a mission that ended for an unknown reason",
                               "mission.unknown-reason",
                               "mission-reasons-known",
                               "x-paused",
                               "update-mission",
                               {{"description", "Go on."}}}}) {
        auto made = suite.add(case_id("AG-MIS", row.number), row.title, {{row.requirement, row.fault}}, [row](Test& t) {
            Scene scene(t);
            const auto order = ended(scene, row.step, row.parameters, terminated(row.reason));
            not_named_after(scene, s256_of(scene), order);
        });
        // There a token request says nothing of a mission.
        if (row.number == 43) made.only_for(missions_by_digest());
    }
    suite.add("AG-MIS-051", "mission_not_found is surfaced, and the agent goes on with other things",
              {{"mission.not-found-handled", "mission-not-found-served"}}, [](Test& t) {
                  Scene scene(t);
                  (void)ended(scene, "request", {}, problem(404, "mission_not_found"));
                  scene.not_served({}, 1);
                  t.check({}, scene.result(2).error != "no_outcome", "outcome", "a result for each step",
                          scene.said(2));
              });
    suite.add("AG-MIS-052", "mission_not_found at the mission's own URL is surfaced",
              {{"mission.not-found-handled", "mission-not-found-served"}}, [](Test& t) {
                  Scene scene(t);
                  scene.person_server().intercept([](const http::Request& request) -> std::optional<http::Reply> {
                      if (request.path().rfind("/mission/", 0) != 0) return std::nullopt;
                      return problem(404, "mission_not_found");
                  });
                  propose(scene).act("update-mission", {{"description", "It took another turn."}}).run();
                  (void)s256_of(scene);
                  scene.first(scene.person_server(), "/mission/");
                  scene.not_served({}, 1);
              });
}

}  // namespace

void mission_work_cases(Suite& suite) {
    actions(suite);
    the_end(suite);
}

}  // namespace aauth::suites::ag

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/rows.h"
#include "suites/person-server/missions.h"

// What has ended stays ended: terminated missions and those past their expires_at (8.2, 8.6, 8.8).
namespace aauth::suites::ps {

namespace {

constexpr std::int64_t longest_wait = 90;  // seconds of real time that a case waits for a mission to expire

// A mission that was put to an end, and the answer to a request in it afterwards.
Answer after_the_end(Test& t, const Path& path) {
    const auto mission = new_mission(t);
    works(t, path, mission);
    complete(t, mission);
    return path.send(t, mission);
}

Path path_named(Test& t, std::string_view name) {
    for (auto& path : mission_paths(t.draft())) {
        if (path.name == name) return path;
    }
    t.skip("the draft has no such request");
}

// The path on which a mission's status error is looked at: one that every server with missions has.
Answer status_error(Test& t) {
    const auto answer = after_the_end(t, path_named(t, t.draft().person_tokens ? "person" : "permission"));
    if (answer.text("error") != "mission_terminated")
        t.blocked("there is no mission status error: " + answer.summary());
    return answer;
}

void pass_until(Test& t, std::int64_t then) {
    const auto left = then - t.now();
    if (left > longest_wait && t.world().hook("advance") == nullptr) {
        t.skip(fmt::format("the target's missions last for {} s more, and it has no hook \"advance\"", left));
    }
    if (left > 0) t.world().pass(left);
}

// The same with an agent token that is as good as new.
Mission renewed(Test& t, Mission mission) {
    auto& player = mission.player;
    player.token = t.world().agent_provider().agent_token(player.agent, t.person_server_identifier());
    return mission;
}

}  // namespace

void mission_end_cases(Suite& suite) {
    suite.area("Terminated missions", "8.8");

    const struct {
        int number;
        const char *path, *title, *requirement;
    } ended[] = {
        {50, "person", "a person token request for a terminated mission is refused", "person-endpoint.mission"},
        {51, "auth", "a resource token of a terminated mission is refused", "resource-token.verify-mission-active"},
        {52, "permission", "a permission request in a terminated mission is refused", "permission.mission-inactive"},
        {53, "audit", "an audit record for a terminated mission is refused", "audit.mission-inactive"},
        {54, "relay", "an interaction request in a terminated mission is refused", "relay.mission-inactive"},
        {55, "mission", "an update of a terminated mission is refused", "mission.terminated-error"},
    };
    for (const auto& row : ended) {
        // 6.7.2 gives no code, and the request has no mission parameter that 8.8 would be about.
        const bool coded = std::string_view(row.path) != "auth";
        auto made = suite.add(case_id("PS-MIS", row.number), row.title,
                              {{row.requirement, fmt::format("ended-goes-on {}", row.path)}},
                              [path = std::string(row.path), coded](Test& t) {
                                  const auto answer = after_the_end(t, path_named(t, path));
                                  t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer",
                                                        "refused with a status 4xx", answer.summary());
                                  if (coded) return expect_terminated(t, answer, {});
                                  t.prefer(answer).status(403).member_is("error", "mission_terminated");
                              });
        if (std::string_view(row.path) == "mission") made.only_for(drafts_with(&protocol::Draft::mission_by_digest));
    }
    suite.add("PS-MIS-056", "the error for a terminated mission is 403 and says its status",
              {{"mission.terminated-error", "mission-ended-400"}, {"mission.terminated-error", "mission-no-status"}},
              [](Test& t) {
                  const auto answer = status_error(t);
                  t.expect(answer)
                      .status(403)
                      .problem({"mission_terminated"})
                      .that(!answer.text("mission_status").empty(), "mission_status", "a string", "absent");
              });
    suite.add("PS-MIS-057", "the status of a terminated mission is terminated, whatever the reason",
              {{"mission.reason-not-state", "mission-status-reason"}}, [](Test& t) {
                  const auto answer = status_error(t);
                  if (answer.text("mission_status").empty()) t.blocked("there is no mission_status");
                  t.expect(answer).member_is("mission_status", "terminated");
              });
    suite.add("PS-MIS-058", "a reason for the end of a mission is a text",
              {{"mission.termination-reason", "mission-reason-object"}}, [](Test& t) {
                  const auto body = status_error(t).json().value_or(nlohmann::json::object());
                  const auto* reason = json::member(body, "termination_reason");
                  t.check({}, reason == nullptr || reason->is_string(), "termination_reason", "a string, or absent",
                          reason == nullptr ? "absent" : json::dump(*reason));
              });
    suite.add("PS-MIS-059", "nothing brings a terminated mission back",
              {{"mission.terminated-final", "mission-revives"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  complete(t, mission);
                  if (t.draft().mission_by_digest) update(t, mission);
                  propose_completion(t, mission);
                  const auto path = path_named(t, t.draft().person_tokens ? "person" : "permission");
                  expect_terminated(t, path.send(t, mission), {});
              });

    Covers covers;
    for (const char* path : {"person", "permission", "audit", "relay", "mission", "pending"}) {
        covers.push_back({"mission.expires-at", fmt::format("expired-goes-on {}", path)});
    }
    suite
        .add("PS-MIS-060", "a mission past its expires_at is terminated wherever it is named", covers,
             [](Test& t) {
                 const auto mission = new_mission(t);
                 const auto end = expiry(t, mission);
                 pass_until(t, end - 20);
                 const auto late = renewed(t, mission);
                 const auto request = person_request(t, late.player, naming(t, mission.s256, person_body(t)));
                 const auto waits = with_person_needed(t, request, std::vector<std::string>{"interaction"});
                 pass_until(t, end + 1);
                 for (const auto& path : mission_paths(t.draft())) {
                     // A token that was presented to the resource has expired with the mission.
                     const bool there =
                         path.name == "person" || path.name == "mission" ||
                         t.world().has(path.name == "relay" ? "interaction_endpoint" : path.name + "_endpoint");
                     if (path.name != "auth" && there) expect_terminated(t, path.send(t, late), {});
                 }
                 if (waits.status() != 202) return;
                 const auto waiting = waiting_for(late.player, waits);
                 try_to_decide(t, waiting, "approve");
                 const auto answer = poll(t, waiting, "a request from before, which the person approves too late");
                 t.expect(answer).that(answer.text("person_token").empty(), "answer", "no token", answer.summary());
             })
        .alone()
        .slow();
}

}  // namespace aauth::suites::ps

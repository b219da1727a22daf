#include <nlohmann/json.hpp>

#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "suites/common/rows.h"
#include "suites/person-server/missions.h"

// What an agent does at its mission's own URL: updates and completion (8, 8.4, 8.5).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

// A request to the mission's URL that an active mission takes, then the same with this body.
Answer after_an_update(Test& t, const json& body) {
    const auto mission = new_mission(t);
    const auto control = update(t, mission);
    if (control.status() >= 300) t.blocked("a conforming update got " + control.summary());
    return act(t, mission.player, mission.s256, body, "with one change");
}

// A member that the draft wants is missing; no code is given for that.
void expect_incomplete_refused(Test& t, const Answer& answer) {
    t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "refused with a status 4xx",
                          answer.summary());
    t.prefer(answer).status(400).member_is("error", "invalid_request");
}

std::string mission_in(const jose::Jwt& token) { return token.claim_string("mission_s256").value_or("absent"); }

// The mission goes on: its agent gets an answer to a permission request, or a token.
bool goes_on(Test& t, const Mission& mission) {
    const bool asks = t.world().has("permission_endpoint");
    const auto paths = mission_paths(t.draft());
    for (const auto& path : paths) {
        if (path.name == (asks ? "permission" : "person"))
            return path.send(t, mission).text("error") != "mission_terminated";
    }
    t.skip("nothing shows whether the mission goes on");
}

}  // namespace

void mission_action_cases(Suite& suite) {
    suite.area("Mission update and completion", "8.4");

    suite.add("PS-MIS-030", "a mission's own URL is the mission endpoint, a slash and its s256",
              {{"mission.url", "mission-url-other"}}, [](Test& t) {
                  const auto answer = update(t, new_mission(t));
                  t.expect(answer).that(answer.status() == 200 || answer.status() == 202, "answer",
                                        "200, or 202 where the person is asked", answer.summary());
              });
    suite.add("PS-MIS-031", "a request without action is refused at a mission's URL",
              {{"mission.action-required", "mission-any-action"}}, [](Test& t) {
                  expect_bad_request(t, after_an_update(t, {{"description", "moved"}}));
              });
    suite.add("PS-MIS-032", "an action that nobody knows is refused at a mission's URL",
              {{"mission.action-required", "mission-any-action"}}, [](Test& t) {
                  const json body{{"action", "x-aauth-conformance"}, {"description", "moved"}};
                  expect_bad_request(t, after_an_update(t, body));
              });
    suite.add("PS-MIS-033", "an accepted update is answered with the s256 of its bytes",
              {{"mission.update", "mission-update-no-digest"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  const auto answer = settled(t, mission.player, update(t, mission));
                  const auto digest = crypto::base64url_decode(answer.text("s256"));
                  t.expect(answer).status(200).that(digest && digest->size() == 32, "s256", "an unpadded SHA-256",
                                                    answer.text("s256"));
              });
    suite
        .add("PS-MIS-034", "an update changes neither the mission nor what was issued in it",
             {{"mission.update-unchanged", "mission-update-replaces"}},
             [](Test& t) {
                 const auto mission = new_mission(t);
                 const auto& player = mission.player;
                 const auto before = auth_body(t, player, within(t, mission));
                 settled(t, player, update(t, mission));
                 const auto body = naming(t, mission.s256, person_body(t));
                 const auto token = settled(t, player, t.send(person_request(t, player, body))).jwt("person_token");
                 const auto found = token ? mission_in(*token) : "no person token";
                 t.check({}, found == mission.s256, "mission_s256 after the update", mission.s256, found);
                 const auto answer = t.send(auth_request(t, player, before), "with a person token from before");
                 t.expect(answer).that(granted(answer), "answer", "accepted as before", answer.summary());
             })
        .because("The agent keeps working while the record catches up.");
    suite.add("PS-MIS-035", "an update without a description is refused",
              {{"mission.update-description", "mission-update-anything"}}, [](Test& t) {
                  expect_incomplete_refused(t, after_an_update(t, {{"action", "update"}}));
              });
    suite
        .add("PS-MIS-036", "a completion without a summary is refused",
             {{"mission.completion-summary", "mission-completion-anything"}},
             [](Test& t) {
                 expect_incomplete_refused(t, after_an_update(t, {{"action", "completion"}}));
             })
        .only_for(drafts_with(&protocol::Draft::mission_by_digest));

    suite.add("PS-MIS-040", "a completion that the person accepts ends the mission",
              {{"mission.completion", "mission-completion-ignored"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  const auto proposed = propose_completion(t, mission);
                  // A person server may have been told beforehand to accept whatever comes.
                  t.prefer(proposed).status(202);
                  t.expect(settled(t, mission.player, proposed)).status(200).required();
                  t.check({}, !goes_on(t, mission), "the mission", "has ended", "goes on");
              });
    suite
        .add("PS-MIS-041", "a mission goes on while its completion waits for the person, and when the person declines",
             {{"mission.completion-person", "mission-completion-early"}},
             [](Test& t) {
                 const auto mission = new_mission(t);
                 const auto proposed = propose_completion(t, mission);
                 if (proposed.status() != 202) t.skip("the target did not put it off: " + proposed.summary());
                 t.check({}, goes_on(t, mission), "the mission, before the person said anything", "goes on",
                         "has ended");
                 const auto waiting = waiting_for(mission.player, proposed);
                 decide(t, waiting, "deny");
                 outcome(t, waiting);
                 t.check({}, goes_on(t, mission), "the mission, after the person declined", "goes on", "has ended");
             })
        .because("The agent proposes completion; it does not declare it.");
}

}  // namespace aauth::suites::ps

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/issued_tokens.h"
#include "suites/common/rows.h"
#include "suites/person-server/missions.h"

// What a mission means for the tokens that are asked for and issued within it (6.7.1, 7.1.2, 9.4.1).
namespace aauth::suites::ps {

namespace {

jose::Jwt person_token_in(Test& t, const Mission& mission) {
    const auto body = naming(t, mission.s256, person_body(t));
    const auto token = settled(t, mission.player, t.send(person_request(t, mission.player, body))).jwt("person_token");
    if (!token) t.blocked("there is no person token within the mission");
    return *token;
}

// The end of the mission, when it comes before that of a token which nothing else cuts short.
std::int64_t early_end(Test& t, const Mission& mission) {
    const auto end = expiry(t, mission);
    if (end >= t.now() + t.draft().token_ceiling) t.skip("the target's missions last longer than any token may");
    return end;
}

// An auth token request within the mission for a scope that the target asks its person about by itself.
Answer ask_for_consent(Test& t, const Mission& mission) {
    const auto& values = t.target().values;
    const auto named = values.find("scope.asks");
    auto ask = within(t, mission);
    ask.scope = named == values.end() ? "data.write" : named->second;
    return t.send(auth_request(t, mission.player, auth_body(t, mission.player, ask)));
}

}  // namespace

void mission_token_cases(Suite& suite) {
    suite.area("Missions in tokens", "8.3");

    suite.add("PS-MIS-080", "a person token carries the mission that was asked for",
              {{"person-token.mission", "omit person-token.mission_s256"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  const auto found = person_token_in(t, mission).claim_string("mission_s256").value_or("absent");
                  t.check({}, found == mission.s256, "mission_s256", mission.s256, found);
              });
    suite.add("PS-MIS-081", "a person token of a mission expires no later than the mission",
              {{"person-token.exp-mission", "person-token-outlives-mission"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  const auto end = early_end(t, mission);
                  expect_expires_by(t, person_token_in(t, mission), end);
              });
    suite.add("PS-MIS-082", "an auth token carries the mission of the resource token",
              {{"auth-token.mission", "auth-token-no-mission"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  const auto token = auth_token(t, mission.player, within(t, mission));
                  const auto wanted = naming(t, mission.s256, nlohmann::json::object());
                  for (const auto& [name, value] : wanted.items()) {
                      const auto* found = json::member(token.payload(), name);
                      t.check({}, found != nullptr && *found == value, name, json::dump(value),
                              found == nullptr ? "absent" : json::dump(*found));
                  }
              });
    suite.add("PS-MIS-083", "an auth token of a mission expires no later than the mission",
              {{"auth-token.exp-mission", "auth-token-outlives-mission"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  const auto end = early_end(t, mission);
                  expect_expires_by(t, auth_token(t, mission.player, within(t, mission)), end);
              });
    suite.add("PS-MIS-084", "a person token is not issued for a mission of another agent",
              {{"person-endpoint.mission", "foreign-mission-taken"}}, [](Test& t) {
                  const auto mission = new_mission(t);
                  person_token_in(t, mission);
                  const auto body = naming(t, mission.s256, person_body(t));
                  refused(t, t.send(person_request(t, t.player(), body), "by another agent"), {});
              });
    suite
        .add("PS-MIS-085", "a resource token whose mission another person server approved is refused",
             {{"resource-token.verify-mission", "ignore auth-endpoint.mission-approver"}},
             [](Test& t) {
                 const auto mission = new_mission(t);
                 auto ask = within(t, mission);
                 const auto own = auth_request(t, mission.player, auth_body(t, mission.player, ask));
                 if (!granted(t.send(own, "control"))) t.blocked("the control was not accepted");
                 ask.edit = [s256 = mission.s256](nlohmann::json&, nlohmann::json& claims) {
                     claims["mission"] = {{"approver", "https://ps.aauth-conformance.invalid"}, {"s256", s256}};
                 };
                 refused(t, t.send(auth_request(t, mission.player, auth_body(t, mission.player, ask))), {});
             })
        .only_for(drafts_with([](const protocol::Draft& draft) { return !draft.mission_by_digest; }));
    suite
        .add("PS-MIS-086", "within a mission the person is not asked twice about the same resource and scope",
             {{"resource-token.consent-remembered", "mission-consent-forgotten"}},
             [](Test& t) {
                 const auto mission = new_mission(t);
                 const auto first = ask_for_consent(t, mission);
                 if (first.status() != 202) t.skip("the target did not ask its person: " + first.summary());
                 const auto granted_first = settled(t, mission.player, first);
                 if (granted_first.status() != 200) t.blocked("the person's consent gave " + granted_first.summary());
                 t.expect(ask_for_consent(t, mission)).status(200);
             })
        .because("A mission is there to spare the person the same question.");
    suite
        .add("PS-MIS-087", "a request without capabilities counts with those of its mission",
             {{"auth-endpoint.capabilities-from-mission", "mission-capabilities-forgotten"}},
             [](Test& t) {
                 const auto mission = new_mission(t);
                 const auto body = t.draft().mission_by_digest
                                       ? mission.approval.json().value_or(nlohmann::json::object())
                                       : terms(mission);
                 const auto capabilities = body.value("capabilities", nlohmann::json::array());
                 if (json::dump(capabilities).find("\"interaction\"") == std::string::npos) {
                     t.skip("the mission was approved without the interaction capability");
                 }
                 const auto request = auth_request(t, mission.player, auth_body(t, mission.player, within(t, mission)));
                 const auto answer = needing_person(t, request, std::nullopt);
                 if (answer.status() == 200) t.skip("the target answered without its person");
                 t.expect(answer).that(answer.text("error") != "user_unreachable", "answer",
                                       "asks the person, whom the mission's capabilities reach", answer.summary());
             })
        .because("The capabilities at approval stand for those that a request leaves out.")
        .alone();
}

}  // namespace aauth::suites::ps

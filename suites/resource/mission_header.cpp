#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/mission.h"
#include "suites/common/rows.h"
#include "suites/resource/challenged.h"
#include "suites/resource/older_drafts.h"

// The mission that an agent names in AAuth-Mission (8.7 of the drafts that have it).
namespace aauth::suites::rs {

namespace {

constexpr const char* digest = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

// The mission claim of the resource token for a call in a mission; the case is skipped where the target knows none.
nlohmann::json mission_claim(Test& t) {
    const auto player = t.player();
    auto plan = call(t, Mode::Data, player, player.token);
    plan.header("AAuth-Mission", protocol::to_field(protocol::MissionReference{t.person_server_identifier(), digest}));
    const auto answer = t.send(plan.also_cover("aauth-mission"), "a call in a mission");
    const auto token = challenged(t, player, player.token, answer).token;
    const auto* mission = json::member(token.payload(), "mission");
    if (mission == nullptr) t.skip("the target knows no missions");
    return *mission;
}

void add(Suite& suite, int number, const char* title, Covers covers, std::function<void(Test&)> body,
         const char* because) {
    auto drafts = drafts_with(suite, covers.front().requirement);
    std::erase_if(drafts, [](const auto& id) { return protocol::find_draft(id)->mission_by_digest; });
    suite.add(case_id("RS-TOK", number), title, std::move(covers), std::move(body)).only_for(drafts).because(because);
}

}  // namespace

void mission_header_cases(Suite& suite) {
    suite.area("Missions", "8.7");
    add(suite, 35, "the mission claim of a resource token has the approver and the s256 of AAuth-Mission",
        {{"resource-token.mission", "alter resource-token.mission"}},
        [](Test& t) {
            const auto mission = mission_claim(t);
            const auto approver = json::string_member(mission, "approver").value_or("absent");
            const auto s256 = json::string_member(mission, "s256").value_or("absent");
            t.check({}, approver == t.person_server_identifier(), "approver", t.person_server_identifier(), approver);
            t.check({}, s256 == digest, "s256", digest, s256);
        },
        "The person server finds the mission by these two; changed, they name another or none.");
    add(suite, 36, "a resource token has no mission claim when the agent named no mission",
        {{"resource-token.mission", "add resource-token.mission"}},
        [](Test& t) {
            const bool there = json::member(challenged(t).token.payload(), "mission") != nullptr;
            t.check({}, !there, "mission", "absent", there ? "there" : "absent");
        },
        "");
    add(suite, 37, "a call in a mission is answered like one without",
        {{"mission.header-ignored", "mission-500"}},
        [](Test& t) {
            const auto field =
                protocol::to_field(protocol::MissionReference{t.person_server_identifier(), digest});
            t.accepts(basic_endpoint(), "mission.header-ignored", [&](mocks::SignedRequest& request) {
                request.header("AAuth-Mission", field).also_cover("aauth-mission");
            });
        },
        "A resource that knows no missions ignores the field.");
}

}  // namespace aauth::suites::rs

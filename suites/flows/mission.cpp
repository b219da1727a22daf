#include <nlohmann/json.hpp>

#include "suites/flows/flows.h"
#include "suites/person-server/missions.h"

// A mission from its proposal to its end (section 8): what the agent, the person and the person server say to each
// other.
namespace aauth::suites::flows {

namespace {

void expect_in(Test& t, const ps::Mission& mission, const jose::Jwt& token, std::string_view requirement) {
    const auto found = token.claim_string("mission_s256").value_or("absent");
    t.check(requirement, found == mission.s256, "mission_s256 of the token", mission.s256, found);
}

void whole_life(Test& t) {
    // The agent says what it means to do, the person approves, and the mission is named by the digest of its bytes.
    const auto mission = ps::new_mission(t);
    const auto& agent = mission.player;
    const auto name = [&](nlohmann::json& body) { body = ps::naming(t, mission.s256, body); };

    // The agent names it when it asks for a person token. From there it flows through the resource token, which the
    // resource makes from what it is shown, into the auth token.
    expect_in(t, mission, ps::person_token(t, agent, {}, name), "person-token.mission");
    expect_in(t, mission, ps::auth_token(t, agent, ps::within(t, mission)), "auth-token.mission");

    // What the agent did goes into the mission's log, and so does a change of plan.
    if (t.world().has("audit_endpoint")) {
        const auto record = ps::naming(t, mission.s256, {{"action", "Read"}, {"result", {{"status", "completed"}}}});
        t.expect(ps::post_to(t, "audit_endpoint", agent, record), "audit.response").status(201);
    }
    t.expect(ps::settled(t, agent, ps::update(t, mission)), "mission.update").status(200);

    // The agent proposes that the work is done; the person agrees, and from then on nothing is to be had in its name.
    t.expect(ps::settled(t, agent, ps::propose_completion(t, mission)), "mission.completion").status(200).required();
    const auto late = ps::naming(t, mission.s256, ps::person_body(t));
    ps::expect_terminated(t, t.send(ps::person_request(t, agent, late), "after the end"), "mission.terminated-error");
}

}  // namespace

void mission_flow(Suite& suite) {
    suite
        .add("PS-FLOW-040", "mission: proposed, approved, worked in, reported on, and over when the person agrees",
             {{"person-token.mission", "omit person-token.mission_s256"},
              {"auth-token.mission", "auth-token-no-mission"},
              {"audit.response", "audit-200"},
              {"mission.update", "mission-url-other"},
              {"mission.completion", "mission-completion-refused"},
              {"mission.terminated-error", "ended-goes-on person"}},
             whole_life)
        .because(
            "One approval stands behind a whole piece of work; the person server sees every step of it and can end it.")
        .only_for(drafts_with(&protocol::Draft::mission_by_digest));
}

}  // namespace aauth::suites::flows

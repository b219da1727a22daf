#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// Missions as the cases use them (section 8), and requests to the endpoints that govern agents (7.6 to 7.8).
namespace aauth::suites::ps {

// A mission that the person approved for an agent of ours.
struct Mission {
    Player player;
    std::string s256;
    std::string blob;  // the bytes, as they came; empty where there were none to read
    Answer approval;
};

// A conforming proposal, which names our resource where the draft lets it; and the request that makes it.
nlohmann::json proposal(Test& t);
mocks::SignedRequest proposal_request(Test& t, const Player& player, const nlohmann::json& body);
// The endpoint with that request. Skips the case when the target offers no missions.
Endpoint mission_endpoint();

// A mission that this player, or a new one, proposed and the person approved. Blocks the case when there is none.
Mission approved(Test& t, const Player& player, const BodyEdit& edit = {});
Mission new_mission(Test& t);
// The blob, parsed; an empty object where it is none.
nlohmann::json terms(const Mission& mission);
// Its expires_at in seconds since the epoch. Skips the case where the mission has none.
std::int64_t expiry(Test& t, const Mission& mission);
// A timestamp of the form 2026-04-07T14:30:00Z, with or without a fraction or an offset, in seconds since the epoch.
std::optional<std::int64_t> seconds_of(std::string_view timestamp);

// The same body, naming the mission as the draft has it.
nlohmann::json naming(Test& t, const std::string& s256, nlohmann::json body);
// What an auth token request within a mission is made from; the token that is shown to the resource is the same each
// time.
Ask within(Test& t, const Mission& mission);
// A signed POST to an endpoint of the metadata. Skips the case when there is none of that name.
mocks::SignedRequest governance_request(Test& t, std::string_view endpoint, const Player& player,
                                        const nlohmann::json& body);
Answer post_to(Test& t, std::string_view endpoint, const Player& player, const nlohmann::json& body);
// A POST to a mission's own URL by this player.
Answer act(Test& t, const Player& player, const std::string& s256, const nlohmann::json& body, std::string note = {});
Answer update(Test& t, const Mission& mission);
// The agent says that the mission is done: at its URL, or at the interaction endpoint where the draft has no such URL.
Answer propose_completion(Test& t, const Mission& mission);
// The same, and the person agrees: the mission has ended. Blocks the case when that did not work.
void complete(Test& t, const Mission& mission);

// One way in which a mission comes up at the target.
struct Path {
    std::string name;  // as the mock's faults call it: person, auth, permission, audit, relay, mission
    std::string what;  // "an audit record"
    std::function<Answer(Test&, const Mission&)> send;
};
// Those that the draft has.
std::vector<Path> mission_paths(const protocol::Draft& draft);
// The control: such a request works while the mission is active. Skips the case where the target has not that endpoint.
void works(Test& t, const Path& path, const Mission& mission);

// 403 mission_terminated, judged as `requirement`.
void expect_terminated(Test& t, const Answer& answer, std::string_view requirement);
// Refused as a bad request and for no other reason that shows.
void expect_bad_request(Test& t, const Answer& answer);

// The areas.
void mission_cases(Suite& suite);
void mission_approval_cases(Suite& suite);
void mission_action_cases(Suite& suite);
void mission_end_cases(Suite& suite);
void mission_not_found_cases(Suite& suite);
void mission_token_cases(Suite& suite);
void relay_cases(Suite& suite);

}  // namespace aauth::suites::ps

#pragma once

#include <string>
#include <string_view>

#include "harness/http/message.h"
#include "harness/result.h"

// Missions as an agent and a resource read them (section 8). The server's side is mocks/missions.
namespace aauth::protocol {

// The bytes of a mission blob from the `mission` member of its approval (8.2). Error "invalid_mission": no base64url
// without padding.
Result<std::string> mission_blob(std::string_view encoded);
// What names a mission: the unpadded base64url SHA-256 of the exact bytes of its blob (8.2.1).
std::string mission_digest(std::string_view blob);
// The agent's check before first use (8.2). Errors: "invalid_mission", "mission_mismatch".
Result<void> verify_mission(std::string_view encoded, std::string_view s256);

// What names a mission in drafts in which missions have an approver: AAuth-Mission, and the claim `mission`.
struct MissionReference {
    std::string approver;  // a server identifier
    std::string s256;
};
// Errors: "absent", "malformed_mission".
Result<MissionReference> parse_mission(const http::Fields& fields);
// The text of the field; empty when a value cannot stand in one.
std::string to_field(const MissionReference& reference);

}  // namespace aauth::protocol

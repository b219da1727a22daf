#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http/server.h"
#include "mocks/party.h"

namespace aauth::mocks {

// A mission as its person server keeps it (section 8).
struct Mission {
    std::string s256;                       // names it: of the bytes of the blob
    std::string owner;                      // "iss sub" of its agent
    std::string blob;                       // the exact bytes that were approved and are shown
    std::int64_t expires = 0;               // seconds since the epoch; 0: never
    std::string reason;                     // why it ended (8.6); empty while it is active
    std::vector<std::string> capabilities;  // captured at approval
    std::vector<std::string> log;           // accepted updates and audit records, as they are kept
};

// The missions of a person server: what is approved, what becomes of it, and who may go on with it. Thread-safe.
// Faults:
//   of the blob: "mission-omit MEMBER", "mission-agent-other", "mission-times-odd", "mission-approver",
//     "mission-approver-other", "mission-capabilities-inside", "mission-s256-other" (of other bytes)
//   of the end: "ended-goes-on WHERE" and "expired-goes-on WHERE" (requests are taken there all the same; WHERE is
//   person,
//     auth, permission, audit, relay or mission), "mission-revives", "mission-ended-400", "mission-no-status",
//     "mission-status-reason", "mission-reason-object"
//   of not finding: "mission-not-found-400", "mission-foreign-403", "mission-foreign-tells", "mission-foreign-header",
//     "mission-foreign-slow", "mission-no-limit", "foreign-mission-taken"
class Missions {
public:
    explicit Missions(const Party& party) : party_(party) {}

    // Approves the mission that the blob says, which gets approved_at and, with a lifetime in seconds that is not 0,
    // expires_at. No two of them have the same bytes.
    Mission approve(const std::string& owner, nlohmann::json blob, std::int64_t lifetime,
                    std::vector<std::string> capabilities);

    // As it is now: one whose time is over has ended with the reason "expired".
    std::optional<Mission> find(const std::string& s256) const;

    // The earlier of a time and the end of a mission, where it has one; seconds since the epoch.
    std::int64_t capped(std::int64_t time, const std::string& s256) const;

    // Ends it for good. False when there is none, or it has ended before.
    bool terminate(const std::string& s256, const std::string& reason);

    // What a faulty server does with one that has ended ("mission-revives"): it is active again.
    void revive(const std::string& s256);

    // Why a request of this agent ("iss sub"; empty: of whoever) cannot go on in a mission: 404 mission_not_found where
    // there is none or it is somebody else's, 403 mission_terminated. Nothing when it can. `where` as in the faults.
    std::optional<http::Reply> refusal(const std::string& s256, const std::string& owner,
                                       const std::string& where) const;

    // The same at a mission's own URL, where failures are counted and then limited (8.7): 429.
    std::optional<http::Reply> refusal_at_its_url(const std::string& s256, const std::string& owner);

    // Appends to the mission's log. The identifier of what was added: the unpadded base64url SHA-256 of its bytes.
    std::string record(const std::string& s256, const std::string& bytes);

    // An agreement of the person within a mission ("resource scope") is kept, and asked for.
    void agree(const std::string& s256, const std::string& to);
    bool agreed(const std::string& s256, const std::string& to) const;

private:
    struct Failures {
        std::int64_t since = 0;
        int count = 0;
    };

    http::Reply not_found(bool exists) const;
    http::Reply terminated(const std::string& reason) const;

    const Party& party_;
    mutable std::mutex mutex_;
    std::map<std::string, Mission> missions_;  // by s256
    std::set<std::string> agreements_;
    std::map<std::string, Failures> failures_;  // by agent
};

// The unpadded base64url encoding of the SHA-256 of these bytes (8.2.1).
std::string mission_digest(std::string_view bytes);

// Why a text cannot be a mission's s256 (43 characters that decode to 32 octets); nothing when it can.
std::optional<std::string> mission_reference_problem(std::string_view text);

}  // namespace aauth::mocks

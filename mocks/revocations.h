#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "harness/http/server.h"
#include "mocks/party.h"

namespace aauth::mocks {

// A revocation that a party makes at another (11.12.2), of a token that the first one issued.
struct Onward {
    std::string recipient;                           // server identifier
    protocol::Role role = protocol::Role::Resource;  // that the recipient plays
    std::string jti;
    std::int64_t expires = 0;  // of the token, seconds since the epoch
    std::string issuer = {};   // of the token, where the draft wants it named; empty: the party itself
    // How it ended: empty when it was recorded there, else "revocation_unsupported" or "revocation_unavailable"
    // (11.12.3).
    std::string error = {};
    std::string downstream = {};  // what the recipient reported of its own, a JSON array; empty: nothing
};

// The part of a party in revocation (11.12): its endpoint /revoke, the pending URLs /revocations/ID of revocations that
// take longer, and POST /mock/revoke {"token"} by which a test makes it revoke a token of its own. Faults, on top of
// those of Party ("revoke-any-issuer", "revoke-whole-issuer"):
//   of what it takes: "revoke-unsigned", "revoke-by-agent", "revoke-any-body" ("revoke-unchecked"), "revoke-any"
//     (of the issuer that the body names), "revoke-ignored" ("revoke-forgotten": nothing is recorded)
//   of what it answers: "revoke-404", "revoke-once" (404 the second time), "revoke-202", "revoke-204", "revoke-body",
//     "revoke-typed", "revoke-known" (200 for whatever token, where the draft wants 404), "refuses-otherwise" (another
//     code than unsupported_iss), "rate-limited-otherwise", "rate-limited-no-retry-after"
//   of revocations that take long: "cascade-unawaited" (200 before the others have answered), "hold-short" (202 at
//     once), "hold-gives-up" (504 instead of 202), "revocation-no-location", "revocation-requirement",
//     "revocation-poll-any"
//   of what it calls: "cascade-none", "cascade-gives-up" (at the first one that fails), "cascade-fails" (500 when one
//     fails), "cascade-unrepeated" (what failed is not tried again), "revoke-sends-jti-alone", "revoke-polls-unsigned",
//     and those of Party as a signer
//   of what it reports: "report-none", "report-no-error", "report-errors-swapped", "report-as-text"; and reads:
//     "report-unread" (any answer counts as recorded)
class Revocations {
public:
    struct Part {
        bool receives = true;  // it has a revocation endpoint
        bool reports = false;  // its 200 says what came of the downstream revocations (an AS)
        // What goes with a revocation that was just recorded, or is repeated: gives the revocations to be made.
        std::function<std::vector<Onward>(const std::string& issuer, const std::string& jti)> cascade = {};
        // Whether the party knows the token, for drafts in which that matters; absent: it knows all.
        std::function<bool(const std::string& issuer, const std::string& jti)> known = {};
        // Where a token of its own is revoked, by its claims; absent: as `cascade` says.
        std::function<std::vector<Onward>(const nlohmann::json& claims)> recipients = {};
    };
    // Adds the routes to the party, which outlives this.
    Revocations(Party& party, Part part);
    ~Revocations();

    // What the endpoint and the pending URLs answer from now on: asked first, before anything is verified; nothing lets
    // the ordinary answer be made. It may wait before it answers.
    using Script = std::function<std::optional<http::Reply>(const http::Request&)>;
    void answer_with(Script script);

    // Makes these revocations, each recipient on its own, and waits until all have ended. An ended one that succeeded
    // before is not made again.
    std::vector<Onward> carry_out(std::vector<Onward> revocations);
    // Revokes a token of the party's own, with all that goes with it.
    std::vector<Onward> revoke_own(const std::string& jti);

    void stop();  // lets every wait end

private:
    // A revocation that was received, and what came of it.
    struct Running {
        std::string id, caller;
        std::vector<Onward> onward;
        bool done = false;
        std::thread thread;
    };
    using Entry = std::shared_ptr<Running>;

    http::Reply receive(const http::Request& request);
    http::Reply judged(const http::Request& request);
    http::Reply poll(const http::Request& request);
    http::Reply revoke_for_test(const http::Request& request);
    std::optional<http::Reply> scripted(const http::Request& request) const;
    tl::expected<std::string, http::Reply> caller(const http::Request& request) const;
    std::optional<http::Reply> too_many(const std::string& issuer);
    http::Reply begun(const std::string& issuer, const std::string& jti, const http::Request& request);
    Entry start(const std::string& caller, const std::string& name, std::vector<Onward> onward);
    http::Reply waited(const Entry& entry, const http::Request& request, bool first);
    http::Reply recorded(const std::vector<Onward>& onward) const;
    bool on(std::string_view fault) const { return party_.faults().on(fault); }

    void make(Onward& onward);
    Result<std::string> endpoint_of(const Onward& onward);
    Result<http::Response> send(const SignedRequest& plan) const;
    Result<http::Response> ended(const http::Url& endpoint, http::Response response);
    bool pause(std::chrono::milliseconds time);  // false when everything stops

    Party& party_;
    Part part_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Script script_;
    bool stopping_ = false;
    std::list<Entry> running_;                                 // oldest first
    std::map<std::string, Entry> by_token_;                    // "iss jti"
    std::set<std::pair<std::string, std::string>> succeeded_;  // recipient and jti
    std::atomic<int> calls_{0};
    std::map<std::string, std::pair<std::int64_t, int>> rates_;  // issuer -> start of its minute, revocations since
};

}  // namespace aauth::mocks

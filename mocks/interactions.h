#pragma once

#include <atomic>
#include <string>

#include "harness/http/server.h"
#include "harness/protocol/faults.h"
#include "mocks/party.h"
#include "mocks/pending.h"

namespace aauth::mocks {

// Deferred responses and the pages that people see, for any party that defers: the 202, the pending URL, the interaction
// page, and a call by which a test decides in the person's place. Faults:
//   of the 202: "pending-no-location", "pending-other-origin", "pending-guessable", "pending-no-retry-after",
//     "pending-cacheable", "pending-no-status", "pending-no-requirement", "requirement-string", "interaction-http-url",
//     "interaction-url-query", "interaction-no-code", "code-alphabet", "code-short", "code-fixed"
//   of polling: "poll-any-agent", "poll-unsigned", "poll-repeats", "poll-200-pending", "poll-denied-400",
//     "poll-denied-200", "poll-expired-403", "delete-ignored"
//   of withdrawing and POST: "cancel-any-agent", "cancel-revived", "post-any-action", "post-approves",
//     "updated-unverified", "updated-not-applied"
//   of the decision: "token-lost", "decides-for-all"
//   of the page: "page-approves", "never-interacting", "code-reusable", "code-case-sensitive", "code-no-aliases", "code-hyphens-matter"
class Interactions {
public:
    Interactions(const Party& party, std::string prefix);

    // The 202 for a request of `owner` ("iss sub"), completed by `complete` when the person approves. An updated request
    // has to have the same `binding`.
    using Complete = std::function<http::Response()>;
    http::Reply defer(const std::string& owner, Complete complete, const std::string& binding = {});

    // What the party's routes call. `verify` gives the owner of a signed request or the refusal.
    using Verify = std::function<tl::expected<std::string, http::Reply>(const http::Request&)>;
    http::Reply poll(const http::Request& request, const Verify& verify);
    http::Reply cancel(const http::Request& request, const Verify& verify);
    // A POST to the pending URL (7.5.2). `update` verifies an updated request and gives what completes it from then on.
    using Update = std::function<tl::expected<Complete, http::Reply>(const http::Request&, const std::string& binding)>;
    http::Reply post(const http::Request& request, const Verify& verify, const Update& update);
    http::Reply page(const http::Request& request);
    http::Reply submitted(const http::Request& request);  // the page's form
    http::Reply decide(const http::Request& request);     // {"code" or "location", "decision"}: the test's call

    void stop() { requests_.wake(); }

    std::string pending_path() const { return prefix_ + "/pending/"; }
    std::string page_path() const { return prefix_ + "/interaction"; }

private:
    http::Reply pending_reply(const Pending& pending) const;
    http::Reply terminal_reply(const Pending& pending);
    http::Reply problem(std::string_view error, std::string_view detail, int status = 0) const;
    bool decided(const std::string& id, const std::string& decision);
    bool on(std::string_view fault) const { return party_.faults().on(fault); }

    http::Reply wrong_code();

    const Party& party_;
    std::string prefix_;
    PendingRequests requests_;
    std::atomic<int> wrong_codes_{0};  // since the last good one
};

}  // namespace aauth::mocks

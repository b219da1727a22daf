#pragma once

#include <atomic>
#include <string>

#include "harness/http/server.h"
#include "harness/protocol/faults.h"
#include "mocks/party.h"
#include "mocks/pending.h"

namespace aauth::mocks {

// Deferred responses and the pages that people see, for any party that defers: the 202, the pending URL, the
// interaction page, and calls by which a test decides or asks in the person's place. Faults:
//   of the 202: "pending-no-location", "pending-other-origin", "pending-guessable", "pending-no-retry-after",
//     "pending-cacheable", "pending-no-status", "pending-no-requirement", "requirement-string", "interaction-http-url",
//     "interaction-url-query", "interaction-no-code", "code-alphabet", "code-short", "code-fixed"
//   of polling: "poll-any-agent", "poll-unsigned", "poll-repeats", "poll-200-pending", "poll-later-200",
//   "poll-denied-400",
//     "forbidden-signature-error", "requirement-in-www-authenticate",
//     "poll-denied-200", "poll-expired-403", "poll-abandoned-400", "poll-revoked-denied", "revoked-no-detail",
//     "slow-down-400", "delete-ignored", "wait-refused" (Prefer: wait)
//   of withdrawing and POST: "cancel-any-agent", "cancel-revived", "post-any-action", "post-approves",
//     "post-any-agent", "updated-unverified", "updated-not-applied", "updated-refused"
//   of questions: "question-as-interaction", "question-no-member", "question-options-object", "question-poll-bare",
//     "response-refused",
//     "ask-undeclared", "rounds-unlimited", "rounds-eight"
//   of the decision: "token-lost", "approval-lost", "decides-for-all"
//   of the page: "page-approves", "never-interacting", "code-reusable", "code-outlives", "codes-unlimited",
//     "callback-ignored", "page-end-500", "callback-no-error", "callback-other-error", "page-unescaped",
//     "page-shows-nothing", "approver-unchecked", "first-skipped", "first-forever", "first-no-callback",
//     "first-error-ignored", "first-error-as-denied"
//   and those of PendingRequests.
class Interactions {
public:
    // `pin` is what the person types to be known at the page; empty: whoever has the code decides, as on a machine of
    // one's own (13.13).
    Interactions(const Party& party, std::string prefix, std::string pin = {});

    // The 202 (or 402) for a request of `owner` ("iss sub"), completed by `complete` when it is approved. An updated
    // request has to have the same `binding`.
    using Complete = std::function<http::Response()>;
    http::Reply defer(const std::string& owner, Complete complete, const std::string& binding = {}, Wants wants = {});

    // What the party's routes call. `verify` gives the owner of a signed request or the refusal.
    using Verify = std::function<tl::expected<std::string, http::Reply>(const http::Request&)>;
    http::Reply poll(const http::Request& request, const Verify& verify);
    http::Reply cancel(const http::Request& request, const Verify& verify);
    // A POST to the pending URL (7.5.2, 9.2). `update` verifies an updated request and gives what completes it from
    // then on; without one there are no updates.
    using Update = std::function<tl::expected<Complete, http::Reply>(const http::Request&, const std::string& binding)>;
    http::Reply post(const http::Request& request, const Verify& verify, const Update& update = {});
    http::Reply page(const http::Request& request);
    http::Reply returned(const http::Request& request);   // below back_path(): from the resource's interaction (7.2.3)
    http::Reply submitted(const http::Request& request);  // the page's form

    // What tests call: {"code" or "location", "decision"}, {"location", "question"} (asks it of whoever waits there),
    // {"seconds"} (how long requests wait that are deferred from now on; 0: as usual).
    http::Reply decide(const http::Request& request);
    http::Reply ask(const http::Request& request);
    http::Reply set_lifetime(const http::Request& request);

    // A token was revoked: what waits and depends on it ends with `revoked` (11.12.5).
    void revoked(const std::string& issuer, const std::string& jti);
    // Changes every request that waits, whatever else happened outside.
    void change(const std::function<void(Pending&)>& change);

    void stop() { requests_.wake(); }

    std::string pending_path() const { return prefix_ + "/pending/"; }
    std::string page_path() const { return prefix_ + "/interaction"; }
    std::string back_path() const { return page_path() + "/back/"; }

private:
    // The request with which the agent answers: its own, waiting, at this URL; or the refusal.
    tl::expected<Pending, http::Reply> own(const http::Request& request, const Verify& verify, bool any_agent);
    http::Reply pending_reply(const Pending& pending, bool first = false) const;
    http::Reply terminal_reply(const Pending& pending);
    // What a question, a wish for claims or a payment was answered with; a reply refuses it.
    std::optional<http::Reply> answered(const Pending& pending, const nlohmann::json& body);
    bool too_fast(const std::string& id);
    http::Reply problem(std::string_view error, std::string_view detail, int status = 0) const;
    bool decided(const std::string& id, const std::string& decision);
    bool on(std::string_view fault) const { return party_.faults().on(fault); }

    http::Reply wrong_code();
    http::Reply consent_page(const Pending& pending) const;
    http::Reply interstitial(const Pending& pending) const;
    // Where the browser goes at the end, or that it may be closed.
    http::Reply end_page(const Pending& pending, const std::string& error) const;

    const Party& party_;
    std::string prefix_, pin_;
    PendingRequests requests_;
    std::atomic<int> wrong_codes_{0};        // since the last good one
    std::atomic<std::int64_t> lifetime_{0};  // seconds; 0: as usual
};

}  // namespace aauth::mocks

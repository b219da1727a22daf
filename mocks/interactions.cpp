#include "mocks/interactions.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/problem.h"

namespace aauth::mocks {

namespace {

constexpr std::int64_t usual_lifetime = 600;  // seconds

// Seconds of `Prefer: wait=N`, five at most.
std::chrono::milliseconds willing_to_wait(const http::Request& request) {
    const auto prefer = request.fields.combined("Prefer").value_or("");
    const auto at = prefer.find("wait=");
    int seconds = 0;
    if (at != std::string::npos) std::from_chars(prefer.data() + at + 5, prefer.data() + prefer.size(), seconds);
    return std::chrono::seconds(std::clamp(seconds, 0, 5));
}

std::string id_of(const http::Request& request, const std::string& prefix) {
    return request.path().substr(std::min(prefix.size(), request.path().size()));
}

// The credential of `Authorization: Payment ...`; empty when there is none.
std::string payment_of(const http::Request& request) {
    const auto field = request.fields.first("Authorization").value_or("");
    return field.rfind("Payment ", 0) == 0 ? field.substr(8) : std::string();
}

std::string_view requirement_value(Need need) {
    switch (need) {
        case Need::Approval:
            return "approval";
        case Need::Clarification:
            return "clarification";
        case Need::Claims:
            return "claims";
        default:
            return "interaction";
    }
}

}  // namespace

Interactions::Interactions(const Party& party, std::string prefix, std::string pin)
    : party_(party),
      prefix_(std::move(prefix)),
      pin_(std::move(pin)),
      requests_([&party] { return party.network().now(); }, party.faults()) {}

http::Reply Interactions::problem(std::string_view error, std::string_view detail, int status) const {
    return party_.problem_reply(error, detail, status);
}

http::Reply Interactions::defer(const std::string& owner, Complete complete, const std::string& binding, Wants wants) {
    const auto lifetime = std::chrono::seconds(lifetime_ > 0 ? lifetime_.load() : usual_lifetime);
    auto pending = requests_.add(owner, lifetime, std::move(complete));
    pending.binding = binding;
    pending.wants = std::move(wants);
    if (pending.wants.need == Need::Clarification) pending.questions = pending.told = 1;
    if (on("code-alphabet")) pending.code = "ILOU-" + pending.code;
    if (on("code-short")) pending.code = pending.code.substr(0, 4);
    if (on("code-fixed")) pending.code = "A1B2-C3D4";
    requests_.update(pending.id, [&](Pending& kept) { kept = pending; });
    return pending_reply(pending, true);
}

http::Reply Interactions::pending_reply(const Pending& pending, bool first) const {
    const auto& wants = pending.wants;
    http::Reply reply;
    auto& fields = reply.response.fields;
    const bool unpaid = wants.need == Need::Payment && first;  // a poll that comes too early is no new demand
    reply.response.status = on("poll-200-pending") || (!first && on("poll-later-200")) ? 200 : unpaid ? 402 : 202;
    std::string location = party_.url(pending_path() + pending.id);
    if (on("pending-guessable")) location = party_.url(pending_path() + "1001");
    if (on("pending-other-origin")) location = "https://elsewhere.example" + pending_path() + pending.id;
    if (!on("pending-no-location")) fields.add("Location", location);
    if (!on("pending-no-retry-after")) fields.add("Retry-After", "0");
    if (!on("pending-cacheable")) fields.add("Cache-Control", "no-store");
    fields.add("Content-Type", "application/json");
    if (unpaid) fields.add("WWW-Authenticate", wants.payment);
    nlohmann::json body{{"status", pending.interacting ? "interacting" : "pending"}};
    protocol::Requirement requirement{std::string(requirement_value(wants.need)), {}};
    if (wants.need == Need::Person) {
        requirement.parameters = {{"url", party_.url(page_path())}, {"code", pending.code}};
        if (on("interaction-http-url")) requirement.parameters["url"] = "http://interaction.example/page";
        if (on("interaction-url-query")) requirement.parameters["url"] += "?a=b";
        if (on("interaction-no-code")) requirement.parameters.erase("code");
    } else if (wants.need == Need::Clarification) {
        if (on("question-as-interaction")) requirement.value = "interaction";
        if (!on("question-no-member")) body["clarification"] = wants.question;
        if (wants.timeout) body["timeout"] = *wants.timeout;
        if (!wants.options.empty()) body["options"] = wants.options;
        if (on("question-options-object")) body["options"] = {{"first", "yes"}};
    } else if (wants.need == Need::Claims) {
        body["required_claims"] = wants.claims;
    }
    const auto field =
        on("requirement-string") ? "requirement=\"" + requirement.value + "\"" : protocol::to_field(requirement);
    const bool bare = wants.need == Need::Payment || (pending.told > 1 && on("question-poll-bare"));
    if (!on("pending-no-requirement") && !bare) fields.add("AAuth-Requirement", field);
    if (on("requirement-in-www-authenticate")) fields.add("WWW-Authenticate", "AAuth " + field);
    if (on("pending-no-status")) body.erase("status");
    reply.response.body = json::dump(body);
    return reply;
}

http::Reply Interactions::terminal_reply(const Pending& pending) {
    if (!requests_.finish(pending.id) && !on("poll-repeats")) return problem("gone", "this request is finished", 410);
    switch (pending.decision) {
        case Decision::Approved: {
            if (on("approval-lost")) return problem("server_error", "what was approved is lost");
            http::Reply reply;
            reply.response = pending.complete();
            if (on("token-lost")) reply.response.body = "{}";
            return reply;
        }
        case Decision::Denied:
            if (on("poll-denied-200")) return problem("denied", "", 200);
            if (on("forbidden-signature-error")) {
                auto reply = problem("denied", "the person declined");
                reply.response.fields.add("Signature-Error", "error=invalid_jwt");
                return reply;
            }
            return problem("denied", "the person declined", on("poll-denied-400") ? 400 : 0);
        case Decision::Abandoned:
            return problem("abandoned", "the person did not complete the interaction",
                           on("poll-abandoned-400") ? 400 : 0);
        case Decision::Expired:
            return problem("expired", "nobody answered in time", on("poll-expired-403") ? 403 : 0);
        case Decision::Revoked:
            if (on("revoked-no-detail")) return problem("revoked", "");
            return problem(on("poll-revoked-denied") ? "denied" : "revoked", pending.reason + " was revoked");
        case Decision::Locked:
            return problem("invalid_code", "there were too many wrong codes");
        case Decision::Failed:
            return problem("server_error", "the interaction failed elsewhere");
        default:
            return problem("gone", "this request was withdrawn", 410);
    }
}

// More than thirty polls of one URL in ten seconds.
bool Interactions::too_fast(const std::string& id) {
    constexpr std::int64_t span = 10;  // seconds
    bool fast = false;
    requests_.update(id, [&, now = party_.network().now()](Pending& pending) {
        if (now - pending.polls_since >= span) {
            pending.polls_since = now;
            pending.polls = 0;
        }
        fast = ++pending.polls > 30;
        ++pending.told;
    });
    return fast;
}

http::Reply Interactions::poll(const http::Request& request, const Verify& verify) {
    std::string owner;
    if (!on("poll-unsigned") || request.fields.contains("Signature")) {
        auto verified = verify(request);
        if (!verified) return verified.error();
        owner = *verified;
    }
    const auto id = id_of(request, pending_path());
    const auto found = requests_.find(id);
    const bool theirs = found && (found->owner == owner || on("poll-any-agent") || owner.empty());
    if (!theirs) return problem("not_found", "there is no such pending request", 404);
    if (found->finished && !on("poll-repeats")) return problem("gone", "this request is finished", 410);
    if (request.fields.contains("Prefer") && on("wait-refused")) return problem("invalid_request", "I wait for nobody");
    if (found->decision == Decision::Waiting && too_fast(id)) {
        auto reply = problem("slow_down", "there were too many polls", on("slow-down-400") ? 400 : 0);
        reply.response.fields.add("Retry-After", "5");
        return reply;
    }
    const auto payment = payment_of(request);
    if (found->wants.need == Need::Payment && !payment.empty()) {
        if (auto refusal = answered(*found, {{"payment", payment}})) return *refusal;
    }
    const auto pending = requests_.wait(id, willing_to_wait(request));
    if (!pending || pending->decision == Decision::Waiting) return pending_reply(pending.value_or(*found));
    return terminal_reply(*pending);
}

tl::expected<Pending, http::Reply> Interactions::own(const http::Request& request, const Verify& verify,
                                                     bool any_agent) {
    auto owner = verify(request);
    if (!owner) return tl::unexpected(owner.error());
    const auto found = requests_.find(id_of(request, pending_path()));
    const bool theirs = found && (found->owner == *owner || any_agent);
    if (!theirs) return tl::unexpected(problem("not_found", "there is no such pending request", 404));
    return *found;
}

http::Reply Interactions::cancel(const http::Request& request, const Verify& verify) {
    auto found = own(request, verify, on("cancel-any-agent"));
    if (!found) return found.error();
    if (!on("delete-ignored")) {
        requests_.update(found->id, [](Pending& pending) {
            pending.decision = Decision::Cancelled;
            pending.finished = true;
        });
    }
    http::Reply reply;
    reply.response.status = 204;
    return reply;
}

void Interactions::revoked(const std::string& issuer, const std::string& jti) {
    const auto token = issuer + " " + jti;
    change([&](Pending& pending) {
        const auto found = pending.wants.depends_on.find(token);
        if (found == pending.wants.depends_on.end()) return;
        pending.decision = Decision::Revoked;
        pending.reason = found->second;
    });
}

void Interactions::change(const std::function<void(Pending&)>& change) {
    requests_.update_all([&](Pending& pending) {
        if (pending.decision == Decision::Waiting) change(pending);
    });
}

http::Reply Interactions::set_lifetime(const http::Request& request) {
    const auto body = json::parse_object(request.body);
    // A hook writes digits as a text.
    const auto text = body ? json::string_member(*body, "seconds").value_or("") : std::string();
    auto seconds = body ? json::integer_member(*body, "seconds").value_or(-1) : -1;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (seconds < 0 || seconds > 86400) return problem("invalid_request", "seconds is missing or odd");
    lifetime_ = seconds;
    http::Reply reply;
    reply.response.status = 204;
    return reply;
}

}  // namespace aauth::mocks

#include "mocks/revocations.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/crypto/digest.h"
#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "mocks/revocation_body.h"

// The receiving end: the endpoint, what it holds back until the cascade is over, and the pending URLs.
namespace aauth::mocks {

namespace {

constexpr auto endpoint_path = "/revoke";
constexpr std::string_view pending_path = "/revocations/";
constexpr int longest_hold = 20;    // seconds; also without Prefer: wait
constexpr int most_a_minute = 300;  // revocations of one issuer
constexpr std::size_t most_issuers = 1000;
constexpr std::size_t most_kept = 1000;  // revocations whose outcome is remembered

// Seconds of `Prefer: wait=N`.
std::optional<int> wished_wait(const http::Request& request) {
    const auto prefer = request.fields.combined("Prefer").value_or("");
    const auto at = prefer.find("wait=");
    int seconds = 0;
    if (at == std::string::npos) return std::nullopt;
    const auto parsed = std::from_chars(prefer.data() + at + 5, prefer.data() + prefer.size(), seconds);
    if (parsed.ec != std::errc()) return std::nullopt;
    return std::clamp(seconds, 0, longest_hold);
}

nlohmann::json report(const std::vector<Onward>& onward, const protocol::Faults& faults) {
    nlohmann::json entries = nlohmann::json::array();
    for (const auto& made : onward) {
        nlohmann::json entry{{"recipient", made.recipient}};
        auto error = faults.on("report-no-error") ? std::string() : made.error;
        if (faults.on("report-errors-swapped") && !error.empty()) {
            error = error == "revocation_unsupported" ? "revocation_unavailable" : "revocation_unsupported";
        }
        if (!error.empty()) entry["error"] = error;
        entries.push_back(entry);
    }
    return {{"downstream", entries}};
}

}  // namespace

Revocations::Revocations(Party& party, Part part) : party_(party), part_(std::move(part)) {
    party_.route("POST", "/mock/revoke", [this](const http::Request& request) { return revoke_for_test(request); });
    if (!part_.receives) return;
    party_.route("POST", endpoint_path, [this](const http::Request& request) { return receive(request); });
    party_.route("GET", std::string(pending_path) + "*",
                 [this](const http::Request& request) { return poll(request); });
}

Revocations::~Revocations() {
    stop();
    for (const auto& entry : running_) {
        if (entry->thread.joinable()) entry->thread.join();
    }
}

void Revocations::stop() {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
}

void Revocations::answer_with(Script script) {
    const std::scoped_lock lock(mutex_);
    script_ = std::move(script);
}

std::optional<http::Reply> Revocations::scripted(const http::Request& request) const {
    std::unique_lock lock(mutex_);
    const auto script = script_;
    lock.unlock();
    return script ? script(request) : std::nullopt;
}

tl::expected<std::string, http::Reply> Revocations::caller(const http::Request& request) const {
    protocol::SignatureRules rules;
    rules.server_endpoint = party_.role() != protocol::Role::Resource || party_.draft().bodies_covered_at_revocation;
    if (on("revoke-by-agent")) {
        if (auto agent = party_.verified(request, rules)) return agent->token->claim("iss");
    }
    rules.servers = true;
    auto server = party_.verified(request, rules);
    if (!server) return tl::unexpected(server.error());
    return server->signer;
}

std::optional<http::Reply> Revocations::too_many(const std::string& issuer) {
    const auto now = party_.network().now();
    {
        const std::scoped_lock lock(mutex_);
        if (rates_.size() > most_issuers) rates_.clear();
        auto& [since, count] = rates_.try_emplace(issuer, now, 0).first->second;
        if (now - since >= 60) std::tie(since, count) = std::pair(now, 0);
        if (++count <= most_a_minute) return std::nullopt;
    }
    auto reply = party_.problem_reply(on("rate-limited-otherwise") ? "slow_down" : "rate_limited",
                                      "more revocations than are taken in a minute");
    if (!on("rate-limited-no-retry-after")) reply.response.fields.set("Retry-After", "60");
    return reply;
}

http::Reply Revocations::receive(const http::Request& request) {
    if (auto reply = scripted(request)) return *reply;
    const bool unsigned_taken = on("revoke-unsigned") && !request.fields.contains("Signature");
    auto issuer = unsigned_taken ? std::string() : caller(request);
    if (!issuer) return issuer.error();
    if (on("refuses-otherwise")) return party_.problem_reply("access_denied", "not from you", 403);
    if (auto reply = too_many(*issuer)) return *reply;
    const auto body = json::parse_object(request.body);
    const auto jti = body ? json::string_member(*body, "jti") : std::nullopt;
    const auto named = body ? json::string_member(*body, "iss") : std::nullopt;
    const auto member = second_revocation_member(party_.draft());
    const bool names_issuer = member == "iss";
    const bool second = body && (names_issuer ? named.has_value()
                                              : member.empty() || json::integer_member(*body, member).has_value());
    const bool any_body = on("revoke-any-body") || on("revoke-unchecked");
    if (!jti || !second) {
        if (any_body) return recorded({});
        return party_.problem_reply("invalid_request", "the body is malformed, or a member is missing");
    }
    const bool any_issuer = on("revoke-any") || on("revoke-any-issuer") || unsigned_taken;
    if (names_issuer && named && *named != *issuer && !any_issuer) {
        return party_.problem_reply("invalid_request", "a caller revokes its own tokens only", 403);
    }
    if (named && (on("revoke-any") || (names_issuer && any_issuer))) issuer = *named;
    return begun(*issuer, *jti, request);
}

http::Reply Revocations::begun(const std::string& issuer, const std::string& jti, const http::Request& request) {
    const bool again = party_.revoked(issuer, jti);
    const bool unknown = party_.draft().unknown_revocation_404 && !again && part_.known && !part_.known(issuer, jti) &&
                         !on("revoke-known");
    if (unknown || on("revoke-404") || (on("revoke-once") && again)) {
        return party_.problem_reply("not_found", "there is no such token", 404);
    }
    if (!on("revoke-ignored") && !on("revoke-forgotten")) party_.record_revocation(issuer, jti);
    const auto name = issuer + " " + jti;
    Entry entry;
    {
        const std::scoped_lock lock(mutex_);
        const auto found = by_token_.find(name);
        const bool kept = found != by_token_.end() && (!found->second->done || on("cascade-unrepeated"));
        if (kept) entry = found->second;
    }
    if (!entry) {
        auto onward = part_.cascade && !on("cascade-none") ? part_.cascade(issuer, jti) : std::vector<Onward>();
        if (onward.empty()) return recorded({});
        entry = start(issuer, name, std::move(onward));
    }
    return waited(entry, request, true);
}

Revocations::Entry Revocations::start(const std::string& caller, const std::string& name, std::vector<Onward> onward) {
    auto entry = std::make_shared<Running>();
    entry->id = crypto::random_id();
    entry->caller = caller;
    entry->onward = std::move(onward);
    const std::scoped_lock lock(mutex_);
    while (running_.size() >= most_kept && running_.front()->done) {
        running_.front()->thread.join();
        std::erase_if(by_token_, [&](const auto& kept) { return kept.second == running_.front(); });
        running_.pop_front();
    }
    running_.push_back(entry);
    by_token_[name] = entry;
    entry->thread = std::thread([this, entry] {
        auto made = carry_out(entry->onward);
        const std::scoped_lock done(mutex_);
        entry->onward = std::move(made);
        entry->done = true;
        changed_.notify_all();
    });
    return entry;
}

http::Reply Revocations::waited(const Entry& entry, const http::Request& request, bool first) {
    if (on("cascade-unawaited")) return recorded({});
    const auto wished = wished_wait(request);
    const bool short_hold = first && !wished && on("hold-short");
    const auto hold = std::chrono::seconds(short_hold ? 0 : wished.value_or(first ? longest_hold : 0));
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, hold, [&] { return entry->done || stopping_; }) && entry->done) {
        const auto onward = entry->onward;
        lock.unlock();
        return recorded(onward);
    }
    lock.unlock();
    if (on("hold-gives-up")) return party_.problem_reply("server_error", "the others take too long", 504);
    auto reply = Party::json_reply(202, {{"status", "pending"}});
    auto& fields = reply.response.fields;
    fields.set("Retry-After", "0");
    if (!on("revocation-no-location")) fields.set("Location", party_.url(std::string(pending_path) + entry->id));
    if (on("revocation-requirement")) fields.set("AAuth-Requirement", "requirement=approval");
    return reply;
}

http::Reply Revocations::recorded(const std::vector<Onward>& onward) const {
    if (on("revoke-body")) return Party::json_reply(200, {{"revoked", true}});
    const bool failed =
        std::any_of(onward.begin(), onward.end(), [](const Onward& made) { return !made.error.empty(); });
    if (failed && on("cascade-fails")) return party_.problem_reply("server_error", "somebody could not be told", 500);
    if (part_.reports && !onward.empty() && !on("report-none")) {
        auto reply = Party::json_reply(200, report(onward, party_.faults()));
        if (on("report-as-text")) reply.response.fields.set("Content-Type", "text/plain");
        return reply;
    }
    http::Reply reply;
    reply.response.status = on("revoke-202") ? 202 : on("revoke-204") ? 204 : 200;
    if (on("revoke-typed")) reply.response.fields.add("Content-Type", "application/json");
    return reply;
}

http::Reply Revocations::poll(const http::Request& request) {
    if (auto reply = scripted(request)) return *reply;
    auto who = caller(request);
    if (!who) return who.error();
    const auto id = request.path().substr(pending_path.size());
    Entry entry;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& kept : running_) {
            if (kept->id == id && (kept->caller == *who || on("revocation-poll-any"))) entry = kept;
        }
    }
    if (!entry) return party_.problem_reply("not_found", "there is no such pending request", 404);
    return waited(entry, request, false);
}

http::Reply Revocations::revoke_for_test(const http::Request& request) {
    const auto body = json::parse_object(request.body);
    const auto compact = body ? json::string_member(*body, "token") : std::nullopt;
    const auto token = jose::Jwt::decode(compact.value_or(""));
    if (!token || token->claim_string("iss") != party_.identifier()) {
        return party_.problem_reply("invalid_request", "token is no token of this party");
    }
    const auto jti = token->claim_string("jti").value_or("");
    const auto made = part_.recipients ? carry_out(part_.recipients(token->payload())) : revoke_own(jti);
    return Party::json_reply(200, report(made, {}));
}

}  // namespace aauth::mocks

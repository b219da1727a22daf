#include "mocks/missions.h"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <nlohmann/json.hpp>

#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "harness/protocol/mission.h"
#include "harness/protocol/problem.h"

namespace aauth::mocks {

namespace {

constexpr int failures_allowed = 40;          // of one agent
constexpr std::int64_t failures_within = 60;  // seconds

// "2026-04-07T14:30:00.000001Z"; without the fraction where `fraction` is negative.
std::string timestamp(std::int64_t seconds, int fraction = -1) {
    const std::time_t time = seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    const auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                                  parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text + (fraction < 0 ? "Z" : fmt::format(".{:06}Z", fraction));
}

}  // namespace

std::string mission_digest(std::string_view bytes) { return protocol::mission_digest(bytes); }

std::optional<std::string> mission_reference_problem(std::string_view text) {
    const auto octets = crypto::base64url_decode(text);
    if (!octets) return "it is not base64url without padding";
    if (octets->size() != 32) return "it is not the SHA-256 of anything";
    return std::nullopt;
}

Mission Missions::approve(const std::string& owner, nlohmann::json blob, std::int64_t lifetime,
                          std::vector<std::string> capabilities) {
    const auto& faults = party_.faults();
    const auto now = party_.network().now();
    Mission mission;
    mission.owner = owner;
    if (lifetime != 0) mission.expires = now + lifetime;
    if (lifetime != 0) blob["expires_at"] = timestamp(mission.expires);
    if (faults.on("mission-approver-other")) blob["approver"] = party_.identifier() + ".example";
    if (faults.on("mission-approver")) blob["approver"] = party_.identifier();
    if (faults.on("mission-agent-other")) blob["agent"] = "aauth:somebody@elsewhere.example";
    if (faults.on("mission-capabilities-inside")) blob["capabilities"] = capabilities;
    mission.capabilities = std::move(capabilities);
    const std::scoped_lock lock(mutex_);
    // approved_at is what makes two missions of the same words differ (8.2).
    for (int fraction = static_cast<int>(missions_.size() % 1000000);; fraction = (fraction + 1) % 1000000) {
        blob["approved_at"] = timestamp(now, fraction);
        if (faults.on("mission-times-odd")) blob["approved_at"] = std::to_string(now) + "." + std::to_string(fraction);
        for (const auto& fault : faults.names()) {
            if (fault.rfind("mission-omit ", 0) == 0) blob.erase(fault.substr(13));
        }
        mission.blob = json::dump(blob);
        mission.s256 = mission_digest(faults.on("mission-s256-other") ? json::pretty(blob) : mission.blob);
        if (missions_.emplace(mission.s256, mission).second || !blob.contains("approved_at")) return mission;
    }
}

std::optional<Mission> Missions::find(const std::string& s256) const {
    const auto now = party_.network().now();
    const std::scoped_lock lock(mutex_);
    const auto found = missions_.find(s256);
    if (found == missions_.end()) return std::nullopt;
    auto mission = found->second;
    if (mission.reason.empty() && mission.expires != 0 && now >= mission.expires) mission.reason = "expired";
    return mission;
}

std::int64_t Missions::capped(std::int64_t time, const std::string& s256) const {
    const auto mission = find(s256);
    return mission && mission->expires != 0 ? std::min(time, mission->expires) : time;
}

bool Missions::terminate(const std::string& s256, const std::string& reason) {
    const std::scoped_lock lock(mutex_);
    const auto found = missions_.find(s256);
    if (found == missions_.end() || !found->second.reason.empty()) return false;
    found->second.reason = reason;
    return true;
}

void Missions::revive(const std::string& s256) {
    const std::scoped_lock lock(mutex_);
    const auto found = missions_.find(s256);
    if (found != missions_.end()) found->second.reason.clear();
}

http::Reply Missions::not_found(bool exists) const {
    const auto on = [&](std::string_view fault) { return party_.faults().on(fault); };
    const bool tells = exists && on("mission-foreign-tells");
    const int status = on("mission-not-found-400") ? 400 : exists && on("mission-foreign-403") ? 403 : 404;
    http::Reply reply;
    reply.response = protocol::problem_response(
        status, {"mission_not_found", tells ? "this mission is not yours" : "you have no such mission", {}});
    if (exists && on("mission-foreign-header")) reply.response.fields.add("X-Mission", "exists");
    if (exists && on("mission-foreign-slow")) {
        // Nothing ever wakes it: this is the time that a look-up of the owner may take.
        std::mutex mutex;
        std::condition_variable never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, std::chrono::milliseconds(30), [] { return false; });
    }
    return reply;
}

http::Reply Missions::terminated(const std::string& reason) const {
    const auto on = [&](std::string_view fault) { return party_.faults().on(fault); };
    nlohmann::json body{{"error", "mission_terminated"}, {"mission_status", "terminated"}};
    if (party_.draft().mission_by_digest) body["termination_reason"] = reason;
    if (on("mission-reason-object")) body["termination_reason"] = {{"code", reason}};
    if (on("mission-status-reason")) body["mission_status"] = reason;
    if (on("mission-no-status")) body.erase("mission_status");
    http::Reply reply;
    reply.response = protocol::problem_response(on("mission-ended-400") ? 400 : 403, {"mission_terminated", "", {}});
    reply.response.body = json::dump(body);
    return reply;
}

std::optional<http::Reply> Missions::refusal(const std::string& s256, const std::string& owner,
                                             const std::string& where) const {
    const auto& faults = party_.faults();
    const auto mission = find(s256);
    const bool theirs = mission && (owner.empty() || mission->owner == owner || faults.on("foreign-mission-taken"));
    if (!theirs) return not_found(mission.has_value());
    if (mission->reason.empty() || faults.on("ended-goes-on " + where)) return std::nullopt;
    if (mission->reason == "expired" && faults.on("expired-goes-on " + where)) return std::nullopt;
    return terminated(mission->reason);
}

std::optional<http::Reply> Missions::refusal_at_its_url(const std::string& s256, const std::string& owner) {
    const auto& faults = party_.faults();
    const auto now = party_.network().now();
    {
        const std::scoped_lock lock(mutex_);
        auto& failures = failures_[owner];
        if (now - failures.since >= failures_within) failures = {now, 0};
        if (failures.count >= failures_allowed && !faults.on("mission-no-limit")) {
            http::Reply reply;
            reply.response = protocol::problem_response(429, {"rate_limited", "too many unknown missions", {}});
            reply.response.fields.add("Retry-After", std::to_string(failures_within));
            return reply;
        }
    }
    if (faults.on("mission-revives")) revive(s256);
    auto refused = refusal(s256, owner, "mission");
    const std::scoped_lock lock(mutex_);
    if (refused && refused->response.status != 403) ++failures_[owner].count;
    if (failures_.size() > 100000) failures_.clear();
    return refused;
}

std::string Missions::record(const std::string& s256, const std::string& bytes) {
    const std::scoped_lock lock(mutex_);
    const auto found = missions_.find(s256);
    if (found != missions_.end() && found->second.log.size() < 10000) found->second.log.push_back(bytes);
    return mission_digest(bytes);
}

void Missions::agree(const std::string& s256, const std::string& to) {
    const std::scoped_lock lock(mutex_);
    if (agreements_.size() < 100000) agreements_.insert(s256 + " " + to);
}

bool Missions::agreed(const std::string& s256, const std::string& to) const {
    const std::scoped_lock lock(mutex_);
    return agreements_.count(s256 + " " + to) != 0;
}

}  // namespace aauth::mocks

#include "mocks/pending.h"

#include "harness/crypto/digest.h"
#include "harness/protocol/identifiers.h"

namespace aauth::mocks {

namespace {

void settle(Pending& pending) {
    if (pending.decision == Decision::Waiting && std::chrono::steady_clock::now() >= pending.until) {
        pending.decision = Decision::Expired;
    }
}

}  // namespace

Pending PendingRequests::add(std::string owner, std::chrono::seconds lifetime,
                             std::function<http::Response()> complete) {
    Pending pending;
    pending.id = crypto::random_id();
    pending.owner = std::move(owner);
    pending.code = protocol::new_interaction_code();
    pending.until = std::chrono::steady_clock::now() + lifetime;
    pending.complete = std::move(complete);
    const std::scoped_lock lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const bool old = std::chrono::steady_clock::now() > entry->second.until + std::chrono::minutes(10);
        entry = old ? entries_.erase(entry) : std::next(entry);
    }
    entries_[pending.id] = pending;
    return pending;
}

std::optional<Pending> PendingRequests::find(const std::string& id) const {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return std::nullopt;
    auto pending = found->second;
    settle(pending);
    return pending;
}

std::optional<Pending> PendingRequests::find_code(const std::string& code) const {
    const auto folded = protocol::folded_code(code);
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, entry] : entries_) {
        if (protocol::folded_code(entry.code) != folded) continue;
        auto pending = entry;
        settle(pending);
        return pending;
    }
    return std::nullopt;
}

std::optional<Pending> PendingRequests::wait(const std::string& id, std::chrono::milliseconds limit) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit, [&] {
        const auto found = entries_.find(id);
        return stopping_ || found == entries_.end() || found->second.decision != Decision::Waiting;
    });
    const auto found = entries_.find(id);
    if (found == entries_.end()) return std::nullopt;
    auto pending = found->second;
    settle(pending);
    return pending;
}

bool PendingRequests::update(const std::string& id, const std::function<void(Pending&)>& change) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return false;
    change(found->second);
    changed_.notify_all();
    return true;
}

void PendingRequests::update_all(const std::function<void(Pending&)>& change) {
    const std::scoped_lock lock(mutex_);
    for (auto& [id, entry] : entries_) change(entry);
    changed_.notify_all();
}

bool PendingRequests::finish(const std::string& id) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.finished) return false;
    found->second.finished = true;
    return true;
}

void PendingRequests::wake() {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
}

}  // namespace aauth::mocks

#include "mocks/pending.h"

#include <algorithm>

#include "harness/crypto/digest.h"
#include "harness/protocol/identifiers.h"

namespace aauth::mocks {

namespace {

constexpr std::int64_t kept_afterwards = 600;  // seconds

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

std::string bare(std::string text) {
    std::erase(text, '-');
    return text;
}

}  // namespace

bool PendingRequests::same_code(const std::string& given, const std::string& emitted) const {
    if (protocol::folded_code(given) != protocol::folded_code(emitted)) return false;
    if (faults_.on("code-case-sensitive") && bare(given) != bare(emitted)) return false;
    if (faults_.on("code-no-aliases") && bare(upper(given)) != bare(emitted)) return false;
    return !faults_.on("code-hyphens-matter") || upper(given) == emitted || given == emitted;
}

Pending PendingRequests::settled(Pending pending) const {
    const bool over = now_() >= pending.until && !faults_.on("pending-forever");
    if (pending.decision == Decision::Waiting && over) pending.decision = Decision::Expired;
    return pending;
}

Pending PendingRequests::add(std::string owner, std::chrono::seconds lifetime,
                             std::function<http::Response()> complete) {
    Pending pending;
    pending.id = crypto::random_id();
    pending.owner = std::move(owner);
    pending.code = protocol::new_interaction_code();
    pending.visit = crypto::random_id();
    pending.until = now_() + lifetime.count();
    pending.complete = std::move(complete);
    const std::scoped_lock lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const bool old = now_() > entry->second.until + kept_afterwards;
        entry = old ? entries_.erase(entry) : std::next(entry);
    }
    entries_[pending.id] = pending;
    return pending;
}

std::optional<Pending> PendingRequests::find(const std::string& id) const {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    return found == entries_.end() ? std::nullopt : std::optional(settled(found->second));
}

std::optional<Pending> PendingRequests::first(const std::function<bool(const Pending&)>& wanted) const {
    const std::scoped_lock lock(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return wanted(e.second); });
    return found == entries_.end() ? std::nullopt : std::optional(settled(found->second));
}

std::optional<Pending> PendingRequests::find_code(const std::string& code) const {
    return first([&](const Pending& pending) { return same_code(code, pending.code); });
}

std::optional<Pending> PendingRequests::find_visit(const std::string& visit) const {
    return first([&](const Pending& pending) { return pending.visit == visit; });
}

std::optional<Pending> PendingRequests::wait(const std::string& id, std::chrono::milliseconds limit) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit, [&] {
        const auto found = entries_.find(id);
        return stopping_ || found == entries_.end() || found->second.decision != Decision::Waiting;
    });
    const auto found = entries_.find(id);
    return found == entries_.end() ? std::nullopt : std::optional(settled(found->second));
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

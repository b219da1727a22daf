#include "mocks/exchange_log.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace aauth::mocks {

namespace {

constexpr std::size_t most_kept = 400;
constexpr std::size_t longest_body = 64u << 10;  // bytes that are kept of a body

}  // namespace

void ExchangeLog::add(std::int64_t at, http::Request request, http::Response response) {
    if (request.body.size() > longest_body) request.body.resize(longest_body);
    if (response.body.size() > longest_body) response.body.resize(longest_body);
    const std::scoped_lock lock(mutex_);
    static std::atomic<std::uint64_t> order{0};
    kept_.push_back({++count_, ++order, at, std::move(request), std::move(response)});
    if (kept_.size() > most_kept) kept_.pop_front();
    changed_.notify_all();
}

std::vector<Seen> ExchangeLog::all() const {
    const std::scoped_lock lock(mutex_);
    return {kept_.begin(), kept_.end()};
}

std::uint64_t ExchangeLog::last() const {
    const std::scoped_lock lock(mutex_);
    return count_;
}

std::optional<Seen> ExchangeLog::wait(const Wanted& wanted, std::chrono::milliseconds limit,
                                      std::uint64_t after) const {
    const auto until = std::chrono::steady_clock::now() + limit;
    std::unique_lock lock(mutex_);
    for (;;) {
        for (const auto& seen : kept_) {
            if (seen.number <= after) continue;
            after = seen.number;
            if (wanted(seen)) return seen;
        }
        const auto more = [&] { return stopping_ || count_ > after; };
        if (!changed_.wait_until(lock, until, more) || stopping_) return std::nullopt;
    }
}

void ExchangeLog::wake() {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
}

}  // namespace aauth::mocks

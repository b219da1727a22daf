#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "harness/http/message.h"

namespace aauth::mocks {

// One request that a party received, and what it answered.
struct Seen {
    std::uint64_t number = 0;  // counts up, from 1
    std::uint64_t order = 0;   // the same over all logs of this process
    std::int64_t at = 0;       // seconds since the epoch
    http::Request request;
    http::Response response;
};

// The last requests that a party received: what cases look at when the target is the one who calls, and what the status
// page shows. Thread-safe, bounded.
class ExchangeLog {
public:
    void add(std::int64_t at, http::Request request, http::Response response);

    // The last ones, oldest first.
    std::vector<Seen> all() const;
    // The number of the newest; 0 when there is none.
    std::uint64_t last() const;

    // The first one after number `after` that is wanted, waiting for it at most `limit`. Nothing when none came.
    using Wanted = std::function<bool(const Seen&)>;
    std::optional<Seen> wait(const Wanted& wanted, std::chrono::milliseconds limit, std::uint64_t after = 0) const;

    void wake();  // lets every wait end, for shutting down

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::deque<Seen> kept_;
    std::uint64_t count_ = 0;
    bool stopping_ = false;
};

}  // namespace aauth::mocks

#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "harness/http/message.h"

namespace aauth::mocks {

// Locked: failed because of too many wrong codes at the page (11.6.3.1).
enum class Decision { Waiting, Approved, Denied, Abandoned, Expired, Cancelled, Revoked, Locked };

// One deferred request (section 11.8) with its interaction (11.6.3).
struct Pending {
    std::string id;      // unguessable, the last part of the pending URL
    std::string owner;   // who may poll: "iss sub" of the agent
    std::string code;    // as emitted
    std::string callback;
    std::string binding;  // what an updated request has to share with the first (7.5.2.2)
    bool code_used = false;
    bool interacting = false;
    Decision decision = Decision::Waiting;
    bool finished = false;  // the terminal response has been given
    std::chrono::steady_clock::time_point until;
    std::function<http::Response()> complete;  // makes the terminal response when approved
};

// The deferred requests of one server. Thread-safe; entries live until their time is over and a while longer, so that a
// finished one can say that it is gone.
class PendingRequests {
public:
    // Keeps a request for `lifetime`; gives it back with id and code filled in.
    Pending add(std::string owner, std::chrono::seconds lifetime, std::function<http::Response()> complete);

    std::optional<Pending> find(const std::string& id) const;
    // The waiting request with this code, compared as 11.6.3.1 says.
    std::optional<Pending> find_code(const std::string& code) const;

    // Waits until the request is decided, at most so long. The request as it is then.
    std::optional<Pending> wait(const std::string& id, std::chrono::milliseconds limit) const;

    // Changes one request under the lock. False when there is none.
    bool update(const std::string& id, const std::function<void(Pending&)>& change);

    void update_all(const std::function<void(Pending&)>& change);

    // Marks the request finished; true for just one caller.
    bool finish(const std::string& id);

    void wake();  // lets every wait end, for shutting down

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool stopping_ = false;
    std::map<std::string, Pending> entries_;
};

}  // namespace aauth::mocks

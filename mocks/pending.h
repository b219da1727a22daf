#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/http/message.h"
#include "harness/http/server.h"
#include "harness/protocol/faults.h"

namespace aauth::mocks {

// What a deferred request waits for: the person at the interaction page (11.6.3), approval that the server gets itself
// (11.6.4), the answer to a question (7.5.1), identity claims (9.2), a payment (9.1.2).
enum class Need { Person, Approval, Clarification, Claims, Payment };

// The need of a deferred request, and what goes with it.
struct Wants {
    Need need = Need::Person;
    std::string question;                 // for Clarification
    std::vector<std::string> options;     // for it to be answered with; empty: none are given
    std::optional<std::int64_t> timeout;  // seconds, likewise
    std::vector<std::string> claims;      // for Claims: their names
    std::string payment;                  // for Payment: the WWW-Authenticate of the 402
    // Called with what answers a question, a wish for claims or a payment: the body of the POST, or {"payment": "..."}
    // for a poll with `Authorization: Payment ...`. A reply refuses it, and nothing goes on.
    std::function<std::optional<http::Reply>(const nlohmann::json& body)> answered;
    bool then_person = false;                       // after the answer the person still decides; else it is approved
    bool may_ask = true;                            // whoever waits can answer questions that come up later (11.7)
    std::map<std::string, std::string> depends_on;  // "iss jti" of a token -> what it is: "the resource token"
    std::string first_url, first_code;  // the person goes there first (7.2.3): the resource's own interaction
    std::vector<std::pair<std::string, std::string>> shown;  // to the person: who says it, and what
};

// Locked: failed because of too many wrong codes at the page (11.6.3.1). Failed: server_error.
enum class Decision { Waiting, Approved, Denied, Abandoned, Expired, Cancelled, Revoked, Locked, Failed };

// One deferred request (section 11.8) with its interaction (11.6.3).
struct Pending {
    std::string id;     // unguessable, the last part of the pending URL
    std::string owner;  // who may poll: "iss sub" of the agent
    std::string code;   // as emitted
    std::string visit;  // unguessable, known to the browser that came with the code
    std::string callback;
    std::string binding;  // what an updated request has to share with the first (7.5.2.2)
    Wants wants;
    bool code_used = false;
    bool interacting = false;
    int questions = 0;             // that were asked
    int told = 0;                  // how often the last one was shown to whoever waits
    int polls = 0;                 // since polls_since
    std::int64_t polls_since = 0;  // seconds since the epoch
    Decision decision = Decision::Waiting;
    std::string reason;                        // of the decision, for `detail`
    bool finished = false;                     // the terminal response has been given
    std::int64_t until = 0;                    // seconds since the epoch
    std::function<http::Response()> complete;  // makes the terminal response when approved
};

// The deferred requests of one server. Thread-safe; entries live until their time is over and a while longer, so that a
// finished one can say that it is gone. Faults of comparing codes: "code-case-sensitive", "code-no-aliases",
// "code-hyphens-matter"; of time: "pending-forever".
class PendingRequests {
public:
    using Clock = std::function<std::int64_t()>;  // seconds since the epoch
    explicit PendingRequests(Clock now, const protocol::Faults& faults) : now_(std::move(now)), faults_(faults) {}

    // Keeps a request for `lifetime`; gives it back with id and code filled in.
    Pending add(std::string owner, std::chrono::seconds lifetime, std::function<http::Response()> complete);

    std::optional<Pending> find(const std::string& id) const;
    // The waiting request with this code, compared as 11.6.3.1 says.
    std::optional<Pending> find_code(const std::string& code) const;
    std::optional<Pending> find_visit(const std::string& visit) const;

    // Waits until the request is decided, at most so long. The request as it is then.
    std::optional<Pending> wait(const std::string& id, std::chrono::milliseconds limit) const;

    // Changes one request under the lock. False when there is none.
    bool update(const std::string& id, const std::function<void(Pending&)>& change);

    void update_all(const std::function<void(Pending&)>& change);

    // Marks the request finished; true for just one caller.
    bool finish(const std::string& id);

    void wake();  // lets every wait end, for shutting down

private:
    bool same_code(const std::string& given, const std::string& emitted) const;
    Pending settled(Pending pending) const;
    std::optional<Pending> first(const std::function<bool(const Pending&)>& wanted) const;

    Clock now_;
    const protocol::Faults& faults_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool stopping_ = false;
    std::map<std::string, Pending> entries_;
};

}  // namespace aauth::mocks

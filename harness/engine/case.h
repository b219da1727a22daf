#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/engine/result.h"
#include "harness/engine/verdict.h"

namespace aauth::engine {

// Thrown inside a case to end it with a verdict; the runner catches it.
struct Skip {
    std::string reason;
};
struct Blocked {
    std::string reason;
};
struct HarnessError {
    std::string reason;
};
// Thrown by Record::require when a check that the rest of the case builds on has failed.
struct Stop {};

// What a case writes into while it runs. One per case, one thread.
class Record {
public:
    explicit Record(std::chrono::steady_clock::time_point deadline) : deadline_(deadline) {}

    // Records a check. Returns `passed`.
    bool check(Check check);
    // Records a check and ends the case when it failed.
    void require(Check check);
    // Adds an exchange; returns its index, for later additions (a signature base, tokens, a note).
    std::size_t exchange(Exchange exchange);
    Exchange& exchange_at(std::size_t index) { return exchanges_.at(index); }

    std::chrono::milliseconds remaining() const;  // of the case's deadline; zero when it has passed
    const std::vector<Check>& checks() const { return checks_; }
    std::vector<Exchange>& exchanges() { return exchanges_; }

    // From the checks alone: Fail when a MUST failed, Warn when another did, Pass otherwise. A case that checked nothing
    // is an Error.
    Verdict verdict() const;
    std::string reason() const;  // of the first failed check, MUST before SHOULD

private:
    std::chrono::steady_clock::time_point deadline_;
    std::vector<Check> checks_;
    std::vector<Exchange> exchanges_;
};

// One requirement that a case covers, and the fault of a mock that makes the case fail on it.
struct Covered {
    std::string requirement;
    std::string fault;
};

// One experiment on a target.
struct Case {
    std::string id;     // "PS-SIG-004"
    std::string title;  // reads like the sentence it tests
    std::string suite;  // "person-server"
    std::string area;   // "Signature profile"
    std::vector<Covered> covers;
    std::vector<std::string> drafts;  // empty: all
    std::string explanation;
    std::vector<std::string> after;  // ids of prerequisite cases: Blocked when one of them did not pass or warn
    bool exclusive = false;          // runs alone, after the others
    bool slow = false;               // lets real time pass; only with --slow
    std::function<void(Record&)> run;
};

}  // namespace aauth::engine

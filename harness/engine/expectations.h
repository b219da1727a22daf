#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/engine/result.h"
#include "harness/result.h"

namespace aauth::engine {

// Known failures of one target: per check, each with its requirement and the reason why it is the target's fault.
struct Expectation {
    std::string case_id;
    Verdict verdict = Verdict::Fail;  // Fail, Warn, or Blocked: what the target's faults keep from being seen
    std::string requirement;
    std::string what;                 // the failed check's `what`; empty: any check of the case
    std::string reason;
};

struct Expectations {
    std::string target, suite, draft;
    std::vector<Expectation> entries;

    // {"target": …, "suite": …, "draft": …, "known": [{"case", "verdict", "requirement", "check", "reason"}]}. Error
    // "bad_expectations" with the entry named; an entry without a reason is one.
    static Result<Expectations> parse(std::string_view text);
};

struct Comparison {
    std::vector<std::string> unexpected;  // sentences: failures nobody expected, or worse than expected
    std::vector<std::string> stale;       // entries whose case no longer fails so
    bool good() const { return unexpected.empty() && stale.empty(); }
};

// Marks each case result's `expectation` and says what differs. Warnings count too: an unexpected `warn` is reported. An
// expected failure whose case was skipped, blocked or in error is `unexpected` (nothing was shown). An entry whose case
// is not in the run is stale, unless the run was of a part of the suite only (`whole_suite` false, as with --only).
Comparison compare(RunResult& run, const Expectations& expectations, bool whole_suite = true);

// An expectation file for what a run found, reasons left as "TO BE EXPLAINED": a start for a new target.
std::string draft_expectations(const RunResult& run);

}  // namespace aauth::engine

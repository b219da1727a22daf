#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/engine/case.h"
#include "harness/engine/requirement.h"
#include "harness/engine/result.h"

namespace aauth::engine {

// The reason of a case that was left out because it takes real time.
inline constexpr std::string_view slow_case_left_out = "slow: run with --slow";

struct RunOptions {
    unsigned threads = 8;
    std::chrono::milliseconds case_deadline{20000};
    bool slow = false;
    std::string only;    // glob over case ids ("PS-SIG-*"), comma separated; empty: all. Prerequisites are added.
    std::string draft;   // cases that do not run for it are left out
    std::string journal;  // file that gets one JSON line per finished case, at once; empty: none
    bool resume = false;  // cases that the journal has already are not run again
    std::string whose;    // what is run against what: a journal of another run is not resumed
    std::function<void(const CaseResult&)> on_finished;  // called one at a time; not for results of a resumed journal
    std::function<std::string(const Case&)> reproduce;
    std::chrono::milliseconds slow_case_deadline{300000};  // of cases that let real time pass
};

// Runs the cases in parallel, prerequisites first, the exclusive ones alone at the end, and returns their results in the
// order of `cases`. An exception that is none of ours becomes an Error verdict with its text. Errors: "cannot_write" when
// the journal cannot be opened, "other_run" when it is to be resumed and belongs to a run against something else.
Result<std::vector<CaseResult>> run(const std::vector<Case>& cases, const RunOptions& options);

// Results as far as a journal has them. A torn last line is dropped. Errors: "cannot_read", "bad_result".
Result<std::vector<CaseResult>> read_journal(const std::string& path);

// `whose` of the run that a journal belongs to; empty when it does not say.
std::string journal_of(const std::string& path);

// True when a glob with * and ? matches the whole text.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace aauth::engine

#pragma once

#include <functional>
#include <string>

#include "harness/cli/files.h"
#include "harness/cli/say.h"
#include "harness/engine/result.h"
#include "harness/engine/target.h"

// One run of a suite on a target, from the checks before it to the exit code: what `test` and `peer` have in common.
namespace aauth::cli {

struct RunFlags {
    std::string only;     // globs of case ids
    std::string journal;  // file; empty: none, or journal.jsonl in the folder of the reports
    std::string expect;   // file with known failures
    bool resume = false;
    bool slow = false;
    bool show_wire = false;
    unsigned threads = 8;
    ReportFiles files;
};

// Launches the target where needed, runs, compares, writes the reports, prints the summary. `command` is how the reader
// would run one case again ("test person-server --target …"), without --case. When the program is interrupted the
// reports are written from what was done and the program ends with trouble.
Exit run_target(engine::Target target, RunFlags flags, const std::string& command);

// A result of the cases that are there: of a run that was cut short, or from a journal. (A journal's first line says
// role, draft and name of the target.)
engine::RunResult partial_result(const engine::Target& target, std::vector<engine::CaseResult> cases);

// The worst of it: failures win over errors; a blocked case shows nothing good either.
Exit exit_of(const engine::RunResult& run);

// A case for a terminal, with its exchanges byte for byte as far as they can be shown.
std::string wire_of(const engine::CaseResult& result, bool full_tokens);

}  // namespace aauth::cli

#pragma once

#include <string>
#include <vector>

#include "harness/engine/result.h"

namespace aauth::cli {

// The runs of a JSON result file. Stops with bad_usage when it is none.
std::vector<engine::RunResult> read_results(const std::string& path);

// The same, or nothing when the file is a journal.
std::vector<engine::RunResult> read_results_unless_journal(const std::string& path);

}  // namespace aauth::cli

#include "harness/cli/commands.h"

#include <fmt/format.h>

#include "harness/cli/results_input.h"
#include "harness/engine/expectations.h"

namespace aauth::cli {

Exit expect(const ExpectFlags& flags) {
    const auto runs = read_results(flags.input);
    if (runs.size() != 1) {
        stop(bad_usage,
             fmt::format("{} has the results of {} runs; an expectation file is for one", flags.input, runs.size()));
    }
    fmt::print("{}\n", engine::draft_expectations(runs.front()));
    return nothing_worse;
}

}  // namespace aauth::cli

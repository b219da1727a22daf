#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "harness/cli/commands.h"
#include "harness/cli/known.h"
#include "harness/engine/runner.h"
#include "suites/common/suite.h"
#include "suites/embedded.h"

namespace aauth::cli {

Exit self_test(const SelfTestFlags& flags) {
    if (!flags.faults) {
        stop(bad_usage, "say --faults for the fault matrix; all tests of the project are run by './conform self-test'");
    }
    draft_named(flags.draft);
    const unsigned threads = flags.threads != 0 ? flags.threads : std::max(1u, std::thread::hardware_concurrency());
    std::size_t rows = 0, missed = 0;
    for (const auto& suite : suites::suite_names()) {
        for (const auto& glob : parts_of(flags.only)) {
            for (const auto& row : suites::fault_matrix(suite, flags.draft, glob, threads)) {
                ++rows;
                if (!row.caught) ++missed;
                fmt::print("{}\t{}\t{}\t{}\n", row.case_id, row.requirement, row.fault,
                           row.caught ? "caught" : "NOT CAUGHT: " + row.observed);
            }
        }
    }
    if (rows == 0) stop(bad_usage, fmt::format("no case of draft {} matches '{}'", flags.draft, flags.only));
    fmt::print(stderr, "{} faults, {} caught, {} not\n", rows, rows - missed, missed);
    return missed == 0 ? nothing_worse : failures;
}

}  // namespace aauth::cli

#include <fmt/format.h>

#include "harness/cli/commands.h"
#include "harness/cli/known.h"
#include "harness/cli/results_input.h"
#include "harness/engine/runner.h"
#include "reports/report.h"
#include "suites/common/suite.h"

namespace aauth::cli {

namespace {

engine::RunResult from_journal(const ReportFlags& flags) {
    auto cases = engine::read_journal(flags.input);
    if (!cases)
        stop(bad_usage,
             fmt::format("{} is neither a result file nor a journal: {}", flags.input, cases.error().message));
    if (cases->empty()) stop(bad_usage, flags.input + " has no results yet");
    engine::Target target;
    target.role = flags.role.empty() ? cases->front().suite : role_named(flags.role, suites::suite_names());
    target.name = flags.target.empty() ? "the target of " + flags.input : flags.target;
    target.draft = flags.draft;
    auto run = partial_result(target, std::move(*cases));
    run.notes.push_back("from the journal " + flags.input);
    return run;
}

}  // namespace

Exit report(const ReportFlags& flags) {
    draft_named(flags.draft);
    auto runs = read_results_unless_journal(flags.input);
    if (runs.empty()) runs.push_back(from_journal(flags));
    const Reports reports(flags.files);
    reports.write(runs);
    reports::TerminalOptions options;
    options.colour = colour_wanted();
    options.width = terminal_width();
    fmt::print("{}", reports::render_terminal(std::span<const engine::RunResult>(runs), options));
    if (reports.any()) fmt::print("report: {}\n", reports.path_to_open());
    return nothing_worse;
}

}  // namespace aauth::cli

#include <fmt/format.h>

#include <sstream>

#include "harness/cli/commands.h"
#include "harness/cli/known.h"
#include "harness/cli/results_input.h"
#include "harness/engine/runner.h"
#include "reports/report.h"

namespace aauth::cli {

namespace {

engine::RunResult from_journal(const ReportFlags& flags) {
    auto cases = engine::read_journal(flags.input);
    if (!cases) {
        stop(bad_usage,
             fmt::format("{} is neither a result file nor a journal: {}", flags.input, cases.error().message));
    }
    if (cases->empty()) stop(bad_usage, flags.input + " has no results yet");
    // "person-server 11 http://127.0.0.1:8080"
    std::istringstream whose(engine::journal_of(flags.input));
    engine::Target target;
    whose >> target.role >> target.draft >> std::ws;
    if (target.role.empty()) target.role = cases->front().suite;
    std::getline(whose, target.name);
    if (target.name.empty()) target.name = "the target of " + flags.input;
    if (!flags.draft.empty()) target.draft = flags.draft;
    if (!flags.target.empty()) target.name = flags.target;
    auto run = partial_result(target, std::move(*cases));
    run.notes.push_back("from the journal " + flags.input);
    return run;
}

}  // namespace

Exit report(const ReportFlags& flags) {
    if (!flags.draft.empty()) draft_named(flags.draft);
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

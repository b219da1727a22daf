#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "harness/cli/commands.h"
#include "harness/cli/known.h"
#include "reports/report.h"
#include "suites/common/suite.h"
#include "suites/embedded.h"

namespace aauth::cli {

namespace {

constexpr const char* draft = "11";

engine::RunResult run_embedded(const std::string& suite, const DemoFlags& flags) {
    const suites::EmbeddedTarget embedded(suite, draft);
    engine::RunOptions options;
    options.only = flags.only;
    options.reproduce = [](const engine::Case& made) {
        return fmt::format("{} demo --case {} --show wire", program_name(), made.id);
    };
    if (flags.show_wire) options.on_finished = [](const auto& result) { fmt::print("{}", wire_of(result, false)); };
    auto run = suites::run_suite(suite, embedded.target(), options);
    if (!run) stop(trouble, run.error().message);
    return std::move(*run);
}

// Suites that have a case of that name; all of them when no case is named.
std::vector<std::string> chosen_suites(const std::string& only) {
    std::vector<std::string> out;
    std::string why;
    for (const auto& suite : suites::suite_names()) {
        try {
            if (!chosen_cases(suite, draft_named(draft), only).empty()) out.push_back(suite);
        } catch (const Stopped& none) {
            why = none.message;
        }
    }
    if (out.empty()) stop(bad_usage, why);
    return out;
}

}  // namespace

Exit demo(const DemoFlags& flags) {
    ReportFiles files;
    files.folder = flags.folder.empty() ? (home() / "out" / "demo").string() : flags.folder;
    const auto suites = chosen_suites(flags.only);
    const Reports reports(files);
    std::vector<engine::RunResult> runs;
    for (const auto& suite : suites) runs.push_back(run_embedded(suite, flags));
    reports.write(runs);

    reports::TerminalOptions options;
    options.colour = colour_wanted();
    options.width = terminal_width();
    fmt::print("The suites, run against the parties that are built in:\n\n{}\nopen {}\n",
               reports::render_terminal(std::span<const engine::RunResult>(runs), options), reports.path_to_open());
    Exit worst = nothing_worse;
    for (const auto& run : runs) {
        const Exit code = exit_of(run);
        if (worst == nothing_worse || code == failures) worst = code;
    }
    return worst;
}

}  // namespace aauth::cli

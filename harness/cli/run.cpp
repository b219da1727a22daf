#include "harness/cli/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "harness/cli/known.h"
#include "harness/cli/launched.h"
#include "harness/cli/progress.h"
#include "harness/cli/stopping.h"
#include "harness/engine/expectations.h"
#include "harness/engine/runner.h"
#include "reports/report.h"
#include "suites/common/world.h"
#include "suites/embedded.h"
#include "reports/text.h"

namespace aauth::cli {

namespace fs = std::filesystem;

namespace {

std::optional<engine::Expectations> expectations_of(const std::string& path) {
    if (path.empty()) return std::nullopt;
    auto parsed = engine::Expectations::parse(read_file(path, "the expectations"));
    if (!parsed) {
        stop(bad_usage,
             fmt::format("the expectations {} are not valid: {} ('{} expect RESULT.json' drafts such a file)", path,
                         parsed.error().message, program_name()));
    }
    return *parsed;
}

const std::string& place_of(const engine::Target& target) {
    return target.url.empty() ? target.command : target.url;
}

// Sees that the journal can be kept, and gives what it has already.
std::vector<engine::CaseResult> open_journal(RunFlags& flags) {
    if (flags.journal.empty() && !flags.files.folder.empty()) {
        flags.journal = (fs::absolute(flags.files.folder) / "journal.jsonl").string();
    }
    if (flags.journal.empty()) {
        if (flags.resume)
            stop(bad_usage, "--resume needs the journal of the run to go on with: --journal FILE or --out DIR");
        return {};
    }
    check_writable(flags.journal);
    if (!flags.resume || !fs::is_regular_file(flags.journal)) return {};
    auto earlier = engine::read_journal(flags.journal);
    if (!earlier) {
        stop(bad_usage, fmt::format("cannot go on with the journal: {}; leave --resume out to start anew",
                                    earlier.error().message));
    }
    return *earlier;
}

[[noreturn]] void stop_for(const Error& error, const std::string& last_words) {
    const bool usage = error.code == "bad_target" || error.code == "cannot_write" || error.code == "cannot_read" ||
                       error.code == "bad_result" || error.code == "other_run";
    stop(usage ? bad_usage : trouble, error.message + last_words);
}

void print_run(const engine::RunResult& run, const Reports& reports, const std::string& journal) {
    reports::TerminalOptions options;
    options.colour = colour_wanted();
    options.width = terminal_width();
    fmt::print("{}", reports::render_terminal(run, options));
    if (reports.any()) fmt::print("report: {}\n", fs::absolute(reports.path_to_open()).string());
    if (!journal.empty()) fmt::print("journal: {}\n", fs::absolute(journal).string());
}

// What differs from the expectations, and what that means for the exit code.
Exit compare_and_print(const engine::RunResult& run, const engine::Comparison& comparison) {
    // The sentences quote what the target sent.
    const auto fit = [](const std::string& sentence) {
        return reports::visible(reports::with_short_tokens(reports::without_private_keys(sentence)));
    };
    for (const auto& sentence : comparison.unexpected) fmt::print("unexpected: {}\n", fit(sentence));
    for (const auto& sentence : comparison.stale) fmt::print("stale: {}\n", fit(sentence));
    if (!comparison.good()) {
        fmt::print("not as expected: {} unexpected, {} stale\n", comparison.unexpected.size(), comparison.stale.size());
        return failures;
    }
    const auto known = std::count_if(run.cases.begin(), run.cases.end(),
                                     [](const auto& result) { return result.expectation == "expected"; });
    fmt::print("as expected: {} known {}, nothing else\n", known, known == 1 ? "failure" : "failures");
    return run.count(engine::Verdict::Error) > 0 ? trouble : nothing_worse;
}

// For the thread that a signal has woken: saves what there is and ends the program.
void end_interrupted(const engine::Target& target, const Progress* progress, const Reports& reports,
                     const std::string& journal) {
    process::kill_all();
    std::string saved;
    try {
        if (progress != nullptr) {
            auto run = partial_result(target, progress->finished());
            run.notes.emplace_back("the run was interrupted: not all cases are here");
            reports.write(std::span<const engine::RunResult>(&run, 1));
            if (reports.any()) saved = "; report: " + reports.path_to_open();
            saved = fmt::format("after {} cases{}", run.cases.size(), saved);
        }
    } catch (const Stopped& stopped) {
        saved = stopped.message;
    }
    const std::string advice = journal.empty() ? "" : "; --resume goes on from " + journal;
    fmt::print(stderr, "\ninterrupted {}{}\n", saved, advice);
    std::fflush(nullptr);
    std::_Exit(trouble);
}

}  // namespace

engine::RunResult partial_result(const engine::Target& target, std::vector<engine::CaseResult> cases) {
    const auto& draft = draft_named(target.draft);
    engine::RunResult run;
    run.tool_version = AAUTH_VERSION;
    run.suite = target.role;
    run.target_name = target.name.empty() ? place_of(target) : target.name;
    run.target_url = place_of(target);
    run.draft = draft.id;
    run.draft_title = draft.title;
    std::set<std::string> named;
    for (const auto& result : cases) {
        named.insert(result.requirements.begin(), result.requirements.end());
        run.elapsed_us += result.elapsed_us;
    }
    for (const auto& requirement : suites::catalogue(draft).all()) {
        if (named.count(requirement.id) != 0) run.requirements.push_back(requirement);
    }
    run.cases = std::move(cases);
    return run;
}

Exit exit_of(const engine::RunResult& run) {
    if (run.count(engine::Verdict::Fail) > 0) return failures;
    if (run.count(engine::Verdict::Error) > 0) return trouble;
    return run.count(engine::Verdict::Blocked) > 0 ? failures : nothing_worse;
}

Exit run_target(engine::Target target, RunFlags flags, const std::string& command) {
    const auto& draft = draft_named(target.draft);
    const auto chosen = chosen_cases(target.role, draft, flags.only);
    const auto expectations = expectations_of(flags.expect);
    const Reports reports(flags.files);
    Progress progress(chosen.size(), open_journal(flags));
    choose_port(target);

    const WhenInterrupted guard([&] { end_interrupted(target, &progress, reports, flags.journal); });
    const LaunchedTarget launched(target);
    engine::RunOptions options;
    options.threads = flags.threads;
    options.slow = flags.slow;
    options.only = flags.only;
    options.journal = flags.journal;
    options.resume = flags.resume;
    options.whose = fmt::format("{} {} {}", target.role, draft.id, target.name.empty() ? place_of(target) : target.name);
    options.reproduce = [&](const engine::Case& made) {
        return fmt::format("{} {} --case {}{} --show wire", program_name(), command, made.id,
                           made.slow ? " --slow" : "");
    };
    options.on_finished = [&](const engine::CaseResult& result) {
        progress.add(result);
        if (!flags.show_wire) return;
        progress.clear();
        fmt::print("{}", wire_of(result, flags.files.full_tokens));
        std::fflush(stdout);
    };
    auto run = suites::run_suite(target.role, target, options);
    progress.clear();
    if (!run) stop_for(run.error(), launched.last_words());

    std::optional<engine::Comparison> comparison;
    if (expectations) comparison = engine::compare(*run, *expectations, flags.only.empty());
    reports.write(std::span<const engine::RunResult>(&*run, 1));
    print_run(*run, reports, flags.journal);
    return comparison ? compare_and_print(*run, *comparison) : exit_of(*run);
}

}  // namespace aauth::cli

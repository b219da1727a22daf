#include <fmt/format.h>

#include "harness/engine/bounds.h"
#include "reports/areas.h"
#include "reports/report.h"
#include "reports/text.h"

namespace aauth::reports {

namespace {

using engine::CaseResult;
using engine::RunResult;
using engine::Verdict;

const char* colour_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Pass:
            return "32";
        case Verdict::Warn:
            return "33";
        case Verdict::Fail:
            return "31";
        case Verdict::Error:
            return "35";
        case Verdict::Skip:
        case Verdict::Blocked:
            return "90";
    }
    return "0";
}

std::string painted(const std::string& text, const char* colour, const TerminalOptions& options) {
    return options.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : text;
}

// Cut to a number of characters (not columns: wide ones count once).
std::string cut(const std::string& text, std::size_t width) {
    std::size_t at = 0, characters = 0, last = 0;
    while (at < text.size()) {
        if (++characters > width) return text.substr(0, last) + "…";
        last = characters < width ? at + engine::utf8_length(text, at) : last;
        at += std::max<std::size_t>(engine::utf8_length(text, at), 1);
    }
    return text;
}

std::string line(const CaseResult& result, const TerminalOptions& options) {
    const std::string known = result.expectation == "expected" ? " (known)" : "";
    const std::string verdict = fmt::format("{:<7}", name(result.verdict));
    const std::string head = fmt::format("{} {}{}", result.id, result.title, known);
    const std::size_t left = options.width > 10 ? options.width - 10 : 1;
    std::string out =
        "  " + painted(verdict, colour_of(result.verdict), options) + " " + cut(visible(head), left) + "\n";
    if (result.verdict != Verdict::Warn && !result.reason.empty())
        out += "          " + cut(visible(result.reason), left) + "\n";
    return out;
}

std::string listed(const RunResult& run, Verdict verdict, std::size_t most, const TerminalOptions& options) {
    std::string out;
    std::size_t shown = 0;
    for (const CaseResult& result : run.cases) {
        if (result.verdict != verdict) continue;
        if (shown++ < most) out += line(result, options);
    }
    if (shown > most) out += fmt::format("  … and {} more {}\n", shown - most, name(verdict));
    return out;
}

std::string section(const RunResult& run, const TerminalOptions& options) {
    const std::string title = fmt::format("{} as {}, {}", run.target_name, role_phrase(run.suite),
                                          run.draft_title.empty() ? "draft " + run.draft : run.draft_title);
    std::string counts;
    for (const Verdict verdict : verdicts_in_order()) {
        const std::size_t count = run.count(verdict);
        if (count == 0) continue;
        counts += (counts.empty() ? "" : ", ") +
                  painted(fmt::format("{} {}", count, name(verdict)), colour_of(verdict), options);
    }
    const auto [must, must_judged] = run.met(engine::Level::Must);
    const auto [should, should_judged] = run.met(engine::Level::Should);
    std::string out = painted(cut(visible(title), options.width), "1", options) + "\n";
    for (const std::string& note : run.notes) out += "  " + cut(visible(note), options.width - 2) + "\n";
    out += fmt::format("  {}; MUST {}/{}, SHOULD {}/{}; {} cases in {}\n", counts.empty() ? "no cases" : counts, must,
                       must_judged, should, should_judged, run.cases.size(), milliseconds(run.elapsed_us));
    const std::size_t fewer = (options.failures + 1) / 2;
    return out + listed(run, Verdict::Fail, options.failures, options) + listed(run, Verdict::Error, fewer, options) +
           listed(run, Verdict::Warn, fewer, options);
}

}  // namespace

std::string render_terminal(std::span<const RunResult> runs, const TerminalOptions& options) {
    std::string out;
    for (const RunResult& run : runs) out += section(fit_to_show(run, false), options);
    return out;
}

std::string render_terminal(const RunResult& run, const TerminalOptions& options) {
    return render_terminal(std::span<const RunResult>(&run, 1), options);
}

}  // namespace aauth::reports

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

constexpr std::size_t rows_shown = 100;  // of each table
constexpr std::size_t cell_limit = 160;  // bytes

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Text as text, whatever it holds: entities cannot be read as structure (CommonMark section 2.5). What means nothing
// where it stands stays, for those who read the source. A zero-width space keeps an @name from calling somebody.
std::string plain(std::string_view text, std::size_t limit = 1000, bool in_code = false) {
    const std::string shown = visible(engine::bounded(std::string(text), limit));
    std::string out;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const char c = shown[i];
        const char before = i == 0 ? '\0' : shown[i - 1], after = i + 1 < shown.size() ? shown[i + 1] : '\0';
        const bool stays = is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80 ||
                           std::string_view(" ,;()/=?%'").find(c) != std::string_view::npos ||
                           (c == '-' && is_alphanumeric(before)) || (c == '.' && is_digit(before) && is_digit(after));
        if (stays) {
            out += c;
        } else {
            out += fmt::format("&#{};", static_cast<int>(c));
            if (c == '@' && !in_code) out += "&#8203;";
        }
    }
    return out;
}

std::string code(std::string_view text) {
    return text.empty() ? std::string() : fmt::format("<code>{}</code>", plain(text, cell_limit, true));
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out.append(out.empty() ? "" : ", ").append(plain(part));
    return out;
}

std::string case_rows(const RunResult& run, const CaseResult& result) {
    const std::string first =
        fmt::format("| <code>{}</code> {}{} ", plain(result.id, cell_limit, true), plain(result.title),
                    result.expectation == "expected"
                        ? fmt::format(" (known failure: {})", plain(result.expectation_reason, cell_limit))
                        : "");
    const std::string sections = joined(sections_of(run, result));
    std::string out;
    for (const engine::Check& check : result.checks) {
        if (check.passed) continue;
        out += fmt::format("{}| {} | {} | {} | {} |\n", out.empty() ? first : "| ", plain(check.what, cell_limit),
                           code(check.expected), code(check.observed), out.empty() ? sections : "");
    }
    return out.empty() ? fmt::format("{}| {} | | | {} |\n", first, plain(result.reason, 300), sections) : out;
}

std::string table(const RunResult& run, Verdict verdict, std::string_view title) {
    std::string rows;
    std::size_t shown = 0, more = 0;
    for (const CaseResult& result : run.cases) {
        if (result.verdict != verdict) continue;
        if (shown == rows_shown) {
            ++more;
            continue;
        }
        ++shown;
        rows += case_rows(run, result);
    }
    if (rows.empty()) return {};
    std::string out = fmt::format(
        "\n#### {}\n\n| case | what | expected | observed | section |\n|---|---|---|---|---|\n{}", title, rows);
    if (more != 0) out += fmt::format("\n… and {} more.\n", more);
    return out;
}

std::string section(const RunResult& run) {
    std::string notes;
    for (const std::string& note : run.notes) notes += fmt::format(" **{}**.", plain(note));
    const auto [must, must_judged] = run.met(engine::Level::Must);
    const auto [should, should_judged] = run.met(engine::Level::Should);
    std::string out = fmt::format(
        "### {} as {}\n\n{}. {}: {} of {} MUST and {} of {} SHOULD requirements met, {} cases in "
        "{}.{}\n\n| area | good | of | section |\n|---|--:|--:|---|\n",
        plain(run.target_name), plain(role_phrase(run.suite)), counts_sentence(run),
        plain(run.draft_title.empty() ? "draft " + run.draft : run.draft_title), must, must_judged, should,
        should_judged, run.cases.size(), milliseconds(run.elapsed_us), notes);
    for (const Area& area : areas_of(run)) {
        std::string sections;
        for (const std::string& one : area.sections) sections.append(sections.empty() ? "§" : ", §").append(plain(one));
        out += fmt::format("| {} | {} | {} | {} |\n", plain(area.name), area.good(), area.judged(), sections);
    }
    return out + table(run, Verdict::Fail, "Failures") + table(run, Verdict::Error, "Errors") +
           table(run, Verdict::Warn, "Warnings");
}

}  // namespace

std::string render_markdown(std::span<const RunResult> runs) {
    std::string out;
    for (const RunResult& run : runs) out.append(out.empty() ? "" : "\n").append(section(fit_to_show(run, false)));
    return out;
}

std::string render_markdown(const RunResult& run) { return render_markdown(std::span<const RunResult>(&run, 1)); }

}  // namespace aauth::reports

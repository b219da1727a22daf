#include <fmt/format.h>

#include <set>

#include "embedded/report_page.h"
#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "reports/areas.h"
#include "reports/html_view.h"
#include "reports/report.h"
#include "reports/text.h"

namespace aauth::reports {

namespace {

namespace mustache = kainjow::mustache;

using engine::Level;
using engine::RunResult;
using engine::Verdict;

// Anchors are the ids of cases and runs, unique on the page and made of letters, digits, '-', '_' and '.'.
class Anchors {
public:
    std::string take(std::string_view id) {
        std::string name;
        for (const char c : id.substr(0, 80)) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                               c == '_' || c == '.';
            name += plain ? c : '_';
        }
        if (name.empty()) name = "case";
        std::string unique = name;
        for (int i = 2; !taken_.insert(unique).second; ++i) unique = fmt::format("{}.{}", name, i);
        return unique;
    }

private:
    std::set<std::string> taken_{"main"};
};

View bar_views(const RunResult& run) {
    View out = list();
    double x = 0;
    for (const Verdict verdict :
         {Verdict::Pass, Verdict::Fail, Verdict::Warn, Verdict::Error, Verdict::Blocked, Verdict::Skip}) {
        const std::size_t count = run.count(verdict);
        if (count == 0) continue;
        const double width = 1000.0 * static_cast<double>(count) / static_cast<double>(run.cases.size());
        View part = object();
        part.set("verdict", View(std::string(name(verdict))));
        part.set("x", View(fmt::format("{:.2f}", x)));
        part.set("width", View(fmt::format("{:.2f}", width)));
        out.push_back(std::move(part));
        x += width;
    }
    return out;
}

View chip_views(const RunResult& run) {
    View out = list();
    for (const Verdict verdict : verdicts_in_order()) {
        const std::size_t count = run.count(verdict);
        if (count == 0 && verdict == Verdict::Blocked) continue;
        View chip = object();
        chip.set("verdict", View(std::string(name(verdict))));
        chip.set("number", View(std::to_string(count)));
        chip.set("none", flag(count == 0));
        out.push_back(std::move(chip));
    }
    return out;
}

View level_views(const RunResult& run) {
    View out = list();
    for (const Level level : {Level::Must, Level::Should, Level::May}) {
        const auto [met, judged] = run.met(level);
        if (judged == 0) continue;
        View chip = object();
        chip.set("level", View(std::string(name(level))));
        chip.set("met", View(std::to_string(met)));
        chip.set("judged", View(std::to_string(judged)));
        out.push_back(std::move(chip));
    }
    return out;
}

// "2026-12-02 14:07 UTC" of an RFC 3339 time; another text as it is.
std::string short_time(const std::string& time) {
    if (time.size() < 20 || time[10] != 'T' || time.back() != 'Z') return time;
    return time.substr(0, 10) + " " + time.substr(11, 5) + " UTC";
}

Verdict worst(const RunResult& run) {
    Verdict out = Verdict::Pass;
    for (const engine::CaseResult& result : run.cases)
        if (result.verdict != Verdict::Skip && result.verdict > out) out = result.verdict;
    return out;
}

View area_views(const RunResult& run, Anchors& anchors) {
    Requirements requirements;
    for (const engine::Requirement& requirement : run.requirements) requirements[requirement.id] = &requirement;
    View out = list();
    for (const Area& area : areas_of(run)) {
        View cases = list();
        for (const engine::CaseResult* result : area.cases)
            cases.push_back(case_view(*result, requirements, anchors.take(result->id)));
        View view = object();
        view.set("area_name", one_line(area.name));
        view.set("area_note", one_line(area.note()));
        view.set("area_open", flag(!area.all(Verdict::Skip)));
        view.set("cases", std::move(cases));
        out.push_back(std::move(view));
    }
    return out;
}

View run_view(const RunResult& run, const std::string& anchor, Anchors& anchors) {
    View notes = list();
    for (const std::string& note : run.notes) notes.push_back(one_line(note));
    View view = object();
    view.set("run_anchor", View(anchor));
    view.set("run_worst", View(std::string(name(worst(run)))));
    view.set("run_glyph", View(std::string(glyph(worst(run)))));
    view.set("run_suite", one_line(run.suite));
    view.set("run_summary", View(counts_sentence(run)));
    view.set("run_target", one_line(run.target_name));
    view.set("run_role", one_line(role_phrase(run.suite)));
    view.set("run_draft", one_line(run.draft_title.empty() ? "draft " + run.draft : run.draft_title));
    view.set("run_url", one_line(run.target_url));
    view.set("run_notes", std::move(notes));
    view.set("run_total", View(std::to_string(run.cases.size())));
    view.set("run_elapsed", View(milliseconds(run.elapsed_us)));
    view.set("run_tool", one_line(run.tool_version));
    view.set("run_started", one_line(short_time(run.started)));
    view.set("run_bar", bar_views(run));
    view.set("run_chips", chip_views(run));
    view.set("run_levels", level_views(run));
    view.set("areas", area_views(run, anchors));
    return view;
}

std::string hash_of(std::string_view text) { return crypto::base64_encode(crypto::sha256(text)); }

View partial(const char* file) {
    return View(mustache::partial([file] { return std::string(embedded::report_page(file)); }));
}

}  // namespace

View object() { return View(View::type::object); }
View list() { return View(View::type::list); }
View flag(bool value) { return View(value); }
View one_line(std::string_view text) { return View(visible(text, Lines::Show)); }
View many_lines(std::string_view text) { return View(visible(text, Lines::Keep)); }

std::string_view glyph(Verdict verdict) {
    switch (verdict) {
        case Verdict::Pass:
            return "✓";
        case Verdict::Warn:
            return "!";
        case Verdict::Fail:
            return "✕";
        case Verdict::Skip:
            return "–";
        case Verdict::Blocked:
            return "‖";
        case Verdict::Error:
            return "?";
    }
    return "";
}

std::string render_html(std::span<const RunResult> runs, const HtmlOptions& options) {
    const std::string_view style = embedded::report_page("report.css");
    const std::string_view script = embedded::report_page("report.js");
    Anchors anchors;
    std::vector<std::string> run_anchors;
    for (std::size_t i = 0; i < runs.size(); ++i) run_anchors.push_back(anchors.take(fmt::format("run-{}", i + 1)));

    View views = list();
    std::string title = options.title.empty() ? "aauth-conformance" : options.title;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const RunResult run = fit_to_show(runs[i], options.full_tokens);
        if (i == 0 && options.title.empty()) title = run.target_name + ": " + counts_sentence(run);
        views.push_back(run_view(run, run_anchors[i], anchors));
    }
    View page = object();
    page.set("page_title", one_line(title));
    page.set("style", View(std::string(style)));
    page.set("style_hash", View(hash_of(style)));
    page.set("script", View(std::string(script)));
    page.set("script_hash", View(hash_of(script)));
    page.set("several_runs", flag(runs.size() > 1));
    page.set("runs", std::move(views));
    page.set("run", partial("run.mustache"));
    page.set("case", partial("case.mustache"));
    mustache::mustache tmpl{std::string(embedded::report_page("page.mustache"))};
    return tmpl.render(page);
}

std::string render_html(const RunResult& run, const HtmlOptions& options) {
    return render_html(std::span<const RunResult>(&run, 1), options);
}

}  // namespace aauth::reports

#include <fmt/format.h>

#include "reports/areas.h"
#include "reports/report.h"
#include "reports/text.h"

namespace aauth::reports {

namespace {

using engine::CaseResult;
using engine::RunResult;
using engine::Verdict;

constexpr std::size_t wire_limit = 16u << 10;  // bytes of each message in system-out

std::string attribute(std::string_view text) { return escaped_for_xml(visible(text, Lines::Show)); }
std::string content(std::string_view text) { return escaped_for_xml(visible(text, Lines::Keep)); }

// How a verdict is told in JUnit's words.
struct Outcome {
    const char* element = nullptr;  // failure, error, skipped; none: passed
    std::string type;
    std::string message;
};

Outcome outcome_of(const CaseResult& result, const JunitOptions& options) {
    const std::string verdict(name(result.verdict));
    if (result.expectation == "fixed") {
        return {"failure", "fixed", "this known failure no longer fails; take its entry out"};
    }
    switch (result.verdict) {
        case Verdict::Pass:
            return {};
        case Verdict::Skip:
            return {"skipped", verdict, result.reason};
        case Verdict::Blocked:
            return {"skipped", verdict, "blocked: " + result.reason};
        case Verdict::Error:
            return {"error", verdict, result.reason};
        case Verdict::Warn:
        case Verdict::Fail:
            break;
    }
    if (result.verdict == Verdict::Warn && !options.strict) return {};
    if (result.expectation == "expected") return {"skipped", verdict, "known failure: " + result.expectation_reason};
    return {"failure", verdict, result.reason};
}

std::string check_lines(const CaseResult& result) {
    std::string out;
    for (const engine::Check& check : result.checks) {
        out += fmt::format("{} {} [{}{}{}]: expected {}, observed {}\n", check.passed ? "ok  " : "FAIL", check.what,
                           name(check.level), check.requirement.empty() ? "" : " ", check.requirement, check.expected,
                           check.observed);
    }
    return out;
}

std::string wire(const CaseResult& result) {
    std::string out;
    for (std::size_t i = 0; i < result.exchanges.size(); ++i) {
        const engine::Exchange& exchange = result.exchanges[i];
        out += fmt::format(
            "\n--- {} of {}: {} -> {}{}{}\n{}\n\n--- answer, {}\n{}\n", i + 1, result.exchanges.size(), exchange.from,
            exchange.to, exchange.note.empty() ? "" : ": ", exchange.note, exchange.request.substr(0, wire_limit),
            milliseconds(exchange.elapsed_us),
            exchange.response.empty() ? "none: " + exchange.failure : exchange.response.substr(0, wire_limit));
    }
    return out;
}

std::string system_out(const RunResult& run, const CaseResult& result) {
    std::string out = fmt::format("{}: {}\n", name(result.verdict), result.reason);
    for (const std::string& section : sections_of(run, result)) out += section + "\n";
    out += check_lines(result) + wire(result);
    if (!result.reproduce.empty()) out += "\nReproduce: " + result.reproduce + "\n";
    return out;
}

std::string test_case(const RunResult& run, const CaseResult& result, const Outcome& outcome) {
    std::string out = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"",
                                  attribute(run.suite + "." + result.area), attribute(result.id + " " + result.title),
                                  static_cast<double>(result.elapsed_us) / 1e6);
    const bool tells =
        result.verdict == Verdict::Fail || result.verdict == Verdict::Warn || result.verdict == Verdict::Error;
    if (outcome.element == nullptr && !tells) return out + "/>\n";
    out += ">\n";
    if (outcome.element != nullptr && outcome.element == std::string_view("skipped")) {
        out += fmt::format("      <skipped message=\"{}\"/>\n", attribute(outcome.message));
    } else if (outcome.element != nullptr) {
        out += fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", outcome.element,
                           attribute(outcome.type), attribute(outcome.message), content(check_lines(result)));
    }
    if (tells) out += fmt::format("      <system-out>{}</system-out>\n", content(system_out(run, result)));
    return out + "    </testcase>\n";
}

struct Counts {
    std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
    double seconds = 0;

    void add(const Outcome& outcome) {
        ++tests;
        const std::string_view element = outcome.element == nullptr ? "" : outcome.element;
        if (element == "failure") ++failures;
        if (element == "error") ++errors;
        if (element == "skipped") ++skipped;
    }
    void add(const Counts& other) {
        tests += other.tests;
        failures += other.failures;
        errors += other.errors;
        skipped += other.skipped;
        seconds += other.seconds;
    }
    std::string attributes() const {
        return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"", tests, failures,
                           errors, skipped, seconds);
    }
};

std::string property(std::string_view name, std::string_view value) {
    return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, attribute(value));
}

std::string suite(const RunResult& run, const JunitOptions& options, Counts& total) {
    Counts counts;
    counts.seconds = static_cast<double>(run.elapsed_us) / 1e6;
    std::string cases;
    for (const CaseResult& result : run.cases) {
        const Outcome outcome = outcome_of(result, options);
        counts.add(outcome);
        cases += test_case(run, result, outcome);
    }
    total.add(counts);
    std::string timestamp = run.started;  // JUnit's have no zone
    if (timestamp.ends_with('Z')) timestamp.pop_back();
    return fmt::format("  <testsuite name=\"{}\" {} timestamp=\"{}\">\n    <properties>\n",
                       attribute(run.suite + ": " + run.target_name), counts.attributes(), attribute(timestamp)) +
           property("target", run.target_url) + property("draft", run.draft) + property("tool", run.tool_version) +
           "    </properties>\n" + cases + "  </testsuite>\n";
}

}  // namespace

std::string render_junit(std::span<const RunResult> runs, const JunitOptions& options) {
    Counts total;
    std::string suites;
    for (const RunResult& run : runs) suites += suite(fit_to_show(run, options.full_tokens), options, total);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"aauth-conformance\" " + total.attributes() +
           ">\n" + suites + "</testsuites>\n";
}

std::string render_junit(const RunResult& run, const JunitOptions& options) {
    return render_junit(std::span<const RunResult>(&run, 1), options);
}

}  // namespace aauth::reports

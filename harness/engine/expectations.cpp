#include "harness/engine/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/engine/reader.h"
#include "harness/engine/runner.h"
#include "harness/json/json.h"

namespace aauth::engine {

namespace {

Verdict weight(const Check& check) { return check.level == Level::Must ? Verdict::Fail : Verdict::Warn; }

bool speaks_of(const Expectation& entry, const Check& check) {
    return (entry.requirement.empty() || entry.requirement == check.requirement) &&
           (entry.what.empty() || entry.what == check.what);
}

std::string about(const Expectation& entry) {
    std::string out = entry.case_id;
    if (!entry.what.empty()) out += fmt::format(", \"{}\"", entry.what);
    if (!entry.requirement.empty()) out += fmt::format(" ({})", entry.requirement);
    return out;
}

std::string about(const CaseResult& result, const Check& check) {
    return fmt::format("{} {}: {} \"{}\"{}: expected {}, observed {}", result.id, result.title, name(weight(check)),
                       check.what, check.requirement.empty() ? "" : fmt::format(" ({})", check.requirement),
                       check.expected.empty() ? "(nothing)" : check.expected,
                       check.observed.empty() ? "(nothing)" : check.observed);
}

// A blocked case shows nothing, which has to be expected like a failure: else a broken control would hide its whole area.
void compare_blocked(CaseResult& result, const std::vector<const Expectation*>& entries, std::vector<bool>& used,
                     Comparison& out) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i]->verdict != Verdict::Blocked) continue;
        used[i] = true;
        result.expectation = "expected";
        result.expectation_reason = entries[i]->reason;
        return;
    }
    if (!entries.empty()) return;  // said with the entry that it leaves unshown
    out.unexpected.push_back(fmt::format("{} {}: blocked: {}", result.id, result.title, result.reason));
}

bool shows_nothing(const CaseResult& result) {
    return result.verdict == Verdict::Skip || result.verdict == Verdict::Blocked || result.verdict == Verdict::Error;
}

// One case against the entries that speak of it; `used` marks those that were seen to hold.
void compare_case(CaseResult& result, const std::vector<const Expectation*>& entries, std::vector<bool>& used,
                  Comparison& out) {
    bool all_known = true, any_failed = false;
    std::vector<std::string> reasons;
    for (const Check& check : result.checks) {
        if (check.passed) continue;
        any_failed = true;
        bool known = false, milder = false;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (!speaks_of(*entries[i], check)) continue;
            if (entries[i]->verdict != weight(check)) {
                milder = milder || entries[i]->verdict == Verdict::Warn;
                continue;
            }
            known = used[i] = true;
            if (std::find(reasons.begin(), reasons.end(), entries[i]->reason) == reasons.end())
                reasons.push_back(entries[i]->reason);
        }
        if (known) continue;
        all_known = false;
        out.unexpected.push_back(about(result, check) + (milder ? " (only a warning was expected)" : ""));
    }
    if (any_failed && all_known) {
        result.expectation = "expected";
        result.expectation_reason = fmt::format("{}", fmt::join(reasons, "; "));
    } else if (!any_failed && !entries.empty() && result.verdict == Verdict::Pass) {
        result.expectation = "fixed";
        result.expectation_reason = entries.front()->reason;
    }
}

}  // namespace

Result<Expectations> Expectations::parse(std::string_view text) {
    const auto document = json::parse_object(text);
    if (!document) return failure("bad_expectations", document.error().message);
    try {
        const Reader reader(*document, "");
        reader.allow_only({"target", "suite", "draft", "known"});
        Expectations out;
        out.target = reader.string("target");
        out.suite = reader.string("suite");
        out.draft = reader.string("draft");
        if (!reader.has("known")) reader.fail("known", "an array of objects");
        for (const Reader& entry : reader.objects("known")) {
            entry.allow_only({"case", "verdict", "requirement", "check", "reason"});
            Expectation one;
            one.case_id = entry.required_string("case");
            try {
                one.verdict = *verdict_from_name(entry.one_of("verdict", {"fail", "warn", "blocked"}, "fail"));
                one.requirement = entry.string("requirement");
                one.what = entry.string("check");
                one.reason = entry.required_string("reason");
            } catch (const Misread& wrong) {
                throw Misread{fmt::format("{} (of case {})", wrong.message, one.case_id)};
            }
            out.entries.push_back(std::move(one));
        }
        return out;
    } catch (const Misread& wrong) {
        return failure("bad_expectations", wrong.message);
    }
}

Comparison compare(RunResult& run, const Expectations& expectations, bool whole_suite) {
    Comparison out;
    if (!expectations.suite.empty() && expectations.suite != run.suite) {
        out.unexpected.push_back(
            fmt::format("the expectations are for the suite {}, and this run is of {}", expectations.suite, run.suite));
    }
    if (!expectations.draft.empty() && expectations.draft != run.draft) {
        out.unexpected.push_back(
            fmt::format("the expectations are for draft {}, and this run is of {}", expectations.draft, run.draft));
    }

    std::vector<bool> met_case(expectations.entries.size(), false);
    for (CaseResult& result : run.cases) {
        result.expectation.clear();
        result.expectation_reason.clear();
        std::vector<const Expectation*> entries;
        for (std::size_t i = 0; i < expectations.entries.size(); ++i) {
            if (expectations.entries[i].case_id != result.id) continue;
            entries.push_back(&expectations.entries[i]);
            met_case[i] = true;
        }
        // What was left out on purpose speaks neither for nor against its entries.
        if (result.verdict == Verdict::Skip && result.reason == slow_case_left_out) continue;
        std::vector<bool> used(entries.size(), false);
        if (result.verdict == Verdict::Blocked) {
            compare_blocked(result, entries, used, out);
        } else {
            compare_case(result, entries, used, out);
        }
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (used[i]) continue;
            if (shows_nothing(result)) {
                out.unexpected.push_back(
                    fmt::format("{}: expected {}, but the case ended in {} ({}), which shows nothing",
                                about(*entries[i]), name(entries[i]->verdict), name(result.verdict), result.reason));
            } else {
                out.stale.push_back(fmt::format("{}: no longer a {}; take the entry out", about(*entries[i]),
                                                name(entries[i]->verdict)));
            }
        }
    }
    for (std::size_t i = 0; whole_suite && i < expectations.entries.size(); ++i) {
        if (!met_case[i]) out.stale.push_back(about(expectations.entries[i]) + ": no such case in this run");
    }
    return out;
}

std::string draft_expectations(const RunResult& run) {
    nlohmann::json known = nlohmann::json::array();
    for (const CaseResult& result : run.cases) {
        if (result.verdict == Verdict::Blocked) {
            known.push_back({{"case", result.id}, {"verdict", "blocked"}, {"reason", "TO BE EXPLAINED"}});
            continue;
        }
        for (const Check& check : result.checks) {
            if (check.passed) continue;
            nlohmann::json entry = {{"case", result.id},
                                    {"verdict", std::string(name(weight(check)))},
                                    {"requirement", check.requirement},
                                    {"check", check.what},
                                    {"reason", "TO BE EXPLAINED"}};
            if (std::find(known.begin(), known.end(), entry) == known.end()) known.push_back(std::move(entry));
        }
    }
    return json::pretty({{"target", run.target_name}, {"suite", run.suite}, {"draft", run.draft}, {"known", known}}) +
           "\n";
}

}  // namespace aauth::engine

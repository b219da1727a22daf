#include "harness/engine/expectations.h"

#include "harness/catch.h"
#include "harness/engine/runner.h"

namespace aauth::engine {

namespace {

Check failed(std::string requirement, std::string what, Level level = Level::Must) {
    return {std::move(requirement), level, false, std::move(what), "401", "200"};
}

CaseResult result(std::string id, Verdict verdict, std::vector<Check> checks) {
    CaseResult out;
    out.id = std::move(id);
    out.title = "a title";
    out.verdict = verdict;
    out.checks = std::move(checks);
    return out;
}

RunResult run_of(std::vector<CaseResult> cases) {
    RunResult run;
    run.suite = "person-server";
    run.draft = "11";
    run.target_name = "Example";
    run.cases = std::move(cases);
    return run;
}

Expectations known(std::vector<Expectation> entries) { return {"Example", "person-server", "11", std::move(entries)}; }

}  // namespace

TEST_CASE("an expected failure is marked with its reason and is good") {
    RunResult run = run_of({result("A", Verdict::Fail, {failed("r", "status"), failed("r", "code")})});
    const auto one = compare(run, known({{"A", Verdict::Fail, "r", "", "a defect"}}));
    CHECK(one.good());
    CHECK(run.cases[0].expectation == "expected");
    CHECK(run.cases[0].expectation_reason == "a defect");

    const auto two =
        compare(run, known({{"A", Verdict::Fail, "r", "status", "x"}, {"A", Verdict::Fail, "r", "code", "y"}}));
    CHECK(two.good());
    CHECK(run.cases[0].expectation_reason == "x; y");
}

TEST_CASE("a failure that nobody expected is unexpected, check by check") {
    RunResult run = run_of({result("A", Verdict::Fail, {failed("r", "status"), failed("r", "code")}),
                            result("B", Verdict::Warn, {failed("s", "detail", Level::Should)})});
    const auto comparison = compare(run, known({{"A", Verdict::Fail, "r", "status", "a defect"}}));
    REQUIRE(comparison.unexpected.size() == 2);
    CHECK(comparison.unexpected[0] == "A a title: fail \"code\" (r): expected 401, observed 200");
    CHECK(comparison.unexpected[1].starts_with("B a title: warn \"detail\" (s)"));
    CHECK(comparison.stale.empty());
    CHECK(run.cases[0].expectation.empty());
}

TEST_CASE("worse than expected is unexpected, and the entry is stale") {
    RunResult run = run_of({result("A", Verdict::Fail, {failed("r", "status")})});
    const auto worse = compare(run, known({{"A", Verdict::Warn, "r", "status", "mild"}}));
    REQUIRE(worse.unexpected.size() == 1);
    CHECK(worse.unexpected[0].ends_with("(only a warning was expected)"));
    CHECK(worse.stale.size() == 1);
}

TEST_CASE("an entry that no longer fails is stale") {
    RunResult run = run_of({result("A", Verdict::Pass, {}), result("B", Verdict::Fail, {failed("r", "status")})});
    const auto comparison = compare(run, known({{"A", Verdict::Fail, "r", "", "was broken"},
                                                {"B", Verdict::Fail, "r", "status", "is broken"},
                                                {"B", Verdict::Fail, "r", "code", "was broken too"},
                                                {"Z", Verdict::Fail, "", "", "gone"}}));
    CHECK(comparison.unexpected.empty());
    REQUIRE(comparison.stale.size() == 3);
    CHECK(comparison.stale[0] == "A (r): no longer a fail; take the entry out");
    CHECK(comparison.stale[1] == "B, \"code\" (r): no longer a fail; take the entry out");
    CHECK(comparison.stale[2] == "Z: no such case in this run");
    CHECK(run.cases[0].expectation == "fixed");
    CHECK(run.cases[1].expectation == "expected");

    CHECK(compare(run, known({{"Z", Verdict::Fail, "", "", "gone"}, {"B", Verdict::Fail, "", "", "x"}}), false).good());
}

TEST_CASE("an expected failure of a case that showed nothing is unexpected") {
    for (const Verdict verdict : {Verdict::Skip, Verdict::Blocked, Verdict::Error}) {
        RunResult run = run_of({result("A", verdict, {})});
        const auto comparison = compare(run, known({{"A", Verdict::Fail, "r", "", "a defect"}}));
        REQUIRE(comparison.unexpected.size() == 1);
        CHECK(comparison.unexpected[0].find("shows nothing") != std::string::npos);
        CHECK(comparison.stale.empty());
    }
}

TEST_CASE("a blocked case is unexpected unless an entry says why it is blocked") {
    RunResult run = run_of({result("A", Verdict::Blocked, {})});
    CHECK(compare(run, known({})).unexpected.size() == 1);
    CHECK(compare(run, known({{"A", Verdict::Blocked, "", "", "its control breaks on a defect"}})).good());
    CHECK(run.cases[0].expectation == "expected");
    RunResult better = run_of({result("A", Verdict::Pass, {})});
    CHECK(compare(better, known({{"A", Verdict::Blocked, "", "", "its control broke"}})).stale.size() == 1);
}

TEST_CASE("an expected failure of a slow case that was left out is neither seen nor missed") {
    RunResult run = run_of({result("A", Verdict::Skip, {})});
    run.cases[0].reason = std::string(slow_case_left_out);
    CHECK(compare(run, known({{"A", Verdict::Fail, "r", "", "a defect"}})).good());
}

TEST_CASE("expectations for another suite or draft say so") {
    RunResult run = run_of({});
    Expectations other = known({});
    other.suite = "resource";
    other.draft = "10";
    CHECK(compare(run, other).unexpected.size() == 2);
    CHECK(compare(run, Expectations{}).good());
}

TEST_CASE("expectation files are read, and a drafted one fits its run") {
    RunResult run = run_of({result("A", Verdict::Fail, {failed("r", "status"), failed("r", "status")}),
                            result("B", Verdict::Warn, {failed("s", "detail", Level::Should)})});
    const std::string text = draft_expectations(run);
    const auto drafted = Expectations::parse(text);
    REQUIRE(drafted);
    CHECK(drafted->entries.size() == 2);
    CHECK(drafted->entries[0].reason == "TO BE EXPLAINED");
    CHECK(drafted->target == "Example");
    CHECK(compare(run, *drafted).good());

    const auto error = [](std::string_view file) {
        const auto parsed = Expectations::parse(file);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == "bad_expectations");
        return parsed.error().message;
    };
    CHECK(error("{") != "");
    CHECK(error("{}") == "known: missing; expected an array of objects");
    CHECK(error(R"({"known":[{"case":"A"}]})") ==
          "known[0].reason: missing; expected a string that is not empty (of case A)");
    CHECK(error(R"({"known":[{"case":"A","verdict":"pass","reason":"x"}]})")
              .starts_with("known[0].verdict: expected one of fail, warn"));
    CHECK(error(R"({"known":[{"case":"A","resaon":"x"}]})") ==
          "known[0]: unknown member \"resaon\"; did you mean \"reason\"?");
}

}  // namespace aauth::engine

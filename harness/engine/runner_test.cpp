#include "harness/engine/runner.h"

#include <atomic>
#include <stdexcept>

#include "harness/catch.h"
#include "harness/engine/test_cases.h"

namespace aauth::engine {

namespace {

CaseResult only_result(const Case& experiment, RunOptions options = {}) {
    const auto results = run({experiment}, options);
    REQUIRE(results);
    REQUIRE(results->size() == 1);
    return results->front();
}

CaseResult result_of(std::function<void(Record&)> body) { return only_result(make("A-1", std::move(body))); }

}  // namespace

TEST_CASE("a case's checks give its verdict") {
    CHECK(result_of(pass).verdict == Verdict::Pass);
    CHECK(result_of(pass).reason.empty());

    const auto fail = result_of([](Record& record) {
        record.check(failed(Level::Should));
        record.check(failed());
        record.check(passed());
    });
    CHECK(fail.verdict == Verdict::Fail);
    CHECK(fail.reason == "status: expected 401, observed 200");
    CHECK(fail.checks.size() == 3);
    CHECK(fail.requirements == std::vector<std::string>{"req.a", "req.c", "req.b"});

    CHECK(result_of([](Record& record) { record.check(failed(Level::Should)); }).verdict == Verdict::Warn);
    CHECK(result_of([](Record& record) { record.check(failed(Level::May)); }).verdict == Verdict::Warn);

    const auto nothing = result_of([](Record&) {});
    CHECK(nothing.verdict == Verdict::Error);
    CHECK(nothing.reason == "the case checked nothing");
}

TEST_CASE("a required check that fails ends the case") {
    bool went_on = false;
    const auto result = result_of([&](Record& record) {
        record.require(passed());
        record.require(failed());
        went_on = true;
    });
    CHECK_FALSE(went_on);
    CHECK(result.verdict == Verdict::Fail);
    CHECK(result.checks.size() == 2);
}

TEST_CASE("exceptions become verdicts with their text") {
    const auto skip = result_of([](Record&) { throw Skip{"no mission_endpoint published"}; });
    CHECK(skip.verdict == Verdict::Skip);
    CHECK(skip.reason == "no mission_endpoint published");

    const auto blocked = result_of([](Record&) { throw Blocked{"no agent token"}; });
    CHECK(blocked.verdict == Verdict::Blocked);

    const auto error = result_of([](Record& record) {
        record.check(passed());
        throw HarnessError{"connection refused"};
    });
    CHECK(error.verdict == Verdict::Error);
    CHECK(error.reason == "connection refused");
    CHECK(error.checks.size() == 1);

    const auto unknown = result_of([](Record&) { throw std::out_of_range("vector::at"); });
    CHECK(unknown.verdict == Verdict::Error);
    CHECK(unknown.reason == "unexpected: vector::at");

    const auto odd = result_of([](Record&) { throw 7; });
    CHECK(odd.verdict == Verdict::Error);
    CHECK(odd.reason == "unexpected: an exception that has no text");

    CHECK(result_of(nullptr).verdict == Verdict::Error);
}

TEST_CASE("a MUST that was seen broken stays broken when the case ends early") {
    const auto result = result_of([](Record& record) {
        record.check(failed());
        throw HarnessError{"connection refused"};
    });
    CHECK(result.verdict == Verdict::Fail);
    CHECK(result.reason == "status: expected 401, observed 200 (the case then ended early: connection refused)");
}

TEST_CASE("what fails after the deadline is an error, never the target's failure") {
    RunOptions options;
    options.case_deadline = std::chrono::milliseconds(0);
    const auto late = only_result(make("A-1",
                                       [](Record& record) {
                                           CHECK(record.remaining().count() == 0);
                                           record.check(failed());
                                       }),
                                  options);
    CHECK(late.verdict == Verdict::Error);
    CHECK(late.reason.find("longer than its 0 s") != std::string::npos);
    CHECK(only_result(make("A-1", pass), options).verdict == Verdict::Pass);

    options.case_deadline = std::chrono::hours(1);
    only_result(make("A-1",
                     [](Record& record) {
                         CHECK(record.remaining() > std::chrono::minutes(50));
                         record.check(passed());
                     }),
                options);
}

TEST_CASE("on_finished is called one at a time, once per case, and may throw") {
    std::vector<Case> cases;
    for (int i = 0; i < 50; ++i) cases.push_back(make("A-" + std::to_string(i), pass));
    int calls = 0;
    std::atomic<int> inside{0};
    bool together = false;
    RunOptions options;
    options.reproduce = [](const Case& experiment) { return "aauth-conform --case " + experiment.id; };
    options.on_finished = [&](const CaseResult& result) {
        together = together || ++inside != 1;
        ++calls;
        CHECK(result.reproduce == "aauth-conform --case " + result.id);
        --inside;
    };
    REQUIRE(run(cases, options));
    CHECK(calls == 50);
    CHECK_FALSE(together);

    options.on_finished = [](const CaseResult&) { throw std::runtime_error("no"); };
    CHECK_THROWS_AS(run(cases, options), std::runtime_error);
}

TEST_CASE("what a target sent is kept up to a limit") {
    const auto result = result_of([](Record& record) {
        record.check({"", Level::Must, true, "body", "", std::string(1u << 20, 'x')});
        for (int i = 0; i < 250; ++i) {
            Exchange exchange;
            exchange.response = std::string(100000, 'y') + std::to_string(i);
            record.exchange(std::move(exchange));
        }
    });
    CHECK(result.checks[0].observed.size() < 4200);
    REQUIRE(result.exchanges.size() == 100);
    CHECK(result.exchanges[0].response.size() < 66000);
    CHECK(result.exchanges[49].note == "the next 150 exchanges are left out");
    CHECK(result.exchanges[0].response.ends_with("… 34465 more bytes"));
}

}  // namespace aauth::engine

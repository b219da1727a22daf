#include <atomic>
#include <barrier>
#include <latch>
#include <mutex>

#include "harness/catch.h"
#include "harness/engine/test_cases.h"

namespace aauth::engine {

TEST_CASE("cases run at the same time, as many as there are threads") {
    std::barrier all_four(4);  // reached only when four cases are in it together
    std::vector<Case> cases;
    for (int i = 0; i < 8; ++i) {
        cases.push_back(make("A-" + std::to_string(i), [&](Record& record) {
            all_four.arrive_and_wait();
            record.check(passed());
        }));
    }
    RunOptions options;
    options.threads = 4;
    const auto results = run(cases, options);
    REQUIRE(results);
    REQUIRE(results->size() == 8);
    for (std::size_t i = 0; i < 8; ++i) {
        CHECK((*results)[i].id == cases[i].id);
        CHECK((*results)[i].verdict == Verdict::Pass);
    }
}

TEST_CASE("prerequisites run first, whatever the order of the list") {
    std::mutex mutex;
    std::vector<std::string> order;
    const auto note = [&](const std::string& id) {
        return [&, id](Record& record) {
            record.check(passed());
            const std::scoped_lock lock(mutex);
            order.push_back(id);
        };
    };
    const auto results = run({make("C", note("C"), {"B"}), make("B", note("B"), {"A"}), make("A", note("A"))}, {});
    REQUIRE(results);
    CHECK(order == std::vector<std::string>{"A", "B", "C"});
    CHECK(results->front().id == "C");
}

TEST_CASE("a case is blocked when a prerequisite did not pass or warn, and names it") {
    const auto results = run(
        {
            make("FAIL", [](Record& record) { record.check(failed()); }),
            make("WARN", [](Record& record) { record.check(failed(Level::Should)); }),
            make("SKIP", [](Record&) { throw Skip{"not declared"}; }),
            make("after-fail", pass, {"WARN", "FAIL"}),
            make("after-warn", pass, {"WARN"}),
            make("after-skip", pass, {"SKIP"}),
            make("after-blocked", pass, {"after-fail"}),
        },
        {});
    REQUIRE(results);
    CHECK(find(*results, "after-fail").verdict == Verdict::Blocked);
    CHECK(find(*results, "after-fail").reason == "FAIL did not pass (fail: status: expected 401, observed 200)");
    CHECK(find(*results, "after-warn").verdict == Verdict::Pass);
    CHECK(find(*results, "after-skip").verdict == Verdict::Skip);
    CHECK(find(*results, "after-skip").reason == "SKIP did not pass (skip: not declared)");
    CHECK(find(*results, "after-blocked").verdict == Verdict::Blocked);
}

TEST_CASE("unknown prerequisites, circles and ids used twice are errors, not hangs") {
    const auto results = run(
        {
            make("A", pass, {"B"}),
            make("B", pass, {"C"}),
            make("C", pass, {"A"}),
            make("D", pass, {"A"}),
            make("E", pass, {"E"}),
            make("F", pass, {"NOWHERE"}),
            make("G", pass),
            make("G", pass),
        },
        {});
    REQUIRE(results);
    CHECK(find(*results, "A").verdict == Verdict::Error);
    CHECK(find(*results, "B").reason == "prerequisites in a circle: A waits for B waits for C waits for A");
    CHECK(find(*results, "D").verdict == Verdict::Blocked);
    CHECK(find(*results, "E").verdict == Verdict::Error);
    CHECK(find(*results, "F").reason == "there is no case NOWHERE, which this one is to run after");
    CHECK((*results)[6].verdict == Verdict::Pass);
    CHECK((*results)[7].verdict == Verdict::Error);
}

TEST_CASE("exclusive cases run alone, after the others, with those that wait for them") {
    std::atomic<int> running{0};
    std::atomic<int> finished{0};
    std::atomic<bool> disturbed{false};
    const auto shared = [&](Record& record) {
        ++running;
        record.check(passed());
        --running;
        ++finished;
    };
    const auto alone = [&](Record& record) {
        if (running != 0 || finished < 10) disturbed = true;
        record.check(passed());
    };
    std::vector<Case> cases;
    Case first = make("X-1", alone);
    first.exclusive = true;
    cases.push_back(first);
    cases.push_back(make("AFTER-X", alone, {"X-1"}));
    for (int i = 0; i < 10; ++i) cases.push_back(make("A-" + std::to_string(i), shared));
    Case second = make("X-2", alone, {"A-3"});
    second.exclusive = true;
    cases.push_back(second);

    const auto results = run(cases, {});
    REQUIRE(results);
    CHECK_FALSE(disturbed);
    for (const CaseResult& result : *results) CHECK(result.verdict == Verdict::Pass);
}

TEST_CASE("slow cases run only when asked for, and then beside the others") {
    std::latch others_ran(3);
    Case slow = make("SLOW", [&](Record& record) {
        others_ran.wait();  // would never come if it kept the only thread from the others
        CHECK(record.remaining() > std::chrono::seconds(60));
        record.check(passed());
    });
    slow.slow = true;
    std::vector<Case> cases{slow};
    for (int i = 0; i < 3; ++i) {
        cases.push_back(make("A-" + std::to_string(i), [&](Record& record) {
            record.check(passed());
            others_ran.count_down();
        }));
    }
    cases.push_back(make("AFTER-SLOW", pass, {"SLOW"}));

    RunOptions options;
    options.threads = 1;
    options.slow = true;
    const auto with = run(cases, options);
    REQUIRE(with);
    CHECK(find(*with, "SLOW").verdict == Verdict::Pass);
    CHECK(find(*with, "AFTER-SLOW").verdict == Verdict::Pass);

    const auto without = run({slow}, {});
    REQUIRE(without);
    CHECK(without->front().verdict == Verdict::Skip);
    CHECK(without->front().reason == "slow: run with --slow");
}

TEST_CASE("slow cases wait at the same time, however few threads there are") {
    constexpr int count = 12;
    std::latch all_waiting(count);
    std::vector<Case> cases;
    for (int i = 0; i < count; ++i) {
        cases.push_back(make("SLOW-" + std::to_string(i), [&](Record& record) {
            all_waiting.arrive_and_wait();  // would never come if they took turns
            record.check(passed());
        }));
        cases.back().slow = true;
    }
    RunOptions options;
    options.threads = 1;
    options.slow = true;
    const auto results = run(cases, options);
    REQUIRE(results);
    for (const auto& result : *results) CHECK(result.verdict == Verdict::Pass);
}

TEST_CASE("a glob selects cases and brings their prerequisites along") {
    const std::vector<Case> cases{make("PS-META-001", pass), make("PS-SIG-001", pass, {"PS-META-001"}),
                                  make("PS-SIG-002", pass, {"PS-SIG-001"}), make("PS-AGT-001", pass)};
    const auto ids = [&](const std::string& only) {
        RunOptions options;
        options.only = only;
        const auto results = run(cases, options);
        REQUIRE(results);
        std::vector<std::string> out;
        for (const CaseResult& result : *results) out.push_back(result.id);
        return out;
    };
    CHECK(ids("PS-SIG-002") == std::vector<std::string>{"PS-META-001", "PS-SIG-001", "PS-SIG-002"});
    CHECK(ids("PS-AGT-*, PS-META-00?") == std::vector<std::string>{"PS-META-001", "PS-AGT-001"});
    CHECK(ids("").size() == 4);
    CHECK(ids("RS-*").empty());
}

TEST_CASE("globs match the whole text") {
    CHECK(glob_matches("", ""));
    CHECK(glob_matches("*", ""));
    CHECK(glob_matches("PS-*-00?", "PS-SIG-004"));
    CHECK(glob_matches("*a*b", "xaxbxb"));
    CHECK_FALSE(glob_matches("*a*b", "xaxbxbc"));
    CHECK_FALSE(glob_matches("PS", "PS-SIG"));
    CHECK_FALSE(glob_matches("?", ""));
    CHECK_FALSE(glob_matches(std::string(200, '*') + "b", std::string(20000, 'a')));
}

TEST_CASE("cases of another draft are left out, and block what needs them") {
    Case old = make("OLD", pass);
    old.drafts = {"10"};
    const std::vector<Case> cases{old, make("NEW", pass, {"OLD"}), make("ANY", pass)};
    RunOptions options;
    options.draft = "11";
    const auto results = run(cases, options);
    REQUIRE(results);
    REQUIRE(results->size() == 2);
    CHECK(results->front().verdict == Verdict::Blocked);
    CHECK(results->front().reason == "OLD does not run for draft 11");
    options.draft = "10";
    CHECK(run(cases, options)->size() == 3);
}

}  // namespace aauth::engine

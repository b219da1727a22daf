#include "harness/engine/result.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/engine/case.h"
#include "harness/json/json.h"

namespace aauth::engine {

namespace {

Requirement requirement(std::string id, Level level) {
    return {std::move(id), "AAuth -11", "11.3", level, {"person-server"}, "one line", "", "0.1"};
}

CaseResult result(std::string id, Verdict verdict, std::vector<std::string> requirements, std::vector<Check> checks) {
    CaseResult out;
    out.id = std::move(id);
    out.verdict = verdict;
    out.requirements = std::move(requirements);
    out.checks = std::move(checks);
    return out;
}

RunResult sample() {
    RunResult run;
    run.suite = "person-server";
    run.draft = "11";
    run.notes = {"loopback: identifier and TLS rules relaxed"};
    run.requirements = {requirement("a", Level::Must), requirement("b", Level::Must), requirement("c", Level::Must),
                        requirement("s", Level::Should), requirement("t", Level::Should)};
    run.cases = {
        result("1", Verdict::Pass, {"a", "s"}, {{"a", Level::Must, true, "status", "401", "401"}}),
        result("2", Verdict::Fail, {"a", "b"}, {{"b", Level::Must, false, "status", "401", "200"}}),
        result("3", Verdict::Skip, {"c"}, {}),
        result("4", Verdict::Warn, {"a", "t"},
               {{"t", Level::Should, false, "detail", "there", "absent"},
                {"a", Level::Should, false, "order", "usual", "odd"}}),
    };
    return run;
}

}  // namespace

TEST_CASE("verdicts and levels have names") {
    for (const Verdict verdict :
         {Verdict::Pass, Verdict::Skip, Verdict::Warn, Verdict::Blocked, Verdict::Error, Verdict::Fail})
        CHECK(verdict_from_name(name(verdict)) == verdict);
    for (const Level level : {Level::May, Level::Should, Level::Must}) CHECK(level_from_name(name(level)) == level);
    CHECK_FALSE(verdict_from_name("Pass"));
    CHECK_FALSE(level_from_name("must"));
}

TEST_CASE("a run counts its verdicts and the requirements met") {
    const RunResult run = sample();
    CHECK(run.count(Verdict::Pass) == 1);
    CHECK(run.count(Verdict::Blocked) == 0);
    // a is met: only a SHOULD check was failed beside it. c was not judged.
    CHECK(run.met(Level::Must) == std::pair<std::size_t, std::size_t>{1, 2});
    // s is covered, but no check judged it.
    CHECK(run.met(Level::Should) == std::pair<std::size_t, std::size_t>{0, 1});
    CHECK(run.met(Level::May) == std::pair<std::size_t, std::size_t>{0, 0});
}

TEST_CASE("a failed check without a requirement breaks all that the case covers") {
    RunResult run = sample();
    run.cases = {result("1", Verdict::Fail, {"a", "b"}, {{"", Level::Must, false, "status", "401", "200"}})};
    CHECK(run.met(Level::Must) == std::pair<std::size_t, std::size_t>{0, 2});
}

TEST_CASE("the result model survives JSON") {
    RunResult run = sample();
    Exchange exchange;
    exchange.from = "agent (harness)";
    exchange.to = "person server";
    exchange.request = std::string("GET / HTTP/1.1\r\n\r\n\0", 19);
    exchange.response = "HTTP/1.1 200 OK\r\n\r\n\xFF";
    exchange.failure = "none";
    exchange.signature_base = "\"@method\": GET";
    exchange.tokens = {{"Signature-Key", "eyJ…", "{}", "{\"sub\":1}"}};
    exchange.elapsed_us = 3100;
    exchange.note = "control";
    run.cases[1].exchanges = {exchange};
    run.cases[1].expectation = "expected";
    run.cases[1].expectation_reason = "because";
    run.cases[1].elapsed_us = 5;

    const auto document = json::parse(json::dump(to_json(run)));
    REQUIRE(document);
    CHECK((*document)["counts"]["fail"] == 1);
    CHECK((*document)["met"]["MUST"]["judged"] == 2);
    const auto back = run_result_from_json(*document);
    REQUIRE(back);
    CHECK(back->cases.size() == 4);
    CHECK(back->notes == run.notes);
    const Exchange& read = back->cases[1].exchanges.at(0);
    CHECK(read.request == exchange.request);
    CHECK(read.response == "HTTP/1.1 200 OK\r\n\r\n\\xff");
    CHECK(read.tokens.at(0).payload == exchange.tokens[0].payload);
    // All of it: what went out once comes out the same again.
    CHECK(json::dump(to_json(*back)) == json::dump(*document));
}

TEST_CASE("results that are none are refused with their place") {
    const auto error = [](const char* text) {
        const auto document = json::parse(text);
        REQUIRE(document);
        const auto run = run_result_from_json(*document);
        REQUIRE_FALSE(run);
        CHECK(run.error().code == "bad_result");
        return run.error().message;
    };
    CHECK(error("[]") == "an object is expected where there is array");
    CHECK(error(R"({"draft":"11"})") == "suite: missing");
    CHECK(error(R"({"suite":"s","draft":"11","cases":[{"id":"A","verdict":"good"}]})") ==
          "cases[0].verdict: no such verdict");
    CHECK(error(R"({"suite":"s","draft":"11","cases":[{"id":"A","verdict":"pass","checks":[{"level":"MUST"}]}]})") ==
          "cases[0].checks[0].passed: expected true or false");
    CHECK(error(R"({"suite":"s","draft":"11","elapsed_us":"1"})") == "elapsed_us: expected a whole number");
    CHECK(error(R"({"suite":"s","draft":"11","cases":{}})") == "cases: expected an array");
}

TEST_CASE("a record says what failed first, MUST before SHOULD") {
    Record record(std::chrono::steady_clock::now() + std::chrono::hours(1));
    CHECK(record.verdict() == Verdict::Error);
    CHECK(record.check({"", Level::Must, true, "status", "401", "401"}));
    CHECK(record.reason().empty());
    CHECK_FALSE(record.check({"", Level::Should, false, "detail", "", ""}));
    CHECK(record.verdict() == Verdict::Warn);
    CHECK(record.reason() == "detail");
    CHECK_THROWS_AS(record.require({"", Level::Must, false, "code", "invalid_jwt", ""}), Stop);
    CHECK(record.verdict() == Verdict::Fail);
    CHECK(record.reason() == "code: expected invalid_jwt, observed (nothing)");
    CHECK(record.exchange({}) == 0);
    CHECK(record.exchange({}) == 1);
    record.exchange_at(1).note = "control";
    CHECK(record.exchanges()[1].note == "control");
}

}  // namespace aauth::engine

#include "reports/report.h"

#include <nlohmann/json.hpp>

#include "embedded/result_schema.h"
#include "harness/catch.h"
#include "harness/engine/schema.h"
#include "harness/json/json.h"
#include "reports/sample.h"

namespace aauth::reports {

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t out = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++out;
    return out;
}

std::vector<std::string> violations(const std::string& text) {
    const auto document = json::parse(text, {.bytes = 64u << 20, .depth = 64});
    REQUIRE(document);
    return engine::schema_violations(*document, embedded::result_schema("result.schema.json"));
}

}  // namespace

TEST_CASE("the JSON result conforms to its schema and can be read again") {
    const engine::RunResult run = sample_run();
    const std::string text = render_json(run);
    CHECK(violations(text).empty());
    CHECK(violations(render_json(run_full_of("\xFF\x01<script>"))).empty());
    CHECK(violations(render_json(engine::RunResult{})).empty());

    const auto back = engine::run_result_from_json(*json::parse(text));
    REQUIRE(back);
    CHECK(back->cases.size() == run.cases.size());
    CHECK(back->met(engine::Level::Must) == run.met(engine::Level::Must));

    auto wrong = *json::parse(text);
    wrong["cases"][0]["verdict"] = "good";
    CHECK(violations(wrong.dump()).size() >= 1);
    wrong = *json::parse(text);
    wrong["cases"][0]["checks"][0].erase("level");
    CHECK_FALSE(violations(wrong.dump()).empty());

    const std::vector<engine::RunResult> two{run, run};
    CHECK(json::parse(render_json(two))->size() == 2);
}

TEST_CASE("JUnit counts and tells every verdict in its words") {
    const engine::RunResult run = sample_run();
    const std::string xml = render_junit(run);
    CHECK(run.cases.size() == 38);
    CHECK(contains(xml,
                   "<testsuites name=\"aauth-conformance\" tests=\"38\" failures=\"3\" errors=\"1\" skipped=\"10\""));
    CHECK(count(xml, "<testcase ") == 38);
    CHECK(count(xml, "<failure ") == 3);  // two failures and the known failure that is fixed
    CHECK(count(xml, "<error ") == 1);
    CHECK(contains(xml, "timestamp=\"2026-12-02T14:07:31\""));
    CHECK(contains(xml, "<skipped message=\"known failure: the server throws"));
    CHECK(contains(xml, "<skipped message=\"blocked: PS-DEF-014 did not pass"));
    CHECK(contains(xml, "AAuth -11 §11.3.3.1"));
    CHECK(contains(xml, "POST /person HTTP/1.1"));

    const std::string strict = render_junit(run, {.strict = true});
    CHECK(count(strict, "<failure ") == 4);
    CHECK(contains(strict, "<failure type=\"warn\" message=\"required_input: expected names &quot;@method&quot;"));

    const std::vector<engine::RunResult> two{run, run};
    CHECK(count(render_junit(two), "<testsuite ") == 2);
    CHECK(contains(render_junit(two), "tests=\"76\""));
}

TEST_CASE("Markdown has counts, failures and warnings with their sections") {
    const std::string text = render_markdown(sample_run());
    CHECK(text.starts_with("### Example Person Server 2.4 as a person server\n\n3 fail, 1 warn, 24 pass, 8 skip"));
    CHECK(contains(text, "| Signature profile | 15 | 17 | §11.3 |"));
    CHECK(contains(text, "#### Failures"));
    CHECK(contains(text, "<code>PS-SIG-004</code> a signature that leaves out &#64;&#8203;method is refused"));
    CHECK(contains(text, "<code>401</code> | <code>200</code> | AAuth &#45;11 §11.3.3.1 |"));
    CHECK(contains(text, "known failure: the server throws"));
    CHECK(contains(text, "#### Warnings"));
    CHECK(contains(text, "loopback"));
}

TEST_CASE("the terminal summary fits a screen, with colours only when asked") {
    engine::RunResult run = sample_run();
    const std::string text = render_terminal(run);
    CHECK(count(text, "\n") <= 24);
    CHECK_FALSE(contains(text, "\x1b"));
    CHECK(contains(text, "3 fail, 1 warn, 24 pass"));
    CHECK(contains(text, "PS-SIG-011 a kid that is not published gives a signature error (known)"));
    CHECK(contains(render_terminal(run, {.colour = true}), "\x1b[31m3 fail\x1b[0m"));

    for (int i = 0; i < 30; ++i) run.cases.push_back(run.cases[1]);
    const std::string many = render_terminal(run);
    CHECK(count(many, "\n") <= 34);
    CHECK(contains(many, "… and 23 more fail"));
    run.cases[1].title = std::string(500, 'x');
    for (const auto& line : {render_terminal(run, {.width = 40})}) CHECK(contains(line, "xxx…\n"));
}

TEST_CASE("an area that names its section is shown with that one") {
    engine::RunResult run = sample_run();
    for (auto& result : run.cases) result.area = "Polling · §11.8.3";
    const std::string text = render_markdown(run);
    CHECK(contains(text, "| Polling |"));
    CHECK(contains(text, "| §11.8.3 |"));
}

TEST_CASE("the badge says how many MUSTs are met") {
    engine::RunResult run = sample_run();
    CHECK(contains(render_badge(run), "aauth 11 person-server: 3 of 5 MUST, 3 failed"));
    CHECK(contains(render_badge(run), "#b3202f"));
    run.cases.resize(1);
    CHECK(contains(render_badge(run), "1 of 1 MUST</text>"));
    CHECK(contains(render_badge(run), "#17693f"));
    run.cases.clear();
    CHECK(contains(render_badge(run), "nothing judged"));
}

}  // namespace aauth::reports

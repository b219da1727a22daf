#include "mocks/scenario.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"

using namespace aauth;

namespace {

mocks::Scenario whole() {
    mocks::Scenario scenario;
    scenario.draft = "10";
    scenario.agent = {"aauth:a@ap.test", R"({"kty":"OKP"})", "eyJ.a.b"};
    scenario.sub_agent = {"aauth:a+b@ap.test", R"({"kty":"EC"})", "eyJ.c.d"};
    scenario.person_server = "https://ps.test";
    scenario.capabilities = {"interaction"};
    scenario.refresh_url = "https://ap.test/fresh";
    scenario.addresses = {{"https://ps.test", "http://127.0.0.1:1"}};
    scenario.ca_file = "/tmp/ca.pem";
    scenario.deadline = 7;
    scenario.clarification = "because";
    scenario.interaction_url = "https://ap.test/browser";
    scenario.token_request = R"({"prompt":"consent"})";
    mocks::Step request{
        "request", "POST", "https://rs.test/x", {{"Content-Type", "text/plain"}}, "body", R"({"as":"sub-agent"})"};
    mocks::Step permission{"permission", "GET", {}, {}, {}, R"({"action":"SendEmail"})"};
    scenario.steps = {request, permission};
    return scenario;
}

std::string problem(std::string_view outcome) {
    const auto parsed = mocks::parse_outcome(outcome);
    return parsed ? "" : parsed.error().code;
}

}  // namespace

TEST_CASE("a scenario is read as it was written") {
    const auto text = mocks::to_json(whole());
    const auto read = mocks::parse_scenario(text);
    REQUIRE(read);
    CHECK(nlohmann::json::parse(mocks::to_json(*read)) == nlohmann::json::parse(text));
    CHECK(read->steps.at(0).headers.first("Content-Type") == "text/plain");
    CHECK(read->steps.at(1).action == "permission");
    CHECK(read->sub_agent.token == "eyJ.c.d");
    CHECK(read->clarification == "because");
}

TEST_CASE("a scenario that is none is refused") {
    for (const char* bad : {"", "[]", "{}", R"({"format":2,"agent":{},"steps":[]})", R"({"format":1,"steps":[]})",
                            R"({"format":1,"agent":{}})", R"({"format":1,"agent":{},"steps":[{}]})",
                            R"({"format":1,"agent":{},"steps":[{"do":"request","headers":{"a":1}}]})"}) {
        INFO(bad);
        const auto read = mocks::parse_scenario(bad);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == "bad_scenario");
    }
}

TEST_CASE("an outcome is read as it was written") {
    mocks::Outcome outcome;
    outcome.results.push_back({200, {{"Content-Type", "text/plain"}}, "hello", {}, {}});
    outcome.results.push_back({0, {}, {}, "denied", "the person declined"});
    outcome.interactions = {"https://ps.test/interaction?code=A1B2-C3D4"};
    const auto read = mocks::parse_outcome(mocks::to_json(outcome));
    REQUIRE(read);
    REQUIRE(read->results.size() == 2);
    CHECK(read->results[0].succeeded());
    CHECK(read->results[0].headers.first("content-type") == "text/plain");
    CHECK_FALSE(read->results[1].succeeded());
    CHECK(read->results[1].message == "the person declined");
    CHECK(read->interactions == outcome.interactions);
}

TEST_CASE("what an agent prints may be anything") {
    for (const char* bad :
         {"", "hello", "[]", "{}", R"({"format":1})", R"({"format":"1","results":[]})", R"({"format":1,"results":{}})",
          R"({"format":1,"results":[{}]})", R"({"format":1,"results":[7]})",
          R"({"format":1,"results":[{"status":"200"}]})", R"({"format":1,"results":[{"status":20}]})",
          R"({"format":1,"results":[{"status":200,"headers":[]}]})",
          R"({"format":1,"results":[{"status":200,"headers":{"a":1}}]})", R"({"format":1,"results":[{"error":{}}]})",
          R"({"format":1,"results":[{"error":"denied"}]})", R"({"format":1,"format":1,"results":[]})"}) {
        INFO(bad);
        CHECK(problem(bad) == "bad_outcome");
    }
    CHECK(problem(R"({"format":1,"results":[],"more":true})") == "");
    CHECK(problem(R"({"format":1,"results":[{"status":204}]})") == "");
}

TEST_CASE("a 202 that is handed on is no success") {
    CHECK_FALSE(mocks::StepResult{202, {}, {}, {}, {}}.succeeded());
    CHECK_FALSE(mocks::StepResult{401, {}, {}, {}, {}}.succeeded());
    CHECK(mocks::StepResult{204, {}, {}, {}, {}}.succeeded());
}

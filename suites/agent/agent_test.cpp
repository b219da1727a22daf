#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/catch.h"
#include "harness/engine/schema.h"
#include "harness/json/json.h"
#include "mocks/agent_provider.h"
#include "mocks/scenario_agent.h"
#include "suites/embedded.h"

using namespace aauth;

namespace {

std::vector<std::string> violations(const std::string& schema, const std::string& text) {
    std::ifstream file(std::string(AAUTH_SUITES) + "/schema/" + schema);
    std::ostringstream content;
    content << file.rdbuf();
    const auto document = json::parse(text);
    return document ? engine::schema_violations(*document, content.str()) : std::vector<std::string>{"no JSON"};
}

// One run of one case with an agent that is this command.
engine::CaseResult run(const std::string& command) {
    engine::Target target;
    target.name = "an agent";
    target.role = "agent";
    target.command = command;
    engine::RunOptions options;
    options.only = "AG-SIG-001";
    const auto run = suites::run_suite("agent", target, options);
    REQUIRE(run);
    REQUIRE(run->cases.size() == 1);
    return run->cases.front();
}

}  // namespace

TEST_CASE("scenarios are as their schema says, and so are the outcomes of our own agent", "[agent]") {
    mocks::Network network;
    mocks::PartyOptions options;
    options.draft = protocol::find_draft("11");
    mocks::AgentProvider provider(network, options);
    REQUIRE(provider.start());
    const auto agent = provider.enrol();
    mocks::Scenario scenario;
    scenario.agent = {agent.identifier, json::dump(agent.key.private_jwk()), provider.agent_token(agent, "")};
    scenario.addresses["https://rs.test"] = provider.base();
    scenario.steps = {{"request", "GET", provider.url("/nothing"), {}, {}, "{}"},
                      {"permission", {}, {}, {}, {}, R"({"action":"SendEmail"})"},
                      {"dance", {}, {}, {}, {}, "{}"}};
    const auto known = scenario.steps;
    scenario.steps.pop_back();
    CHECK(violations("scenario.schema.json", mocks::to_json(scenario)).empty());
    scenario.steps = known;
    CHECK_FALSE(violations("scenario.schema.json", mocks::to_json(scenario)).empty());

    auto made = mocks::ScenarioAgent::make(scenario, {}, mocks::ScenarioAgent::real_pace());
    REQUIRE(made);
    const auto outcome = (*made)->perform();
    CHECK(violations("outcome.schema.json", mocks::to_json(outcome)).empty());
    REQUIRE(outcome.results.size() == 3);
    CHECK(outcome.results[0].status == 404);
    CHECK(outcome.results[1].error == "no_person_server");
    CHECK(outcome.results[2].error == "not_supported");
}

TEST_CASE("the schema of outcomes agrees with their reader", "[agent]") {
    for (const char* text :
         {R"({"format":1,"results":[{"status":200,"headers":{"a":"b"},"body":"c"}]})",
          R"({"format":1,"results":[{"error":{"code":"denied"}}],"interactions":["https://a/?code=B"]})"}) {
        CHECK(violations("outcome.schema.json", text).empty());
        CHECK(mocks::parse_outcome(text));
    }
    for (const char* text : {"[]", R"({"format":1})", R"({"format":2,"results":[]})", R"({"format":1,"results":[{}]})",
                             R"({"format":1,"results":[{"status":"200"}]})", R"({"format":1,"results":[{"error":{}}]})",
                             R"({"format":1,"results":[{"status":200,"headers":{"a":1}}]})"}) {
        INFO(text);
        CHECK_FALSE(violations("outcome.schema.json", text).empty());
        CHECK_FALSE(mocks::parse_outcome(text));
    }
}

TEST_CASE("an agent that cannot cope fails its case, and one that cannot do it is skipped", "[agent]") {
    CHECK(run("sh -c 'exit 127'").verdict == engine::Verdict::Skip);
    CHECK(run("/nothing/there").verdict == engine::Verdict::Error);
    for (const char* command :
         {"true", "false", "echo hello", "sh -c 'kill -9 $$'", "echo '{\"format\":1,\"results\":[]}'"}) {
        INFO(command);
        const auto result = run(command);
        CHECK(result.verdict == engine::Verdict::Fail);
        CHECK(result.reason.find("no_outcome") != std::string::npos);
    }
}

TEST_CASE("the scenario comes on standard input and in a file, and is gone afterwards", "[agent]") {
    const auto copy = (std::filesystem::temp_directory_path() / "aauth-agent-test-scenario").string();
    const auto name = copy + "-name";
    // The two are the same, or it says so by its exit code.
    run("sh -c 'cat > " + copy + "; cmp -s " + copy + " \"$AAUTH_SCENARIO\" && echo \"$AAUTH_SCENARIO\" > " + name +
        "'");
    std::ifstream file(name);
    std::string path;
    std::getline(file, path);
    CHECK_FALSE(path.empty());
    CHECK_FALSE(std::filesystem::exists(path));
    std::ostringstream text;
    text << std::ifstream(copy).rdbuf();
    CHECK(mocks::parse_scenario(text.str()));
    std::filesystem::remove(copy);
    std::filesystem::remove(name);
}

TEST_CASE("no private key comes into a record", "[agent]") {
    const auto result = run("cat");  // which prints its scenario
    for (const auto& exchange : result.exchanges) CHECK(exchange.request.find("\"d\"") == std::string::npos);
}

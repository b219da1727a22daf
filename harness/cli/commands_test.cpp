#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/cli/program_fixture.h"
#include "harness/json/json.h"

using namespace aauth;
using namespace aauth::cli;

TEST_CASE("the demo passes and writes its reports", "[cli]") {
    const Folder folder;
    const auto finished = run_program({"demo", "--out", folder.path("demo")});
    INFO(finished.output << finished.errors);
    CHECK(finished.exit.code == 0);
    CHECK(finished.output.find(folder.path("demo/report.html")) != std::string::npos);
    CHECK(lines_of(finished.output).size() < 40);
    CHECK(text_of(folder.path("demo/report.html")).find("<html") != std::string::npos);
    CHECK(text_of(folder.path("demo/junit.xml")).find("<testsuites") != std::string::npos);
    CHECK(text_of(folder.path("demo/summary.md")).find("person server") != std::string::npos);
    const auto runs = json::parse(text_of(folder.path("demo/result.json")), {.bytes = 256u << 20, .depth = 64});
    REQUIRE(runs);
    CHECK(runs->size() == 5);
}

TEST_CASE("lists are one a line, tab separated, and can be narrowed", "[cli]") {
    for (const char* what : {"suites", "cases", "requirements", "drafts", "faults", "peers"}) {
        INFO(what);
        const auto finished = run_program({"list", what});
        CHECK(finished.exit.code == 0);
        const auto lines = lines_of(finished.output);
        CHECK_FALSE(lines.empty());
        for (const auto& line : lines) CHECK(line.find('\t') != std::string::npos);
    }
    const auto count = [](std::vector<std::string> more) {
        more.insert(more.begin(), "list");
        return lines_of(run_program(more).output).size();
    };
    CHECK(count({"drafts"}) == 4);
    CHECK(count({"suites", "--role", "ps"}) == 1);
    std::size_t of_roles = 0;
    for (const char* role : {"rs", "ps", "as", "ap", "agent"}) of_roles += count({"cases", "--role", role});
    CHECK(of_roles == count({"cases"}));
    const auto all = count({"requirements"});
    CHECK(count({"requirements", "--level", "must"}) + count({"requirements", "--level", "should"}) +
              count({"requirements", "--level", "MAY"}) ==
          all);
    CHECK(count({"requirements", "--role", "agent"}) < all);
    CHECK(count({"requirements", "--uncovered"}) < all);
    CHECK(count({"requirements", "--uncovered", "--role", "resource", "--level", "MUST"}) == 0);
    CHECK(count({"requirements", "--draft", "10"}) != all);
}

TEST_CASE("cases, requirements, faults and codes are explained", "[cli]") {
    const auto failing = failing_case();
    const auto made = run_program({"explain", failing.case_id}).output;
    CHECK(made.find(failing.fault) != std::string::npos);
    CHECK(made.find("AAuth -11 11.2") != std::string::npos);
    CHECK(made.find("test person-server --target URL --case " + failing.case_id) != std::string::npos);
    const auto requirement = run_program({"explain", "meta.issuer-match"}).output;
    CHECK(requirement.find("MUST") != std::string::npos);
    CHECK(requirement.find("PS-") != std::string::npos);
    CHECK(run_program({"explain", failing.fault}).output.find(failing.case_id) != std::string::npos);
    CHECK(run_program({"explain", "omit person-token.aud"}).exit.code == 0);
    CHECK(run_program({"explain", "clock_skew"}).output.find("5.4.14") != std::string::npos);
}

TEST_CASE("every command has help with examples, and there is a version", "[cli]") {
    CHECK(run_program({"--version"}).output.starts_with("aauth-conform "));
    for (const char* command : {"test", "demo", "list", "explain", "serve", "self-test", "report", "expect", "peer"}) {
        INFO(command);
        const auto finished = run_program({command, "--help"});
        CHECK(finished.exit.code == 0);
        CHECK(finished.output.find(std::string("Examples:\n  aauth-conform ") + command) != std::string::npos);
    }
}

TEST_CASE("an agent provider hands out an agent and ends when it is told to", "[cli]") {
    const Folder folder;
    Served served({"ap", "--agent-file", folder.path("agent.json"), "--ps", "https://ps.example"});
    // The agent is there before the last line is.
    std::string line;
    while (line.find("agent.json") == std::string::npos) {
        auto next = served.child().read_line(std::chrono::seconds(30));
        REQUIRE(next);
        line = *next;
    }
    const auto agent = json::parse_object(text_of(folder.path("agent.json")));
    REQUIRE(agent);
    CHECK(json::string_member(*agent, "identifier").value_or("").starts_with("aauth:"));
    CHECK(json::string_member(*agent, "agent_token").value_or("").starts_with("ey"));
    CHECK((*agent)["private_jwk"].contains("d"));
    const auto allowed = std::filesystem::status(folder.path("agent.json")).permissions();
    CHECK(allowed == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    served.child().stop();
    const auto ended = served.child().wait(std::chrono::seconds(5));
    REQUIRE(ended);
    CHECK(ended->code == 0);
    CHECK_FALSE(ended->signal);
}

TEST_CASE("the fault matrix is printed and counts", "[cli]") {
    const auto failing = failing_case();
    const auto finished = run_program({"self-test", "--faults", "--case", failing.case_id});
    CHECK(finished.exit.code == 0);
    CHECK(finished.output.find(failing.case_id + "\t") != std::string::npos);
    CHECK(finished.output.find("\t" + failing.fault + "\tcaught\n") != std::string::npos);
    CHECK(finished.errors.find(" 0 not") != std::string::npos);
}

#include <nlohmann/json.hpp>

#include "harness/cli/lab_fixture.h"
#include "harness/json/json.h"

using namespace aauth;
using namespace aauth::cli;

namespace {

// A target description of a mock of ours that is served in the lab, with all its hooks.
nlohmann::json description(const std::string& role, const std::string& brief) {
    const auto hook = [](const char* path, const char* body) { return nlohmann::json{{"url", path}, {"body", body}}; };
    const std::string identifier = "https://" + brief + ".aauth.test";
    const std::string pin = brief == "ps" ? " --pin 2580" : "";
    nlohmann::json values{{"person.form", "pin=2580"}, {"action.denied", "DeleteAccount"}};
    if (brief == "resource") {
        values = {{"scope", "data.read"}, {"other-scope", "data.write"}};
        for (const char* path : {"agent", "person", "data", "write", "held", "managed"}) {
            values[std::string("url.") + path] = identifier + "/" + path;
        }
    }
    return {
        {"name", "our " + role},
        {"role", role},
        {"url", identifier + (brief == "resource" ? "/data" : "")},
        {"consent", "auto"},
        {"approve", hook("/mock/decide", R"({"code": {{code}}, "location": {{location}}, "decision": {{decision}}})")},
        {"hooks",
         {{"revoke", hook("/mock/revoke", R"({"token": {{token}}})")},
          {"new-resource", hook("/mock/new-resource", R"({"resource": {{resource}}})")}}},
        {"values", values},
        {"launch",
         {{"command", std::string(AAUTH_CONFORM) + " serve " + brief + pin},
          {"ready_url", identifier + (brief == "resource" ? "/.well-known/aauth-resource.json"
                                                          : "/.well-known/aauth-person.json")}}}};
}

// What the cases came to: their verdicts, with how many there are of each.
std::map<std::string, int> verdicts(const std::string& result) {
    std::map<std::string, int> counts;
    const auto run = json::parse(result, {.bytes = 256u << 20, .depth = 64});
    REQUIRE(run);
    for (const auto& one : (*run)["cases"]) ++counts[one["verdict"].get<std::string>()];
    return counts;
}

void check_suite(const std::string& role, const std::string& brief, const std::string& cases) {
    const Folder folder;
    const auto target = folder.write("target.json", description(role, brief).dump());
    const auto done = run_program(
        {"test", role, "--lab", "--description", target, "--case", cases, "--json", folder.path("result.json")});
    INFO(done.output << done.errors);
    CHECK(done.exit.code == 0);
    auto counts = verdicts(text_of(folder.path("result.json")));
    CHECK(counts["pass"] > 20);
    CHECK(counts["fail"] + counts["warn"] + counts["blocked"] + counts["error"] == 0);
    CHECK(done.output.find("aauth.test") != std::string::npos);
    CHECK(text_of(folder.path("result.json")).find("identifier and TLS rules relaxed") == std::string::npos);
}

}  // namespace

TEST_CASE("the person-server suite passes in a lab, with strict identifiers and real TLS", "[lab]") {
    if (!labs_possible()) return;
    check_suite("person-server", "ps", "PS-MET-*,PS-SIG-*,PS-TLS-*,PS-CON-*");
}

TEST_CASE("the resource suite passes in a lab, with strict identifiers and real TLS", "[lab]") {
    if (!labs_possible()) return;
    check_suite("resource", "resource", "RS-MET-*,RS-SIG-*,RS-TLS-*");
}

TEST_CASE("what a report of a lab says to run works outside of it", "[lab]") {
    if (!labs_possible()) return;
    const Folder folder;
    const auto target = folder.write("target.json", description("person-server", "ps").dump());
    const auto done = run_program(
        {"test", "ps", "--lab", "--description", target, "--case", "PS-MET-001", "--json", folder.path("result.json")});
    INFO(done.output << done.errors);
    CHECK(done.exit.code == 0);
    CHECK(text_of(folder.path("result.json")).find(" --lab --case PS-MET-001") != std::string::npos);
}

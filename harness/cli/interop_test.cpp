#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/cli/manifest.h"
#include "harness/cli/program_fixture.h"
#include "harness/cli/lab_fixture.h"

namespace aauth::cli {

TEST_CASE("our own parties play every flow with each other, in every draft that they share", "[cli][interop]") {
    if (!labs_possible()) return;
    const Folder folder;
    const auto run = run_program({"interop", "aauth-conformance", "--only-pairings", "--out", folder.path("m")});
    INFO(run.output << run.errors);
    REQUIRE(run.exit.code == 0);
    const auto matrix = nlohmann::json::parse(text_of(folder.path("m/matrix.json")));
    REQUIRE(matrix.at("pairings").size() == 4);
    for (const auto& cell : matrix.at("pairings")) {
        CHECK(cell.at("outcome") == "green");
        CHECK_FALSE(cell.at("exchanges").empty());
        for (const auto& exchange : cell.at("exchanges")) CHECK_FALSE(exchange.contains("problem"));
    }
    CHECK(text_of(folder.path("m/matrix.html")).find("pairing-4") != std::string::npos);

    // Against an earlier matrix nothing got worse; against one in which a flow is not there it is new, and green.
    CHECK(run_program({"interop", "aauth-conformance", "--only-pairings", "--flow", "auth", "--expect",
                       folder.path("m/matrix.json"), "--out", folder.path("again")}).exit.code == 0);
}

TEST_CASE("a pairing that was green and is not is worse", "[cli][interop]") {
    if (!labs_possible()) return;
    const Folder folder;
    // A peer that is an agent which does nothing, in a project of its own.
    std::filesystem::create_directories(folder.path("suites/interop/peers/lazy"));
    std::filesystem::create_directory_symlink(std::filesystem::path(AAUTH_SOURCE_DIR) / "suites" / "schema",
                                              folder.path("suites/schema"));
    std::filesystem::copy(std::filesystem::path(AAUTH_SOURCE_DIR) / "suites" / "interop" / "peers" / "aauth-conformance",
                          folder.path("suites/interop/peers/aauth-conformance"));
    folder.write("suites/interop/peers/lazy/peer.json",
                 R"({"name": "Lazy", "language": "sh", "homepage": "https://lazy.example", "drafts": ["11"],
                     "roles": {"agent": {"description": "agent.json", "tested": false}}})");
    folder.write("suites/interop/peers/lazy/agent.json", R"({"name": "lazy", "role": "agent", "command": "true"})");
    folder.write("earlier.json", R"({"pairings": [{"flow": "identity", "agent": "lazy", "resource": "aauth-conformance",
                                                   "outcome": "green"}]})");
    auto command = program({"interop", "lazy", "aauth-conformance", "--only-pairings", "--flow", "identity", "--expect",
                            folder.path("earlier.json"), "--out", folder.path("m")});
    command.environment["AAUTH_HOME"] = folder.path("");
    const auto run = process::run(command, "", std::chrono::seconds(60));
    REQUIRE(run);
    INFO(run->output << run->errors);
    CHECK(run->exit.code == 1);
    CHECK(run->output.find("worse: identity > lazy > aauth-conformance was green and is red") != std::string::npos);
}

TEST_CASE("the manifests of all peers conform to their schema, and name files that are there", "[cli][interop]") {
    ::setenv("AAUTH_HOME", AAUTH_SOURCE_DIR, 1);
    const auto names = manifest_names();
    CHECK(names.size() >= 8);
    for (const auto& name : names) {
        INFO(name);
        const auto manifest = read_manifest(name);
        CHECK_FALSE(manifest.drafts.empty());
        for (const auto& role : manifest.roles) {
            CHECK(std::filesystem::exists(role.description));
            if (!role.known.empty()) CHECK(std::filesystem::exists(role.known));
        }
        if (!manifest.adapter) continue;
        for (const auto& known : manifest.adapter->known) CHECK(std::filesystem::exists(known));
    }
}

TEST_CASE("interop refuses unknown flows and peers", "[cli][interop]") {
    CHECK(run_program({"interop", "--flow", "nothing"}).exit.code == 2);
    CHECK(run_program({"interop", "nobody-of-that-name"}).exit.code == 2);
}

}  // namespace aauth::cli

#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/cli/program_fixture.h"

namespace aauth::cli {

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// An adapter that takes everything for valid, but for a question that mentions what makes it crash.
constexpr const char* yes_sayer = R"sh(sh -c 'echo "{\"hello\": {\"name\": \"yes\", \"operations\": [\"thumbprint\"]}}";)sh"
    R"sh( while read -r l; do i=${l#*\"id\":}; case $l in *wrong-key*) exit 9;; esac;)sh"
    R"sh( echo "{\"id\": ${i%%,*}, \"result\": \"valid\"}"; done')sh";

std::string vector(int number, const std::string& key) {
    const auto digits = std::to_string(number);
    return R"({"id": "keys-)" + std::string(4 - std::min<std::size_t>(4, digits.size()), '0') + digits +
           R"(", "comment": "c", "input": {"jwk": {"k": ")" + key + R"("}}, "result": "valid", "flags": [], "requirements": []})";
}

constexpr const char* head = R"({"format": 1, "draft": "11", "topic": "keys", "groups": [{"name": "g", "op": "thumbprint",
 "shared": {}, "tests": [)";

}  // namespace

TEST_CASE("our own code agrees with the vectors, and the checked-in files are what the generator makes", "[cli]") {
    const auto run = run_program({"vectors", "--topic", "keys", "--topic", "challenges"});
    INFO(run.output << run.errors);
    CHECK(run.exit.code == 0);
    for (const char* draft : {"draft 11\n", "draft 11-2026-08\n", "draft 10\n", "draft 01\n"}) CHECK(has(run.output, draft));
    const auto check = run_program({"vectors", "generate", "--check"});
    INFO(check.output);
    CHECK(check.exit.code == 0);
}

TEST_CASE("generate --check names the file that differs, and generate makes it right", "[cli]") {
    const Folder folder;
    REQUIRE(run_program({"vectors", "generate", "--draft", "11", "--vectors", folder.path("v")}).exit.code == 0);
    CHECK(run_program({"vectors", "generate", "--check", "--draft", "11", "--vectors", folder.path("v")}).exit.code == 0);
    std::ofstream(folder.path("v/11/keys.json"), std::ios::app) << ' ';
    const auto check = run_program({"vectors", "generate", "--check", "--draft", "11", "--vectors", folder.path("v")});
    CHECK(check.exit.code == 1);
    CHECK(has(check.output, "keys.json"));
}

TEST_CASE("an adapter's differences and crashes are shown, written, and decide the exit code", "[cli]") {
    const Folder folder;
    std::filesystem::create_directories(folder.path("v/11"));
    folder.write("v/11/keys.json", head + vector(1, "a") + "," + vector(2, "wrong-key") + "," + vector(3, "b") + "]}]}");
    const std::vector<std::string> common{"vectors", "--adapter", yes_sayer, "--draft", "11", "--vectors", folder.path("v")};
    auto arguments = common;
    arguments.insert(arguments.end(), {"--json", folder.path("r.json"), "--junit", folder.path("r.xml")});
    const auto run = run_program(arguments);
    INFO(run.output << run.errors);
    CHECK(run.exit.code == 1);
    CHECK(has(run.output, "BROKE  keys-0002"));
    CHECK(has(run.output, "exited with code 9"));
    const auto results = nlohmann::json::parse(text_of(folder.path("r.json"))).at("results");
    REQUIRE(results.size() == 3);
    CHECK(results[0]["outcome"] == "agrees");
    CHECK(results[1]["answered"] == "crashed");
    CHECK(results[2]["outcome"] == "agrees");
    CHECK(has(text_of(folder.path("r.xml")), "<error message=\"crashed: "));

    folder.write("known.json", R"({"peer": "yes", "draft": "11", "known": [{"vector": "keys-0002", "answered": "crashed", "reason": "r"}]})");
    arguments = common;
    arguments.insert(arguments.end(), {"--known", folder.path("known.json")});
    CHECK(run_program(arguments).exit.code == 0);
    folder.write("known.json", R"({"peer": "yes", "draft": "11", "known": [{"vector": "keys-0002", "answered": "crashed", "reason": "r"},
        {"vector": "keys-0001", "answered": "valid", "reason": "r"}]})");
    CHECK(run_program(arguments).exit.code == 1);
}

TEST_CASE("a run of very many vectors stays below 64 MiB", "[cli]") {
    const Folder folder;
    std::filesystem::create_directories(folder.path("v/11"));
    {
        std::ofstream file(folder.path("v/11/keys.json"), std::ios::binary);
        file << head;
        for (int i = 1; i <= 100000; ++i) file << (i > 1 ? "," : "") << vector(i, std::string(400, 'x'));
        file << "]}]}";
    }
    // A key of this kind has no thumbprint, so that each of them is also a line of output.
    const auto run = run_program({"vectors", "--draft", "11", "--vectors", folder.path("v"), "--json", folder.path("r.json")});
    const auto at = run.output.find("peak memory ");
    REQUIRE(at != std::string::npos);
    INFO(run.output.substr(at));
    CHECK(has(run.output, " 100000 "));
    CHECK(std::stol(run.output.substr(at + 12)) < 64);
}

TEST_CASE("show tells all of a vector, with the question to an adapter", "[cli]") {
    const auto shown = run_program({"vectors", "show", "tokens-0001"});
    CHECK(shown.exit.code == 0);
    CHECK(has(shown.output, "expected: valid"));
    CHECK(has(shown.output, "\"op\":\"verify-token\""));
    CHECK(run_program({"vectors", "show", "tokens-9999"}).exit.code == 2);
    CHECK(run_program({"vectors", "--topic", "tokns"}).exit.code == 2);
    CHECK(run_program({"vectors", "--adapter", "/no/such/program"}).exit.code == 3);
    CHECK(run_program({"vectors", "--peer", "nobody"}).exit.code == 2);
}

}  // namespace aauth::cli

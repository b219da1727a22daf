#include "harness/catch.h"
#include "harness/cli/program_fixture.h"

namespace aauth::cli {

TEST_CASE("the agent command is a program that the agent suite can test") {
    const std::string command = std::string(AAUTH_CONFORM) + " agent";
    const auto good = run_program({"test", "agent", "--command", command, "--case", "AG-SIG-00*,AG-RCV-001"});
    INFO(good.output << good.errors);
    CHECK(good.exit.code == 0);

    const auto faulty = command + " --fault 'ignore challenge.iss'";
    const auto bad = run_program({"test", "agent", "--command", faulty, "--case", "AG-RCV-001"});
    INFO(bad.output << bad.errors);
    CHECK(bad.exit.code == 1);
}

TEST_CASE("the agent command refuses what is no scenario, and faults that there are not") {
    const Folder folder;
    const auto bad = run_program({"agent", folder.write("bad.json", R"({"format": 1})")});
    CHECK(bad.exit.code == 2);
    CHECK(lines_of(bad.errors).size() == 1);
    CHECK(run_program({"agent", folder.path("absent.json")}).exit.code == 2);
    CHECK(run_program({"agent", folder.path("bad.json"), "--fault", "nonsense"}).exit.code == 2);
}

TEST_CASE("an agent is tested by a command, and nobody else is") {
    CHECK(run_program({"test", "agent"}).exit.code == 2);
    CHECK(run_program({"test", "agent", "--command", "'"}).exit.code == 2);
    CHECK(run_program({"test", "agent", "--command", "true", "--target", "http://127.0.0.1:1"}).exit.code == 2);
    CHECK(run_program({"test", "ps", "--command", "true", "--target", "http://127.0.0.1:1"}).exit.code == 2);
    CHECK(run_program({"explain", "AG-RCV-001"}).output.find("test agent --command COMMAND") != std::string::npos);
}

}  // namespace aauth::cli

#pragma once

#include <unistd.h>

#include "harness/catch.h"
#include "harness/cli/program_fixture.h"
#include "harness/lab/lab.h"

// For tests: the program, and others, in labs.
namespace aauth::cli {

// Says why a test does nothing here.
inline void left_out(const std::string& why) { WARN("nothing is tried: " + why); }

// Whether labs with private namespaces can be made here; says so when they cannot.
inline bool labs_possible() {
    const auto problem = lab::namespaces_problem();
    if (problem) left_out("no lab can be made here: " + *problem);
    return !problem;
}

// `aauth-conform lab -- COMMAND`, not started.
inline process::Command lab_program(std::vector<std::string> command) {
    command.insert(command.begin(), {"lab", "--"});
    auto made = program(std::move(command));
    made.environment["PROGRAM"] = AAUTH_CONFORM;
    return made;
}

inline process::Finished finished(const process::Command& command) {
    auto done = process::run(command, "", std::chrono::seconds(120));
    REQUIRE(done);
    return *done;
}

}  // namespace aauth::cli

#pragma once

#include <string>

#include "mocks/network.h"
#include "mocks/scenario.h"
#include "suites/common/world.h"

namespace aauth::suites::ag {

// One run of the agent under test: its program with the scenario on standard input and in a file that AAUTH_SCENARIO names,
// or our own agent in this process, which goes by the clock of `network` and puts that forward in place of waiting.
struct Performance {
    bool supported = true;  // false: exit code 127
    std::string printed;    // standard output
    std::string failure;    // why it did not end as it should; empty when it did
};
Performance perform(const World& world, const mocks::Scenario& scenario, mocks::Network& network);

}  // namespace aauth::suites::ag

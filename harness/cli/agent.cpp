#include <fmt/format.h>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>

#include "harness/cli/commands.h"
#include "harness/cli/files.h"
#include "harness/cli/known.h"
#include "mocks/scenario_agent.h"

namespace aauth::cli {

namespace {

// The scenario: the file named on the command line, or by AAUTH_SCENARIO, or standard input.
std::string scenario_text(const std::string& path) {
    if (!path.empty()) return read_file(path, "the scenario");
    if (const char* named = std::getenv("AAUTH_SCENARIO")) return read_file(named, "the scenario");
    return {std::istreambuf_iterator<char>(std::cin), {}};
}

}  // namespace

Exit agent(const AgentFlags& flags) {
    for (const auto& fault : flags.faults) check_fault(fault);
    auto scenario = mocks::parse_scenario(scenario_text(flags.scenario));
    if (!scenario) stop(bad_usage, "the scenario is not valid: " + scenario.error().message);
    protocol::Faults faults;
    for (const auto& fault : flags.faults) faults.add(fault);
    auto made = mocks::ScenarioAgent::make(*scenario, faults, mocks::ScenarioAgent::real_pace());
    if (!made) stop(bad_usage, "the scenario is not valid: " + made.error().message);
    fmt::print("{}\n", mocks::to_json((*made)->perform()));
    return nothing_worse;
}

}  // namespace aauth::cli

#include "suites/agent/performance.h"

#include <fmt/core.h>

#include <algorithm>

#include "harness/engine/case.h"
#include "harness/process/process.h"
#include "mocks/scenario_agent.h"
#include "suites/agent/temporary_file.h"

namespace aauth::suites::ag {

namespace {

constexpr int not_supported = 127;
constexpr std::size_t most_output = 4u << 20;  // bytes that are kept of what it prints

Performance in_process(const std::vector<std::string>& faults, const mocks::Scenario& scenario,
                       mocks::Network& network) {
    protocol::Faults set;
    for (const auto& fault : faults) set.add(fault);
    auto agent = mocks::ScenarioAgent::make(
        scenario, set,
        {[&network] { return network.now(); }, [&network](std::int64_t seconds) { network.advance(seconds); }});
    if (!agent) throw engine::HarnessError{agent.error().message};
    auto printed = mocks::to_json((*agent)->perform());
    if (set.on("prints-garbage")) printed = "Traceback (most recent call last):";
    return {true, printed, {}};
}

}  // namespace

Performance perform(const World& world, const mocks::Scenario& scenario, mocks::Network& network) {
    const auto& target = world.target();
    if (target.in_process) return in_process(*target.in_process, scenario, network);
    auto words = process::split(target.command);
    if (!words) throw engine::HarnessError{"the agent's command: " + words.error().message};
    const auto text = mocks::to_json(scenario);
    const TemporaryFile file(text);
    process::Command command;
    command.arguments = *words;
    command.directory = target.launch.directory;
    command.environment["AAUTH_SCENARIO"] = file.path();
    command.output_limit = most_output;
    // A little longer than it may take, so that one that keeps to the deadline can still say so.
    auto done = process::run(std::move(command), text, std::chrono::seconds(scenario.deadline + 2));
    if (!done && done.error().code == "cannot_start") throw engine::HarnessError{done.error().message};
    if (!done) return {true, {}, fmt::format("it did not end within its deadline of {} s", scenario.deadline)};
    if (done->exit.code == not_supported && !done->exit.signal) return {false, {}, {}};
    if (done->exit.code == 0 && !done->exit.signal) return {true, done->output, {}};
    auto last = done->errors.substr(done->errors.size() - std::min<std::size_t>(done->errors.size(), 500));
    return {true, done->output, fmt::format("it {}: {}", process::describe(done->exit), last)};
}

}  // namespace aauth::suites::ag

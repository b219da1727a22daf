#include "harness/process/process.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "harness/process/child.h"

namespace aauth::process {

namespace {

// How much of a program's standard error goes into an error message, in bytes from the end.
constexpr std::size_t shown_errors = 2000;

// How often `ready` and the group are looked at when nothing happens.
constexpr std::chrono::milliseconds ready_interval{50};
constexpr std::chrono::milliseconds group_interval{10};

std::string last_words(const Child::Seen& seen) {
    auto words = seen.errors.substr(seen.errors.size() - std::min(seen.errors.size(), shown_errors));
    while (!words.empty() && words.back() == '\n') words.pop_back();
    return words.empty() ? "with nothing on standard error" : "with this on standard error: " + words;
}

}  // namespace

struct Process::State {
    std::string program;
    std::shared_ptr<Child> child;
};

std::string describe(const Exit& exit) {
    if (exit.signal) return fmt::format("was ended by signal {}", *exit.signal);
    return fmt::format("exited with code {}", exit.code);
}

Result<std::unique_ptr<Process>> Process::start(Command command) {
    auto child = Child::start(command);
    if (!child) return tl::unexpected(child.error());
    return std::unique_ptr<Process>(new Process(std::make_unique<State>(State{command.arguments[0], *child})));
}

Process::Process(std::unique_ptr<State> state) : state_(std::move(state)) {}

Process::~Process() { state_->child->finish(); }

int Process::pid() const { return state_->child->pid(); }

bool Process::running() {
    const std::lock_guard lock(state_->child->mutex);
    return !state_->child->seen.exit;
}

Result<Exit> Process::wait(std::chrono::milliseconds limit) {
    auto& child = *state_->child;
    std::unique_lock lock(child.mutex);
    if (!child.changed.wait_until(lock, deadline_after(limit), [&] { return child.seen.exit.has_value(); })) {
        return failure("timeout", fmt::format("'{}' is still running after {} ms", state_->program, limit.count()));
    }
    return *child.seen.exit;
}

void Process::stop(std::chrono::milliseconds grace) {
    auto& child = *state_->child;
    const auto deadline = deadline_after(grace);
    child.signal_group(SIGTERM);
    while (std::chrono::steady_clock::now() < deadline && child.group_alive()) {
        std::unique_lock lock(child.mutex);
        const auto changes = child.seen.changes;
        child.changed.wait_for(lock, group_interval, [&] { return child.seen.changes != changes; });
    }
    child.signal_group(SIGKILL);
    std::unique_lock lock(child.mutex);
    child.changed.wait_until(lock, deadline_after(std::chrono::seconds(5)),
                             [&] { return child.seen.exit.has_value(); });
}

Result<void> Process::write(std::string_view bytes, std::chrono::milliseconds limit) {
    return state_->child->write(bytes, limit);
}

void Process::close_input() { state_->child->close_input(); }

Result<std::string> Process::read_line(std::chrono::milliseconds limit) {
    auto& child = *state_->child;
    std::unique_lock lock(child.mutex);
    auto& seen = child.seen;
    if (!child.changed.wait_until(lock, deadline_after(limit),
                                  [&] { return !seen.lines.empty() || !seen.output_open; })) {
        return failure("timeout", fmt::format("'{}' wrote no line within {} ms", state_->program, limit.count()));
    }
    if (seen.lines.empty()) {
        return failure("closed", fmt::format("'{}' has closed its standard output", state_->program));
    }
    auto line = seen.lines.take();
    if (!line) {
        return failure("line_too_long",
                       fmt::format("'{}' wrote a line, or unread lines, beyond the output limit", state_->program));
    }
    return std::move(*line);
}

std::string Process::output() const {
    const std::lock_guard lock(state_->child->mutex);
    return state_->child->seen.output;
}

std::string Process::errors() const {
    const std::lock_guard lock(state_->child->mutex);
    return state_->child->seen.errors;
}

Result<void> Process::wait_until(const std::function<bool()>& ready, std::chrono::milliseconds limit) {
    auto& child = *state_->child;
    const auto deadline = deadline_after(limit);
    while (true) {
        std::unique_lock lock(child.mutex);
        const auto changes = child.seen.changes;
        const auto exit = child.seen.exit;
        lock.unlock();
        if (ready()) return {};
        lock.lock();
        if (exit) {
            return failure("exited",
                           fmt::format("'{}' {} {}", state_->program, describe(*exit), last_words(child.seen)));
        }
        const auto now = std::chrono::steady_clock::now();
        if (now >= deadline) {
            return failure("timeout", fmt::format("'{}' was not ready within {} ms", state_->program, limit.count()));
        }
        child.changed.wait_until(lock, std::min(deadline, now + ready_interval),
                                 [&] { return child.seen.changes != changes; });
    }
}

}  // namespace aauth::process

#include <sched.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "harness/catch.h"
#include "harness/process/fifo.h"
#include "harness/process/process.h"

namespace aauth::process {

namespace {

constexpr std::chrono::seconds plenty{60};

Command shell(const std::string& script, const std::string& fifo) {
    Command command;
    command.arguments = {"sh", "-c", script};
    command.environment = {{"FIFO", fifo}};
    return command;
}

std::unique_ptr<Process> started(const Command& command) {
    auto process = Process::start(command);
    if (!process) FAIL(process.error().message);
    return std::move(*process);
}

std::string this_program() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

// Reads to the expected line; Catch2 writes some before it. The error's code when it does not come.
std::string read_to(Process& process, const std::string& expected) {
    auto line = process.read_line(plenty);
    while (line && *line != expected) line = process.read_line(plenty);
    return line ? *line : line.error().code;
}

// A grandchild that holds the fifo open for as long as it lives, and does not listen to SIGTERM.
const std::string stubborn_grandchild = "(trap '' TERM; exec 3>\"$FIFO\"; echo up >&3; exec sleep 1000) & ";

}  // namespace

TEST_CASE("the end of a Process is the end of its children's children") {
    Fifo fifo;
    {
        const auto process = started(shell(stubborn_grandchild + "wait", fifo.path()));
        REQUIRE(fifo.wait_for_line());
    }
    CHECK(fifo.wait_for_end());
}

TEST_CASE("what a child leaves behind is killed too") {
    Fifo fifo;
    {
        const auto process = started(shell(stubborn_grandchild + "exit 0", fifo.path()));
        REQUIRE(fifo.wait_for_line());
        const auto exit = process->wait(plenty);
        REQUIRE(exit);
        CHECK(exit->code == 0);
    }
    CHECK(fifo.wait_for_end());
}

// Run by the tests below in a process of its own: a program that ends in its own way when asked to, after the process
// that started it has gone where AAUTH_ORPHANED says so.
TEST_CASE("a program that listens to SIGTERM", "[.]") {
    if (std::getenv("AAUTH_LISTENING") == nullptr) return;
    sigset_t term;
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    const auto parent = ::getppid();
    std::puts("ready");
    std::fflush(stdout);
    int signal = 0;
    ::sigwait(&term, &signal);
    while (std::getenv("AAUTH_ORPHANED") != nullptr && ::getppid() == parent) ::sched_yield();
    std::puts("bye");
    std::fflush(stdout);
    ::_exit(5);
}

TEST_CASE("stop asks first") {
    Command command;
    command.arguments = {this_program(), "a program that listens to SIGTERM"};
    command.environment = {{"AAUTH_LISTENING", "1"}};
    const auto process = started(command);
    REQUIRE(read_to(*process, "ready") == "ready");
    process->stop(plenty);
    CHECK_FALSE(process->running());
    const auto exit = process->wait(plenty);
    REQUIRE(exit);
    CHECK(exit->code == 5);
    CHECK(process->read_line(plenty) == "bye");
    process->stop();
}

TEST_CASE("stop lets the rest of the group end in its own way") {
    Command command;
    command.arguments = {"sh", "-c", "\"$SELF\" 'a program that listens to SIGTERM' & wait"};
    command.environment = {{"AAUTH_LISTENING", "1"}, {"AAUTH_ORPHANED", "1"}, {"SELF", this_program()}};
    const auto process = started(command);
    REQUIRE(read_to(*process, "ready") == "ready");
    process->stop(plenty);
    const auto exit = process->wait(plenty);
    REQUIRE(exit);
    CHECK(exit->signal == SIGTERM);
    CHECK(process->read_line(plenty) == "bye");
}

TEST_CASE("stop kills what does not listen") {
    Fifo fifo;
    const auto process = started(shell("trap '' TERM; " + stubborn_grandchild + "echo ready; sleep 1000", fifo.path()));
    REQUIRE(fifo.wait_for_line());
    REQUIRE(process->read_line(plenty) == "ready");
    process->stop(std::chrono::milliseconds(20));
    const auto exit = process->wait(plenty);
    REQUIRE(exit);
    CHECK(exit->signal == SIGKILL);
    CHECK(fifo.wait_for_end());
}

TEST_CASE("run kills what the program leaves behind") {
    Fifo fifo;
    // The grandchild keeps the program's output open, which is not waited for.
    auto command = shell(stubborn_grandchild + "read line; echo \"$line\"", fifo.path());
    const auto process = started(command);
    REQUIRE(fifo.wait_for_line());
    REQUIRE(process->write("said\n"));
    CHECK(process->wait(plenty));
    CHECK(process->output() == "said\n");

    command.arguments[2] = "(sleep 1000) & echo out";
    const auto done = run(command, "", plenty);
    REQUIRE(done);
    CHECK(done->output == "out\n");
}

TEST_CASE("kill_all ends every group") {
    Fifo fifo;
    const auto one = started(shell(stubborn_grandchild + "wait", fifo.path()));
    REQUIRE(fifo.wait_for_line());
    const auto two = started(shell("exec sleep 1000", ""));
    kill_all();
    CHECK(fifo.wait_for_end());
    for (const auto* process : {&one, &two}) {
        const auto exit = (*process)->wait(plenty);
        REQUIRE(exit);
        CHECK(exit->signal == SIGKILL);
    }
}

// Run by the next test in a process of its own: it starts a child and is then killed itself, with no time to clean up.
TEST_CASE("a parent that is killed", "[.]") {
    const char* fifo = std::getenv("FIFO");
    if (fifo == nullptr) return;
    const auto process = started(shell("exec 3>\"$FIFO\"; echo up >&3; echo ready; exec sleep 1000", fifo));
    REQUIRE(process->read_line(plenty) == "ready");
    std::raise(SIGKILL);
}

TEST_CASE("a child dies with its parent") {
    Fifo fifo;
    Command command;
    command.arguments = {this_program(), "a parent that is killed"};
    command.environment = {{"FIFO", fifo.path()}};
    const auto parent = started(command);
    REQUIRE(fifo.wait_for_line());
    const auto exit = parent->wait(plenty);
    REQUIRE(exit);
    CHECK(exit->signal == SIGKILL);
    CHECK(fifo.wait_for_end());
}

}  // namespace aauth::process

#include "harness/process/process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

#include "harness/catch.h"
#include "harness/process/descriptor.h"
#include "harness/process/fifo.h"

namespace aauth::process {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds plenty{60};

Command shell(const std::string& script) {
    Command command;
    command.arguments = {"sh", "-c", script};
    return command;
}

std::unique_ptr<Process> started(const Command& command) {
    auto process = Process::start(command);
    if (!process) FAIL(process.error().message);
    return std::move(*process);
}

Finished finished(const Command& command, std::string_view input = {}) {
    auto result = run(command, input, plenty);
    if (!result) FAIL(result.error().message);
    return *result;
}

const std::string stay = "exec sleep 1000";

}  // namespace

TEST_CASE("a program runs to its end") {
    const auto done = finished(shell("echo out; echo err >&2; exit 3"));
    CHECK(done.exit.code == 3);
    CHECK_FALSE(done.exit.signal);
    CHECK(done.output == "out\n");
    CHECK(done.errors == "err\n");
}

TEST_CASE("an exit by signal and an exit by code differ") {
    const auto by_signal = finished(shell("kill -TERM $$"));
    CHECK(by_signal.exit.signal == 15);
    CHECK(describe(by_signal.exit) == "was ended by signal 15");
    const auto by_code = finished(shell("exit 15"));
    CHECK_FALSE(by_code.exit.signal);
    CHECK(by_code.exit.code == 15);
    CHECK(describe(by_code.exit) == "exited with code 15");
}

TEST_CASE("input reaches the program and comes back whole") {
    std::string text;
    for (int i = 0; text.size() < (3u << 20); ++i) text += std::to_string(i) + "\n";
    Command command;
    command.arguments = {"cat"};
    command.output_limit = 4u << 20;
    const auto done = finished(command, text);
    CHECK(done.exit.code == 0);
    CHECK((done.output == text));
}

TEST_CASE("a program need not read its input") {
    const auto done = finished(shell("exec <&-; echo done"), std::string(1u << 20, 'x'));
    CHECK(done.output == "done\n");
    CHECK(done.exit.code == 0);
}

TEST_CASE("output is kept to the limit and never holds the program up") {
    auto command = shell("head -c 10000000 /dev/zero; head -c 5000000 /dev/zero >&2; exit 7");
    command.output_limit = 1000;
    const auto process = started(command);
    const auto exit = process->wait(plenty);
    REQUIRE(exit);
    CHECK(exit->code == 7);
    CHECK(process->output().size() == 1000);
    CHECK(process->errors().size() == 1000);
    CHECK_FALSE(process->running());
}

TEST_CASE("a conversation by lines") {
    Command command;
    command.arguments = {"cat"};
    const auto process = started(command);
    REQUIRE(process->write("one\ntwo\nthr"));
    CHECK(process->read_line(plenty) == "one");
    CHECK(process->read_line(plenty) == "two");
    const auto none = process->read_line(milliseconds(0));
    REQUIRE_FALSE(none);
    CHECK(none.error().code == "timeout");
    REQUIRE(process->write("ee\n\nlast"));
    CHECK(process->read_line(plenty) == "three");
    CHECK(process->read_line(plenty) == "");
    process->close_input();
    CHECK(process->read_line(plenty) == "last");
    const auto end = process->read_line(plenty);
    REQUIRE_FALSE(end);
    CHECK(end.error().code == "closed");
    CHECK(process->output() == "one\ntwo\nthree\n\nlast");
    const auto exit = process->wait(plenty);
    REQUIRE(exit);
    CHECK(exit->code == 0);
    const auto late = process->write("more\n");
    REQUIRE_FALSE(late);
    CHECK(late.error().code == "closed");
}

TEST_CASE("a line beyond the limit is reported and reading goes on") {
    auto command = shell("head -c 5000 /dev/zero; echo; cat");
    command.output_limit = 100;
    const auto process = started(command);
    const auto line = process->read_line(plenty);
    REQUIRE_FALSE(line);
    CHECK(line.error().code == "line_too_long");
    REQUIRE(process->write("short\n"));
    CHECK(process->read_line(plenty) == "short");
}

TEST_CASE("more lines than the limit pass when they are read") {
    Command command;
    command.arguments = {"cat"};
    command.output_limit = 100;
    const auto process = started(command);
    for (int i = 0; i < 200; ++i) {
        REQUIRE(process->write("line " + std::to_string(i) + "\n"));
        REQUIRE(process->read_line(plenty) == "line " + std::to_string(i));
    }
    CHECK(process->output().size() == 100);
}

TEST_CASE("writing to a program that has closed its input") {
    const auto process = started(shell("exec <&-; echo ready; " + stay));
    REQUIRE(process->read_line(plenty) == "ready");
    const auto written = process->write("x");
    REQUIRE_FALSE(written);
    CHECK(written.error().code == "closed");
    CHECK(process->running());
}

TEST_CASE("writing to a program that does not read") {
    const auto process = started(shell(stay));
    const auto written = process->write(std::string(1u << 20, 'x'), milliseconds(20));
    REQUIRE_FALSE(written);
    CHECK(written.error().code == "timeout");
    const auto again = process->write("x");
    REQUIRE_FALSE(again);
    CHECK(again.error().code == "closed");
}

TEST_CASE("waiting has a limit") {
    const auto process = started(shell(stay));
    const auto exit = process->wait(milliseconds(1));
    REQUIRE_FALSE(exit);
    CHECK(exit.error().code == "timeout");
    CHECK(process->running());

    const auto finished = run(shell(stay), "", milliseconds(1));
    REQUIRE_FALSE(finished);
    CHECK(finished.error().code == "timeout");
    CHECK(finished.error().message.find("'sh'") != std::string::npos);
}

TEST_CASE("waiting until a program is ready") {
    const auto process = started(shell("echo listening; " + stay));
    CHECK(process->wait_until([&] { return process->output() == "listening\n"; }, plenty));
    const auto never = process->wait_until([] { return false; }, milliseconds(1));
    REQUIRE_FALSE(never);
    CHECK(never.error().code == "timeout");
}

TEST_CASE("waiting until ready ends when the program exits, with its last words") {
    const auto process = started(shell("echo 'port in use' >&2; exit 4"));
    const auto ready = process->wait_until([] { return false; }, plenty);
    REQUIRE_FALSE(ready);
    CHECK(ready.error().code == "exited");
    CHECK(ready.error().message.find("exited with code 4") != std::string::npos);
    CHECK(ready.error().message.find("port in use") != std::string::npos);
    CHECK(process->wait_until([] { return true; }, plenty));
}

TEST_CASE("environment and directory") {
    auto command = shell("echo \"$AAUTH_ADDED|${HOME-unset}\"; pwd -P");
    command.environment = {{"AAUTH_ADDED", "a=b c"}, {"HOME", "/elsewhere"}};
    command.directory = "/usr/bin";
    const auto done = finished(command);
    CHECK(done.output == "a=b c|/elsewhere\n/usr/bin\n");

    command.arguments = {"./env"};
    command.environment = {{"PATH", "/nowhere"}};
    CHECK(finished(command).output.find("PATH=/nowhere\n") != std::string::npos);
}

TEST_CASE("a program that cannot be started is named") {
    const Fifo place;
    const auto garbage = place.path() + "-garbage";
    const auto orphan = place.path() + "-orphan";
    std::ofstream(garbage) << '\0' << "no program";
    std::ofstream(orphan) << "#!/nonexistent/interpreter\n";
    REQUIRE(::chmod(garbage.c_str(), 0700) == 0);
    REQUIRE(::chmod(orphan.c_str(), 0700) == 0);

    const auto problem = [](Command command, const std::string& program, const std::string& reason) {
        const auto process = Process::start(std::move(command));
        REQUIRE_FALSE(process);
        CHECK(process.error().code == "cannot_start");
        CAPTURE(process.error().message);
        CHECK(process.error().message.find("'" + program + "'") != std::string::npos);
        CHECK(process.error().message.find(reason) != std::string::npos);
    };
    const auto with = [](std::vector<std::string> arguments) {
        Command command;
        command.arguments = std::move(arguments);
        return command;
    };
    problem(with({"aauth-no-such-program"}), "aauth-no-such-program", "no such program on PATH");
    problem(with({"/nowhere/at/all"}), "/nowhere/at/all", "no such file");
    problem(with({"/etc/passwd"}), "/etc/passwd", "not an executable");
    problem(with({"/"}), "/", "not an executable");
    problem(with({garbage}), garbage, "format");
    problem(with({orphan}), orphan, "interpreter");
    problem(with({"sh", std::string("a\0b", 3)}), "sh", "zero byte");
    auto elsewhere = with({"sh"});
    elsewhere.directory = "/nowhere/at/all";
    problem(elsewhere, "sh", "/nowhere/at/all");
    auto strange = with({"sh"});
    strange.environment = {{"A=B", "c"}};
    problem(strange, "sh", "A=B");
    CHECK_FALSE(Process::start(with({})));
    CHECK_FALSE(Process::start(with({""})));
    CHECK(run(with({"aauth-no-such-program"}), "", plenty).error().code == "cannot_start");

    // None of them has left a child, dead or alive.
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
    CHECK(errno == ECHILD);
    ::unlink(garbage.c_str());
    ::unlink(orphan.c_str());
}

TEST_CASE("a child inherits no descriptors and no signal settings") {
    std::array<int, 2> leak{};
    REQUIRE(::pipe(leak.data()) == 0);
    const Descriptor read(leak[0]);
    const Descriptor write(leak[1]);
    Command list;
    list.arguments = {"ls", "/proc/self/fd"};
    CHECK(finished(list).output == "0\n1\n2\n3\n");  // 3: the directory being listed

    Command status;
    status.arguments = {"grep", "-E", "^SigBlk", "/proc/self/status"};
    CHECK(finished(status).output == "SigBlk:\t0000000000000000\n");
    CHECK(finished(shell("kill -PIPE $$")).exit.signal == SIGPIPE);
}

TEST_CASE("many children at once") {
    std::vector<std::thread> threads;
    std::vector<std::string> outputs(8);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        threads.emplace_back([&outputs, i] {
            for (int round = 0; round < 5; ++round) {
                const auto done = run(shell("cat; exit 0"), std::to_string(i), plenty);
                if (done) outputs[i] += done->output;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    for (std::size_t i = 0; i < outputs.size(); ++i) CHECK(outputs[i] == std::string(5, static_cast<char>('0' + i)));
}

TEST_CASE("a free port can be bound") {
    const auto port = free_port();
    REQUIRE(port != 0);
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
}

}  // namespace aauth::process

#include <signal.h>

#include <filesystem>

#include "harness/cli/lab_fixture.h"
#include "harness/process/fifo.h"

using namespace aauth;
using namespace aauth::cli;
using process::Fifo;

namespace {

constexpr std::chrono::seconds plenty{60};

process::Finished in_lab(std::vector<std::string> command) { return finished(lab_program(std::move(command))); }

std::unique_ptr<process::Process> started(const process::Command& command) {
    auto process = process::Process::start(command);
    REQUIRE(process);
    return std::move(*process);
}

// Somebody in a session of their own who holds the fifo $FIFO open for as long as they live, and hears no SIGTERM.
const std::string stubborn = "(trap '' TERM; exec 3>\"$FIFO\"; echo up >&3; exec setsid sleep 1000) & ";

process::Command with_fifo(process::Command command, const Fifo& fifo) {
    command.environment["FIFO"] = fifo.path();
    return command;
}

// What a lab must not change on the machine around it.
std::string machine() {
    std::string seen;
    for (const char* path : {"/etc/hosts", "/etc/nsswitch.conf", "/etc/resolv.conf", "/proc/self/mountinfo",
                             "/proc/sys/net/ipv4/ip_unprivileged_port_start", "/etc/ssl/certs/ca-certificates.crt"}) {
        seen += text_of(path);
    }
    for (const auto& line : lines_of(text_of("/proc/net/dev"))) seen += line.substr(0, line.find(':'));
    return seen;
}

}  // namespace

TEST_CASE("a lab's command gives its exit code", "[lab]") {
    if (!labs_possible()) return;
    CHECK(in_lab({"true"}).exit.code == 0);
    CHECK(in_lab({"sh", "-c", "exit 7"}).exit.code == 7);
    CHECK(in_lab({"sh", "-c", "kill -TERM $$"}).exit.code == 128 + SIGTERM);
    CHECK(in_lab({"sh", "-c", "kill -KILL $$"}).exit.code == 128 + SIGKILL);
    CHECK(in_lab({"/nowhere/program"}).exit.code == 127);
    CHECK(in_lab({"no-such-program-at-all"}).exit.code == 127);
    CHECK(in_lab({"/"}).exit.code == 126);
}

TEST_CASE("a lab's command gets its arguments, streams and folder as they are", "[lab]") {
    if (!labs_possible()) return;
    const Folder folder;
    auto command =
        lab_program({"sh", "-c", "printf '<%s>' \"$@\"; cat; pwd >&2", "sh", "", "--lab", "--", "[a,b]", "a b"});
    command.directory = folder.path(".");
    const auto done = process::run(command, "from outside", plenty);
    REQUIRE(done);
    CHECK(done->output == "<><--lab><--><[a,b]><a b>from outside");
    CHECK(std::filesystem::equivalent(lines_of(done->errors).back(), folder.path(".")));
}

TEST_CASE("the command of a lab is the same user as outside", "[lab]") {
    if (!labs_possible()) return;
    CHECK(in_lab({"id", "-u"}).output == std::to_string(::geteuid()) + "\n");
    CHECK(in_lab({"id", "-g"}).output == std::to_string(::getegid()) + "\n");
}

TEST_CASE("signals are passed on to the command", "[lab]") {
    if (!labs_possible()) return;
    for (const auto& [name, number] :
         {std::pair{"TERM", SIGTERM}, {"INT", SIGINT}, {"HUP", SIGHUP}, {"USR1", SIGUSR1}}) {
        INFO(name);
        const std::string script = std::string("trap 'exit 9' ") + name + "; sleep 1000 & echo ready; wait";
        const auto lab = started(lab_program({"sh", "-c", script}));
        REQUIRE(lab->read_line(plenty) == "ready");
        REQUIRE(::kill(lab->pid(), number) == 0);
        const auto ended = lab->wait(plenty);
        REQUIRE(ended);
        CHECK(ended->code == 9);
    }
}

TEST_CASE("what a lab's command leaves behind ends with it", "[lab]") {
    if (!labs_possible()) return;
    Fifo fifo;
    const auto lab = started(with_fifo(lab_program({"sh", "-c", stubborn + "read line; exit 5"}), fifo));
    REQUIRE(fifo.wait_for_line());
    REQUIRE(lab->write("go\n"));
    CHECK(fifo.wait_for_end());
    const auto ended = lab->wait(plenty);
    REQUIRE(ended);
    CHECK(ended->code == 5);
}

TEST_CASE("everything in a lab ends when the lab is killed", "[lab]") {
    if (!labs_possible()) return;
    Fifo fifo;
    const Folder folder;
    auto command = with_fifo(lab_program({"sh", "-c", stubborn + "wait"}), fifo);
    command.environment["TMPDIR"] = folder.path(".");  // where an empty folder stays, until the next lab
    const auto lab = started(command);
    REQUIRE(fifo.wait_for_line());
    REQUIRE(::kill(lab->pid(), SIGKILL) == 0);
    CHECK(fifo.wait_for_end());
}

TEST_CASE("nothing on the machine around a lab changes", "[lab]") {
    if (!labs_possible()) return;
    const Folder folder;
    const auto before = machine();
    auto command = lab_program({"sh", "-c", "cat /etc/hosts; echo ready; read line"});
    command.environment["TMPDIR"] = folder.path(".");
    const auto lab = started(command);
    bool named = false;
    for (auto line = lab->read_line(plenty); line != "ready"; line = lab->read_line(plenty)) {
        REQUIRE(line);
        if (line->ends_with(" ps-7.aauth.test")) named = true;
    }
    CHECK(named);
    CHECK(machine() == before);
    // Its files are in memory of its own: outside there is an empty folder.
    std::size_t entries = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path("."))) {
        CHECK(entry.is_directory());
        ++entries;
    }
    CHECK(entries == 1);
    REQUIRE(lab->write("go\n"));
    REQUIRE(lab->wait(plenty));
    CHECK(machine() == before);
    CHECK(std::filesystem::is_empty(folder.path(".")));
}

TEST_CASE("a lab in a lab is the same one", "[lab]") {
    if (!labs_possible()) return;
    const auto done = in_lab({"sh", "-c", "echo $AAUTH_LAB; \"$PROGRAM\" lab -- sh -c 'echo $AAUTH_LAB; exit 3'"});
    CHECK(done.exit.code == 3);
    const auto lines = lines_of(done.output);
    REQUIRE(lines.size() == 2);
    CHECK(lines[0] == lines[1]);
}

// In a lab, so that the hosts file that it changes is not this machine's.
TEST_CASE("with the hosts file, names come and go, also after a crash", "[lab]") {
    if (::geteuid() != 0) return left_out("only root can use the hosts file");
    if (!labs_possible()) return;
    const Folder folder;
    auto command = lab_program({"sh", "-ec", R"(
        lab() { env -u AAUTH_LAB "$PROGRAM" lab --hosts-file -- "$@"; }
        grep -v aauth.test /etc/hosts > plain
        cat plain > /etc/hosts
        cp /etc/hosts before
        lab sh -c 'grep -c "^127.*[.]aauth[.]test$" /etc/hosts; echo $AAUTH_LAB; ls $AAUTH_LAB; exit 4' || echo code $?
        cmp before /etc/hosts
        mkfifo said
        env -u AAUTH_LAB "$PROGRAM" lab --hosts-file -- sh -c 'setsid sleep 1000 & echo ready; wait' > said &
        exec 4<said
        read line <&4
        grep -q ps-7.aauth.test /etc/hosts
        kill -KILL $!
        cat <&4       # until the last one who is in the lab has gone
        cmp before /etc/hosts
        lab true
        cmp before /etc/hosts
        rm -f said plain before
        ls
        echo end)"});
    command.directory = folder.path(".");
    command.environment["TMPDIR"] = folder.path(".");
    const auto done = finished(command);
    INFO(done.output << done.errors);
    CHECK(done.exit.code == 0);
    const auto lines = lines_of(done.output);
    REQUIRE(lines.size() > 4);
    CHECK(lines.front() == std::to_string(lab::roles().size() * lab::names_per_role));
    CHECK(done.output.find("code 4\n") != std::string::npos);
    CHECK(lines.back() == "end");
}

#include "harness/lab/keeper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "harness/lab/machine.h"
#include "harness/process/descriptor.h"

namespace aauth::lab {

namespace {

constexpr int not_found = 127, not_executable = 126, signalled = 128;

// What the keeper is told by when the process that it keeps for has died.
int parent_died() { return SIGRTMIN; }

sigset_t taken_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int one : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD, parent_died()})
        ::sigaddset(&set, one);
    return set;
}

int code_of(int status) { return WIFSIGNALED(status) ? signalled + WTERMSIG(status) : WEXITSTATUS(status); }

// The command's own process.
[[noreturn]] void become(const std::vector<std::string>& command, const sigset_t& mask, pid_t keeper) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != keeper) ::_exit(not_executable);  // it died before the line above
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    std::vector<char*> arguments;
    for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    const int error = errno;
    fmt::print(stderr, "aauth-conform: cannot run '{}': {}\n", command[0], std::system_category().message(error));
    std::fflush(stderr);
    ::_exit(error == ENOENT ? not_found : not_executable);
}

// The children of this process: those that it has started, and those that were left to it.
std::vector<pid_t> children() {
    std::vector<pid_t> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const auto pid = std::atoi(entry.path().filename().c_str());
        if (pid <= 0) continue;
        std::ifstream file(entry.path() / "stat");
        std::string text;
        std::getline(file, text, '\0');
        // The second field is a name in parentheses, which may contain anything.
        const auto end = text.rfind(')');
        std::istringstream fields(end == std::string::npos ? "" : text.substr(end + 1));
        std::string state;
        pid_t parent = 0;
        if (fields >> state >> parent && parent == ::getpid()) found.push_back(pid);
    }
    return found;
}

// Until nobody is left: the children of those that are killed become ours in turn.
void end_children() {
    while (true) {
        for (const auto pid : children()) ::kill(pid, SIGKILL);
        const auto ended = ::waitpid(-1, nullptr, 0);
        if (ended < 0 && errno == ECHILD) return;
    }
}

class Keeper {
public:
    Keeper(const Keeping& keeping, const sigset_t& mask) : keeping_(keeping), mask_(mask) {}

    // In the forked process. `parent` is a pipe that the calling process has the other end of.
    [[noreturn]] void run(int parent) {
        ::prctl(PR_SET_PDEATHSIG, keeping_.own_processes ? SIGKILL : parent_died());
        pollfd end = {parent, POLLIN, 0};
        if (::poll(&end, 1, 0) > 0) finish(0, true);  // it died before the line above
        if (keeping_.own_processes) {
            if (const auto mounted = mount_processes(); !mounted) {
                fmt::print(stderr, "aauth-conform: {}\n", mounted.error().message);
                std::fflush(stderr);
                ::_exit(not_executable);
            }
        } else {
            ::prctl(PR_SET_CHILD_SUBREAPER, 1);
        }
        const pid_t self = ::getpid();
        command_ = ::fork();
        if (command_ == 0) become(keeping_.command, mask_, self);
        if (command_ < 0) finish(not_executable, false);
        // The terminal's signals, and those for the process group, are for the command.
        ::setsid();
        while (true) wait();
    }

private:
    void wait() {
        const auto taken = taken_signals();
        siginfo_t info = {};
        const int signal = ::sigwaitinfo(&taken, &info);
        if (signal == parent_died()) {
            finish(0, true);
        } else if (signal == SIGCHLD) {
            int status = 0;
            for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
                if (ended == command_) finish(code_of(status), false);
            }
        } else if (signal > 0 && info.si_code == SI_QUEUE) {
            ::kill(command_, signal);
        }
    }

    [[noreturn]] void finish(int code, bool parent_is_dead) {
        if (!keeping_.own_processes) end_children();
        if (parent_is_dead) keeping_.undo();
        ::_exit(code);
    }

    const Keeping& keeping_;
    const sigset_t mask_;
    pid_t command_ = -1;
};

}  // namespace

Result<int> keep(const Keeping& keeping) {
    ::signal(SIGCHLD, SIG_DFL);  // it may have been ignored, and then nobody could be waited for
    const auto taken = taken_signals();
    sigset_t mask;
    ::sigprocmask(SIG_BLOCK, &taken, &mask);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return failure("cannot_make", "cannot make a pipe");
    const process::Descriptor here(ends[1]);
    process::Descriptor there(ends[0]);
    std::fflush(nullptr);
    const auto keeper = ::fork();
    if (keeper == 0) {
        ::close(here.get());
        Keeper(keeping, mask).run(there.get());
    }
    if (keeper < 0) return failure("cannot_make", "cannot start a process in the lab");
    while (true) {
        siginfo_t info = {};
        const int signal = ::sigwaitinfo(&taken, &info);
        if (signal == SIGCHLD) {
            int status = 0;
            if (::waitpid(keeper, &status, WNOHANG) != keeper) continue;
            keeping.undo();
            ::sigprocmask(SIG_SETMASK, &mask, nullptr);
            return code_of(status);
        }
        // A value with it tells the keeper that it is one to pass on.
        if (signal > 0 && signal != parent_died() && info.si_code != SI_KERNEL) ::sigqueue(keeper, signal, {});
    }
}

}  // namespace aauth::lab

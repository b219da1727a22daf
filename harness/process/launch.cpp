#include "harness/process/launch.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <system_error>

// Boost 1.81's Process v2 needs this one first when Asio is compiled separately.
#include <boost/asio/detail/throw_error.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/start_dir.hpp>
#include <boost/process/v2/stdio.hpp>

namespace aauth::process {

namespace bp = boost::process::v2;
namespace fs = std::filesystem;

namespace {

tl::unexpected<Error> cannot_start(const std::string& program, const std::string& reason) {
    return failure("cannot_start", fmt::format("cannot start '{}': {}", program, reason));
}

std::string reason_of(int error) { return std::system_category().message(error); }

// What the forked child does before exec. Only async-signal-safe calls.
struct IsolateChild {
    pid_t parent;

    template <class Launcher, class Path, class Arguments>
    bp::error_code on_exec_setup(Launcher&, const Path&, const Arguments&) const noexcept {
        if (::setpgid(0, 0) != 0) return last_error();
        if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return last_error();
        if (::getppid() != parent) ::_exit(127);  // the parent died before the line above
        if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
            for (int fd = 3; fd < 65536; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        }
        struct sigaction usual = {};
        usual.sa_handler = SIG_DFL;
        ::sigaction(SIGPIPE, &usual, nullptr);
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        return {};
    }

    // Called in the child when exec failed (Boost 1.81 probes for one signature and calls another). The launcher would
    // go on to exit(), which runs the parent's atexit handlers and flushes the parent's buffers a second time.
    template <class... Anything>
    void on_exec_error(Anything&&...) const noexcept {
        ::_exit(127);
    }

    static bp::error_code last_error() { return {errno, bp::system_category()}; }
};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

// A descriptor above 2, so that setting up the child's 0, 1 and 2 never overwrites it.
Result<Descriptor> above_standard(int fd) {
    Descriptor original(fd);
    if (fd > STDERR_FILENO) return original;
    Descriptor moved(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (moved.get() < 0) return failure("cannot_start", reason_of(errno));
    return moved;
}

Result<Pipe> make_pipe() {
    std::array<int, 2> fds{};
    if (::pipe2(fds.data(), O_CLOEXEC) != 0) return failure("cannot_start", reason_of(errno));
    auto read = above_standard(fds[0]);
    auto write = above_standard(fds[1]);
    if (!read) return tl::unexpected(read.error());
    if (!write) return tl::unexpected(write.error());
    return Pipe{std::move(*read), std::move(*write)};
}

std::map<std::string, std::string> merged_environment(const std::map<std::string, std::string>& added) {
    auto merged = added;
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) merged.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return merged;
}

bool is_program(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

Result<std::string> find_program(const std::string& name, const std::string& search, const std::string& directory) {
    std::error_code ignored;
    if (name.find('/') != std::string::npos) {
        const fs::path seen = fs::absolute(fs::path(directory) / name, ignored);
        if (!fs::exists(seen, ignored)) return cannot_start(name, "no such file");
        if (!is_program(seen)) return cannot_start(name, "it is not an executable file");
        return seen.string();
    }
    bool found = false;
    for (std::size_t begin = 0; begin <= search.size();) {
        const auto end = std::min(search.find(':', begin), search.size());
        const fs::path seen = fs::absolute(fs::path(search.substr(begin, end - begin)) / name, ignored);
        if (is_program(seen)) return seen.string();
        found = found || fs::is_regular_file(seen, ignored);
        begin = end + 1;
    }
    return cannot_start(name, found ? "it is on PATH but is not executable" : "there is no such program on PATH");
}

Result<void> check_text(const Command& command) {
    if (command.arguments.empty() || command.arguments[0].empty()) {
        return failure("cannot_start", "cannot start a program: the command is empty");
    }
    const std::string& program = command.arguments[0];
    const auto has_zero = [](const std::string& text) { return text.find('\0') != std::string::npos; };
    if (std::any_of(command.arguments.begin(), command.arguments.end(), has_zero)) {
        return cannot_start(program, "an argument contains a zero byte");
    }
    for (const auto& [name, value] : command.environment) {
        if (name.empty() || name.find('=') != std::string::npos || has_zero(name) || has_zero(value)) {
            return cannot_start(program, fmt::format("'{}' cannot be an environment variable", name));
        }
    }
    std::error_code ignored;
    if (!command.directory.empty() && !fs::is_directory(command.directory, ignored)) {
        return cannot_start(program, fmt::format("there is no directory '{}'", command.directory));
    }
    return {};
}

}  // namespace

Result<Launched> launch(const Command& command) {
    if (auto text = check_text(command); !text) return tl::unexpected(text.error());
    const std::string& program = command.arguments[0];

    std::vector<std::string> entries;
    std::string search = "/usr/local/bin:/usr/bin:/bin";  // without a PATH
    for (const auto& [name, value] : merged_environment(command.environment)) {
        entries.push_back(name + "=" + value);
        if (name == "PATH") search = value;
    }
    std::vector<const char*> environment;
    for (const auto& entry : entries) environment.push_back(entry.c_str());
    environment.push_back(nullptr);

    auto path = find_program(program, search, command.directory);
    if (!path) return tl::unexpected(path.error());

    auto input = make_pipe();
    auto output = make_pipe();
    auto errors = make_pipe();
    for (const auto* pipe : {&input, &output, &errors}) {
        if (!*pipe) return cannot_start(program, pipe->error().message);
    }

    // A context of its own: the launcher re-creates the reactor of its context in the forked child.
    boost::asio::io_context context;
    bp::posix::default_launcher launcher;
    launcher.env = environment.data();
    const std::vector<std::string> rest(command.arguments.begin() + 1, command.arguments.end());
    const std::string directory = command.directory.empty() ? "." : command.directory;
    bp::error_code error;
    try {
        auto process = launcher(context.get_executor(), error, *path, rest, IsolateChild{::getpid()},
                                bp::process_stdio{input->read.get(), output->write.get(), errors->write.get()},
                                bp::process_start_dir(directory));
        if (!error) {
            Launched launched;
            launched.exit = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, process.id(), 0)));
            if (launched.exit.get() < 0) return cannot_start(program, reason_of(errno));  // ~process ends the child
            launched.pid = process.id();
            launched.input = std::move(input->write);
            launched.output = std::move(output->read);
            launched.errors = std::move(errors->read);
            process.detach();
            return launched;
        }
    } catch (const std::exception& problem) {  // no pidfd
        if (launcher.pid > 0) {
            ::kill(launcher.pid, SIGKILL);
            ::waitpid(launcher.pid, nullptr, 0);
        }
        return cannot_start(program, problem.what());
    }
    if (launcher.pid > 0) ::waitpid(launcher.pid, nullptr, 0);  // the launcher leaves a child that could not exec
    if (error.value() == ENOENT) return cannot_start(program, "its interpreter is missing");
    return cannot_start(program, reason_of(error.value()));
}

}  // namespace aauth::process

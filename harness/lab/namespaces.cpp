#include "harness/lab/namespaces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>
#include <system_error>

#include "harness/lab/lab.h"
#include "harness/lab/machine.h"
#include "harness/process/descriptor.h"

namespace aauth::lab {

namespace {

Result<void> write(const char* path, const std::string& text) {
    const process::Descriptor file(::open(path, O_WRONLY | O_CLOEXEC));
    const auto size = static_cast<ssize_t>(text.size());
    if (file.get() >= 0 && ::write(file.get(), text.data(), text.size()) == size) return {};
    return failure("cannot_make", fmt::format("cannot write {}: {}", path, std::system_category().message(errno)));
}

// In the new user namespace everybody is who they were; it has nobody else.
Result<void> map_ids(uid_t user, gid_t group) {
    // Older kernels have no such file, and need nothing written there.
    if (::access("/proc/self/setgroups", F_OK) == 0) {
        if (auto denied = write("/proc/self/setgroups", "deny"); !denied) return denied;
    }
    if (auto mapped = write("/proc/self/uid_map", fmt::format("{0} {0} 1", user)); !mapped) return mapped;
    return write("/proc/self/gid_map", fmt::format("{0} {0} 1", group));
}

// Runs something in a child; gives what went wrong there, or nothing.
std::string in_child(const std::function<Result<void>()>& action) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return "cannot make a pipe";
    const process::Descriptor from(ends[0]);
    process::Descriptor to(ends[1]);
    const auto child = ::fork();
    if (child == 0) {
        const auto done = action();
        const std::string said = done ? "" : done.error().message;
        const auto written = ::write(to.get(), said.data(), said.size());
        ::_exit(done && written >= 0 ? 0 : 1);
    }
    to = process::Descriptor();
    if (child < 0) return "cannot start a process";
    std::string said;
    char buffer[512];
    for (ssize_t size; (size = ::read(from.get(), buffer, sizeof buffer)) > 0;)
        said.append(buffer, static_cast<std::size_t>(size));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status == 0 || !said.empty() ? said : "a process that tried was ended";
}

// All that can be refused, in the order in which a lab does it.
Result<void> try_all(Namespaces wanted) {
    if (auto entered = enter(wanted); !entered) return entered;
    if (auto mounted = mount_memory("/tmp"); !mounted) return mounted;
    if (!wanted.processes) return {};
    const auto problem = in_child(mount_processes);
    return problem.empty() ? Result<void>() : failure("cannot_make", problem);
}

}  // namespace

Result<Namespaces> find_namespaces() {
    std::string reason;
    for (const bool processes : {true, false}) {
        for (const bool user : {false, true}) {
            if (!user && ::geteuid() != 0) continue;
            const Namespaces wanted{user, processes};
            const auto problem = in_child([&] { return try_all(wanted); });
            if (problem.empty()) return wanted;
            reason = problem;
        }
    }
    return failure("not_possible", reason);
}

std::optional<std::string> namespaces_problem() {
    const auto found = find_namespaces();
    return found ? std::nullopt : std::optional<std::string>(found.error().message);
}

Result<void> enter(Namespaces wanted) {
    const auto user = ::geteuid();
    const auto group = ::getegid();
    int kinds = CLONE_NEWNS | CLONE_NEWNET;
    if (wanted.user) kinds |= CLONE_NEWUSER;
    if (wanted.processes) kinds |= CLONE_NEWPID;
    if (::unshare(kinds) != 0) {
        return failure("cannot_make",
                       fmt::format("private namespaces are refused: {}", std::system_category().message(errno)));
    }
    if (wanted.user) {
        if (auto mapped = map_ids(user, group); !mapped) return mapped;
    }
    if (auto separated = separate_mounts(); !separated) return separated;
    return raise_loopback();
}

}  // namespace aauth::lab

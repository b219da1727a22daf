#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>

#include "harness/lab/furnish.h"
#include "harness/lab/hosts_file.h"
#include "harness/lab/keeper.h"
#include "harness/lab/lab.h"
#include "harness/lab/machine.h"
#include "harness/lab/namespaces.h"
#include "harness/lab/trust.h"
#include "harness/process/descriptor.h"

namespace aauth::lab {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view folder_prefix = "aauth-lab-";
constexpr const char* system_hosts = "/etc/hosts";

// A folder for a lab's files. Its lock tells whether its lab still runs.
class Folder {
public:
    // Error "cannot_make".
    static Result<Folder> make() {
        std::error_code error;
        const auto place = fs::temp_directory_path(error);
        if (error) return failure("cannot_make", "there is no folder for temporary files");
        remove_left_behind(place);
        std::string path = (place / folder_prefix).string() + "XXXXXX";
        if (::mkdtemp(path.data()) == nullptr)
            return failure("cannot_make", "cannot make a folder in " + place.string());
        ::chmod(path.c_str(), 0755);  // for those in the lab who are somebody else
        process::Descriptor lock(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (lock.get() < 0 || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
            return failure("cannot_make", "cannot lock " + path);
        }
        return Folder(std::move(path), std::move(lock));
    }

    const std::string& path() const { return path_; }

private:
    Folder(std::string path, process::Descriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}

    // Those of labs that were killed. A young one may not have been locked yet by its maker; a mount point is the lab
    // that this process is in.
    static void remove_left_behind(const fs::path& place) {
        constexpr std::time_t young = 60;  // seconds
        struct stat around = {}, what = {};
        std::error_code error;
        if (::stat(place.c_str(), &around) != 0) return;
        for (const auto& entry : fs::directory_iterator(place, error)) {
            if (!entry.path().filename().string().starts_with(folder_prefix)) continue;
            const process::Descriptor lock(
                ::open(entry.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
            if (lock.get() < 0 || ::fstat(lock.get(), &what) != 0) continue;
            const bool ours = what.st_uid == ::geteuid() && what.st_dev == around.st_dev;
            const bool old = what.st_mtime < std::time(nullptr) - young;
            std::error_code ignored;
            if (ours && old && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) fs::remove_all(entry.path(), ignored);
        }
    }

    std::string path_;
    process::Descriptor lock_;
};

void set_variables(const std::string& folder) {
    for (const auto& entry : variables(folder)) {
        const auto middle = entry.find('=');
        ::setenv(entry.substr(0, middle).c_str(), entry.c_str() + middle + 1, 1);
    }
}

// Makes it, runs the command in it, and undoes it.
Result<int> between(const std::function<Result<void>()>& make, const std::vector<std::string>& command,
                    bool own_processes, const std::function<void()>& undo) {
    auto made = make();
    auto ended = made ? keep({command, own_processes, undo}) : Result<int>(tl::unexpected(made.error()));
    if (!ended) undo();
    return ended;
}

Result<int> run_apart(const Folder& folder, Namespaces namespaces, const std::vector<std::string>& command) {
    const auto& path = folder.path();
    const auto make = [&]() -> Result<void> {
        if (auto entered = enter(namespaces); !entered) return entered;
        if (auto mounted = mount_memory(path); !mounted) return mounted;
        if (auto furnished = furnish(path); !furnished) return furnished;
        if (auto placed = put_in_place(path); !placed) return placed;
        open_low_ports();
        set_variables(path);
        return {};
    };
    return between(make, command, namespaces.processes, [&] {
        ::umount2(path.c_str(), MNT_DETACH);
        ::rmdir(path.c_str());
    });
}

Result<int> run_here(const Folder& folder, const std::vector<std::string>& command) {
    const auto& path = folder.path();
    const auto lock = HostsLock::take();
    if (!lock) return tl::unexpected(lock.error());
    const auto make = [&]() -> Result<void> {
        if (auto furnished = furnish(path); !furnished) return furnished;
        if (auto added = add_names(system_hosts); !added) return added;
        set_variables(path);
        return {};
    };
    return between(make, command, false, [&] {
        if (const auto removed = remove_names(system_hosts); !removed) {
            fmt::print(stderr, "aauth-conform: {}\n", removed.error().message);
        }
        std::error_code ignored;
        fs::remove_all(path, ignored);
    });
}

}  // namespace

Result<int> run(const std::vector<std::string>& command, const RunOptions& options) {
    if (current() != nullptr && !options.hosts_file) return keep({command, false, [] {}});
    const bool root = ::geteuid() == 0;
    if (options.hosts_file && !root) return failure("not_possible", "only root can change the hosts file");
    const auto namespaces =
        options.hosts_file ? Result<Namespaces>(failure("not_possible", "not wanted")) : find_namespaces();
    if (!namespaces && !root) {
        return failure("not_possible",
                       fmt::format("a lab needs private namespaces or root ({}); allow user namespaces (sysctl "
                                   "user.max_user_namespaces, kernel.unprivileged_userns_clone or "
                                   "kernel.apparmor_restrict_unprivileged_userns; in a container --security-opt "
                                   "seccomp=unconfined or --cap-add SYS_ADMIN), or run this as root",
                                   namespaces.error().message));
    }
    if (!namespaces && !options.hosts_file) {
        fmt::print(stderr, "aauth-conform: no private namespaces here ({}): the lab's names are in {} until it ends\n",
                   namespaces.error().message, system_hosts);
    }
    const auto folder = Folder::make();
    if (!folder) return tl::unexpected(folder.error());
    return namespaces ? run_apart(*folder, *namespaces, command) : run_here(*folder, command);
}

}  // namespace aauth::lab

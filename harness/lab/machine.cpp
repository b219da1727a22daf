#include "harness/lab/machine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "harness/lab/furnish.h"
#include "harness/lab/lab.h"
#include "harness/lab/trust.h"
#include "harness/process/descriptor.h"

namespace aauth::lab {

namespace {

tl::unexpected<Error> cannot(const std::string& what) {
    return failure("cannot_make", fmt::format("cannot {}: {}", what, std::system_category().message(errno)));
}

bool exists(const std::string& path) {
    struct stat any = {};
    return ::stat(path.c_str(), &any) == 0;
}

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    return std::move(text).str();
}

Result<void> mount_over(const std::string& target, const std::string& file) {
    if (::mount(file.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) == 0) return {};
    return cannot(fmt::format("mount the lab's file over {}", target));
}

// Writes the text beside the lab's other files and mounts it.
Result<void> replace(const std::string& target, const std::string& folder, const std::string& name,
                     const std::string& text) {
    const auto path = folder + "/" + name;
    if (auto written = write_file(path, text, for_all); !written) return written;
    return mount_over(target, path);
}

}  // namespace

Result<void> raise_loopback() {
    const process::Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request = {};
    std::strcpy(request.ifr_name, "lo");
    if (socket.get() < 0 || ::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0)
        return cannot("see the loopback interface");
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) return cannot("bring up the loopback interface");
    return {};
}

Result<void> separate_mounts() {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0) return {};
    return cannot("keep mounts apart");
}

Result<void> mount_memory(const std::string& folder) {
    if (::mount("aauth-lab", folder.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=64m,mode=0755") == 0) return {};
    return cannot(fmt::format("mount a file system at {}", folder));
}

Result<void> mount_processes() {
    if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0) return {};
    return cannot("mount /proc");
}

Result<void> put_in_place(const std::string& folder) {
    if (!exists("/etc/hosts")) return failure("cannot_make", "this system has no /etc/hosts");
    // Read before it is covered.
    const auto hosts = hosts_file_with_names(contents("/etc/hosts"));
    if (auto done = replace("/etc/hosts", folder, "etc-hosts", hosts); !done) return done;
    // Services that look names up for programs know only the machine outside: systemd-resolved is left out of the order
    // of look-ups, and a file in the place of nscd's socket makes it one that does not run.
    if (exists("/etc/nsswitch.conf")) {
        const auto order = lookup_order(contents("/etc/nsswitch.conf"));
        if (auto done = replace("/etc/nsswitch.conf", folder, "etc-nsswitch.conf", order); !done) return done;
    }
    if (exists("/var/run/nscd/socket")) {
        if (auto done = mount_over("/var/run/nscd/socket", folder + "/" + Files::hosts); !done) return done;
    }
    for (const auto& bundle : system_bundles()) {
        if (auto done = mount_over(bundle, folder + "/" + Files::bundle); !done) return done;
    }
    return {};
}

void open_low_ports() {
    std::ofstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") << "0\n";
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2] = {};
    if (::syscall(SYS_capget, &header, sets) != 0) return;
    const auto bit = 1U << CAP_NET_BIND_SERVICE;
    if ((sets[0].permitted & bit) == 0) return;
    sets[0].inheritable |= bit;
    if (::syscall(SYS_capset, &header, sets) != 0) return;
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0);
}

}  // namespace aauth::lab

#include "harness/lab/hosts_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "harness/lab/names.h"

namespace aauth::lab {

namespace {

constexpr const char* lock_path = "/run/aauth-conform-lab.lock";
constexpr std::string_view begin_line = "# begin: names of aauth-conform lab, removed when it ends\n";
// When the file did not end with a newline before.
constexpr std::string_view begin_line_open =
    "# begin: names of aauth-conform lab, removed when it ends, with this line's break\n";
constexpr std::string_view end_line = "# end: names of aauth-conform lab\n";

tl::unexpected<Error> cannot(const std::string& what, const std::string& path) {
    return failure("cannot_make", fmt::format("cannot {} {}: {}", what, path, std::system_category().message(errno)));
}

// "127.64.0.1 ps.aauth.test"
bool is_name_line(std::string_view line) {
    if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
    const auto space = line.find(' ');
    if (space == std::string_view::npos) return false;
    const auto name = find_name(line.substr(space + 1));
    return name && name->address == line.substr(0, space);
}

// The text without our block. A block that was cut short ends where our lines end.
std::string without_names(std::string_view text) {
    std::string out;
    bool inside = false;
    while (!text.empty()) {
        const auto size = std::min(text.find('\n'), text.size() - 1) + 1;
        const auto line = text.substr(0, size);
        text.remove_prefix(size);
        if (line == begin_line || line == begin_line_open) {
            if (line == begin_line_open && !out.empty() && out.back() == '\n') out.pop_back();
            inside = true;
        } else if (inside && line == end_line) {
            inside = false;
        } else if (!inside || !is_name_line(line)) {
            inside = false;
            out += line;
        }
    }
    return out;
}

Result<std::string> read_all(int file, const std::string& path) {
    std::string text;
    char buffer[65536];
    while (true) {
        const auto size = ::pread(file, buffer, sizeof buffer, static_cast<off_t>(text.size()));
        if (size < 0) return cannot("read", path);
        if (size == 0) return text;
        text.append(buffer, static_cast<std::size_t>(size));
    }
}

// Makes the file's text `after`, from where it differs on.
Result<void> rewrite(int file, const std::string& path, const std::string& before, const std::string& after) {
    const auto shorter = std::min(before.size(), after.size());
    auto same = static_cast<std::size_t>(
        std::mismatch(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(shorter), before.begin()).first -
        after.begin());
    while (same < after.size()) {
        const auto size = ::pwrite(file, after.data() + same, after.size() - same, static_cast<off_t>(same));
        if (size <= 0) return cannot("write", path);
        same += static_cast<std::size_t>(size);
    }
    if (::ftruncate(file, static_cast<off_t>(after.size())) != 0) return cannot("write", path);
    return {};
}

}  // namespace

Result<void> add_names(const std::string& hosts_path) {
    const process::Descriptor file(::open(hosts_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (file.get() < 0) return cannot("open", hosts_path);
    const auto before = read_all(file.get(), hosts_path);
    if (!before) return tl::unexpected(before.error());
    auto after = without_names(*before);
    const bool open_line = !after.empty() && after.back() != '\n';
    if (open_line) after += '\n';
    after += open_line ? begin_line_open : begin_line;
    after += hosts_lines();
    after += end_line;
    return rewrite(file.get(), hosts_path, *before, after);
}

Result<void> remove_names(const std::string& hosts_path) {
    const process::Descriptor file(::open(hosts_path.c_str(), O_RDWR | O_CLOEXEC));
    if (file.get() < 0) return errno == ENOENT ? Result<void>() : Result<void>(cannot("open", hosts_path));
    const auto before = read_all(file.get(), hosts_path);
    if (!before) return tl::unexpected(before.error());
    const auto after = without_names(*before);
    return after == *before ? Result<void>() : rewrite(file.get(), hosts_path, *before, after);
}

Result<HostsLock> HostsLock::take() {
    process::Descriptor file(::open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) return cannot("open", lock_path);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        fmt::print(stderr, "aauth-conform: another lab uses this machine's hosts file; waiting for it to end\n");
        while (::flock(file.get(), LOCK_EX) != 0) {
            if (errno != EINTR) return cannot("lock", lock_path);
        }
    }
    return HostsLock(std::move(file));
}

}  // namespace aauth::lab

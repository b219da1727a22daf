#include "suites/common/ports.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace aauth::suites {

namespace {

constexpr int first = 20000, last = 59999;

}  // namespace

std::uint16_t fresh_port() {
    std::error_code none;
    const auto folder = std::filesystem::temp_directory_path(none);
    if (none) return 0;
    const auto path = folder / ("aauth-conformance-ports-" + std::to_string(::getuid()));
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return 0;
    int port = 0;
    if (::flock(file, LOCK_EX) == 0) {
        char text[16] = {};
        const auto got = ::pread(file, text, sizeof text - 1, 0);
        const int previous = got > 0 ? std::atoi(text) : last;
        port = previous < first || previous >= last ? first : previous + 1;
        const auto line = std::to_string(port) + "\n";
        if (::pwrite(file, line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) port = 0;
    }
    ::close(file);
    return static_cast<std::uint16_t>(port);
}

}  // namespace aauth::suites

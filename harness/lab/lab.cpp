#include "harness/lab/lab.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "harness/process/descriptor.h"

namespace aauth::lab {

namespace {

std::optional<std::string> read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

}  // namespace

Result<std::unique_ptr<Lab>> Lab::open(const std::string& folder) {
    std::unique_ptr<Lab> lab(new Lab(folder));
    for (const char* needed : {Files::ca, Files::bundle}) {
        if (!read(folder + "/" + needed)) return failure("no_lab", fmt::format("{} has no {}", folder, needed));
    }
    return lab;
}

std::string Lab::bundle() const { return folder_ + "/" + Files::bundle; }

Result<http::TestCa*> Lab::ca() const {
    const std::scoped_lock lock(mutex_);
    if (ca_) return ca_.get();
    const auto certificate = read(folder_ + "/" + Files::ca);
    const auto key = read(folder_ + "/" + Files::ca_key);
    if (!certificate || !key)
        return failure("no_key", fmt::format("the key of the lab's CA in {} cannot be read", folder_));
    try {
        ca_ = std::make_unique<http::TestCa>(*certificate, *key);
    } catch (const std::runtime_error& error) {
        return failure("no_key", fmt::format("the CA of the lab in {} is broken: {}", folder_, error.what()));
    }
    return ca_.get();
}

Result<Name> Lab::fresh(std::string_view role) const {
    const auto plain = name_of(role, 0);
    if (!plain) return failure("bad_role", fmt::format("no names of a lab are for the role '{}'", role));
    // One file for all roles, "ROLE NUMBER" a line, and one process at a time.
    const auto path = folder_ + "/" + Files::taken;
    const process::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0 || ::flock(file.get(), LOCK_EX) != 0) {
        return failure("cannot_write", fmt::format("{} cannot be written to", path));
    }
    char text[256] = {};
    const auto size = ::pread(file.get(), text, sizeof text - 1, 0);
    std::istringstream lines(std::string(text, size > 0 ? static_cast<std::size_t>(size) : 0));
    std::map<std::string, int> given;
    std::string host;
    int count = 0;
    while (lines >> host >> count) given[host] = count;
    const int number = given[plain->host]++;
    const auto name = name_of(role, number);
    if (!name) {
        return failure("no_names", fmt::format("all {} names of {} have been used in this lab; start another",
                                               names_per_role, role));
    }
    std::string out;
    for (const auto& [plain_host, used] : given) out += fmt::format("{} {}\n", plain_host, used);
    if (::pwrite(file.get(), out.data(), out.size(), 0) != static_cast<ssize_t>(out.size())) {
        return failure("cannot_write", fmt::format("{} cannot be written to", path));
    }
    return *name;
}

const Lab* current() {
    static const std::unique_ptr<Lab> only = [] {
        const char* folder = std::getenv(variable);
        if (folder == nullptr || *folder == '\0') return std::unique_ptr<Lab>();
        auto opened = Lab::open(folder);
        return opened ? std::move(*opened) : std::unique_ptr<Lab>();
    }();
    return only.get();
}

}  // namespace aauth::lab

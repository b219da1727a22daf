#include "harness/lab/furnish.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>
#include <vector>

#include "harness/lab/lab.h"
#include "harness/lab/trust.h"
#include "harness/process/descriptor.h"

namespace aauth::lab {

Result<void> write_file(const std::string& path, const std::string& text, mode_t mode) {
    const process::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret));
    std::size_t done = 0;
    while (file.get() >= 0 && done < text.size()) {
        const auto size = ::write(file.get(), text.data() + done, text.size() - done);
        if (size <= 0) break;
        done += static_cast<std::size_t>(size);
    }
    if (file.get() >= 0 && done == text.size() && ::fchmod(file.get(), mode) == 0) return {};
    return failure("cannot_make", fmt::format("cannot write {}", path));
}

Result<void> furnish(const std::string& folder) {
    http::TestCa ca;
    const auto ours = ca.certificate_pem();
    auto bundle = system_certificates();
    if (!bundle.empty() && bundle.back() != '\n') bundle += '\n';
    bundle += ours;
    const auto java = java_trust_store(bundle);
    if (!java) return tl::unexpected(java.error());

    const auto certificates = folder + "/" + Files::certificates + "/";
    const bool made = ::mkdir(certificates.c_str(), 0755) == 0 && ::chmod(certificates.c_str(), 0755) == 0;
    if (!made) return failure("cannot_make", "cannot make " + certificates);
    struct File {
        std::string path, text;
        mode_t mode;
    };
    std::vector<File> files{{folder + "/" + Files::ca, ours, for_all},
                            {folder + "/" + Files::ca_key, ca.key_pem(), secret},
                            {folder + "/" + Files::bundle, bundle, for_all},
                            {folder + "/" + Files::java, *java, for_all},
                            {folder + "/" + Files::hosts, hosts_lines(), for_all}};
    for (const auto& role : roles()) {
        const auto host = name_of(role, 0)->host;
        auto leaf = ca.leaf(host);
        files.push_back({certificates + host + ".pem", leaf.certificate_pem, for_all});
        files.push_back({certificates + host + ".key", leaf.key_pem, secret});
    }
    for (const auto& file : files) {
        if (auto written = write_file(file.path, file.text, file.mode); !written) return written;
    }
    return {};
}

std::string hosts_file_with_names(const std::string& system) {
    const bool open_line = !system.empty() && system.back() != '\n';
    return system + (open_line ? "\n" : "") + hosts_lines();
}

std::string lookup_order(const std::string& system) {
    std::istringstream lines(system);
    std::string out;
    for (std::string line; std::getline(lines, line);) {
        const auto first = line.find_first_not_of(" \t");
        if (first == std::string::npos || line.compare(first, 6, "hosts:") != 0) out += line + "\n";
    }
    return out + "hosts: files myhostname dns\n";
}

}  // namespace aauth::lab

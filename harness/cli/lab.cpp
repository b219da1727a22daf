#include "harness/lab/lab.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "harness/cli/commands.h"

namespace aauth::cli {

namespace {

int run_in_lab(const std::vector<std::string>& command, const aauth::lab::RunOptions& options) {
    const auto code = aauth::lab::run(command, options);
    if (!code) stop(code.error().code == "not_possible" ? bad_usage : trouble, code.error().message);
    return *code;
}

}  // namespace

int lab(const LabFlags& flags) {
    if (flags.command.empty()) {
        stop(bad_usage, "say what is to run in the lab: '" + program_name() + " lab -- COMMAND ...'");
    }
    return run_in_lab(flags.command, {flags.hosts_file});
}

bool lab_possible() { return !aauth::lab::namespaces_problem() || ::geteuid() == 0; }

bool inside_lab() { return aauth::lab::current() != nullptr; }

int again_in_lab(int argc, const char* const* argv) {
    std::vector<std::string> command(argv, argv + argc);
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) command[0] = self.string();
    return run_in_lab(command, {});
}

}  // namespace aauth::cli

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "harness/cli/commands.h"
#include "harness/cli/manifest.h"
#include "harness/cli/stopping.h"
#include "harness/process/process.h"

namespace aauth::cli {

namespace fs = std::filesystem;

namespace {

fs::path peers_folder() { return home() / "suites" / "interop" / "peers"; }

}  // namespace

std::vector<std::string> peer_names() {
    std::vector<std::string> names;
    std::error_code wrong;
    for (const auto& entry : fs::directory_iterator(peers_folder(), wrong)) {
        if (fs::exists(entry.path() / "target.json")) names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string peer_description(const std::string& name) { return (peers_folder() / name / "target.json").string(); }

Exit peer(const PeerFlags& flags) {
    const auto names = peer_names();
    if (std::find(names.begin(), names.end(), flags.name) == names.end()) {
        stop(bad_usage,
             fmt::format("there is no peer '{}' in {}{}{}", flags.name, peers_folder().string(),
                         suggestion(flags.name, names),
                         std::getenv("AAUTH_HOME") == nullptr ? "; AAUTH_HOME names the project's folder" : ""));
    }
    const fs::path manifest = peers_folder() / flags.name;
    TargetFlags description;
    description.description = peer_description(flags.name);
    auto target = read_target(description);

    {
        const WhenInterrupted guard([] {
            process::kill_all();
            std::_Exit(trouble);
        });
        const std::string reason = prepare(manifest, flags.install);
        if (!reason.empty() && flags.or_skip) {
            fmt::print("skipped: {}\n", reason);
            return nothing_worse;
        }
        if (!reason.empty()) stop(trouble, fmt::format("the peer {} cannot be installed: {}", flags.name, reason));
    }

    RunFlags run = flags.run;
    const fs::path known = manifest / "known-failures.json";
    if (flags.compare && run.expect.empty() && fs::exists(known)) run.expect = known.string();
    if (run.files.folder.empty()) run.files.folder = (home() / "out" / "peers" / flags.name).string();
    return run_target(std::move(target), std::move(run), "peer " + flags.name);
}

}  // namespace aauth::cli

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/cli/commands.h"
#include "harness/cli/stopping.h"
#include "harness/process/process.h"

namespace aauth::cli {

namespace fs = std::filesystem;

namespace {

fs::path peers_folder() { return home() / "suites" / "interop" / "peers"; }

std::string contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    if (file) out << file.rdbuf();
    return std::move(out).str();
}

// npm says "npm ERR! code E404" or "npm error code ENOTFOUND" first, and more than a sentence afterwards.
std::string reason_of(const process::Finished& finished) {
    std::istringstream lines(finished.errors);
    std::string line, last;
    while (std::getline(lines, line)) {
        if (line.find(" code ") != std::string::npos) return line;
        if (!line.empty()) last = line;
    }
    return last.empty() ? process::describe(finished.exit) : last.substr(0, 300);
}

// Puts the peer's packages into `folder`, as its lock file has them. The reason why that was not possible, or nothing.
std::string install(const fs::path& manifest, const fs::path& folder, bool again) {
    const fs::path stamp = folder / "installed-lock.json";
    const std::string wanted = contents(manifest / "package-lock.json");
    if (wanted.empty()) return {};  // a peer that needs no packages
    if (!again && contents(stamp) == wanted) return {};
    std::error_code wrong;
    fs::create_directories(folder, wrong);
    fs::remove(stamp, wrong);
    for (const char* file : {"package.json", "package-lock.json"}) {
        write_file(folder / file, contents(manifest / file));
    }
    process::Command npm;
    npm.arguments = {"npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"};
    npm.directory = folder.string();
    const auto done = process::run(npm, "", std::chrono::seconds(180));
    if (!done) return done.error().code == "cannot_start" ? "npm is not installed" : "npm ci: " + done.error().message;
    if (done->exit.code != 0 || done->exit.signal) return "npm ci failed: " + reason_of(*done);
    write_file(stamp, wanted);
    return {};
}

// Runs the peer's own installation, a script called `prepare` in its folder. The reason why that was not possible, or
// nothing.
std::string prepare(const fs::path& manifest, bool again) {
    if (!fs::exists(manifest / "prepare")) return {};
    process::Command script;
    script.arguments = {"sh", "prepare"};
    if (again) script.arguments.emplace_back("again");
    script.directory = manifest.string();
    const auto done = process::run(script, "", std::chrono::seconds(240));
    if (!done) return "prepare: " + done.error().message;
    if (done->exit.code != 0 || done->exit.signal) return reason_of(*done);
    return {};
}

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
        std::string reason = install(manifest, target.launch.directory, flags.install);
        if (reason.empty()) reason = prepare(manifest, flags.install);
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

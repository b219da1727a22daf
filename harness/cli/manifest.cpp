#include "harness/cli/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/cli/files.h"
#include "harness/cli/say.h"
#include "harness/engine/schema.h"
#include "harness/json/json.h"
#include "harness/process/process.h"

namespace aauth::cli {

namespace fs = std::filesystem;

namespace {

fs::path peers_folder() { return home() / "suites" / "interop" / "peers"; }

std::string absolute(const fs::path& folder, const std::string& name) {
    return fs::absolute(folder / name).lexically_normal().string();
}

std::vector<std::string> strings(const nlohmann::json& object, const char* name) {
    const auto* found = json::member(object, name);
    if (found == nullptr) return {};
    return found->is_string() ? std::vector<std::string>{found->get<std::string>()}
                              : found->get<std::vector<std::string>>();
}

Manifest::Adapter adapter_in(const fs::path& folder, const nlohmann::json& object) {
    Manifest::Adapter adapter;
    const auto command = object.at("command").get<std::string>();
    auto words = process::split(command);
    if (!words) stop(bad_usage, fmt::format("{}: adapter.command: {}", folder.string(), words.error().message));
    adapter.command = std::move(*words);
    adapter.directory = absolute(folder, object.value("directory", "."));
    for (const auto& file : strings(object, "known")) adapter.known.push_back(absolute(folder, file));
    return adapter;
}

Manifest::Role role_in(const fs::path& folder, const std::string& role, const nlohmann::json& value) {
    if (value.is_string()) return {role, absolute(folder, value.get<std::string>()), {}, true};
    const auto known = value.value("known", "");
    return {role, absolute(folder, value.at("description").get<std::string>()),
            known.empty() ? known : absolute(folder, known), value.value("tested", true)};
}

}  // namespace

std::vector<std::string> manifest_names() {
    std::vector<std::string> names;
    std::error_code wrong;
    for (const auto& entry : fs::directory_iterator(peers_folder(), wrong)) {
        if (fs::exists(entry.path() / "peer.json")) names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

Manifest read_manifest(const std::string& name) {
    const auto names = manifest_names();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        stop(bad_usage, fmt::format("there is no peer '{}' with a manifest in {}{}{}", name, peers_folder().string(),
                                    suggestion(name, names),
                                    std::getenv("AAUTH_HOME") == nullptr ? "; AAUTH_HOME names the project's folder" : ""));
    }
    Manifest manifest;
    manifest.name = name;
    manifest.folder = fs::absolute(peers_folder() / name);
    const auto path = (manifest.folder / "peer.json").string();
    const auto parsed = json::parse_object(read_file(path, "the manifest"));
    if (!parsed) stop(bad_usage, fmt::format("{}: {}", path, parsed.error().message));
    const auto schema = read_file((home() / "suites" / "schema" / "peer.schema.json").string(), "the schema");
    if (const auto wrong = engine::schema_violations(*parsed, schema); !wrong.empty()) {
        stop(bad_usage, fmt::format("{}: {}", path, wrong.front()));
    }
    const auto& object = *parsed;
    manifest.title = object.at("name").get<std::string>();
    manifest.version = object.value("version", "");
    manifest.language = object.value("language", "");
    manifest.homepage = object.value("homepage", "");
    manifest.registry = object.value("registry", "");
    manifest.drafts = strings(object, "drafts");
    if (object.contains("adapter")) manifest.adapter = adapter_in(manifest.folder, object["adapter"]);
    if (object.contains("roles")) {
        for (const auto& [role, description] : object["roles"].items()) {
            manifest.roles.push_back(role_in(manifest.folder, role, description));
        }
    }
    return manifest;
}

std::string prepare(const fs::path& folder, bool again) {
    if (!fs::exists(folder / "prepare")) return {};
    process::Command script;
    script.arguments = {"sh", "prepare"};
    if (again) script.arguments.emplace_back("again");
    script.directory = folder.string();
    const auto done = process::run(script, "", std::chrono::seconds(600));
    if (!done) return "prepare: " + done.error().message;
    if (done->exit.code == 0 && !done->exit.signal) return {};
    // npm says "npm ERR! code E404" or "npm error code ENOTFOUND" first, and more than a sentence afterwards.
    std::istringstream lines(done->errors);
    std::string line, last;
    while (std::getline(lines, line)) {
        if (line.find(" code ") != std::string::npos) return line;
        if (!line.empty()) last = line;
    }
    return last.empty() ? process::describe(done->exit) : last.substr(0, 300);
}

bool is_prepared(const fs::path& folder) {
    std::error_code wrong;
    return !fs::is_empty(home() / "build" / "peers" / folder.filename(), wrong) && !wrong;
}

}  // namespace aauth::cli

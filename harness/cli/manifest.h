#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// Third-party implementations: the folders suites/interop/peers/NAME with a peer.json (schema:
// suites/schema/peer.schema.json).
namespace aauth::cli {

struct Manifest {
    // How vectors are run through it.
    struct Adapter {
        std::vector<std::string> command;
        std::string directory;           // absolute
        std::vector<std::string> known;  // files of known answers, absolute; each is for one draft
    };
    // How it is tested, and paired with others, in a role. Paths are absolute.
    struct Role {
        std::string role;         // "person-server"
        std::string description;  // a target description
        std::string known;        // its known failures; empty: none
        bool tested = true;       // false: only for pairings
    };

    std::string name;  // of its folder
    std::filesystem::path folder;
    std::string title, version, language, homepage, registry;
    std::vector<std::string> drafts;  // that it speaks, the best first
    std::optional<Adapter> adapter;
    std::vector<Role> roles;
};

// Names of the folders that have a manifest, sorted.
std::vector<std::string> manifest_names();
// Stops with bad_usage for an unknown name or a file that breaks the schema.
Manifest read_manifest(const std::string& name);

// Runs the peer's own installation, the script `prepare` in its folder, if it has one. The reason why that was not
// possible, or nothing.
std::string prepare(const std::filesystem::path& folder, bool again);
// Whether that has been done, by the stamp that scripts leave in build/peers/NAME of the project.
bool is_prepared(const std::filesystem::path& folder);

}  // namespace aauth::cli

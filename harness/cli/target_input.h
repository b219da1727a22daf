#pragma once

#include <string>
#include <vector>

#include "harness/engine/target.h"

namespace aauth::cli {

// How a target is given on the command line. Flags win over the description.
struct TargetFlags {
    std::string role;  // as typed; may be empty when the description says it
    std::string url;
    std::string command;  // of an agent
    std::string description;  // file
    std::string identifier;
    std::string draft;
    std::string ca_file;
    std::vector<std::string> maps;  // IDENTIFIER=BASE
};

// The target that is meant, complete and checked as far as that goes without calling it. Paths in a description are
// relative to its folder. Stops with bad_usage.
engine::Target read_target(const TargetFlags& flags);

// The same flags for a command that runs one case again.
std::string as_typed(const TargetFlags& flags, const engine::Target& target);

}  // namespace aauth::cli

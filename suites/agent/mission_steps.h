#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "suites/agent/scenario.h"

// What the cases about missions share.
namespace aauth::suites::ag {

// The drafts in which a mission is named by mission_s256 and has a URL of its own.
std::vector<std::string> missions_by_digest();

// The next step proposes a mission, with these members beside its description.
Scene& propose(Scene& scene);
Scene& propose(Scene& scene, nlohmann::json more);

// The mission that the first step led to; skips the case when there is none.
std::string s256_of(const Scene& scene);

}  // namespace aauth::suites::ag

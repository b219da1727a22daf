#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/engine/runner.h"

namespace aauth::engine {

// A case that was chosen to run, with its prerequisites as indices into the chosen list.
struct Chosen {
    const Case* experiment = nullptr;
    std::vector<std::size_t> after;
    std::string wrong;    // why it cannot run: a prerequisite that nobody knows, a circle, an id used twice
    std::string blocked;  // a prerequisite that does not run for this draft
    bool alone = false;   // exclusive, or waits for one that is
};

// The cases that run for the options' draft and match `only`, with all that they need before them, in the order of
// `cases`.
std::vector<Chosen> choose(const std::vector<Case>& cases, const RunOptions& options);

}  // namespace aauth::engine

#pragma once

#include <string>
#include <vector>

#include "harness/engine/requirement.h"
#include "harness/protocol/draft.h"

namespace aauth::suites {

// A testable requirement that no case of some role's suite covers.
struct Gap {
    const engine::Requirement* requirement = nullptr;
    std::vector<std::string> roles;  // those of the requirement's roles for which a case is missing
};

// What is not covered in a draft, in the catalogue's order. A requirement of three roles has to be covered in the suite of
// each of them: a person server is not tested by what a resource is asked.
std::vector<Gap> gaps(const protocol::Draft& draft);

// How many testable requirements of a level a role has in a draft, and how many of them have a case in its suite.
struct Coverage {
    std::size_t covered = 0, testable = 0;
    double share() const { return testable == 0 ? 1.0 : static_cast<double>(covered) / static_cast<double>(testable); }
};
Coverage coverage(const protocol::Draft& draft, const std::string& role, engine::Level level);

}  // namespace aauth::suites

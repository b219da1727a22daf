#pragma once

#include <string>
#include <vector>

#include "harness/engine/case.h"
#include "harness/engine/requirement.h"
#include "harness/protocol/draft.h"

// The things that have names: suites, drafts, cases, faults. Unknown names stop with bad_usage and the nearest known
// ones.
namespace aauth::cli {

// "ps" and "person-server" give "person-server"; `known` are the full names that are possible.
std::string role_named(const std::string& word, const std::vector<std::string>& known);

const protocol::Draft& draft_named(const std::string& id);

// Of all suites, for listing.
std::vector<engine::Case> all_cases();

// Whether the case runs for the draft: it is for it, and the draft has one of its requirements.
bool applies(const engine::Case& made, const protocol::Draft& draft);

// The cases of a suite that a run would choose, prerequisites included. Stops when a part of `only` (globs, comma
// separated) chooses none.
std::vector<engine::Case> chosen_cases(const std::string& suite, const protocol::Draft& draft, const std::string& only);

// The globs of a comma separated list; one empty glob when there is none.
std::vector<std::string> parts_of(const std::string& only);

// A fault that a mock can be told to have.
struct KnownFault {
    std::string name;
    std::string role;                // of the mock, "any" for all of them
    std::vector<std::string> cases;  // that catch it
};
// Those that cases need, which are all that are of use.
std::vector<KnownFault> known_faults();
// Also true for the families of faults: "omit person-token.aud", "ignore sig.components.date".
bool is_known_fault(const std::string& name, const std::vector<KnownFault>& known);
// Stops when the mocks have no such fault.
void check_fault(const std::string& name);

}  // namespace aauth::cli

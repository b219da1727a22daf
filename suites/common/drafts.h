#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/protocol/draft.h"

// Which suites run for which draft.
namespace aauth::suites {

// The drafts that a suite runs for, newest first: every one that is known for resources and agents, of which some still
// speak the first.
const std::vector<protocol::Draft>& suite_drafts(std::string_view suite);
bool runs_for(std::string_view suite, const protocol::Draft& draft);
// A sentence for who asked for a suite that does not run for this draft.
std::string why_not(std::string_view suite, const protocol::Draft& draft);

}  // namespace aauth::suites

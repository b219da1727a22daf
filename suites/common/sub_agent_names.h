#pragma once

#include <functional>
#include <string>

#include "suites/common/suite.h"
#include "suites/common/test.h"

namespace aauth::suites {

// The request of a parent for a token of its sub-agent, with this subagent_token.
using SubAgentRequest = std::function<mocks::SignedRequest(Test&, const Player& parent, const Player& sub_agent,
                                                           const std::string& subagent_token)>;

// Agent identifiers are compared without folding case (5.2): who is called like the parent but for case is not the
// parent.
void folded_parent_case(Suite& suite, const std::string& id, const SubAgentRequest& request);

}  // namespace aauth::suites

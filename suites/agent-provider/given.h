#pragma once

#include <optional>
#include <string>

#include "suites/common/suite.h"
#include "suites/common/test.h"

// Agent tokens as the agent provider under test issues them. Enrolment is its own affair, so they come by hooks of the
// target description (suites/README.md) or from a file.
namespace aauth::suites::ap {

// An agent token that the target issued.
struct Given {
    jose::Jwt token;
    std::string sub;
    std::optional<jose::SigningKey> key;  // the agent's, where we have it
    bool ours = false;                    // it was made for a key of ours, which the hook was given
};

// A token for a new agent of our person server: by the hook "agent-token" {ps, jwk}, or the one in the file that the
// value "agent-token-file" names. Skips the case when the target description has neither.
Given agent_token(Test& t, crypto::Algorithm algorithm = crypto::Algorithm::Ed25519);
// The same, by the hook alone: for cases that need more than one token, or one with a key of this kind.
Given new_agent_token(Test& t, crypto::Algorithm algorithm = crypto::Algorithm::Ed25519);
// A token for a sub-agent of that agent (hook "subagent-token"), and for the same agent after its key was replaced
// (hook "rotate-key").
Given sub_agent_token(Test& t, const Given& parent);
Given rotated(Test& t, const Given& agent);

// The published key that the token's kid names, fetched now; the case is blocked when there is none.
nlohmann::json signing_key(Test& t, const Given& given);

void metadata_cases(Suite& suite);
void key_cases(Suite& suite);
void agent_token_cases(Suite& suite);
void identifier_cases(Suite& suite);
void sub_agent_cases(Suite& suite);
void revocation_cases(Suite& suite);

}  // namespace aauth::suites::ap

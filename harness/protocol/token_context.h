#pragma once

#include <string>

#include "harness/protocol/draft.h"
#include "harness/protocol/faults.h"
#include "harness/protocol/verification.h"
#include "harness/result.h"

// What a token has to say beside being valid in itself, by where it turns up: at the server that it is for, or in the
// hands of the agent that it was given to.
namespace aauth::protocol {

// A server that was shown a token.
struct Recipient {
    std::string identifier;      // its own
    std::string thumbprint;      // of the key that the token has to be bound to; empty: that is not looked at
    bool person_server = false;  // it is one, and has to be named as such by a resource token
};

// aud and binding (5.3.3 step 1, 6.7.2 steps 1 to 3, 7.1.4, 9.4.3.2). Error "invalid".
Result<void> check_recipient(const Draft& draft, const Token& token, const Recipient& recipient);

// What an agent knows of the resource token that it waits for. Of `agent`, and of `ps`, `sub` and `presented_jti`, only
// what the draft has in resource tokens is looked at.
struct ExpectedChallenge {
    std::string iss;        // the resource that was called
    std::string agent_jkt;  // thumbprint of the agent's key
    std::string agent;      // its identifier
    std::string ps;         // its person server
    std::string sub;        // of the token that it presented
    std::string presented_jti;
};
// Resource Challenge Verification (6.7.3) of a verified resource token. Each rule can be switched off: "challenge.iss",
// ".agent-jkt", ".agent", ".ps", ".sub", ".presented-jti". Error "invalid_resource_token".
Result<void> check_challenge(const Draft& draft, const Faults& faults, const Token& token,
                             const ExpectedChallenge& expected);

// What an agent knows of the auth token that it waits for.
struct ExpectedGrant {
    std::string iss;       // aud of the resource token
    std::string aud;       // the resource
    std::string cnf;       // thumbprint of the agent's key
    std::string sub;       // of the token that it presented; not looked at in drafts whose auth tokens name the agent
    std::string agent;     // its identifier, in those drafts
    std::string upstream;  // in those drafts, the agent that delegated to it; empty: nobody
};
// Auth Token Response Verification (9.4.4) of a decoded auth token. Rules: "response.iss", ".aud", ".cnf", ".sub",
// ".agent", ".act". Error "invalid_auth_token".
Result<void> check_grant(const Draft& draft, const Faults& faults, const Token& token, const ExpectedGrant& expected);

}  // namespace aauth::protocol

#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/protocol/tokens.h"
#include "vectors/source/material.h"

// The tokens that the vectors start from.
namespace aauth::vectors {

// A token in the making: change what a vector is about, then mint it.
struct Draftable {
    nlohmann::json header;  // null members leave out what minting adds (alg, kid)
    nlohmann::json claims;
    jose::SigningKey signer;

    std::string minted() const;
};

// A good agent token of `agent` from `agent_provider` for the key named "agent", that names `person_server` as its PS.
Draftable agent_token(const protocol::Draft& draft);
// A good person token of `person_server` for that agent's key at `resource`.
Draftable person_token(const protocol::Draft& draft);
// A good resource token of `resource` for that agent, addressed to `person_server`.
Draftable resource_token(const protocol::Draft& draft);
// A good auth token for that agent at `resource`; from `person_server`, or from `access_server`.
Draftable auth_token(const protocol::Draft& draft, bool from_access_server = false);
// A good agent token of a sub-agent of `agent`, for the key named "sub-agent".
Draftable sub_agent_token(const protocol::Draft& draft);

Draftable token_of(const protocol::Draft& draft, protocol::TokenKind kind);

}  // namespace aauth::vectors

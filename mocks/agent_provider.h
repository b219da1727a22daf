#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/jose/jwk.h"
#include "mocks/party.h"

namespace aauth::mocks {

// Changes a token's header and claims before it is minted: how wrong tokens are made from right ones.
using TokenEdit = std::function<void(nlohmann::json& header, nlohmann::json& claims)>;

// An agent: an identifier and the key that it signs with.
struct Agent {
    std::string identifier;
    jose::SigningKey key;
};

// The party that vouches for agents (section 5.1): publishes keys, assigns identifiers, issues agent tokens.
class AgentProvider : public Party {
public:
    AgentProvider(Network& network, PartyOptions options);
    ~AgentProvider() override;

    // A new agent with a key of its own: aauth:LOCAL@domain of this provider. A random local part when empty.
    Agent enrol(std::string local = {}, crypto::Algorithm algorithm = crypto::Algorithm::Ed25519) const;

    // An agent token that lives for an hour (5.3.1), `ps` when not empty, edited when asked.
    std::string agent_token(const Agent& agent, const std::string& person_server, const TokenEdit& edit = {}) const;
    // The same for a sub-agent (10.2.1), whose parent is named.
    std::string sub_agent_token(const Agent& sub_agent, const Agent& parent, const std::string& person_server,
                                const TokenEdit& edit = {}) const;
};

}  // namespace aauth::mocks

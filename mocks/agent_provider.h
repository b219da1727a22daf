#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "harness/jose/jwk.h"
#include "mocks/party.h"
#include "mocks/revocations.h"

namespace aauth::mocks {

// Changes a token's header and claims before it is minted: how wrong tokens are made from right ones.
using TokenEdit = std::function<void(nlohmann::json& header, nlohmann::json& claims)>;

// An agent: an identifier and the key that it signs with.
struct Agent {
    std::string identifier;
    jose::SigningKey key;
};

// The party that vouches for agents (section 5.1): publishes keys, assigns names, issues agent tokens. Enrolment is
// its own affair; for tests there are POST /mock/agent-token {ps, jwk}, /mock/subagent-token {parent, jwk} and
// /mock/rotate-key {agent, jwk}, which answer {agent_token}, and private_jwk where no jwk is given. Beside those of
// Party and issue() the faults are:
//   "metadata-unicode-issuer", "metadata-algs-eddsa", "metadata-login-endpoint", "agent-name-other-domain",
//   "agent-name-space", "agent-name-empty", "agent-name-long", "agent-name-plus",
//   "agent-token-long" (25 hours), "agent-key-no-ed25519", "agent-key-no-es256" (an agent with such a key is refused),
//   "rotation-renames", "rotation-old-key", "subagent-name-plain", "subagent-name-no-discriminator",
//   "subagent-name-other", "subagent-other-parent", "subagent-other-issuer", "subagent-parent-key", "subagent-nesting"
class AgentProvider : public Party {
public:
    AgentProvider(Network& network, PartyOptions options);
    ~AgentProvider() override;

    nlohmann::json metadata() const override;

    // A new agent with a key of its own: aauth:LOCAL@domain of this provider. A random local part when empty.
    Agent enrol(std::string local = {}, crypto::Algorithm algorithm = crypto::Algorithm::Ed25519) const;

    // An agent token that lives for an hour (5.3.1), `ps` when not empty, edited when asked.
    std::string agent_token(const Agent& agent, const std::string& person_server, const TokenEdit& edit = {}) const;
    // The same for a sub-agent (10.2.1), whose parent is named.
    std::string sub_agent_token(const Agent& sub_agent, const Agent& parent, const std::string& person_server,
                                const TokenEdit& edit = {}) const;

private:
    // Where an agent token is revoked: at the person server that it names. Fault: "revoke-nowhere".
    std::vector<Onward> recipients(const nlohmann::json& claims) const;

    // Somebody who was enrolled by the routes for tests.
    struct Enrolled {
        std::string person_server, parent;
        std::string jwk;  // the agent's public key, JSON text
    };
    nlohmann::json claims(const std::string& identifier, const nlohmann::json& cnf,
                          const std::string& person_server) const;
    http::Reply enrolment(const nlohmann::json& body);
    http::Reply sub_enrolment(const nlohmann::json& body);
    http::Reply rotation(const nlohmann::json& body);
    // Enrols, and answers with a token for the key that the body names, or for a new one.
    http::Reply give(const std::string& identifier, Enrolled agent, const nlohmann::json& body);
    // The agent whose identifier is in this member of the body.
    std::optional<Enrolled> known(const nlohmann::json& body, std::string_view member) const;
    std::string new_name(const std::string& parent) const;

    mutable std::mutex mutex_;
    std::map<std::string, Enrolled> enrolled_;
    Revocations revocations_;
};

}  // namespace aauth::mocks

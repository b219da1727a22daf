#include "mocks/agent_provider.h"

#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/http/message.h"
#include "harness/jose/jwt.h"
#include "harness/protocol/tokens.h"

namespace aauth::mocks {

AgentProvider::AgentProvider(Network& network, PartyOptions options)
    : Party(network, protocol::Role::AgentProvider, std::move(options)) {}

AgentProvider::~AgentProvider() { stop(); }

Agent AgentProvider::enrol(std::string local, crypto::Algorithm algorithm) const {
    if (local.empty()) local = "agent-" + http::lowercase(crypto::hex_encode(crypto::random_octets(5)));
    return {"aauth:" + local + "@" + protocol::domain_of(identifier()), jose::SigningKey::generate(algorithm)};
}

std::string AgentProvider::agent_token(const Agent& agent, const std::string& person_server,
                                       const TokenEdit& edit) const {
    const auto now = network().now();
    auto header = protocol::token_header(protocol::TokenKind::Agent);
    auto claims = protocol::common_claims(identifier(), protocol::agent_document, now, now + 3600);
    claims["sub"] = agent.identifier;
    claims["cnf"] = protocol::confirmation(agent.key);
    if (!person_server.empty()) claims["ps"] = person_server;
    if (edit) edit(header, claims);
    return jose::mint(header, claims, key());
}

std::string AgentProvider::sub_agent_token(const Agent& sub_agent, const Agent& parent,
                                           const std::string& person_server, const TokenEdit& edit) const {
    return agent_token(sub_agent, person_server, [&](nlohmann::json& header, nlohmann::json& claims) {
        claims["parent_agent"] = parent.identifier;
        if (edit) edit(header, claims);
    });
}

}  // namespace aauth::mocks

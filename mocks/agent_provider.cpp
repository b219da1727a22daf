#include "mocks/agent_provider.h"

#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/http/message.h"
#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/older_forms.h"
#include "harness/protocol/tokens.h"

namespace aauth::mocks {

AgentProvider::AgentProvider(Network& network, PartyOptions options)
    : Party(network, protocol::Role::AgentProvider, std::move(options)),
      revocations_(*this, {.receives = false, .recipients = [this](const nlohmann::json& claims) {
                               return recipients(claims);
                           }}) {
    const auto serve = [this](const char* path, http::Reply (AgentProvider::*answer)(const nlohmann::json&)) {
        route("POST", path, [this, answer](const http::Request& request) {
            const auto body = json::parse_object(request.body);
            return body ? (this->*answer)(*body) : problem_reply("invalid_request", "the body is no JSON object");
        });
    };
    serve("/mock/agent-token", &AgentProvider::enrolment);
    serve("/mock/subagent-token", &AgentProvider::sub_enrolment);
    serve("/mock/rotate-key", &AgentProvider::rotation);
}

AgentProvider::~AgentProvider() {
    revocations_.stop();
    stop();
}

std::vector<Onward> AgentProvider::recipients(const nlohmann::json& claims) const {
    const auto person_server = json::string_member(claims, "ps");
    if (!person_server || faults().on("revoke-nowhere")) return {};
    return {{*person_server, protocol::Role::PersonServer, json::string_member(claims, "jti").value_or(""),
             json::integer_member(claims, "exp").value_or(0)}};
}

nlohmann::json AgentProvider::metadata() const {
    auto document = Party::metadata();
    document["callback_endpoint"] = url(faults().on("metadata-endpoint-query") ? "/callback?a=b" : "/callback");
    if (faults().on("metadata-unicode-issuer")) document["issuer"] = "https://b\u00fccher.test";
    if (faults().on("metadata-algs-eddsa")) document["accept_signature_algs"] = {"Ed25519", "EdDSA"};
    if (faults().on("metadata-login-endpoint")) document["login_endpoint"] = url("/login");
    return document;
}

Agent AgentProvider::enrol(std::string local, crypto::Algorithm algorithm) const {
    if (local.empty()) local = "agent-" + http::lowercase(crypto::hex_encode(crypto::random_octets(5)));
    return {"aauth:" + local + "@" + protocol::domain_of(identifier()), jose::SigningKey::generate(algorithm)};
}

nlohmann::json AgentProvider::claims(const std::string& agent, const nlohmann::json& cnf,
                                     const std::string& person_server) const {
    const auto now = network().now();
    const auto lifetime = faults().on("agent-token-long") ? 25 * 3600 : 3600;
    auto claims = protocol::common_claims(identifier(), protocol::agent_document, now, now + lifetime);
    claims["sub"] = agent;
    claims["cnf"] = cnf;
    if (!person_server.empty()) claims["ps"] = person_server;
    return claims;
}

std::string AgentProvider::agent_token(const Agent& agent, const std::string& person_server,
                                       const TokenEdit& edit) const {
    auto header = protocol::token_header(protocol::TokenKind::Agent);
    header["alg"] = protocol::algorithm_name(draft(), key().algorithm);
    auto claims = this->claims(agent.identifier, protocol::confirmation(agent.key), person_server);
    protocol::name_confirmed_algorithm(draft(), claims);
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

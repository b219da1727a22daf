#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/federation.h"
#include "mocks/person_server.h"

// How an auth token request becomes one to the access server that the resource token names (sections 7.2, 9.3).
namespace aauth::mocks {

void PersonServer::federation_routes() {
    federation_ = std::make_unique<Federation>(*this, [this] { return verifier(); });
    const auto verify = [this](const http::Request& request) { return owner(request); };
    route("GET", "/federated/*", [this, verify](const http::Request& r) { return federation_->poll(r, verify); });
    route("DELETE", "/federated/*", [this, verify](const http::Request& r) { return federation_->cancel(r, verify); });
    route("POST", "/federated/*", [this, verify](const http::Request& r) { return federation_->post(r, verify); });
}

Interactions::Complete PersonServer::fulfilment(const protocol::Token& resource_token, const Asked& asked,
                                                const nlohmann::json& body, std::int64_t ceiling) {
    const bool ours = resource_token.claim("aud") == identifier() || !faults().checks("auth-endpoint.aud");
    if (ours) return completion(resource_token, asked, ceiling);
    return [this, asked, resource_token, body, ceiling] {
        return federate(asked, resource_token, body, ceiling).response;
    };
}

http::Reply PersonServer::federate(const Asked& asked, const protocol::Token& resource_token,
                                   const nlohmann::json& body, std::int64_t ceiling) {
    const auto access_server = resource_token.claim("aud");
    if (!protocol::is_server_identifier(access_server, reach())) {
        return problem_reply("invalid_resource_token", "aud is no server identifier");
    }
    const auto& agent_token = *asked.request.token;
    const auto* capabilities = json::member(body, "capabilities");
    FederatedRequest request{.owner = asked.agent,
                             .tokens = {{"agent_token", agent_token.jwt.compact()}},
                             .resource_token = resource_token,
                             .key = asked.bound_key,
                             .sub = sub_for(resource_token.claim("iss"), &asked),
                             .ceiling = ceiling,
                             .agent = asked.agent_identifier,
                             .actors = {agent_token.claim("sub")},
                             .justification = json::string_member(body, "justification").value_or("")};
    for (const char* name : {"resource_token", "presented_token", "subagent_token", "upstream_token"}) {
        const bool has = std::string_view(name) != "presented_token" || draft().presented_token;
        if (const auto token = json::string_member(body, name); token && has) request.tokens[name] = *token;
    }
    if (asked.upstream) request.actors.push_back(asked.upstream->claim("agent"));
    request.answers_questions =
        capabilities == nullptr || json::dump(*capabilities).find("\"clarification\"") != std::string::npos;
    const auto shown = jose::Jwt::decode(json::string_member(body, "presented_token").value_or(""));
    const auto presented =
        (shown ? shown->claim_string("iss").value_or("") : identifier()) + " " + resource_token.claim("presented_jti");
    tokens_.presented_to(presented, access_server);
    request.handed_on = [this, asked, presented](const protocol::Token& token) {
        records_.given(token.claim("iss"), token.claim("jti"), caller_of(asked));
        keep(protocol::TokenKind::Auth, token.jwt.payload(), &asked, presented);
    };
    records_.presented(access_server, resource_token.claim("iss"), request.sub);
    return federation_->request(std::move(request));
}

}  // namespace aauth::mocks

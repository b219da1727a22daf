#include "mocks/access_server.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"

namespace aauth::mocks {

AccessServer::AccessServer(Network& network, AccessServerOptions options)
    : Party(network, protocol::Role::AccessServer, options), ask_(options.ask), interactions_(*this, "") {
    const auto verify = [this](const http::Request& request) { return owner(request); };
    route("POST", "/token", [this](const http::Request& request) { return token_endpoint(request); });
    route("GET", "/pending/*", [this, verify](const http::Request& r) { return interactions_.poll(r, verify); });
    route("DELETE", "/pending/*", [this, verify](const http::Request& r) { return interactions_.cancel(r, verify); });
    route("GET", "/interaction", [this](const http::Request& request) { return interactions_.page(request); });
    route("POST", "/interaction", [this](const http::Request& request) { return interactions_.submitted(request); });
    route("POST", "/mock/decide", [this](const http::Request& request) { return interactions_.decide(request); });
}

AccessServer::~AccessServer() {
    interactions_.stop();
    stop();
}

nlohmann::json AccessServer::metadata() const {
    auto document = Party::metadata();
    document[draft().auth_token_endpoint_field] = url("/token");
    return document;
}

void AccessServer::answer_with(Script script) {
    const std::scoped_lock lock(mutex_);
    script_ = std::move(script);
}

tl::expected<std::string, http::Reply> AccessServer::owner(const http::Request& request) const {
    protocol::SignatureRules rules;
    rules.tokens = {};
    rules.servers = true;
    auto signed_by = verified(request, rules);
    if (!signed_by) return tl::unexpected(signed_by.error());
    return signed_by->signer;
}

std::string AccessServer::auth_token(const std::string& resource_token, const jose::SigningKey& agent_key,
                                     const Edit& edit) const {
    const auto asked = jose::Jwt::decode(resource_token);
    const auto now = network().now();
    auto header = protocol::token_header(protocol::TokenKind::Auth);
    auto claims = protocol::common_claims(identifier(), protocol::access_document, now, now + 3600);
    claims["cnf"] = protocol::confirmation(agent_key);
    for (const char* name : {"sub", "ps", "scope", "account", "mission_s256", "tenant"}) {
        const auto value = asked ? asked->claim_string(name) : std::nullopt;
        if (value) claims[name] = *value;
    }
    claims["aud"] = asked ? asked->claim_string("iss").value_or("") : std::string();
    if (edit) edit(header, claims);
    return jose::mint(header, claims, key());
}

http::Reply AccessServer::token_endpoint(const http::Request& request) {
    Script script;
    {
        const std::scoped_lock lock(mutex_);
        script = script_;
    }
    if (script) {
        const auto body = json::parse_object(request.body);
        if (auto scripted = script(request, body ? *body : nlohmann::json())) return *scripted;
    }
    if (auto caller = owner(request); !caller) return caller.error();
    return problem_reply("invalid_request", "resource_token is missing");
}

}  // namespace aauth::mocks

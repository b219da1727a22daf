#include "mocks/access_server.h"

#include <nlohmann/json.hpp>

#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "harness/protocol/older_forms.h"

namespace aauth::mocks {

AccessServer::AccessServer(Network& network, AccessServerOptions options)
    : Party(network, protocol::Role::AccessServer, options),
      ask_(options.ask),
      interactions_(*this, ""),
      revocations_(*this,
                   {.reports = true,
                    .cascade = [this](const std::string& iss, const std::string& jti) { return ended_with(iss, jti); },
                    .known =
                        [this](const std::string& iss, const std::string& jti) {
                            return !tokens_.descending_from(iss + " " + jti, false).empty();
                        }}) {
    const auto verify = [this](const http::Request& request) { return owner(request); };
    const auto scriptable = [this](std::string method, std::string path, Handler ordinary) {
        route(std::move(method), std::move(path), [this, ordinary = std::move(ordinary)](const http::Request& request) {
            const auto reply = scripted(request);
            return reply ? *reply : ordinary(request);
        });
    };
    scriptable("POST", "/token", [this](const http::Request& request) { return token_endpoint(request); });
    // Where the metadata that a case publishes may say that the endpoint is.
    scriptable("POST", "/elsewhere/token", [this](const http::Request& request) { return token_endpoint(request); });
    scriptable("GET", "/pending/*", [this, verify](const http::Request& r) { return interactions_.poll(r, verify); });
    scriptable("DELETE", "/pending/*",
               [this, verify](const http::Request& r) { return interactions_.cancel(r, verify); });
    scriptable("POST", "/pending/*", [this, verify](const http::Request& request) {
        return interactions_.post(request, verify, [this](const http::Request& r, const std::string& binding) {
            return updated_request(r, binding);
        });
    });
    route("GET", "/interaction", [this](const http::Request& request) { return interactions_.page(request); });
    route("POST", "/interaction", [this](const http::Request& request) { return interactions_.submitted(request); });
    route("POST", "/mock/decide", [this](const http::Request& request) { return interactions_.decide(request); });
    route("POST", "/mock/lifetime", [this](const http::Request& r) { return interactions_.set_lifetime(r); });
    route("POST", "/mock/ask", [this](const http::Request& request) { return interactions_.ask(request); });
}

AccessServer::~AccessServer() {
    revocations_.stop();
    interactions_.stop();
    stop();
}

nlohmann::json AccessServer::metadata() const {
    auto document = Party::metadata();
    document[draft().auth_token_endpoint_field] = url("/token");
    document["revocation_endpoint"] = url("/revoke");
    if (draft().person_tokens) document["accept_signature_algs"] = verifier().algorithm_names();
    if (faults().on("metadata-algs-eddsa")) document["accept_signature_algs"].push_back("EdDSA");
    if (faults().on("metadata-no-auth-endpoint")) document.erase(draft().auth_token_endpoint_field);
    if (faults().on("metadata-endpoint-query")) document[draft().auth_token_endpoint_field] = url("/token?a=b");
    if (faults().on("metadata-unicode-issuer")) document["issuer"] = "https://b\u00fccher.test";
    for (const auto& fault : faults().names()) {
        if (fault.rfind("metadata-omit ", 0) == 0) document.erase(fault.substr(14));
    }
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
    const auto keys = request.fields.combined("Signature-Key").value_or("");
    if (keys.empty() && faults().on("unsigned-calls")) return std::string();
    if (faults().on("agents-call") && keys.find("=jwt;") != std::string::npos) rules = {};
    auto signed_by = verified(request, rules);
    if (!signed_by) return tl::unexpected(signed_by.error());
    if (signed_by->token) return std::string();
    const auto member = httpsig::parse_signature_key(request.fields, signed_by->signature.label);
    const bool person = !member || member->string_parameter("dwk") == std::string(protocol::person_document);
    if (!person && !faults().checks("as-endpoint.caller")) return std::string();
    if (!person) return tl::unexpected(problem_reply("denied", "only person servers call this endpoint", 403));
    return signed_by->signer;
}

std::string AccessServer::auth_token(const std::string& resource_token, const jose::SigningKey& agent_key,
                                     const Edit& edit) const {
    const auto asked = jose::Jwt::decode(resource_token);
    const auto now = network().now();
    auto header = protocol::token_header(protocol::TokenKind::Auth);
    header["alg"] = protocol::algorithm_name(draft(), key().algorithm);
    auto claims = protocol::common_claims(identifier(), protocol::access_document, now, now + 3600);
    claims["cnf"] = protocol::confirmation(agent_key);
    for (const char* name : {"sub", "ps", "scope", "account", "mission_s256", "tenant"}) {
        const auto value = asked ? asked->claim_string(name) : std::nullopt;
        if (value) claims[name] = *value;
    }
    claims["aud"] = asked ? asked->claim_string("iss").value_or("") : std::string();
    protocol::name_confirmed_algorithm(draft(), claims);
    if (edit) edit(header, claims);
    return jose::mint(header, claims, key());
}

std::optional<http::Reply> AccessServer::scripted(const http::Request& request) const {
    Script script;
    {
        const std::scoped_lock lock(mutex_);
        script = script_;
    }
    if (!script) return std::nullopt;
    const auto body = json::parse_object(request.body);
    return script(request, body ? *body : nlohmann::json());
}

http::Reply AccessServer::token_endpoint(const http::Request& request) { return decision(request); }

}  // namespace aauth::mocks

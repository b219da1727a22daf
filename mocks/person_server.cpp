#include "mocks/person_server.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "harness/protocol/problem.h"

namespace aauth::mocks {

namespace {

std::string owner_of(const protocol::Token& token) { return token.claim("iss") + " " + token.claim("sub"); }

// True when a fault makes this server refuse what it has to ignore or take.
bool refuses_too_much(const protocol::Faults& faults, const nlohmann::json& body) {
    const auto has = [&](const char* name) { return json::member(body, name) != nullptr; };
    const auto* capabilities = json::member(body, "capabilities");
    const bool unknown = capabilities != nullptr && json::dump(*capabilities).find("x-") != std::string::npos;
    return (faults.on("refuse-unknown-members") && has("x_aauth_conformance")) ||
           (faults.on("refuse-optional-parameters") && has("login_hint")) ||
           (faults.on("refuse-unknown-capability") && unknown);
}

}  // namespace

PersonServer::PersonServer(Network& network, PersonServerOptions options)
    : Party(network, protocol::Role::PersonServer, options),
      ask_(options.ask),
      secret_(crypto::random_octets(32)),
      interactions_(*this, "") {
    const auto verify = [this](const http::Request& request) { return owner(request); };
    if (draft().person_tokens) {
        route("POST", "/person", [this](const http::Request& request) { return person_endpoint(request); });
    }
    if (faults().on("get-issues")) {
        route("GET", "/person", [this](const http::Request& request) { return person_endpoint(request); });
        route("GET", "/token", [this](const http::Request& request) { return auth_endpoint(request); });
    }
    route("POST", "/token", [this](const http::Request& request) { return auth_endpoint(request); });
    route("POST", "/revoke", [this](const http::Request& request) { return revocation_endpoint(request); });
    route("POST", "/permission", [this](const http::Request& request) { return permission_endpoint(request); });
    route("POST", "/audit", [this](const http::Request& request) { return audit_endpoint(request); });
    route("POST", "/relay", [this](const http::Request& request) { return relay_endpoint(request); });
    route("GET", "/pending/*", [this, verify](const http::Request& r) { return interactions_.poll(r, verify); });
    route("DELETE", "/pending/*", [this, verify](const http::Request& r) { return interactions_.cancel(r, verify); });
    route("POST", "/pending/*", [this, verify](const http::Request& request) {
        return interactions_.post(request, verify, [this](const http::Request& r, const std::string& binding) {
            return updated_request(r, binding);
        });
    });
    route("GET", "/interaction", [this](const http::Request& request) { return interactions_.page(request); });
    route("POST", "/interaction", [this](const http::Request& request) { return interactions_.submitted(request); });
    route("POST", "/mock/decide", [this](const http::Request& request) { return interactions_.decide(request); });
}

PersonServer::~PersonServer() {
    interactions_.stop();
    stop();
}

nlohmann::json PersonServer::metadata() const {
    auto document = Party::metadata();
    document[draft().auth_token_endpoint_field] = url("/token");
    if (draft().person_tokens) document[draft().person_token_endpoint_field] = url("/person");
    document["revocation_endpoint"] = url("/revoke");
    document["permission_endpoint"] = url("/permission");
    document["audit_endpoint"] = url("/audit");
    document["interaction_endpoint"] = url("/relay");
    document["scopes_supported"] = {"openid", "profile", "email"};
    document["claims_supported"] = {"sub", "name", "email"};
    if (draft().person_tokens) document["accept_signature_algs"] = verifier().algorithm_names();
    if (faults().on("metadata-algs-eddsa")) document["accept_signature_algs"].push_back("EdDSA");
    if (faults().on("metadata-no-auth-endpoint")) document.erase(draft().auth_token_endpoint_field);
    if (faults().on("metadata-endpoint-query")) document[draft().auth_token_endpoint_field] = url("/token?a=b");
    for (const auto& fault : faults().names()) {
        if (fault.rfind("metadata-omit ", 0) == 0) document.erase(fault.substr(14));
    }
    return document;
}

tl::expected<std::string, http::Reply> PersonServer::owner(const http::Request& request) const {
    auto signed_by = verified(request, {});
    if (!signed_by) return tl::unexpected(signed_by.error());
    return owner_of(*signed_by->token);
}

std::string PersonServer::sub_for(const std::string& resource, const Asked* asked) const {
    std::string about = resource;
    if (faults().on("sub-not-pairwise")) about.clear();
    if (faults().on("sub-per-agent") && asked != nullptr) about += asked->agent;
    if (faults().on("sub-per-key") && asked != nullptr) about += asked->request.thumbprint();
    if (faults().on("sub-per-request")) about += crypto::random_id();
    return crypto::base64url_encode(crypto::sha256(secret_ + " person-1 " + about)).substr(0, 32);
}

std::string PersonServer::directed_sub(const std::string& resource) const { return sub_for(resource, nullptr); }

bool PersonServer::is_barred(const protocol::Token& agent) const {
    const std::scoped_lock lock(mutex_);
    agent_tokens_[agent.claim("jti")] = owner_of(agent);
    for (const auto& [jti, owner] : agent_tokens_) {
        if (owner == owner_of(agent) && revoked(agent.claim("iss"), jti)) return true;
    }
    return false;
}

tl::expected<PersonServer::Asked, http::Reply> PersonServer::asked(const http::Request& request,
                                                                   nlohmann::json& body) const {
    protocol::SignatureRules rules;
    if (faults().on(request.path() == "/person" ? "person-endpoint-any-token" : "auth-endpoint-any-token")) {
        rules.tokens = {protocol::TokenKind::Agent, protocol::TokenKind::Person, protocol::TokenKind::Auth};
    }
    auto signed_by = verified(request, rules);
    if (!signed_by) return tl::unexpected(signed_by.error());
    const auto& agent = *signed_by->token;
    const bool is_sub_agent = json::member(agent.jwt.payload(), "parent_agent") != nullptr;
    if (is_sub_agent && !faults().on("sub-agent-signs")) {
        return tl::unexpected(problem_reply("invalid_request", "a sub-agent cannot ask for tokens itself"));
    }
    const bool issues_by_get = request.method == "GET" && faults().on("get-issues");
    if (protocol::media_type(request.fields) != "application/json" && !faults().on("accept-any-media-type") &&
        !issues_by_get) {
        return tl::unexpected(problem_reply("invalid_request", "the body has to be application/json"));
    }
    auto parsed = json::parse_object(request.body);
    const bool odd = !parsed || request.body.size() > 2000 || request.body.find("\\u0000") != std::string::npos;
    if (odd && faults().on("server-error-on-hostile")) return tl::unexpected(problem_reply("server_error", "", 500));
    if (!parsed && !faults().on("accept-malformed-json") && !issues_by_get) {
        return tl::unexpected(problem_reply("invalid_request", parsed.error().message));
    }
    if (parsed && refuses_too_much(faults(), *parsed)) {
        return tl::unexpected(problem_reply("invalid_request", "there is something in the body that I do not know"));
    }
    body = parsed ? *parsed : nlohmann::json{{"resource", "https://resource.example"}};
    const bool named = agent.kind == protocol::TokenKind::Auth && draft().resource_token_names_agent;
    if (faults().on("revoke-agent") && is_barred(agent)) {
        return tl::unexpected(problem_reply("denied", "a token of this agent was revoked"));
    }
    Asked asked{*signed_by, owner_of(agent), agent.claim(named ? "agent" : "sub"), signed_by->key, agent.expires()};
    if (const auto* member = json::member(body, "subagent_token")) {
        const auto compact = member->is_string() ? member->get<std::string>() : std::string();
        auto token = protocol::verify_token(verifier(), compact, protocol::TokenKind::Agent);
        if (!token && !faults().checks("subagent.verified")) return asked;
        if (!token) {
            return tl::unexpected(problem_reply(protocol::parameter_error(draft(), token.error(),
                                                                          draft().subagent_parameter),
                                                token.error().message));
        }
        const bool theirs = token->claim("parent_agent") == agent.claim("sub") || !faults().checks("subagent.parent");
        const bool same_provider = token->claim("iss") == agent.claim("iss") || !faults().checks("subagent.issuer");
        if (!theirs || !same_provider) {
            return tl::unexpected(problem_reply("invalid_" + draft().subagent_parameter,
                                                "it names another parent or provider"));
        }
        if (!faults().on("subagent-ignored")) asked.bound_key = *token->confirmation;
        asked.agent_identifier = token->claim("sub");
        asked.agent_expires = std::min(asked.agent_expires, token->expires());
    }
    return asked;
}

http::Reply PersonServer::answer(const Asked& asked, const nlohmann::json& body,
                                 std::function<http::Response()> complete, const std::string& binding) {
    const auto prompt = json::string_member(body, "prompt").value_or("");
    const auto* capabilities = json::member(body, "capabilities");
    const bool reachable = capabilities == nullptr || json::dump(*capabilities).find("\"interaction\"") != std::string::npos;
    const bool needs_person = ask_ || prompt == "consent";
    if (needs_person && !reachable) {
        const bool wrong = faults().on("unreachable-wrong-code");
        return problem_reply(wrong ? "denied" : "user_unreachable", "this server has no way of its own to the person");
    }
    if (needs_person) return interactions_.defer(asked.agent, std::move(complete), binding);
    http::Reply reply;
    reply.response = complete();
    return reply;
}

http::Response PersonServer::grant(std::string_view member, const std::string& token, std::int64_t expires) const {
    if (faults().on("token-plain-text")) {
        auto reply = json_reply(200, token);
        reply.response.fields.set("Content-Type", "text/plain");
        reply.response.body = token;
        return reply.response;
    }
    nlohmann::json body{{member, token}, {"expires_in", expires - network().now()}};
    if (faults().on("expires-in-missing")) body.erase("expires_in");
    if (faults().on("expires-in-wrong")) body["expires_in"] = 999999;
    auto reply = json_reply(200, body);
    if (faults().on("cacheable-token")) reply.response.fields.erase("Cache-Control");
    return reply.response;
}

http::Reply PersonServer::revocation_endpoint(const http::Request& request) {
    protocol::SignatureRules rules;
    rules.servers = true;
    auto signed_by = verified(request, rules);
    const auto on = [this](std::string_view fault) { return faults().on(fault); };
    http::Reply done;
    done.response.status = 200;
    if (on("revoke-typed")) done.response.fields.add("Content-Type", "application/json");
    if (on("revoke-body")) done.response.body = R"({"revoked":true})";
    if (!signed_by && on(request.fields.contains("Signature") ? "revoke-by-agent" : "revoke-unsigned")) return done;
    if (!signed_by) return signed_by.error();
    auto body = json::parse_object(request.body);
    if (!body) return problem_reply("invalid_request", body.error().message);
    const auto jti = json::string_member(*body, "jti");
    const auto expires = json::integer_member(*body, "exp");
    if ((!jti || !expires) && on("revoke-unchecked")) return done;
    if (!jti || (!expires && !draft().revocation_names_issuer)) {
        return problem_reply("invalid_request", "jti or exp is missing or malformed");
    }
    auto issuer = signed_by->signer;
    if (draft().revocation_names_issuer || faults().on("revoke-any")) {
        const auto named = json::string_member(*body, "iss").value_or(issuer);
        if (named != issuer && !faults().on("revoke-any")) {
            return problem_reply("invalid_request", "a caller revokes its own tokens only", 403);
        }
        issuer = named;
    }
    if (on("revoke-404") || (on("revoke-once") && revoked(issuer, *jti))) {
        return problem_reply("not_found", "no such token", 404);
    }
    if (!on("revoke-forgotten")) record_revocation(issuer, *jti);
    return done;
}

}  // namespace aauth::mocks

#include "mocks/token_request.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"

namespace aauth::mocks {

using protocol::Token;
using protocol::TokenKind;
using protocol::Verifier;

namespace {

tl::unexpected<TokenRefusal> refuse(std::string error, std::string detail) {
    return tl::unexpected(TokenRefusal{std::move(error), std::move(detail)});
}

// True when a claim is the same in both tokens, or absent from both.
bool same_claim(const Token& a, const Token& b, std::string_view name) {
    const auto* left = json::member(a.jwt.payload(), name);
    const auto* right = json::member(b.jwt.payload(), name);
    if (left == nullptr || right == nullptr) return left == right;
    return *left == *right;
}

}  // namespace

Judged<Token> body_token(const Verifier& verifier, const nlohmann::json& body, const std::string& member,
                         const std::vector<TokenKind>& kinds, std::string word) {
    const auto compact = json::string_member(body, member);
    if (!compact) return refuse("invalid_request", member + " is missing or no string");
    auto token = protocol::verify_token(verifier, *compact, kinds);
    if (token) return *token;
    if (word.empty()) word = member;
    return refuse(protocol::parameter_error(verifier.draft, token.error(), word), token.error().message);
}

Judged<Token> resource_token(const Verifier& verifier, const nlohmann::json& body, const Asker& asker) {
    const auto& faults = verifier.faults;
    const auto wrong = [](const char* detail) { return refuse("invalid_resource_token", detail); };
    auto token = body_token(verifier, body, "resource_token", {TokenKind::Resource});
    if (!token) return token;
    const auto ahead = token->jwt.claim_integer("iat").value_or(0) > verifier.clock() + verifier.draft.signature_window;
    if (ahead && faults.on("iat-ahead-wrong-code")) return wrong("iat is in the future");
    if (faults.on("wants-earlier-claim") && json::member(token->jwt.payload(), "person_token_jti") == nullptr) {
        return wrong("person_token_jti is missing");
    }
    if (token->claim("agent_jkt") != asker.thumbprint && faults.checks("auth-endpoint.agent-jkt")) {
        return wrong("agent_jkt is not the thumbprint of the agent's key");
    }
    if (verifier.draft.resource_token_names_agent) {
        const bool theirs = token->claim("agent") == asker.agent;
        if (!theirs && faults.checks("auth-endpoint.agent")) return wrong("agent is not the one that asks");
        const auto* mission = json::member(token->jwt.payload(), "mission");
        const auto approver = mission == nullptr ? asker.person_server
                                                 : json::string_member(*mission, "approver").value_or("");
        if (approver != asker.person_server && faults.checks("auth-endpoint.mission-approver")) {
            return wrong("its mission was approved by another person server");
        }
    } else if (token->claim("ps") != asker.person_server && faults.checks("auth-endpoint.ps-self")) {
        return wrong("ps is another person server");
    }
    return token;
}

Judged<std::optional<Token>> presented_token(const Verifier& verifier, const Token& resource_token,
                                             const nlohmann::json& body) {
    const auto checks = [&](const char* rule) { return verifier.faults.checks(std::string("auth-endpoint.") + rule); };
    if (!json::string_member(body, "presented_token") && !checks("presented-present")) return std::optional<Token>();
    auto token = body_token(verifier, body, "presented_token", {TokenKind::Person, TokenKind::Auth});
    if (!token) return tl::unexpected(token.error());
    if (token->kind == TokenKind::Auth && verifier.faults.on("refuse-step-up")) {
        return refuse("invalid_presented_token", "an auth token is not taken");
    }
    if (token->claim("aud") != resource_token.claim("iss") && checks("presented-aud")) {
        return refuse("invalid_presented_token", "its aud is not the resource that issued the resource token");
    }
    if (token->confirmation_thumbprint() != resource_token.claim("agent_jkt") && checks("presented-cnf")) {
        return refuse("invalid_presented_token", "it is bound to another key than the resource token");
    }
    const char* issuer = token->kind == TokenKind::Person ? "iss" : "ps";
    const struct {
        const char* rule;
        bool holds;
    } matches[] = {
        {"presented-jti", token->claim("jti") == resource_token.claim("presented_jti")},
        {"presented-issuer", token->claim(issuer) == resource_token.claim("ps")},
        {"presented-sub", same_claim(*token, resource_token, "sub")},
        {"presented-tenant", same_claim(*token, resource_token, "tenant")},
        {"presented-mission", same_claim(*token, resource_token, "mission_s256")},
    };
    for (const auto& match : matches) {
        if (match.holds || !checks(match.rule)) continue;
        return refuse("invalid_resource_token", "the resource token differs from the presented token");
    }
    return *token;
}

Judged<std::optional<Token>> subagent_token(const Verifier& verifier, const nlohmann::json& body, const Token& parent) {
    const auto* member = json::member(body, "subagent_token");
    if (member == nullptr) return std::optional<Token>();
    const auto& word = verifier.draft.subagent_parameter;
    const auto compact = member->is_string() ? member->get<std::string>() : std::string();
    auto token = body_token(verifier, {{"subagent_token", compact}}, "subagent_token", {TokenKind::Agent}, word);
    if (!token && !verifier.faults.checks("subagent.verified")) return std::optional<Token>();
    if (!token) return tl::unexpected(token.error());
    const auto named = token->claim("parent_agent"), asking = parent.claim("sub");
    const bool folded = verifier.faults.on("fold-agent-case") && http::lowercase(named) == http::lowercase(asking);
    const bool theirs = named == asking || folded || !verifier.faults.checks("subagent.parent");
    const bool same_provider = token->claim("iss") == parent.claim("iss") || !verifier.faults.checks("subagent.issuer");
    if (!theirs || !same_provider) return refuse("invalid_" + word, "it names another parent or provider");
    const bool same_key = token->confirmation_thumbprint() == parent.confirmation_thumbprint();
    if (!same_key && verifier.faults.on("subagent-cnf-compared"))
        return refuse("invalid_" + word, "it has another key");
    return *token;
}

std::string binding_of(const Token& resource_token) {
    std::string binding;
    for (const char* name : {"iss", "ps", "sub", "agent", "agent_jkt", "mission_s256", "tenant"}) {
        binding += resource_token.claim(name) + "\n";
    }
    return binding;
}

nlohmann::json auth_token_claims(const protocol::Draft& draft, const protocol::Faults& faults,
                                 const Token& resource_token, const AuthGrant& grant) {
    auto claims = protocol::common_claims(grant.issuer, grant.document, grant.issued_at, grant.expires);
    claims["aud"] = resource_token.claim("iss");
    claims["cnf"] = protocol::confirmation(grant.key);
    if (draft.person_tokens) {
        claims["sub"] = resource_token.claim("sub");
        claims["ps"] = grant.person_server;
    }
    if (draft.resource_token_names_agent) {
        claims["agent"] = grant.agent;
        if (draft.actor_required) {
            claims["act"] = {{"sub", grant.agent}};
        } else if (!grant.actor.empty() && grant.actor != grant.agent) {
            claims["act"] = {{"agent", grant.actor}};
        }
    }
    for (const char* name : {"scope", "account", "tenant", "mission_s256", "mission"}) {
        if (const auto* value = json::member(resource_token.jwt.payload(), name)) claims[name] = *value;
    }
    if (faults.on("auth-token-no-account")) claims.erase("account");
    if (faults.on("auth-token-no-mission")) claims.erase(draft.mission_by_digest ? "mission_s256" : "mission");
    if (faults.on("auth-token-no-tenant")) claims.erase("tenant");
    if (faults.on("auth-token-broader-scope")) claims["scope"] = resource_token.claim("scope") + " data.delete";
    if (faults.on("auth-token-sub-other")) claims["sub"] = "somebody-else";
    return claims;
}

http::Response grant_response(const protocol::Faults& faults, std::string_view member, const std::string& token,
                              std::int64_t expires_in) {
    http::Response response;
    response.status = 200;
    const bool plain = faults.on("token-plain-text");
    response.fields.add("Content-Type", plain ? "text/plain" : "application/json");
    if (!faults.on("cacheable-token")) response.fields.add("Cache-Control", "no-store");
    nlohmann::json body{{member, token}, {"expires_in", expires_in}};
    if (faults.on("expires-in-missing")) body.erase("expires_in");
    if (faults.on("expires-in-wrong")) body["expires_in"] = 999999;
    response.body = plain ? token : json::dump(body);
    return response;
}

}  // namespace aauth::mocks

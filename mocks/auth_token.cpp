#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/tokens.h"
#include "mocks/issue.h"
#include "mocks/person_server.h"

// The auth token endpoint in three-party mode (section 7.2). Its rules, each switched off by "ignore auth-endpoint.RULE":
// aud, agent-jkt, agent, presented-present, presented-aud, presented-cnf, presented-jti, presented-issuer, presented-sub,
// presented-tenant, presented-mission, ps-self, record.
namespace aauth::mocks {

using protocol::Token;
using protocol::TokenKind;

namespace {

// True when a claim is the same in both tokens, or absent from both.
bool same_claim(const Token& a, const Token& b, std::string_view name) {
    const auto* left = json::member(a.jwt.payload(), name);
    const auto* right = json::member(b.jwt.payload(), name);
    if (left == nullptr || right == nullptr) return left == right;
    return *left == *right;
}

// What a new resource token has to have in common with the one of the pending request (7.5.2.2).
std::string binding_of(const Token& token) {
    std::string binding;
    for (const char* name : {"iss", "ps", "sub", "agent", "agent_jkt", "mission_s256", "tenant"}) {
        binding += token.claim(name) + "\n";
    }
    return binding;
}

}  // namespace

http::Reply PersonServer::auth_endpoint(const http::Request& request) {
    auto reply = auth_decision(request);
    const bool anyway = faults().on("grant-anyway") || (request.method == "GET" && faults().on("get-issues")) ||
                        !faults().checks("subagent.verified");
    if (!anyway || reply.response.status != 400) return reply;
    const auto now = network().now();
    const auto claims = protocol::common_claims(identifier(), protocol::person_document, now, now + 3600);
    reply.response = grant("auth_token", issue(TokenKind::Auth, claims, key(), faults()), now + 3600);
    return reply;
}

http::Reply PersonServer::auth_decision(const http::Request& request) {
    nlohmann::json body;
    auto asked = this->asked(request, body);
    if (!asked) return asked.error();
    auto token = resource_token(*asked, body);
    if (!token) return token.error();
    auto ceiling = presented(*asked, *token, body);
    if (!ceiling) return ceiling.error();
    if (json::member(body, "upstream_token") != nullptr && !faults().on("ignore-upstream")) {
        return problem_reply("invalid_upstream_token", "this person server holds no record of that token");
    }
    return answer(*asked, body, completion(*token, *asked, *ceiling), binding_of(*token));
}

Interactions::Complete PersonServer::completion(const Token& resource_token, const Asked& asked, std::int64_t ceiling) {
    return [this, asked, resource_token, ceiling] {
        const auto issued = issue_auth_token(resource_token, asked, ceiling);
        const auto jwt = jose::Jwt::decode(issued);  // which some faults break
        const auto expires = jwt ? jwt->claim_integer("exp") : std::nullopt;
        return grant("auth_token", issued, expires.value_or(network().now()));
    };
}

tl::expected<Interactions::Complete, http::Reply> PersonServer::updated_request(const http::Request& request,
                                                                                const std::string& binding) {
    nlohmann::json body;
    auto asked = this->asked(request, body);
    if (!asked) return tl::unexpected(asked.error());
    auto token = resource_token(*asked, body);
    if (!token) return tl::unexpected(token.error());
    auto ceiling = presented(*asked, *token, body);
    if (!ceiling) return tl::unexpected(ceiling.error());
    if (binding_of(*token) != binding && !faults().on("updated-any-binding")) {
        return tl::unexpected(problem_reply("invalid_resource_token", "it differs from the first in more than its scope"));
    }
    return completion(*token, *asked, *ceiling);
}

tl::expected<Token, http::Reply> PersonServer::resource_token(const Asked& asked, const nlohmann::json& body) const {
    const auto compact = json::string_member(body, "resource_token");
    if (!compact) return tl::unexpected(problem_reply("invalid_request", "resource_token is missing or no string"));
    auto token = protocol::verify_token(verifier(), *compact, TokenKind::Resource);
    if (!token) {
        return tl::unexpected(problem_reply(protocol::parameter_error(draft(), token.error(), "resource_token"),
                                            token.error().message));
    }
    const auto refuse = [&](const char* detail) {
        return tl::unexpected(problem_reply("invalid_resource_token", detail));
    };
    const auto ahead = token->jwt.claim_integer("iat").value_or(0) > network().now() + draft().signature_window;
    if (ahead && faults().on("iat-ahead-wrong-code")) return refuse("iat is in the future");
    if (faults().on("wants-earlier-claim") && json::member(token->jwt.payload(), "person_token_jti") == nullptr) {
        return refuse("person_token_jti is missing");
    }
    if (token->claim("aud") != identifier() && faults().checks("auth-endpoint.aud")) {
        return refuse("aud is not this person server, and it names no access server that could be reached");
    }
    if (token->claim("agent_jkt") != jose::thumbprint(asked.bound_key.key) && faults().checks("auth-endpoint.agent-jkt")) {
        return refuse("agent_jkt is not the thumbprint of the agent's key");
    }
    if (draft().resource_token_names_agent) {
        const bool theirs = token->claim("agent") == asked.agent_identifier;
        if (!theirs && faults().checks("auth-endpoint.agent")) return refuse("agent is not the one that asks");
    } else if (token->claim("ps") != identifier() && faults().checks("auth-endpoint.ps-self")) {
        return refuse("ps is not this person server");
    }
    return *token;
}

tl::expected<std::int64_t, http::Reply> PersonServer::presented(const Asked&, const Token& resource_token,
                                                                const nlohmann::json& body) const {
    const auto refuse = [&](std::string_view code, const std::string& detail) {
        return tl::unexpected(problem_reply(code, detail));
    };
    const auto checks = [&](const char* rule) { return faults().checks(std::string("auth-endpoint.") + rule); };
    if (!draft().person_tokens) return network().now() + draft().token_ceiling;
    if (!draft().presented_token) {
        const std::scoped_lock lock(mutex_);
        const auto record = issued_.find(resource_token.claim("presented_jti"));
        if (record == issued_.end()) {
            if (!checks("record")) return network().now() + draft().token_ceiling;
            return refuse(draft().unknown_presented_error, "presented_jti names no person token of this server");
        }
        const bool same = record->second.sub == resource_token.claim("sub") || !checks("presented-sub");
        const bool tenant = record->second.tenant == resource_token.claim("tenant") || !checks("presented-tenant");
        const bool mission = resource_token.claim("mission_s256").empty() || !checks("presented-mission");
        const bool audience = record->second.audience == resource_token.claim("iss") || !checks("presented-aud");
        if (!same || !tenant || !mission || !audience) {
            return refuse("invalid_resource_token", "the resource token differs from the person token it names");
        }
        if (record->second.expires <= network().now() && faults().on("forgets-expired")) {
            return refuse(draft().unknown_presented_error, "that person token has expired");
        }
        return network().now() + draft().token_ceiling;
    }
    const auto compact = json::string_member(body, "presented_token");
    if (!compact && checks("presented-present")) {
        return refuse("invalid_request", "presented_token is missing or no string");
    }
    if (!compact) return network().now() + draft().token_ceiling;
    auto token = protocol::verify_token(verifier(), *compact, std::vector{TokenKind::Person, TokenKind::Auth});
    if (!token) {
        return refuse(protocol::parameter_error(draft(), token.error(), "presented_token"), token.error().message);
    }
    if (token->kind == TokenKind::Auth && faults().on("refuse-step-up")) {
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
    return token->expires();
}

std::string PersonServer::issue_auth_token(const Token& resource_token, const Asked& asked, std::int64_t ceiling) {
    const auto now = network().now();
    auto expires = now + draft().token_ceiling;
    if (!faults().on("auth-token-outlives-agent-token")) expires = std::min(expires, asked.agent_expires);
    if (!faults().on("auth-token-outlives-presented")) expires = std::min(expires, ceiling);
    auto claims = protocol::common_claims(identifier(), protocol::person_document, now, expires);
    const auto resource = resource_token.claim("iss");
    claims["aud"] = resource;
    claims["cnf"] = protocol::confirmation(asked.bound_key);
    claims["sub"] = draft().person_tokens ? resource_token.claim("sub") : sub_for(resource, &asked);
    if (draft().person_tokens) claims["ps"] = identifier();
    if (draft().resource_token_names_agent) {
        const auto signer = asked.request.token->claim("sub");
        claims["agent"] = asked.agent_identifier;
        if (signer != asked.agent_identifier) claims["act"] = {{"agent", signer}};
    }
    for (const char* name : {"scope", "account", "tenant", "mission_s256", "mission"}) {
        if (const auto* value = json::member(resource_token.jwt.payload(), name)) claims[name] = *value;
    }
    if (faults().on("auth-token-no-account")) claims.erase("account");
    if (faults().on("auth-token-broader-scope")) claims["scope"] = resource_token.claim("scope") + " data.delete";
    if (faults().on("auth-token-sub-other")) claims["sub"] = "somebody-else";
    return issue(TokenKind::Auth, claims, key(), faults());
}

}  // namespace aauth::mocks

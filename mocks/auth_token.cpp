#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/tokens.h"
#include "mocks/issue.h"
#include "mocks/person_server.h"
#include "mocks/token_request.h"

// The auth token endpoint in three-party mode (section 7.2). Its rules, each switched off by "ignore auth-endpoint.RULE":
// aud, agent-jkt, agent, presented-present, presented-aud, presented-cnf, presented-jti, presented-issuer, presented-sub,
// presented-tenant, presented-mission, ps-self, record.
namespace aauth::mocks {

using protocol::Token;
using protocol::TokenKind;

http::Reply PersonServer::auth_endpoint(const http::Request& request) {
    auto reply = auth_decision(request);
    const bool anyway = faults().on("grant-anyway") || (request.method == "GET" && faults().on("get-issues")) ||
                        !faults().checks("subagent.verified");
    if (!anyway || reply.response.status != 400) return reply;
    const auto now = network().now();
    const auto claims = protocol::common_claims(identifier(), protocol::person_document, now, now + 3600);
    reply.response = grant("auth_token", issue(draft(), TokenKind::Auth, claims, key(), faults()), now + 3600);
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
    if (auto chained = this->chained(*asked, body); !chained) return chained.error();
    auto sent_on = resource_asks(*token);
    if (!sent_on) return sent_on.error();
    asked->sent_on = *sent_on;
    auto mission = named_mission(token->jwt.payload(), {}, "auth");
    if (!mission) return mission.error();
    asked->mission = *mission;
    const auto scope = token->claim("scope");
    // Writing in a mission is what the person wants to be asked about, once.
    if (!mission->empty() && scope.find("write") != std::string::npos) asked->consent = token->claim("iss") + " " + scope;
    return answer(*asked, body, fulfilment(*token, *asked, body, *ceiling), binding_of(*token));
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
    if (auto chained = this->chained(*asked, body); !chained) return tl::unexpected(chained.error());
    if (binding_of(*token) != binding && !faults().on("updated-any-binding")) {
        return tl::unexpected(problem_reply("invalid_resource_token", "it differs from the first in more than its scope"));
    }
    return fulfilment(*token, *asked, body, *ceiling);
}

tl::expected<Token, http::Reply> PersonServer::resource_token(const Asked& asked, const nlohmann::json& body) const {
    const Asker asker{jose::thumbprint(asked.bound_key.key), asked.agent_identifier, identifier()};
    auto token = mocks::resource_token(verifier(), body, asker);
    if (!token) return tl::unexpected(problem_reply(token.error().error, token.error().detail));
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
        const auto record = tokens_.find(identifier() + " " + resource_token.claim("presented_jti"));
        if (!record) {
            if (!checks("record")) return network().now() + draft().token_ceiling;
            return refuse(draft().unknown_presented_error, "presented_jti names no person token of this server");
        }
        const bool same = record->sub == resource_token.claim("sub") || !checks("presented-sub");
        const bool tenant = record->tenant == resource_token.claim("tenant") || !checks("presented-tenant");
        const bool mission = record->mission == resource_token.claim("mission_s256") || !checks("presented-mission");
        const bool audience = record->resource == resource_token.claim("iss") || !checks("presented-aud");
        if (!same || !tenant || !mission || !audience) {
            return refuse("invalid_resource_token", "the resource token differs from the person token it names");
        }
        if (record->expires <= network().now() && faults().on("forgets-expired")) {
            return refuse(draft().unknown_presented_error, "that person token has expired");
        }
        return network().now() + draft().token_ceiling;
    }
    auto token = presented_token(verifier(), resource_token, body);
    if (!token) return refuse(token.error().error, token.error().detail);
    return *token ? (*token)->expires() : network().now() + draft().token_ceiling;
}

std::string PersonServer::issue_auth_token(const Token& resource_token, const Asked& asked, std::int64_t ceiling) {
    const auto now = network().now();
    auto expires = now + draft().token_ceiling;
    if (!faults().on("auth-token-outlives-agent-token")) expires = std::min(expires, asked.agent_expires);
    const bool outlives_mission = faults().on("auth-token-outlives-mission");
    if (!faults().on("auth-token-outlives-presented") && !outlives_mission) expires = std::min(expires, ceiling);
    if (!outlives_mission) expires = missions_.capped(expires, asked.mission);
    const AuthGrant grant{identifier(), protocol::person_document, identifier(),           asked.bound_key,
                          now,          expires,                   asked.agent_identifier, asked.request.token->claim("sub")};
    auto claims = auth_token_claims(draft(), faults(), resource_token, grant);
    if (!draft().person_tokens) claims["sub"] = sub_for(resource_token.claim("iss"), &asked);
    follow_upstream(claims, asked, TokenKind::Auth);
    put_on_record(claims, person_of(asked), caller_of(asked));
    keep(TokenKind::Auth, claims, &asked, identifier() + " " + resource_token.claim("presented_jti"));
    return issue(draft(), TokenKind::Auth, claims, key(), faults());
}

}  // namespace aauth::mocks

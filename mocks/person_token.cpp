#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/tokens.h"
#include "mocks/issue.h"
#include "mocks/person_server.h"

namespace aauth::mocks {

using protocol::TokenKind;

http::Reply PersonServer::person_endpoint(const http::Request& request) {
    nlohmann::json body;
    auto asked = this->asked(request, body);
    if (!asked) return asked.error();
    const auto resource = json::string_member(body, "resource");
    const bool any = faults().on("accept-bad-resource");
    if (!resource && !any) return problem_reply("invalid_request", "resource is missing or no string");
    const auto problem = protocol::server_identifier_problem(resource.value_or(""), reach());
    if (problem && !any) return problem_reply("invalid_request", "resource: " + *problem);
    if (json::member(body, "mission_s256") != nullptr && !faults().on("accept-unknown-mission")) {
        return problem_reply("invalid_request", "this person server has no such mission");
    }
    if (json::member(body, "upstream_token") != nullptr && !faults().on("ignore-upstream")) {
        return problem_reply("invalid_upstream_token", "this person server holds no record of that token");
    }
    const auto name = resource.value_or("https://resource.example");
    const auto* mission = json::member(body, "mission_s256");
    asked->mission = mission == nullptr ? std::string() : json::dump(*mission);
    return answer(*asked, body, [this, asked = *asked, name] {
        const auto token = issue_person_token(name, asked);
        const auto jwt = jose::Jwt::decode(token);  // which some faults break
        const auto expires = jwt ? jwt->claim_integer("exp") : std::nullopt;
        return grant("person_token", token, expires.value_or(network().now()));
    });
}

std::string PersonServer::issue_person_token(const std::string& resource, const Asked& asked) {
    const auto now = network().now();
    auto expires = std::min(now + draft().token_ceiling, asked.agent_expires);
    if (faults().on("person-token-outlives-agent-token")) expires = now + draft().token_ceiling;
    auto claims = protocol::common_claims(identifier(), protocol::person_document, now, expires);
    claims["aud"] = resource;
    claims["sub"] = sub_for(resource, &asked);
    claims["cnf"] = protocol::confirmation(asked.bound_key);
    if (faults().on("person-token-scope")) claims["scope"] = "data.read";
    if (!asked.mission.empty()) claims["mission_s256"] = asked.mission;
    {
        const std::scoped_lock lock(mutex_);
        issued_[claims["jti"]] = {resource, claims["sub"], asked.agent, {}, expires};
    }
    return issue(TokenKind::Person, claims, key(), faults());
}

std::string PersonServer::person_token(const std::string& resource, const jose::SigningKey& agent_key,
                                       const Edit& edit) {
    const auto now = network().now();
    auto header = protocol::token_header(TokenKind::Person);
    auto claims = protocol::common_claims(identifier(), protocol::person_document, now, now + draft().token_ceiling);
    claims["aud"] = resource;
    claims["sub"] = directed_sub(resource);
    claims["cnf"] = protocol::confirmation(agent_key);
    if (edit) edit(header, claims);
    const auto jti = json::string_member(claims, "jti");
    if (jti) {
        const std::scoped_lock lock(mutex_);
        issued_[*jti] = {resource, directed_sub(resource), {}, {}, now + draft().token_ceiling};
    }
    return jose::mint(header, claims, key());
}

std::string PersonServer::auth_token(const std::string& resource, const jose::SigningKey& agent_key,
                                     const std::string& scope, const Edit& edit) {
    const auto now = network().now();
    auto header = protocol::token_header(TokenKind::Auth);
    auto claims = protocol::common_claims(identifier(), protocol::person_document, now, now + draft().token_ceiling);
    claims["aud"] = resource;
    claims["ps"] = identifier();
    claims["sub"] = directed_sub(resource);
    claims["cnf"] = protocol::confirmation(agent_key);
    if (!scope.empty()) claims["scope"] = scope;
    if (edit) edit(header, claims);
    return jose::mint(header, claims, key());
}

}  // namespace aauth::mocks

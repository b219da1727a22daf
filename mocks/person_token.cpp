#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/older_forms.h"
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
    auto mission = named_mission(body, asked->agent, "person");
    if (!mission) return mission.error();
    asked->mission = *mission;
    if (auto chained = this->chained(*asked, body); !chained) return chained.error();
    if (asked->upstream) {
        auto inherited = named_mission(asked->upstream->jwt.payload(), {}, "person");
        if (!inherited) return inherited.error();
    }
    const auto name = resource.value_or("https://resource.example");
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
    if (!faults().on("person-token-outlives-mission")) expires = missions_.capped(expires, asked.mission);
    auto claims = protocol::common_claims(identifier(), protocol::person_document, now, expires);
    claims["aud"] = resource;
    claims["sub"] = sub_for(resource, &asked);
    claims["cnf"] = protocol::confirmation(asked.bound_key);
    if (faults().on("person-token-scope")) claims["scope"] = "data.read";
    if (!asked.mission.empty()) claims["mission_s256"] = asked.mission;
    follow_upstream(claims, asked, TokenKind::Person);
    put_on_record(claims, person_of(asked), caller_of(asked));
    keep(TokenKind::Person, claims, &asked);
    return issue(draft(), TokenKind::Person, claims, key(), faults());
}

std::string PersonServer::person_token(const std::string& resource, const jose::SigningKey& agent_key,
                                       const Edit& edit) {
    const auto now = network().now();
    auto header = protocol::token_header(TokenKind::Person);
    header["alg"] = protocol::algorithm_name(draft(), key().algorithm);
    auto claims = protocol::common_claims(identifier(), protocol::person_document, now, now + draft().token_ceiling);
    claims["aud"] = resource;
    claims["sub"] = directed_sub(resource);
    claims["cnf"] = protocol::confirmation(agent_key);
    protocol::name_confirmed_algorithm(draft(), claims);
    if (edit) edit(header, claims);
    put_on_record(claims, PersonRecords::first_person, {"minted", {}, {}});
    keep(TokenKind::Person, claims, nullptr);
    return jose::mint(header, claims, key());
}

std::string PersonServer::auth_token(const std::string& resource, const jose::SigningKey& agent_key,
                                     const std::string& scope, const Edit& edit) {
    const auto now = network().now();
    auto header = protocol::token_header(TokenKind::Auth);
    header["alg"] = protocol::algorithm_name(draft(), key().algorithm);
    auto claims = protocol::common_claims(identifier(), protocol::person_document, now, now + draft().token_ceiling);
    claims["aud"] = resource;
    claims["ps"] = identifier();
    claims["sub"] = directed_sub(resource);
    claims["cnf"] = protocol::confirmation(agent_key);
    if (!scope.empty()) claims["scope"] = scope;
    protocol::name_confirmed_algorithm(draft(), claims);
    if (edit) edit(header, claims);
    put_on_record(claims, PersonRecords::first_person, {"minted", {}, {}});
    return jose::mint(header, claims, key());
}

}  // namespace aauth::mocks

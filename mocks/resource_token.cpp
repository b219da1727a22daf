#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/mission.h"
#include "harness/protocol/problem.h"
#include "harness/protocol/tokens.h"
#include "mocks/issue.h"
#include "mocks/resource.h"

// Resource tokens and the authorization endpoint (sections 6.6, 6.7).
namespace aauth::mocks {

using protocol::TokenKind;

namespace {

// Claims that a resource token copies unchanged from the token that the request carried (6.7.1).
constexpr const char* copied[] = {"mission_s256", "tenant"};

// The mission of AAuth-Mission, as far as the signature covers it: from the signature base.
std::optional<protocol::MissionReference> mission_in(const std::string& base) {
    const std::string name = "\"aauth-mission\": ";
    const auto at = base.rfind(name, 0) == 0 ? 0 : base.find("\n" + name);
    if (at == std::string::npos) return std::nullopt;
    const auto from = base.find(name, at) + name.size();
    http::Fields fields;
    fields.add("AAuth-Mission", base.substr(from, base.find('\n', from) - from));
    auto mission = protocol::parse_mission(fields);
    return mission ? std::optional<protocol::MissionReference>(*mission) : std::nullopt;
}

}  // namespace

void Resource::remember(const Caller& caller) {
    if (!caller.shows(TokenKind::Person)) return;
    const auto& token = *caller.token();
    const std::scoped_lock lock(mutex_);
    person_tokens_[token.claim("iss") + " " + token.claim("sub") + " " + caller.thumbprint()] = token.claim("jti");
}

std::string Resource::issue_resource_token(const Caller& caller, const std::string& scope, const std::string& account,
                                           const std::string& access_server, const std::string& login_hint) {
    const auto& token = *caller.token();
    const auto now = network().now();
    const auto lifetime = faults().on("resource-token-long") ? 3600 : draft().resource_token_advised;
    auto claims = protocol::common_claims(identifier(), protocol::resource_document, now, now + lifetime);
    claims["agent_jkt"] = caller.thumbprint();
    claims["scope"] = scope;
    if (!login_hint.empty()) claims["login_hint"] = login_hint;
    if (!account.empty() && !faults().on("drop-account")) claims["account"] = account;
    if (faults().on("resource-token-same-jti")) claims["jti"] = "always-the-same";
    if (draft().resource_token_names_agent) {
        claims["agent"] = token.claim(token.kind == TokenKind::Agent ? "sub" : "agent");
        claims["aud"] = token.claim(token.kind == TokenKind::Agent ? "ps" : "iss");
        if (!access_server.empty()) claims["aud"] = access_server;
        const auto mission = mission_in(caller.request->base);
        if (mission && !faults().on("drop-mission")) {
            claims["mission"] = {{"approver", mission->approver}, {"s256", mission->s256}};
        }
        return issue(draft(), TokenKind::Resource, claims, key(), faults());
    }
    // A resource that lets an agent token through to here (a fault) knows the person only by what the agent says.
    const auto ps = token.claim(token.kind == TokenKind::Person ? "iss" : "ps");
    claims["aud"] = access_server.empty() ? ps : access_server;
    claims["ps"] = ps;
    claims["sub"] = token.claim("sub");
    claims["presented_jti"] = token.claim("jti");
    if (!draft().presented_token && token.kind == TokenKind::Auth) {
        const std::scoped_lock lock(mutex_);
        const auto seen = person_tokens_.find(ps + " " + token.claim("sub") + " " + caller.thumbprint());
        if (seen != person_tokens_.end()) claims["presented_jti"] = seen->second;
    }
    if (faults().on("resource-token-first-jti")) {
        const std::scoped_lock lock(mutex_);
        claims["presented_jti"] =
            person_tokens_.emplace("first " + caller.thumbprint(), token.claim("jti")).first->second;
    }
    for (const char* name : copied) {
        const bool dropped =
            faults().on(std::string("drop-") + (std::string_view(name) == "tenant" ? "tenant" : "mission"));
        const auto* value = json::member(token.jwt.payload(), name);
        if (value != nullptr && !dropped) claims[name] = *value;
    }
    return issue(draft(), TokenKind::Resource, claims, key(), faults());
}

std::string Resource::resource_token(const std::string& presented, const jose::SigningKey& agent_key,
                                     const std::string& person_server, const std::string& scope,
                                     const Edit& edit) const {
    const auto now = network().now();
    auto header = protocol::token_header(TokenKind::Resource);
    auto claims = protocol::common_claims(identifier(), protocol::resource_document, now,
                                          now + draft().resource_token_advised);
    claims["aud"] = person_server;
    claims["agent_jkt"] = agent_key.thumbprint();
    if (!scope.empty()) claims["scope"] = scope;
    if (auto jwt = jose::Jwt::decode(presented)) {
        if (draft().resource_token_names_agent) {
            claims["agent"] = jwt->claim_string("sub").value_or("");
        } else {
            const bool person = jwt->header_string("typ") == std::string(protocol::typ(TokenKind::Person));
            claims["ps"] = jwt->claim_string(person ? "iss" : "ps").value_or("");
            claims["sub"] = jwt->claim_string("sub").value_or("");
            claims["presented_jti"] = jwt->claim_string("jti").value_or("");
            for (const char* name : copied) {
                if (const auto* value = json::member(jwt->payload(), name)) claims[name] = *value;
            }
        }
    }
    if (edit) edit(header, claims);
    return jose::mint(header, claims, key());
}

http::Reply Resource::challenge_for_scope(const Caller& caller, const std::string& scope, const std::string& account) {
    remember(caller);
    const bool identified = caller.shows(TokenKind::Person) || caller.shows(TokenKind::Auth);
    const bool agent_enough = (draft().resource_token_names_agent || faults().on("resource-token-for-agent")) &&
                              caller.shows(TokenKind::Agent);
    if (identified || agent_enough) return challenge("auth-token", issue_resource_token(caller, scope, account));
    const bool pseudonym = caller.request && caller.token() == nullptr;
    if (caller.token() == nullptr &&
        (faults().on("resource-token-for-anyone") || (pseudonym && faults().on("pseudonym-resource-token")))) {
        return challenge("auth-token", stray_resource_token());
    }
    return challenge(draft().person_tokens ? "person-token" : "agent-token");
}

http::Reply Resource::federated_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    const auto query = request.query();
    const auto access_server = query.substr(std::min(query.size(), query.find('=') + 1));
    const bool own = caller->token() != nullptr && caller->token()->claim("iss") == access_server &&
                     caller->token()->claim("dwk") == protocol::access_document;
    const bool taken = own ? !faults().on("refuse-access-servers") : !faults().checks("resource.access-server");
    if (grants(*caller, "data.read") && taken) return served("data.read");
    if (caller->shows(TokenKind::Auth) && !own && faults().on("stranger-500")) return problem_reply("server_error", "", 500);
    const bool identified = caller->shows(TokenKind::Person) || caller->shows(TokenKind::Auth) ||
                            (draft().resource_token_names_agent && caller->shows(TokenKind::Agent));
    if (!identified || !protocol::is_server_identifier(access_server, reach())) {
        return challenge_for_scope(*caller, "data.read");
    }
    const auto token = issue_resource_token(*caller, "data.read", {}, access_server);
    const auto endpoint = http::Url::parse(access_server + "/token");
    if (faults().on("calls-access-server") && endpoint) {
        (void)call(as_server("POST", *endpoint, {{"resource_token", token}}));
    }
    return challenge("auth-token", token);
}

http::Reply Resource::authorization_endpoint(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    if (caller->token() == nullptr && faults().on("authorize-open")) return json_reply(200, {{"status", "authorized"}});
    const auto wanted = draft().person_tokens ? TokenKind::Person : TokenKind::Agent;
    const bool any = faults().on("authorize-any-token") && caller->token() != nullptr;
    if (!caller->shows(wanted) && !any) return challenge(draft().person_tokens ? "person-token" : "agent-token");
    auto body = json::parse_object(request.body);
    if (!body && faults().on("authorize-malformed-body")) body = nlohmann::json{{"scope", "data.read"}};
    if (!body) return problem_reply("invalid_request", body.error().message);
    auto scope = json::string_member(*body, "scope");
    if (!scope && faults().on("authorize-no-scope")) scope = "data.read";
    if (!scope || scope->empty()) return problem_reply("invalid_request", "scope is missing or no string");
    std::string rest = *scope + " ";
    while (!rest.empty()) {
        const auto value = rest.substr(0, rest.find(' '));
        rest.erase(0, value.size() + 1);
        const bool known = value.empty() || value == "data.read" || value == "data.write";
        if (!known && !faults().on("authorize-any-scope")) {
            return problem_reply("invalid_scope", "this resource has no such scope");
        }
    }
    const auto* member = json::member(*body, "account");
    const auto account = json::string_member(*body, "account").value_or("");
    const auto& held = settings_.accounts;
    const bool known = member == nullptr || std::find(held.begin(), held.end(), account) != held.end();
    if (!known && !faults().on("authorize-any-account")) {
        return problem_reply("invalid_account", "the person holds no such account here");
    }
    remember(*caller);
    if (faults().on("authorize-scope-other")) scope = "data.write";
    const auto token = issue_resource_token(*caller, *scope, account);
    if (faults().on("authorize-plain-token")) return json_reply(200, token);
    return json_reply(200, {{"resource_token", token}});
}

}  // namespace aauth::mocks

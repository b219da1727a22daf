#include "harness/protocol/token_context.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"

namespace aauth::protocol {

Result<void> check_recipient(const Draft& draft, const Token& token, const Recipient& recipient) {
    if (token.kind != TokenKind::Agent && token.claim("aud") != recipient.identifier) {
        return failure("invalid", "the token is for another audience");
    }
    const bool resource = token.kind == TokenKind::Resource;
    const auto bound = resource ? token.claim("agent_jkt") : token.confirmation_thumbprint();
    if (!recipient.thumbprint.empty() && bound != recipient.thumbprint) {
        return failure("invalid", "the token is bound to another key");
    }
    if (resource && recipient.person_server && !draft.resource_token_names_agent &&
        token.claim("ps") != recipient.identifier) {
        return failure("invalid", "the token names another person server");
    }
    return {};
}

Result<void> check_challenge(const Draft& draft, const Faults& faults, const Token& token,
                             const ExpectedChallenge& expected) {
    const auto wrong = [](std::string why) { return failure("invalid_resource_token", std::move(why)); };
    const auto checks = [&](const char* rule) { return faults.checks(std::string("challenge.") + rule); };
    if (token.claim("iss") != expected.iss && checks("iss")) return wrong("the resource token is of another resource");
    if (token.claim("agent_jkt") != expected.agent_jkt && checks("agent-jkt")) {
        return wrong("the resource token is for another key");
    }
    if (draft.resource_token_names_agent) {
        if (token.claim("agent") == expected.agent || !checks("agent")) return {};
        return wrong("the resource token is for another agent");
    }
    if (token.claim("ps") != expected.ps && checks("ps")) {
        return wrong("the resource token names another person server");
    }
    if (token.claim("sub") != expected.sub && checks("sub")) {
        return wrong("the resource token is about another person");
    }
    const bool named = token.claim("presented_jti") == expected.presented_jti;
    if (draft.presented_token && !named && checks("presented-jti")) {
        return wrong("the resource token does not name the token that was presented");
    }
    return {};
}

Result<void> check_grant(const Draft& draft, const Faults& faults, const Token& token, const ExpectedGrant& expected) {
    const auto wrong = [](std::string why) { return failure("invalid_auth_token", std::move(why)); };
    const auto checks = [&](const char* rule) { return faults.checks(std::string("response.") + rule); };
    if (token.claim("iss") != expected.iss && checks("iss")) {
        return wrong("the auth token is not of the server that the resource token is for");
    }
    if (token.claim("aud") != expected.aud && checks("aud")) return wrong("the auth token is for another resource");
    if (token.confirmation_thumbprint() != expected.cnf && checks("cnf")) {
        return wrong("the auth token is bound to another key");
    }
    if (!draft.resource_token_names_agent) {
        if (token.claim("sub") == expected.sub || !checks("sub")) return {};
        return wrong("the auth token is about another person");
    }
    if (token.claim("agent") != expected.agent && checks("agent")) return wrong("the auth token is for another agent");
    const auto* act = json::member(token.jwt.payload(), "act");
    if (act == nullptr || !checks("act")) return {};
    const auto actor = json::string_member(*act, draft.actor_required ? "sub" : "agent");
    if (actor == (draft.actor_required ? expected.agent : expected.upstream)) return {};
    return wrong("the auth token names somebody else who delegated");
}

}  // namespace aauth::protocol

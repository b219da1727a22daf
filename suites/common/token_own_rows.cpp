#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "suites/common/token_rows.h"

// The claims of an agent token (5.3.3), those that nobody knows, and those of which no step of the verification speaks.
namespace aauth::suites {

namespace {

using nlohmann::json;
using protocol::TokenKind;

void agent_rows(Suite& suite, const Presented& presented) {
    if (!presented.is(TokenKind::Agent)) return;
    const Covers ps{{"agent-token.ps-valid", presented.ignoring("ps")}};
    const std::vector<std::string> codes{"invalid_jwt"};
    const char* why = "ps is where a resource sends the agent: it has to be the identifier of a server.";
    add_refused(
        suite, presented,
        {{70, "whose ps is an http URL is refused", ps, codes, {}, claim("ps", "http://ps.example"), {}, why},
         {71, "whose ps has a trailing slash is refused", ps, codes, {}, claim("ps", "https://ps.example/"), {}, why},
         {72, "whose ps is in upper case is refused", ps, codes, {}, claim("ps", "https://PS.example"), {}, why},
         {73, "whose ps is no URL is refused", ps, codes, {}, claim("ps", "ps.example"), {}, why},
         {98,
          "whose ps is the person server's identifier with a trailing slash is refused",
          ps,
          codes,
          {},
          [](Test& t, json&, json& claims) { claims["ps"] = t.person_server_identifier() + "/"; },
          {},
          why},
         {74, "whose ps is no string is refused", ps, codes, {}, claim("ps", 1), {}, why}});
    int number = 75;
    for (const auto& [what, value] :
         {std::pair<const char*, json>{"is no agent identifier", "parent"}, {"is empty", ""}, {"is no string", 1}}) {
        const TokenRow row{number, "", {}, {}, {}, claim("parent_agent", value)};
        const bool server = presented.endpoint().server;
        const bool shown = server && !presented.in_body();
        suite.add(
            case_id(presented.prefix, number++),
            fmt::format("{} whose parent_agent {} is refused", presented.name, what),
            {{"agent-token.parent-agent-valid", shown ? "status-500-for-signature" : presented.ignoring("parent")}},
            [presented, row, server](Test& t) {
                const auto answer = altered_token(t, presented, row);
                if (!server) return t.expect_refusal(answer, presented.endpoint(), {"invalid_jwt"});
                // A server that issues tokens refuses sub-agents in any case, with whatever it says then.
                const bool refused = answer.status() >= 400 && answer.status() < 500;
                t.expect(answer).that(refused, "answer", "refused", answer.summary());
            });
    }
    add_accepted(suite, presented,
                 {{80,
                   "with capital letters in its sub is accepted",
                   {{"id.agent.uppercase-accepted", "refuse-uppercase-sub"}},
                   {},
                   {},
                   [](Test&, json&, json& claims) {
                       const auto sub = claims["sub"].get<std::string>();
                       claims["sub"] = "aauth:Agent-X" + sub.substr(sub.find('@'));
                   }}});
}

void unknown_rows(Suite& suite, const Presented& presented) {
    const bool auth = presented.is(TokenKind::Auth);
    // No sentence asks a resource to overlook what it does not know in an agent token or a person token.
    if (!auth && !presented.endpoint().server) return;
    if (presented.in_body() && !presented.is(TokenKind::Agent)) return;
    add_accepted(suite, presented,
                 {{81,
                   "with claims and header parameters that nobody knows is accepted",
                   {{auth ? "auth-token.accepted" : "jwt.unknown-claims", "refuse-unknown-claims"}},
                   {},
                   {},
                   [](Test&, json& members, json& claims) {
                       members["x-conformance"] = "header";
                       claims["unknown_claim"] = {{"a", json::array({1, nullptr})}};
                   },
                   {},
                   "Issuers may add claims; a verifier that refuses them cannot be extended."}});
}

// act of an auth token, in drafts where it names agents.
void actor_rows(Suite& suite, const Presented& presented) {
    if (!presented.is(TokenKind::Auth) || presented.in_body()) return;
    const Covers covers{{"auth-token.verify-act", "ignore auth-token.claims"}};
    const auto other = [](Test& t, json&, json& claims) {
        const bool required = t.draft().actor_required;
        claims["act"] = {{required ? "sub" : "agent", required ? "aauth:somebody@agents.example" : "nobody"}};
    };
    const char* why = "act is the chain of those who asked; a resource that logs it logs who did not.";
    add_refused(suite, presented,
                {{82,
                  "without act is refused",
                  covers,
                  {},
                  {},
                  claim("act", nullptr),
                  {},
                  why,
                  false,
                  [](const protocol::Draft& draft) { return draft.actor_required; }},
                 {83, "whose act is not an agent that can have asked is refused", covers, {}, {}, other, {}, why}});
}

// Claims that a conforming issuer puts in, and that no step of the verification names.
void silent_rows(Suite& suite, const Presented& presented) {
    const auto about = [](std::string requirement) { return Covers{{std::move(requirement), ""}}; };
    add_preferred(
        suite, presented,
        {{85, "without jti is better refused", about("jwt.jti"), {}, {}, claim("jti", nullptr)},
         {86, "whose jti is no string is better refused", about("jwt.jti"), {}, {}, claim("jti", 7)},
         {87, "without iat is better refused", about("jwt.iat-present"), {}, {}, claim("iat", nullptr)},
         {88, "whose iat is a string is better refused", about("jwt.iat-present"), {}, {}, claim("iat", "now")}});
    const auto sub = about(presented.rule("sub"));
    if (presented.is(TokenKind::Agent)) {
        add_preferred(suite, presented,
                      {{89, "without sub is better refused", sub, {}, {}, claim("sub", nullptr)},
                       {90, "whose sub is an object is better refused", sub, {}, {}, claim("sub", json::object())},
                       {91, "whose sub is no agent identifier is better refused", sub, {}, {}, claim("sub", "bot")}});
        return;
    }
    add_preferred(suite, presented,
                  {{92, "whose sub is no string is better refused", sub, {}, {}, claim("sub", 1), {}, "", true},
                   {93,
                    "whose aud is an array is better refused",
                    about(presented.rule("verify-aud")),
                    {},
                    {},
                    [](Test&, json&, json& claims) { claims["aud"] = json::array({claims["aud"]}); }}});
    if (presented.is(TokenKind::Auth)) {
        add_preferred(
            suite, presented,
            {{94, "without ps is better refused", about("auth-token.ps"), {}, {}, claim("ps", nullptr), {}, "", true}});
        return;
    }
    add_preferred(suite, presented,
                  {{95, "without sub is better refused", sub, {}, {}, claim("sub", nullptr)},
                   {96,
                    "that carries a scope is better refused",
                    about("person-token.no-scope"),
                    {},
                    {},
                    claim("scope", "data.read")},
                   {97,
                    "that carries an account is better refused",
                    about("person-token.no-account"),
                    {},
                    {},
                    claim("account", "work")}});
}

}  // namespace

void token_own_rows(Suite& suite, const Presented& presented) {
    agent_rows(suite, presented);
    unknown_rows(suite, presented);
    actor_rows(suite, presented);
    silent_rows(suite, presented);
}

}  // namespace aauth::suites

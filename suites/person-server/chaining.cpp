#include "suites/person-server/chaining.h"

#include <nlohmann/json.hpp>

#include "harness/protocol/tokens.h"
#include "mocks/agent_provider.h"

namespace aauth::suites::ps {

using nlohmann::json;

namespace {

// The token in the answer to a request of the intermediary, which has to be accepted.
jose::Jwt token_in(Test& t, const Chain& chain, Answer answer, const char* member) {
    answer = settled(t, chain.agent, std::move(answer));
    needs_permissive_policy(t, answer);
    auto token = answer.jwt(member);
    if (token) return *token;
    if (t.draft().presented_token) t.blocked("a conforming chained request got " + answer.summary());
    // The earlier drafts also say that the key in its cnf is the intermediary's.
    t.skip("the target does not take an upstream token that is bound to the caller's key: " + answer.summary());
}

}  // namespace

Player agent_of(Test& t, const mocks::Resource& resource) {
    const auto domain = protocol::domain_of(resource.identifier());
    // Each case has an agent of its own; the resource may use one for all its calls (10.1.1.1).
    const auto local = t.player().agent.identifier;
    const auto name = local.substr(0, local.find('@') + 1) + domain;
    Player agent{{name, jose::SigningKey::generate(crypto::Algorithm::Ed25519)}, {}};
    auto claims = protocol::common_claims(resource.identifier(), protocol::agent_document, t.now(), t.now() + 3600);
    claims["sub"] = agent.agent.identifier;
    claims["ps"] = t.person_server_identifier();
    claims["cnf"] = protocol::confirmation(agent.agent.key);
    agent.token = jose::mint(protocol::token_header(protocol::TokenKind::Agent), claims, resource.key());
    return agent;
}

std::string upstream_person_token(Test& t, const Player& caller, const mocks::Resource& resource) {
    return presentable_token(t, caller, resource.identifier()).compact();
}

std::string upstream_auth_token(Test& t, const Player& caller, mocks::Resource& resource) {
    Ask ask;
    ask.issuer = &resource;
    ask.presented = t.draft().person_tokens ? upstream_person_token(t, caller, resource) : caller.token;
    return auth_token(t, caller, ask).compact();
}

Chain chain_of(Test& t, Player caller) {
    auto& intermediary = t.world().resource();
    return {std::move(caller), &intermediary, agent_of(t, intermediary), &second_resource(t), {}};
}

Chain chain(Test& t) {
    auto made = chain_of(t, t.player());
    made.upstream = upstream_auth_token(t, made.caller, *made.intermediary);
    return made;
}

Chain chain_on_identity(Test& t) {
    auto made = chain_of(t, t.player());
    made.upstream = upstream_person_token(t, made.caller, *made.intermediary);
    return made;
}

Chain chain_until(Test& t, std::int64_t until) {
    auto made = chain_of(t, t.player([until](json&, json& claims) { claims["exp"] = until; }));
    made.upstream = upstream_auth_token(t, made.caller, *made.intermediary);
    return made;
}

mocks::SignedRequest chained(Test& t, const Chain& chain, const json& upstream) {
    json body{{"resource", chain.downstream->identifier()}};
    if (!t.draft().person_tokens) {
        Ask ask;
        ask.issuer = chain.downstream;
        ask.presented = chain.agent.token;
        body = auth_body(t, chain.agent, ask);
    }
    body["upstream_token"] = upstream;
    return t.draft().person_tokens ? person_request(t, chain.agent, body) : auth_request(t, chain.agent, body);
}

jose::Jwt chained_token(Test& t, const Chain& chain) {
    return token_in(t, chain, t.send(chained(t, chain, chain.upstream), "control: a chained request"),
                    t.draft().person_tokens ? "person_token" : "auth_token");
}

json chained_auth_body(Test& t, const Chain& chain, const std::string& person_token, const std::string& upstream) {
    Ask ask;
    ask.issuer = chain.downstream;
    ask.presented = t.draft().person_tokens ? person_token : chain.agent.token;
    auto body = auth_body(t, chain.agent, ask);
    body["upstream_token"] = upstream;
    return body;
}

jose::Jwt downstream_auth_token(Test& t, const Chain& chain) {
    const auto shown = chained_token(t, chain);
    if (!t.draft().person_tokens) return shown;
    const auto body = chained_auth_body(t, chain, shown.compact(), chain.upstream);
    return token_in(t, chain, t.send(auth_request(t, chain.agent, body), "the chained auth token request"),
                    "auth_token");
}

}  // namespace aauth::suites::ps

#include "vectors/source/token.h"

#include "harness/jose/jwt.h"

namespace aauth::vectors {

using protocol::TokenKind;

namespace {

Draftable start(const protocol::Draft& draft, TokenKind kind, std::string_view issuer, std::string_view document,
                std::int64_t lifetime) {
    auto claims = protocol::common_claims(issuer, document, now - 10, now - 10 + lifetime);
    claims["jti"] = fixed_id(protocol::word(kind));
    auto header = protocol::token_header(kind);
    header["alg"] = algorithm_name(key_of(issuer).algorithm, draft);
    return {header, claims, key_of(issuer)};
}

nlohmann::json confirmation(const std::string& name, const protocol::Draft& draft) {
    return {{"jwk", jwk_of(key(name), draft)}};
}

}  // namespace

std::string Draftable::minted() const { return jose::mint(header, claims, signer); }

Draftable agent_token(const protocol::Draft& draft) {
    auto token = start(draft, TokenKind::Agent, agent_provider, protocol::agent_document, 3600);
    token.claims["sub"] = agent;
    token.claims["cnf"] = confirmation("agent", draft);
    token.claims["ps"] = person_server;
    return token;
}

Draftable sub_agent_token(const protocol::Draft& draft) {
    auto token = agent_token(draft);
    token.claims["jti"] = fixed_id("sub-agent token");
    token.claims["sub"] = "aauth:assistant+search@ap.example";
    token.claims["parent_agent"] = agent;
    token.claims["cnf"] = confirmation("sub-agent", draft);
    return token;
}

Draftable person_token(const protocol::Draft& draft) {
    auto token = start(draft, TokenKind::Person, person_server, protocol::person_document, draft.token_ceiling);
    token.claims["aud"] = resource;
    token.claims["sub"] = "u-7Rk2";
    token.claims["cnf"] = confirmation("agent", draft);
    return token;
}

Draftable resource_token(const protocol::Draft& draft) {
    auto token = start(draft, TokenKind::Resource, resource, protocol::resource_document, draft.resource_token_advised);
    token.claims["aud"] = person_server;
    token.claims["agent_jkt"] = key("agent").thumbprint();
    token.claims["scope"] = "data.read";
    if (draft.resource_token_names_agent) {
        token.claims["agent"] = agent;
    } else {
        token.claims["ps"] = person_server;
        token.claims["sub"] = "u-7Rk2";
        token.claims["presented_jti"] = fixed_id(protocol::word(TokenKind::Person));
    }
    return token;
}

Draftable auth_token(const protocol::Draft& draft, bool from_access_server) {
    auto token = start(draft, TokenKind::Auth, from_access_server ? access_server : person_server,
                       from_access_server ? protocol::access_document : protocol::person_document, draft.token_ceiling);
    token.claims["aud"] = resource;
    token.claims["sub"] = "u-7Rk2";
    token.claims["cnf"] = confirmation("agent", draft);
    token.claims["scope"] = "data.read";
    if (draft.person_tokens) token.claims["ps"] = person_server;
    if (draft.resource_token_names_agent) token.claims["agent"] = agent;
    if (draft.actor_required) token.claims["act"] = {{"sub", agent}};
    return token;
}

Draftable token_of(const protocol::Draft& draft, TokenKind kind) {
    switch (kind) {
        case TokenKind::Agent: return agent_token(draft);
        case TokenKind::Person: return person_token(draft);
        case TokenKind::Resource: return resource_token(draft);
        case TokenKind::Auth: break;
    }
    return auth_token(draft);
}

}  // namespace aauth::vectors

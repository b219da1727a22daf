#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/person_server.h"

// What a person server revokes when something is revoked (11.12.4). Faults: "revoke-agent" (an agent is out once one of
// its tokens was revoked), "cascade-by-token" (only what came of the agent token itself), "cascade-not-chains",
// "cascade-not-resource" and "cascade-not-access-server" (a person token is not revoked there), "cascade-not-auth"
// (auth tokens are not revoked), "federated-at-resource" (the access server's tokens are revoked at the resource),
// "mission-tokens-stay", "revoked-goes-on" (what waits for a revoked token goes on waiting).
namespace aauth::mocks {

using protocol::Role;
using protocol::TokenKind;

void PersonServer::keep(TokenKind kind, const nlohmann::json& claims, const Asked* asked,
                        const std::string& presented) {
    const auto text = [&](const char* name) { return json::string_member(claims, name).value_or(""); };
    IssuedToken token;
    token.kind = kind;
    token.issuer = text("iss");
    token.jti = text("jti");
    token.resource = text("aud");
    token.sub = text("sub");
    token.tenant = text("tenant");
    token.mission = text("mission_s256");
    const auto* mission = json::member(claims, "mission");
    if (mission != nullptr) token.mission = json::string_member(*mission, "s256").value_or("");
    token.presented = presented;
    token.expires = json::integer_member(claims, "exp").value_or(0);
    if (asked != nullptr && asked->request.token) {
        const auto& agent = *asked->request.token;
        token.agents = {asked->agent, agent.claim("iss") + " " + asked->agent_identifier};
        token.agent_token = agent.claim("iss") + " " + agent.claim("jti");
        if (asked->upstream) token.upstream = asked->upstream->claim("iss") + " " + asked->upstream->claim("jti");
    }
    tokens_.add(std::move(token));
}

std::vector<Onward> PersonServer::ended_with(const std::string& issuer, const std::string& jti) {
    if (!faults().on("revoked-goes-on")) interactions_.revoked(issuer, jti);
    const auto name = issuer + " " + jti;
    auto gone = tokens_.of_agent(tokens_.agent_of(name));
    if (faults().on("cascade-by-token")) {
        std::erase_if(gone, [&](const IssuedToken& token) { return token.agent_token != name; });
    }
    const auto own = tokens_.find(name);
    if (own && issuer == identifier()) gone.push_back(*own);
    return revocations_of(std::move(gone));
}

std::vector<Onward> PersonServer::revocations_of(std::vector<IssuedToken> tokens) {
    std::set<std::string> names;
    for (const auto& token : tokens) names.insert(token.name());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        for (auto& later : tokens_.descending_from(tokens[i].name(), !faults().on("cascade-not-chains"))) {
            if (names.insert(later.name()).second) tokens.push_back(std::move(later));
        }
    }
    std::vector<Onward> onward;
    for (const auto& token : tokens) {
        const bool person = token.kind == TokenKind::Person;
        const bool own = token.issuer == identifier();
        if (own) record_revocation(token.issuer, token.jti);
        interactions_.revoked(token.issuer, token.jti);
        // The access server revokes what it issued, once the person token is revoked there. Earlier drafts have the
        // person server do it, and no revocation of person tokens.
        const bool here = own || faults().on("federated-at-resource") || !draft().revocation_cascades;
        const bool left_out = faults().on(person ? "cascade-not-resource" : "cascade-not-auth") ||
                              (person && !draft().revocation_cascades);
        if (here && !left_out) {
            onward.push_back({token.resource, Role::Resource, token.jti, token.expires, token.issuer});
        }
        if (!person || !draft().revocation_cascades || faults().on("cascade-not-access-server")) continue;
        for (const auto& server : token.access_servers) {
            onward.push_back({server, Role::AccessServer, token.jti, token.expires, token.issuer});
        }
    }
    return onward;
}

}  // namespace aauth::mocks

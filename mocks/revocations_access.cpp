#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/access_server.h"

// What an access server revokes when a person server revokes a person token (11.12.4). Faults:
// "cascade-not-auth" (auth tokens stay), "revoked-goes-on" (what waits for a revoked token goes on waiting).
namespace aauth::mocks {

using protocol::TokenKind;

void AccessServer::keep(const Asked& asked, const nlohmann::json& claims) const {
    const auto text = [&](const char* name) { return json::string_member(claims, name).value_or(""); };
    IssuedToken token;
    token.kind = TokenKind::Auth;
    token.issuer = identifier();
    token.jti = text("jti");
    token.resource = text("aud");
    token.expires = json::integer_member(claims, "exp").value_or(0);
    // It was issued against an auth token of this server on a step-up, else against a person token.
    const auto presented = asked.resource_token.claim("presented_jti");
    const auto own = identifier() + " " + presented;
    token.presented = tokens_.find(own) ? own : asked.person_server + " " + presented;
    tokens_.add(std::move(token));
}

std::vector<Onward> AccessServer::ended_with(const std::string& issuer, const std::string& jti) {
    if (!faults().on("revoked-goes-on")) interactions_.revoked(issuer, jti);
    const auto name = issuer + " " + jti;
    auto gone = tokens_.descending_from(name, false);
    if (const auto own = tokens_.find(name); own && issuer == identifier()) gone.push_back(*own);
    std::vector<Onward> onward;
    for (const auto& token : gone) {
        record_revocation(token.issuer, token.jti);
        interactions_.revoked(token.issuer, token.jti);
        if (faults().on("cascade-not-auth")) continue;
        onward.push_back({token.resource, protocol::Role::Resource, token.jti, token.expires});
    }
    return onward;
}

}  // namespace aauth::mocks

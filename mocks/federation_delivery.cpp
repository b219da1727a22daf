#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/json/json.h"
#include "harness/protocol/tokens.h"
#include "mocks/federation.h"
#include "mocks/token_request.h"

// What a person server verifies of an access server's auth token before it hands it on (9.1.3).
namespace aauth::mocks {

namespace {

// True when every word of `granted` is one of `asked`.
bool within(const std::string& granted, const std::string& asked) {
    std::istringstream words(granted);
    for (std::string word; words >> word;) {
        if ((" " + asked + " ").find(" " + word + " ") == std::string::npos) return false;
    }
    return true;
}

}  // namespace

std::string Federation::objection(const FederatedRequest& request, const protocol::Token& token) const {
    const auto& draft = party_.draft();
    const auto& asked = request.resource_token;
    const auto* act = json::member(token.jwt.payload(), "act");
    const auto* name = draft.actor_required ? "sub" : "agent";
    const auto actor = act == nullptr ? std::string() : json::string_member(*act, name).value_or("");
    const bool listed = std::find(request.actors.begin(), request.actors.end(), actor) != request.actors.end();
    const bool actor_known = draft.actor_required ? actor == request.agent : listed;
    const struct {
        const char* rule;
        bool holds;
    } rules[] = {
        {"iss", token.claim("iss") == asked.claim("aud")},
        {"dwk", token.claim("dwk") == protocol::access_document},
        {"aud", token.claim("aud") == asked.claim("iss")},
        {"cnf", token.confirmation_thumbprint() == jose::thumbprint(request.key.key)},
        {"sub", !draft.person_tokens || token.claim("sub") == request.sub},
        {"scope", within(token.claim("scope"), asked.claim("scope")) &&
                      (token.claim("scope") == asked.claim("scope") || !on("federation-scope-exact"))},
        {"exp", !draft.presented_token || token.expires() <= request.ceiling},
        {"agent", !draft.resource_token_names_agent || token.claim("agent") == request.agent},
        {"act", !draft.resource_token_names_agent || act == nullptr || actor_known},
    };
    for (const auto& rule : rules) {
        if (!rule.holds && party_.faults().checks(std::string("federation.") + rule.rule)) return rule.rule;
    }
    return {};
}

http::Response Federation::delivered(const Entry& entry, const http::Response& came) const {
    const auto body = json::parse_object(came.body);
    const auto compact = body ? json::string_member(*body, "auth_token") : std::nullopt;
    if (!compact) return unreachable("its 200 has no auth_token");
    auto token = protocol::verify_token(verifier_(), *compact, protocol::TokenKind::Auth);
    if (!token) return unreachable("its auth token does not verify: " + token.error().message);
    if (on("as-token-reissued")) return own_token();
    const auto& request = request_of(entry);
    if (const auto rule = objection(request, *token); !rule.empty()) {
        return unreachable("its auth token is not what was asked for: " + rule);
    }
    if (request.handed_on) request.handed_on(*token);
    return grant_response(party_.faults(), "auth_token", *compact, token->expires() - party_.network().now());
}

}  // namespace aauth::mocks

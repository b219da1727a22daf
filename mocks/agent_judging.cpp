#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/protocol/token_context.h"
#include "mocks/scenario_agent.h"

// What an agent verifies before it acts on it: resource tokens (6.7.3), auth tokens (9.4.4), person tokens. Rules, each
// switched off by "ignore RULE": "challenge.iss", "challenge.agent-jkt", "challenge.ps", "challenge.sub",
// "challenge.presented-jti", "challenge.agent", "response.iss", "response.aud", "response.cnf", "response.sub",
// "response.agent", "response.act", "person.iss", "person.aud", "person.cnf", and those of verify_token. Further faults:
//   "challenge-unverified" (signature and type are not looked at), "response-undecoded" (any auth token is taken),
//   "compare-loosely" (identifiers without case), "refuse-ed25519", "refuse-es256"
namespace aauth::mocks {

using protocol::Token;
using protocol::TokenKind;

protocol::Verifier ScenarioAgent::verifier() {
    std::vector<crypto::Algorithm> algorithms;
    if (!on("refuse-ed25519")) algorithms.push_back(crypto::Algorithm::Ed25519);
    if (!on("refuse-es256")) algorithms.push_back(crypto::Algorithm::ES256);
    return {draft_, self_.identifier, reach_, [this] { return now(); }, *keys_, faults_, algorithms, {}};
}

Result<Token> ScenarioAgent::judged_challenge(const std::string& resource_token, const Errand& errand) {
    const auto wrong = [](const std::string& why) { return failure("invalid_resource_token", why); };
    auto token = protocol::verify_token(verifier(), resource_token, TokenKind::Resource);
    if (!token && on("challenge-unverified")) {
        auto jwt = jose::Jwt::decode(resource_token);
        if (jwt) token = Token{TokenKind::Resource, *jwt, std::nullopt};
    }
    if (!token) return wrong("the resource token: " + token.error().message);
    const auto presented = jose::Jwt::decode(errand.call.token);
    const auto claim = [&](const char* name) { return presented ? presented->claim_string(name).value_or("") : ""; };
    const auto& self = acting();
    protocol::ExpectedChallenge expected{errand.resource,         self.key.thumbprint(), self.identifier,
                                         scenario_.person_server, claim("sub"),          claim("jti")};
    const auto named = token->claim("ps");
    if (on("compare-loosely") && http::equals_ignoring_case(named, expected.ps)) expected.ps = named;
    if (auto fits = protocol::check_challenge(draft_, faults_, *token, expected); !fits) {
        return tl::unexpected(fits.error());
    }
    return token;
}

Result<void> ScenarioAgent::judged_auth_token(const std::string& compact, const Token& resource_token,
                                              const Errand& errand) {
    if (on("response-undecoded") || on("writes-raw")) return {};
    const auto wrong = [](const std::string& why) { return failure("invalid_auth_token", why); };
    const auto token = protocol::verify_token(verifier(), compact, TokenKind::Auth);
    if (!token) return wrong("the auth token: " + token.error().message);
    const auto& self = acting();
    // Nobody delegated to this agent but, for its sub-agent, it itself.
    const std::string upstream = &self == &self_ ? "" : self_.identifier;
    return protocol::check_grant(draft_, faults_, *token,
                                 {resource_token.claim("aud"), errand.resource, self.key.thumbprint(),
                                  resource_token.claim("sub"), self.identifier, upstream});
}

Result<void> ScenarioAgent::judged_person_token(const std::string& compact, const std::string& resource) {
    const auto wrong = [](const std::string& why) { return failure("invalid_person_token", why); };
    const auto token = protocol::verify_token(verifier(), compact, TokenKind::Person);
    if (!token) return wrong("the person token: " + token.error().message);
    if (token->claim("iss") != scenario_.person_server && checks("person.iss")) {
        return wrong("the person token is of another person server");
    }
    if (token->claim("aud") != resource && checks("person.aud")) {
        return wrong("the person token is for another resource");
    }
    if (token->confirmation_thumbprint() != acting().key.thumbprint() && checks("person.cnf")) {
        return wrong("the person token is bound to another key");
    }
    return {};
}

}  // namespace aauth::mocks

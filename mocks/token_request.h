#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http/message.h"
#include "harness/protocol/verification.h"
#include "harness/result.h"

// What the auth token endpoints of a person server (section 7.2) and of an access server (section 9.1) have in common:
// the verification of the tokens in the body, and the grant. Each rule is switched off by "ignore RULE".
namespace aauth::mocks {

// Why a token request is refused: an error code of 11.9.3, and what is wrong.
struct TokenRefusal {
    std::string error, detail;
};

template <class T>
using Judged = tl::expected<T, TokenRefusal>;

// The token in a member of the body, verified as one of these kinds. The codes for a bad one are made from `word`, which is
// the member's name where it is not given; an absent one is an invalid_request.
Judged<protocol::Token> body_token(const protocol::Verifier& verifier, const nlohmann::json& body,
                                   const std::string& member, const std::vector<protocol::TokenKind>& kinds,
                                   std::string word = {});

// Who asks for an auth token, as a resource token has to say it.
struct Asker {
    std::string thumbprint;     // of the key that the auth token is to be bound to
    std::string agent;          // the identifier of the agent, or of its sub-agent
    std::string person_server;  // that the resource token has to name
};

// The resource token of a request (6.7.2, steps 2 and 3; aud is the caller's to compare). Rules "auth-endpoint.agent-jkt",
// ".agent", ".ps-self", ".mission-approver".
Judged<protocol::Token> resource_token(const protocol::Verifier& verifier, const nlohmann::json& body,
                                       const Asker& asker);

// The presented token beside its resource token (6.7.2, step 3), in drafts that have one. Rules "auth-endpoint." and
// presented-present, presented-aud, presented-cnf, presented-jti, presented-issuer, presented-sub, presented-tenant,
// presented-mission. Nothing when it is absent and nobody minds. Faults: "refuse-step-up".
Judged<std::optional<protocol::Token>> presented_token(const protocol::Verifier& verifier,
                                                       const protocol::Token& resource_token,
                                                       const nlohmann::json& body);

// The sub-agent's token that a parent's request carries (10.2.3); nothing when there is none. Rules "subagent.verified",
// "subagent.parent", "subagent.issuer". Fault: "subagent-cnf-compared" (with the key that signed).
Judged<std::optional<protocol::Token>> subagent_token(const protocol::Verifier& verifier, const nlohmann::json& body,
                                                      const protocol::Token& parent);

// What a new resource token has to have in common with the one of the pending request (7.5.2.2).
std::string binding_of(const protocol::Token& resource_token);

// The claims of an auth token (9.4.1) for a resource token. The caller says who issues it and how long it lives.
struct AuthGrant {
    std::string issuer;
    std::string_view document;    // aauth-person.json or aauth-access.json
    std::string person_server;    // ps
    jose::Jwk key;                // cnf
    std::int64_t issued_at = 0;   // seconds since the epoch
    std::int64_t expires = 0;
    std::string agent, actor;     // where the draft names them: the agent, and the parent that asked for its sub-agent
};
// Faults: "auth-token-no-account", "auth-token-no-mission", "auth-token-no-tenant", "auth-token-broader-scope",
// "auth-token-sub-other".
nlohmann::json auth_token_claims(const protocol::Draft& draft, const protocol::Faults& faults,
                                 const protocol::Token& resource_token, const AuthGrant& grant);

// 200 with the token in `member`, and expires_in (seconds). Faults: "token-plain-text", "expires-in-missing",
// "expires-in-wrong", "cacheable-token".
http::Response grant_response(const protocol::Faults& faults, std::string_view member, const std::string& token,
                              std::int64_t expires_in);

}  // namespace aauth::mocks

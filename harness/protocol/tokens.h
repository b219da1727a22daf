#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/jose/jwk.h"
#include "harness/protocol/draft.h"

// The four AAuth tokens (sections 5.3, 6.7, 7.1.1, 9.4, 11.5): their names and the claims that a conforming issuer puts
// into them.
namespace aauth::protocol {

enum class TokenKind { Agent, Person, Resource, Auth };

std::string_view typ(TokenKind kind);   // "aa-agent+jwt"
std::string_view word(TokenKind kind);  // "agent-token": how rules about it start
std::optional<TokenKind> kind_from_typ(std::string_view typ);

// Metadata document names (section 11.2).
inline constexpr std::string_view agent_document = "aauth-agent.json";
inline constexpr std::string_view resource_document = "aauth-resource.json";
inline constexpr std::string_view person_document = "aauth-person.json";
inline constexpr std::string_view access_document = "aauth-access.json";

// The header of a token of this kind; jose::mint adds alg and kid.
nlohmann::json token_header(TokenKind kind);

// The claims that all tokens share: iss, dwk, jti (new), iat, exp. Times in seconds.
nlohmann::json common_claims(std::string_view issuer, std::string_view document, std::int64_t issued_at,
                             std::int64_t expires);

// cnf with the public JWK (RFC 7800).
nlohmann::json confirmation(const jose::SigningKey& key);
nlohmann::json confirmation(const jose::Jwk& key);

}  // namespace aauth::protocol

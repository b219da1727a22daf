#include "harness/protocol/tokens.h"

#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"

namespace aauth::protocol {

std::string_view typ(TokenKind kind) {
    switch (kind) {
        case TokenKind::Agent: return "aa-agent+jwt";
        case TokenKind::Person: return "aa-person+jwt";
        case TokenKind::Resource: return "aa-resource+jwt";
        case TokenKind::Auth: return "aa-auth+jwt";
    }
    return "";
}

std::string_view word(TokenKind kind) {
    switch (kind) {
        case TokenKind::Agent: return "agent-token";
        case TokenKind::Person: return "person-token";
        case TokenKind::Resource: return "resource-token";
        case TokenKind::Auth: return "auth-token";
    }
    return "";
}

std::optional<TokenKind> kind_from_typ(std::string_view name) {
    for (const auto kind : {TokenKind::Agent, TokenKind::Person, TokenKind::Resource, TokenKind::Auth}) {
        if (typ(kind) == name) return kind;
    }
    return std::nullopt;
}

nlohmann::json token_header(TokenKind kind) { return {{"typ", typ(kind)}}; }

nlohmann::json common_claims(std::string_view issuer, std::string_view document, std::int64_t issued_at,
                             std::int64_t expires) {
    return {{"iss", issuer},
            {"dwk", document},
            {"jti", crypto::random_id()},
            {"iat", issued_at},
            {"exp", expires}};
}

nlohmann::json confirmation(const jose::SigningKey& key) { return {{"jwk", key.public_jwk()}}; }

nlohmann::json confirmation(const jose::Jwk& key) {
    return {{"jwk", jose::to_json(key.key, key.algorithm.value_or(crypto::Algorithm::Ed25519), key.kid)}};
}

}  // namespace aauth::protocol

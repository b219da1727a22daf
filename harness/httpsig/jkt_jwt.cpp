#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"

// Self-issued key delegation: HTTP Signature Keys section 3.5.
namespace aauth::httpsig {

namespace {

constexpr std::string_view token_type = "jkt-s256+jwt";

std::string thumbprint_uri(const crypto::PublicKey& key) { return "urn:jkt:sha-256:" + jose::thumbprint(key); }

tl::unexpected<Error> refused(std::string message) { return failure("invalid_jwt", std::move(message)); }

}  // namespace

std::string mint_jkt_jwt(const jose::SigningKey& identity, const jose::SigningKey& ephemeral, std::int64_t issued_at,
                         std::int64_t expires) {
    const auto identity_key = identity.key.public_key();
    const nlohmann::json header = {{"typ", token_type},
                                   {"alg", crypto::name(identity.algorithm)},
                                   {"jwk", jose::to_json(identity_key, identity.algorithm)},
                                   {"kid", nullptr}};
    const nlohmann::json confirmation = {{"jwk", jose::to_json(ephemeral.key.public_key(), ephemeral.algorithm)}};
    const nlohmann::json claims = {
        {"iss", thumbprint_uri(identity_key)}, {"iat", issued_at}, {"exp", expires}, {"cnf", confirmation}};
    return jose::mint(header, claims, identity);
}

Result<ConfirmedKey> verify_jkt_jwt(const SignatureKey& member, std::int64_t now, jose::JwkRules rules) {
    const auto text = member.string_parameter("jwt");
    if (member.scheme != Scheme::JktJwt || !text) return refused("the Signature-Key member carries no jkt-jwt");
    auto jwt = jose::Jwt::decode(*text);
    if (!jwt) return tl::unexpected(jwt.error());

    // SHA-512 thumbprints (jkt-s512+jwt) are optional, and not done here.
    if (jwt->header_string("typ") != token_type) return refused(fmt::format("the token's typ is not {}", token_type));
    const auto* jwk = json::member(jwt->header(), "jwk");
    if (jwk == nullptr || !jwk->is_object()) return refused("the token's header has no jwk");
    const auto identity = jose::parse_jwk(*jwk, rules);
    if (!identity) return tl::unexpected(identity.error());
    if (jwt->claim_string("iss") != thumbprint_uri(identity->key)) {
        return refused("the token's iss is not the thumbprint of the key in its header");
    }
    auto algorithm = identity->algorithm;
    if (!algorithm) algorithm = crypto::algorithm_from_name(jwt->header_string("alg").value_or(""));
    if (!algorithm || !jwt->signed_by(identity->key, *algorithm, rules)) {
        return refused("the token's signature does not verify under the key in its header");
    }

    const auto expires = jwt->claim_integer("exp");
    if (!expires || !jwt->claim_integer("iat")) return refused("the token has no exp or no iat");
    if (*expires <= now) return failure("expired_jwt", "the token has expired");
    const bool* cached = member.parameters.find_as<bool>("cache");
    if (cached != nullptr && *cached && !jwt->claim_string("jti")) {
        return refused("the token is to be cached and has no jti");
    }
    auto key = confirmation_key(*jwt, rules);
    if (!key) return tl::unexpected(key.error());
    return ConfirmedKey{std::move(*key), std::move(*jwt)};
}

}  // namespace aauth::httpsig

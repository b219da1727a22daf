#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/jose/jwk.h"
#include "harness/jose/members.h"
#include "harness/json/json.h"

namespace aauth::jose {

namespace {

using crypto::Algorithm;
using crypto::KeyType;
using crypto::PrivateKey;

Result<PrivateKey> read_private_key(const nlohmann::json& jwk, KeyType type) {
    const auto d = octets_member(jwk, "d");
    if (!d) return tl::unexpected(d.error());
    if (type == KeyType::Ed25519 || type == KeyType::Ed448) return PrivateKey::from_edwards(type, *d);
    if (type != KeyType::RSA) return PrivateKey::from_scalar(type, *d);
    std::string parts[4];
    for (std::size_t i = 0; i < 4; ++i) {
        constexpr const char* names[] = {"n", "e", "p", "q"};
        auto part = octets_member(jwk, names[i]);
        if (!part) return tl::unexpected(part.error());
        parts[i] = std::move(*part);
    }
    return PrivateKey::from_rsa(parts[0], parts[1], *d, parts[2], parts[3]);
}

}  // namespace

SigningKey SigningKey::generate(Algorithm algorithm, std::string kid) {
    if (kid.empty()) kid = crypto::random_id();
    return {PrivateKey::generate(crypto::key_type_for(algorithm)), algorithm, std::move(kid)};
}

nlohmann::json SigningKey::public_jwk() const { return to_json(key.public_key(), algorithm, kid); }

nlohmann::json SigningKey::private_jwk() const {
    auto jwk = public_jwk();
    if (key.type() != KeyType::RSA) {
        jwk["d"] = crypto::base64url_encode(key.secret_octets());
        return jwk;
    }
    const auto parts = key.rsa_secrets();
    jwk["d"] = crypto::base64url_encode(parts.d);
    jwk["p"] = crypto::base64url_encode(parts.p);
    jwk["q"] = crypto::base64url_encode(parts.q);
    jwk["dp"] = crypto::base64url_encode(parts.dp);
    jwk["dq"] = crypto::base64url_encode(parts.dq);
    jwk["qi"] = crypto::base64url_encode(parts.qi);
    return jwk;
}

std::string SigningKey::thumbprint() const { return jose::thumbprint(key.public_key()); }

Result<SigningKey> parse_private_jwk(const nlohmann::json& jwk) {
    if (!jwk.is_object()) return invalid_key("the JWK is no JSON object");
    if (const auto usage = check_usage(jwk, "sign"); !usage) return tl::unexpected(usage.error());
    if (json::member(jwk, "oth") != nullptr) return invalid_key("the JWK has more than two primes");

    auto public_members = jwk;
    for (const auto* name : {"d", "p", "q", "dp", "dq", "qi", "key_ops"}) public_members.erase(name);
    auto half = parse_jwk(public_members, {.algorithm_required = false, .eddsa_allowed = true});
    if (!half) return tl::unexpected(half.error());

    const auto type = half->key.type();
    auto key = read_private_key(jwk, type);
    if (!key) return tl::unexpected(key.error());
    if (thumbprint(key->public_key()) != thumbprint(half->key)) {
        return invalid_key("the JWK's d does not belong to its public members");
    }
    if (!half->algorithm) {
        return failure("unsupported_algorithm", "the private RSA key has no alg, and its type allows more than one");
    }
    return SigningKey{std::move(*key), *half->algorithm, std::move(half->kid)};
}

}  // namespace aauth::jose

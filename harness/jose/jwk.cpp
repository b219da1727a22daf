#include "harness/jose/jwk.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "harness/crypto/encoding.h"
#include "harness/jose/members.h"
#include "harness/json/json.h"

namespace aauth::jose {

namespace {

using crypto::Algorithm;
using crypto::KeyType;

tl::unexpected<Error> unsupported(std::string message) { return failure("unsupported_algorithm", std::move(message)); }

// The algorithm that an `alg` names for a key of this type (none: a type that we do not implement).
std::optional<Algorithm> algorithm_of(const std::string& alg, std::optional<KeyType> type, JwkRules rules) {
    if (alg == "EdDSA" && rules.eddsa_allowed) {
        return type == KeyType::Ed448 ? Algorithm::Ed448 : Algorithm::Ed25519;
    }
    return crypto::algorithm_from_name(alg);
}

Result<crypto::PublicKey> read_key(const nlohmann::json& jwk, KeyType type) {
    if (type == KeyType::RSA) {
        const auto n = octets_member(jwk, "n");
        if (!n) return tl::unexpected(n.error());
        const auto e = octets_member(jwk, "e");
        if (!e) return tl::unexpected(e.error());
        return crypto::PublicKey::from_rsa(*n, *e);
    }
    const auto x = octets_member(jwk, "x");
    if (!x) return tl::unexpected(x.error());
    if (type == KeyType::Ed25519 || type == KeyType::Ed448) return crypto::PublicKey::from_edwards(type, *x);
    const auto y = octets_member(jwk, "y");
    if (!y) return tl::unexpected(y.error());
    return crypto::PublicKey::from_coordinates(type, *x, *y);
}

}  // namespace

Result<Jwk> parse_jwk(const nlohmann::json& jwk, JwkRules rules) {
    if (!jwk.is_object()) return invalid_key("the JWK is no JSON object");
    for (const auto* name : {"alg", "kid"}) {
        const auto* value = json::member(jwk, name);
        if (value != nullptr && !value->is_string()) return invalid_key(fmt::format("the JWK's {} is no string", name));
    }
    const auto type = key_type_of(jwk);
    if (!type) return tl::unexpected(type.error());

    // HTTP Signature Keys -09, section 3.3: kty and crv are checks on alg; a disagreement is an invalid key, and what
    // nobody here implements is an unsupported algorithm.
    const auto alg = json::string_member(jwk, "alg");
    const auto algorithm = alg ? algorithm_of(*alg, *type, rules) : std::nullopt;
    if (algorithm && crypto::key_type_for(*algorithm) != *type) {
        return invalid_key(fmt::format("the JWK's kty or crv disagrees with its alg {}", *alg));
    }
    if (!*type) return unsupported("the JWK has a kty or crv that is not implemented");

    for (const auto* name : {"d", "p", "q", "dp", "dq", "qi", "oth"}) {
        if (json::member(jwk, name) != nullptr) {
            return invalid_key(fmt::format("the JWK has the private member {}", name));
        }
    }
    if (const auto usage = check_usage(jwk, "verify"); !usage) return tl::unexpected(usage.error());
    auto key = read_key(jwk, **type);
    if (!key) return tl::unexpected(key.error());

    if (!alg && rules.algorithm_required) return unsupported("the JWK has no alg");
    if (alg && !algorithm) return unsupported(fmt::format("the JWK's alg {} is not supported", json::dump(*alg)));
    return Jwk{std::move(*key), alg ? algorithm : only_algorithm_for(**type),
               json::string_member(jwk, "kid").value_or("")};
}

Result<Jwk> parse_jwk(std::string_view text, JwkRules rules) {
    const auto jwk = json::parse(text);
    if (!jwk) return invalid_key("the JWK is no JSON: " + jwk.error().message);
    return parse_jwk(*jwk, rules);
}

nlohmann::json to_json(const crypto::PublicKey& key, Algorithm algorithm, std::string_view kid) {
    const auto type = key.type();
    nlohmann::json jwk = {{"kty", kty_of(type)}, {"alg", crypto::name(algorithm)}};
    if (!kid.empty()) jwk["kid"] = kid;
    if (type == KeyType::RSA) {
        const auto parts = key.rsa_components();
        jwk["n"] = crypto::base64url_encode(parts.modulus);
        jwk["e"] = crypto::base64url_encode(parts.exponent);
        return jwk;
    }
    jwk["crv"] = curve_of(type);
    if (type == KeyType::Ed25519 || type == KeyType::Ed448) {
        jwk["x"] = crypto::base64url_encode(key.edwards_octets());
        return jwk;
    }
    const auto parts = key.coordinates();
    jwk["x"] = crypto::base64url_encode(parts.x);
    jwk["y"] = crypto::base64url_encode(parts.y);
    return jwk;
}

}  // namespace aauth::jose

#include "harness/jose/members.h"

#include <fmt/core.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/crypto/encoding.h"
#include "harness/json/json.h"

namespace aauth::jose {

namespace {

struct KeyTypeRow {
    crypto::KeyType type;
    std::string_view kty, crv;
};

constexpr std::array<KeyTypeRow, 6> rows{{
    {crypto::KeyType::Ed25519, "OKP", "Ed25519"},
    {crypto::KeyType::Ed448, "OKP", "Ed448"},
    {crypto::KeyType::P256, "EC", "P-256"},
    {crypto::KeyType::P384, "EC", "P-384"},
    {crypto::KeyType::P521, "EC", "P-521"},
    {crypto::KeyType::RSA, "RSA", ""},
}};

}  // namespace

Result<std::string> octets_member(const nlohmann::json& jwk, std::string_view name) {
    const auto text = json::string_member(jwk, name);
    if (!text) return invalid_key(fmt::format("the JWK has no string member {}", name));
    auto octets = crypto::base64url_decode(*text);
    if (!octets) return invalid_key(fmt::format("the JWK's member {} is malformed: {}", name, octets.error().message));
    return octets;
}

Result<std::optional<crypto::KeyType>> key_type_of(const nlohmann::json& jwk) {
    const auto kty = json::string_member(jwk, "kty");
    if (!kty) return invalid_key("the JWK has no string member kty");
    const auto crv = json::string_member(jwk, "crv");
    if (!crv && json::member(jwk, "crv") != nullptr) return invalid_key("the JWK's crv is no string");
    if ((*kty == "OKP" || *kty == "EC") && !crv) return invalid_key("the JWK has no string member crv");
    if (*kty == "RSA" && crv) return invalid_key("the JWK is an RSA key with a crv");
    for (const auto& row : rows) {
        if (row.kty == *kty && row.crv == crv.value_or("")) return row.type;
    }
    return std::nullopt;
}

std::string_view curve_of(crypto::KeyType type) {
    for (const auto& row : rows) {
        if (row.type == type) return row.crv;
    }
    return {};
}

std::string_view kty_of(crypto::KeyType type) {
    for (const auto& row : rows) {
        if (row.type == type) return row.kty;
    }
    return {};
}

std::optional<crypto::Algorithm> only_algorithm_for(crypto::KeyType type) {
    using crypto::Algorithm;
    for (const auto algorithm :
         {Algorithm::Ed25519, Algorithm::Ed448, Algorithm::ES256, Algorithm::ES384, Algorithm::ES512}) {
        if (crypto::key_type_for(algorithm) == type) return algorithm;
    }
    return std::nullopt;
}

Result<void> check_usage(const nlohmann::json& jwk, std::string_view operation) {
    if (json::member(jwk, "use") != nullptr && json::string_member(jwk, "use") != "sig") {
        return invalid_key("the JWK's use is not sig");
    }
    const auto* operations = json::member(jwk, "key_ops");
    if (operations == nullptr) return {};
    if (!operations->is_array()) return invalid_key("the JWK's key_ops is no array");
    std::set<std::string> seen;
    for (const auto& entry : *operations) {
        if (!entry.is_string()) return invalid_key("the JWK's key_ops has an entry that is no string");
        if (!seen.insert(entry.get<std::string>()).second) return invalid_key("the JWK's key_ops repeats an operation");
    }
    if (!seen.contains(std::string(operation))) {
        return invalid_key(fmt::format("the JWK's key_ops does not allow {}", operation));
    }
    return {};
}

}  // namespace aauth::jose

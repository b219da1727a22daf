#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/crypto/key.h"
#include "harness/result.h"

// What the sources of this room share about the members of a JWK. No other room includes this.
namespace aauth::jose {

inline tl::unexpected<Error> invalid_key(std::string message) { return failure("invalid_key", std::move(message)); }

// The octets of a base64url member. Error "invalid_key" when it is absent, no string or not strict base64url.
Result<std::string> octets_member(const nlohmann::json& jwk, std::string_view name);

// The type that kty and crv name; nothing when we do not implement it. Error "invalid_key" when one of them is missing
// or no string, or when an RSA key has a crv.
Result<std::optional<crypto::KeyType>> key_type_of(const nlohmann::json& jwk);

// The crv of a type, "" for RSA, and its kty.
std::string_view curve_of(crypto::KeyType type);
std::string_view kty_of(crypto::KeyType type);

// The only algorithm for keys of this type; nothing for RSA, which has several.
std::optional<crypto::Algorithm> only_algorithm_for(crypto::KeyType type);

// Error "invalid_key" when a `use` is not "sig", or a `key_ops` is no array of distinct strings with `operation`
// among them (RFC 7517, sections 4.2 and 4.3).
Result<void> check_usage(const nlohmann::json& jwk, std::string_view operation);

}  // namespace aauth::jose

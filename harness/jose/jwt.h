#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/crypto/key.h"
#include "harness/jose/jwk.h"
#include "harness/jose/jws.h"
#include "harness/result.h"

// JSON Web Tokens in compact form: decoded with the raw bytes kept, verified, minted, and minted wrongly on purpose.
namespace aauth::jose {

// A token taken apart, with nothing of its signature checked.
class Jwt {
public:
    // Error "invalid_jwt": not three strict base64url parts, header or payload no JSON object (duplicate members,
    // depth and size as in json::parse), an alg that is absent or no string. The signature part may be empty.
    static Result<Jwt> decode(std::string_view compact);

    const std::string& compact() const { return jws_.compact; }
    std::string_view signing_input() const { return jws_.signing_input(); }  // header.payload, as received
    const std::string& signature() const { return jws_.signature; }          // decoded octets
    const nlohmann::json& header() const { return *jws_.header; }
    const nlohmann::json& payload() const { return *payload_; }
    const std::string& header_text() const { return jws_.header_text; }    // decoded octets
    const std::string& payload_text() const { return jws_.payload_text; }  // decoded octets

    // Strings and integers by name; nothing when absent or of another type. A number with a fraction, as a NumericDate
    // may be (RFC 7519 section 2), gives its whole part.
    std::optional<std::string> header_string(std::string_view name) const;
    std::optional<std::string> claim_string(std::string_view name) const;
    std::optional<std::int64_t> claim_integer(std::string_view name) const;

    // True when the signature is valid under the key and the header's alg is that algorithm. With
    // rules.eddsa_allowed the Edwards algorithms may be named "EdDSA" too. A `crit` header is left to the caller.
    bool signed_by(const crypto::PublicKey& key, crypto::Algorithm algorithm, JwkRules rules = {}) const;

private:
    Jwt(Jws jws, std::shared_ptr<const nlohmann::json> payload) : jws_(std::move(jws)), payload_(std::move(payload)) {}

    Jws jws_;
    std::shared_ptr<const nlohmann::json> payload_;
};

// Makes a token. The header gets alg and kid of the key unless it already has them (an explicit null leaves the
// member out). Nothing else is added and nothing is checked: claims of any kind, right or wrong, go in. A header or
// payload that is null as a whole (`{}` in C++) is an empty object.
std::string mint(const nlohmann::json& header, const nlohmann::json& payload, const SigningKey& key);

// The same from exact bytes: for duplicate members, odd whitespace, header or payload that are no objects.
std::string mint_raw(std::string_view header_text, std::string_view payload_text, const SigningKey& key);

// A token with the given raw signature octets instead of a computed one (empty: an unsecured "alg":"none" form).
std::string assemble(std::string_view header_text, std::string_view payload_text, std::string_view signature);

// The same token with one bit in the middle of the decoded signature flipped: the result keeps its form and length.
// std::invalid_argument when the text has no three parts or no signature.
std::string corrupt_signature(std::string_view compact);

}  // namespace aauth::jose

#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/crypto/key.h"
#include "harness/result.h"

// JSON Web Keys as HTTP Signature Keys uses them: every key names its algorithm, and alg, kty and crv agree.
namespace aauth::jose {

// How strictly a JWK is read: what drafts differ in. Where alg is not required, a key without one is for the algorithm that
// its kty and crv leave (HTTP Signature Keys -04, section 2.3).
struct JwkRules {
    bool algorithm_required = true;   // Signature Keys -09: `alg` REQUIRED and fully specified
    bool eddsa_allowed = false;       // older drafts: alg "EdDSA" beside or instead of "Ed25519"
};

struct Jwk {
    crypto::PublicKey key;
    std::optional<crypto::Algorithm> algorithm;  // absent only of an RSA key without alg, where the rules allow it
    std::string kid;                             // empty when absent
};

// Reads a public key. Error codes: "invalid_key" (malformed, inconsistent alg/kty/crv, private members present,
// wrong `use` or `key_ops`), "unsupported_algorithm" (an alg we or the draft do not know).
Result<Jwk> parse_jwk(const nlohmann::json& jwk, JwkRules rules = {});
Result<Jwk> parse_jwk(std::string_view text, JwkRules rules = {});
// A string would turn into a JSON string as readily as into a view.
inline Result<Jwk> parse_jwk(const std::string& text, JwkRules rules = {}) {
    return parse_jwk(std::string_view(text), rules);
}
inline Result<Jwk> parse_jwk(const char* text, JwkRules rules = {}) { return parse_jwk(std::string_view(text), rules); }

// The public JWK with members kty, crv/x/y or n/e, alg, and kid when not empty.
nlohmann::json to_json(const crypto::PublicKey& key, crypto::Algorithm algorithm, std::string_view kid = {});

// RFC 7638 SHA-256 thumbprint, unpadded base64url: of a key, or of a JWK's required members as they stand.
std::string thumbprint(const crypto::PublicKey& key);
Result<std::string> thumbprint(const nlohmann::json& jwk);

// A JWK Set. Keys that cannot be used are kept apart rather than failing the set: an unusable sibling must not spoil
// a usable key.
struct Jwks {
    std::vector<Jwk> keys;
    struct Unusable {
        std::string kid;
        Error why;
    };
    std::vector<Unusable> unusable;

    // All usable keys with this kid; callers decide what more than one means.
    std::vector<const Jwk*> with_kid(std::string_view kid) const;
};
// Error "invalid_jwks" when the document is no object with a `keys` array.
Result<Jwks> parse_jwks(const nlohmann::json& document, JwkRules rules = {});

// A private key with what its public half says of it: what a party signs with.
struct SigningKey {
    crypto::PrivateKey key;
    crypto::Algorithm algorithm;
    std::string kid;

    static SigningKey generate(crypto::Algorithm algorithm, std::string kid = {});  // random kid when empty
    nlohmann::json public_jwk() const;
    nlohmann::json private_jwk() const;  // with d, for vectors and programs under test; never for reports
    std::string thumbprint() const;
};
// A private JWK (with d, and p and q for RSA), for test vectors and programs under test. More lenient than parse_jwk:
// alg may be "EdDSA", or absent where kty and crv leave only one. Error codes as there; `key_ops` must have "sign".
Result<SigningKey> parse_private_jwk(const nlohmann::json& jwk);

}  // namespace aauth::jose

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/result.h"

// Keys and signatures over OpenSSL 3, stricter than it: fixed signature lengths, canonical coordinates, no small-order
// Edwards points, RSA moduli of 2048 bits at least.
namespace aauth::crypto {

// The signature algorithms of HTTP Signature Keys, by their fully specified JOSE names.
enum class Algorithm { Ed25519, Ed448, ES256, ES384, ES512, RS256, PS256 };

std::string_view name(Algorithm algorithm);                          // "Ed25519"
std::optional<Algorithm> algorithm_from_name(std::string_view name);  // exact, case-sensitive; "EdDSA" is none of them

enum class KeyType { Ed25519, Ed448, P256, P384, P521, RSA };

KeyType key_type_for(Algorithm algorithm);

struct RsaComponents {
    std::string modulus;   // n, big-endian, no leading zero
    std::string exponent;  // e, likewise
};
struct EcCoordinates {
    std::string x, y;  // fixed width of the curve: 32, 48 or 66 octets
};
struct RsaSecrets {
    std::string d, p, q, dp, dq, qi;  // RFC 7518, section 6.3.2; big-endian, no leading zero
};

class PublicKey {
public:
    // Edwards keys from their 32 or 57 octets. Error codes here and below: "invalid_key".
    static Result<PublicKey> from_edwards(KeyType type, std::string_view octets);
    // x and y of the curve's exact width; the point must be on the curve.
    static Result<PublicKey> from_coordinates(KeyType type, std::string_view x, std::string_view y);
    static Result<PublicKey> from_rsa(std::string_view modulus, std::string_view exponent);

    KeyType type() const;
    std::string edwards_octets() const;    // Edwards keys only; std::logic_error otherwise
    EcCoordinates coordinates() const;     // EC keys only
    RsaComponents rsa_components() const;  // RSA only

    // True when `signature` (raw form: R||S, r||s in P1363, or the RSA octets) is a valid signature of `message`.
    // False for every other input, wrong lengths and algorithms that do not fit the key included.
    bool verify(Algorithm algorithm, std::string_view message, std::string_view signature) const;

    struct State;
    explicit PublicKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}

private:
    std::shared_ptr<const State> state_;
};

class PrivateKey {
public:
    static PrivateKey generate(KeyType type);  // RSA: 2048 bits
    static Result<PrivateKey> from_edwards(KeyType type, std::string_view seed);
    static Result<PrivateKey> from_scalar(KeyType type, std::string_view d);  // EC, fixed width
    static Result<PrivateKey> from_pem(std::string_view pem);
    // RSA from n, e, d, p, q (big-endian octets).
    static Result<PrivateKey> from_rsa(std::string_view n, std::string_view e, std::string_view d, std::string_view p,
                                       std::string_view q);

    KeyType type() const;
    PublicKey public_key() const;
    std::string to_pem() const;  // PKCS#8, for keys that the lab writes down; never for reports

    // The secret itself, for JWKs that the lab hands to programs under test; never for reports.
    std::string secret_octets() const;  // Edwards seed, or EC scalar in fixed width; std::logic_error for RSA
    RsaSecrets rsa_secrets() const;     // RSA only

    // The same key, whose ECDSA signatures are made as RFC 6979 has it: the same message gives the same signature. The
    // other algorithms but PS256 are so by themselves.
    PrivateKey deterministic() const;

    // The raw signature. Error "wrong_key_type" when the algorithm does not fit the key.
    Result<std::string> sign(Algorithm algorithm, std::string_view message) const;

    struct State;
    explicit PrivateKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    const State& state() const { return *state_; }

private:
    std::shared_ptr<const State> state_;
};

}  // namespace aauth::crypto

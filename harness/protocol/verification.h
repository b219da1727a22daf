#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http/message.h"
#include "harness/httpsig/base.h"
#include "harness/httpsig/discovery.h"
#include "harness/jose/jwt.h"
#include "harness/protocol/draft.h"
#include "harness/protocol/faults.h"
#include "harness/protocol/identifiers.h"
#include "harness/protocol/tokens.h"

// What a server does with a signed request (section 11.3.4) and with the tokens it is shown (11.5.2 and each token's
// own section).
namespace aauth::protocol {

// The verifying party. References outlive it.
struct Verifier {
    const Draft& draft;
    std::string identifier;  // its own
    Reach reach = Reach::Strict;
    std::function<std::int64_t()> clock;  // seconds since the epoch
    httpsig::Discovery& keys;
    const Faults& faults;
    std::vector<crypto::Algorithm> algorithms = {crypto::Algorithm::Ed25519, crypto::Algorithm::ES256};
    // True when the issuer has withdrawn the token (11.12.5).
    std::function<bool(const std::string& issuer, const std::string& jti)> revoked;

    bool accepts(crypto::Algorithm algorithm) const;
    std::vector<std::string> algorithm_names() const;
};

// A token whose signature, type, issuer and times are good.
struct Token {
    TokenKind kind;
    jose::Jwt jwt;
    std::optional<jose::Jwk> confirmation;  // of all kinds but resource tokens

    std::string claim(std::string_view name) const;  // empty when absent or no string
    std::int64_t expires() const;
    std::string confirmation_thumbprint() const;  // empty without cnf
};

// The common checks (11.5.2) and the structure of the token's own claims: its required claims are there and of their
// types, cnf.jwk is a usable key. Binding to the request (aud, key) is the caller's. Rules that faults can switch off are
// "<kind>.typ", ".dwk", ".iss", ".kid", ".signature", ".exp", ".iat", ".cnf", ".claims" and ".ps", ".parent" for agent
// tokens, after word(kind); further ".crit", ".ceiling", ".sub", ".revoked". Further faults: "lenient-cnf" (any x counts
// as an Ed25519 key), "unusable-cnf-other-code", "refuse-unknown-claims", "refuse-unknown-jwk-members",
// "refuse-uppercase-sub", "iat-ahead-other-code", "iat-strict". Error codes: "invalid", "expired", "revoked",
// "clock_skew", and those of Discovery ("issuer_missing", "issuer_mismatch", "unknown_key", "unsupported_algorithm",
// "invalid_key").
Result<Token> verify_token(const Verifier& verifier, std::string_view compact, TokenKind kind);

// Like verify_token for a token of any of these kinds, told by its typ. Error "invalid" for another typ.
Result<Token> verify_token(const Verifier& verifier, std::string_view compact, const std::vector<TokenKind>& kinds);

// The Signature-Error code for a token in Signature-Key that failed, or for the key of a server (11.3.4 step 5).
std::string signature_error(const Error& error);

// The error code for a token that came as a request parameter (11.9.3): "<invalid|expired|revoked>_<parameter>" or
// "clock_skew" where the draft has it. `parameter` is "resource_token".
std::string parameter_error(const Draft& draft, const Error& error, std::string_view parameter);

// What an endpoint asks of a request's signature.
struct SignatureRules {
    bool server_endpoint = true;             // of a PS, AS, or for revocation: bodies are covered
    std::vector<std::string> also_covered;   // additional_signature_components
    std::optional<std::int64_t> window;      // seconds; default: the draft's
    std::vector<TokenKind> tokens = {TokenKind::Agent};  // that may stand in Signature-Key under the jwt scheme
    bool servers = false;                    // jwks_uri is accepted (revocation, PS to AS)
    // The schemes that are accepted, where they are others than jwt (or jwks_uri, of servers): hwk and jkt-jwt can be
    // among them, which give a key and no token.
    std::vector<std::string> schemes = {};
};

// Components that the profile requires of this request (11.3.3.1).
std::vector<std::string> required_components(const Draft& draft, const http::Request& request,
                                             const SignatureRules& rules);

// Why a request's signature was refused: what goes into the 401.
struct SignatureRefusal {
    std::string error;  // Signature-Error code
    std::string detail;
    std::vector<std::string> required_input;
    std::vector<std::string> accept_schemes;
    std::vector<std::string> accept_algorithms;
};

struct VerifiedRequest {
    httpsig::LabelledSignature signature;
    std::string base;         // the signature base
    jose::Jwk key;            // that made the signature
    std::optional<Token> token;  // jwt scheme
    std::string signer;       // jwks_uri scheme: the id

    std::string thumbprint() const;
};

// Steps 1 to 7 of section 11.3.4. Rules that faults can switch off: "sig.components.<name>", "sig.label",
// "sig.digest", "sig.created.present", "sig.created.old", "sig.created.ahead", "sig.expires", "sig.scheme",
// "sig.algorithm" (of keys too: alg absent or EdDSA is taken for Ed25519), "sig.verifies", and those of verify_token.
// Further faults: those of faulty_base, and "missing-headers-other-code", "only-label-sig", "one-signature-key-member",
// "digest-sha-256-only", "window-10-seconds", "refuse-expires-parameter", "refuse-alg-parameter",
// "refuse-cache-parameter", "unsupported-scheme-other-code", "key-from-keyid".
tl::expected<VerifiedRequest, SignatureRefusal> verify_request(const Verifier& verifier, const http::Request& request,
                                                               const SignatureRules& rules);

// The 401 for a refusal, body and fields (11.3.4, 11.9.1).
http::Response refusal_response(const SignatureRefusal& refusal);

}  // namespace aauth::protocol

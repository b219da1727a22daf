#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/http/message.h"
#include "harness/jose/jwk.h"
#include "harness/jose/jwt.h"
#include "harness/result.h"
#include "harness/sfv/sfv.h"

// The Signature-Key header of HTTP Signature Keys (sections 3 to 3.11).
namespace aauth::httpsig {

enum class Scheme { Hwk, JktJwt, JwksUri, Jwks, Jwt, SelfJwt, X509, Cached };

std::string_view name(Scheme scheme);  // "jkt-jwt"
std::optional<Scheme> scheme_from_name(std::string_view name);

// One dictionary member: the key of one label.
struct SignatureKey {
    std::string scheme_name;        // as on the wire, registered or not
    std::optional<Scheme> scheme;   // nothing for an unregistered one
    sfv::Parameters parameters;

    std::optional<std::string> string_parameter(std::string_view name) const;
};

// The member for a label. Errors: "invalid_signature" (header absent, malformed, no member of that label, the member is
// no token).
Result<SignatureKey> parse_signature_key(const http::Fields& fields, std::string_view label);

// Whether the member has the parameters that its scheme requires, each of its type (sections 3.4 to 3.11); what they hold is
// not looked at. Without `further_schemes` there are no jwks, self-jwt and cached. Errors: "unsupported_scheme" (an
// unregistered one), "invalid_key" (hwk), "invalid_jwt" (schemes that carry one), "invalid_signature" (others).
Result<void> check_parameters(const SignatureKey& member, jose::JwkRules rules, bool further_schemes = true);

// Dictionary members, for sending.
sfv::Item hwk_member(const jose::SigningKey& key);                       // section 3.4
sfv::Item jwt_member(std::string_view jwt);                              // section 3.8
sfv::Item jkt_jwt_member(std::string_view jwt);                          // section 3.5
sfv::Item jwks_uri_member(std::string_view id, std::string_view dwk, std::string_view kid);  // section 3.6

// A self-issued delegation (jkt-jwt, section 3.5): identity key signs, cnf is the ephemeral key. Times in seconds.
std::string mint_jkt_jwt(const jose::SigningKey& identity, const jose::SigningKey& ephemeral, std::int64_t issued_at,
                         std::int64_t expires);

// The key that an hwk member carries. Errors: "invalid_key", "unsupported_algorithm".
Result<jose::Jwk> hwk_key(const SignatureKey& member, jose::JwkRules rules);

struct ConfirmedKey {
    jose::Jwk key;   // cnf.jwk
    jose::Jwt jwt;
};
// Sections 3.5 steps 1 to 10: typ, thumbprint against iss, signature by the header's jwk, exp, cnf. `now` in seconds.
// Errors: "invalid_jwt", "expired_jwt", "invalid_key", "unsupported_algorithm".
Result<ConfirmedKey> verify_jkt_jwt(const SignatureKey& member, std::int64_t now, jose::JwkRules rules);

// The confirmation key of a JWT (RFC 7800 cnf.jwk). Errors: "invalid_jwt" (no cnf.jwk), "invalid_key",
// "unsupported_algorithm".
Result<jose::Jwk> confirmation_key(const jose::Jwt& jwt, jose::JwkRules rules);

}  // namespace aauth::httpsig

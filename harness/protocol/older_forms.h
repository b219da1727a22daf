#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "harness/jose/jwk.h"
#include "harness/protocol/verification.h"

// What the first drafts write otherwise (AAuth -01 sections 12.5.2 and 12.7, HTTP Signature Keys -04).
namespace aauth::protocol {

// The name that keys and tokens give an algorithm: "EdDSA" where the fully-specified names came later.
std::string algorithm_name(const Draft& draft, crypto::Algorithm algorithm);
// The name in the registry of HTTP Signature Algorithms (RFC 9421 section 6.2): "ed25519"; empty where it has none.
std::string_view signature_algorithm_name(crypto::Algorithm algorithm);
// Writes the draft's names into a JWK; into a token's claims (cnf.jwk).
void name_algorithm(const Draft& draft, nlohmann::json& jwk);
void name_confirmed_algorithm(const Draft& draft, nlohmann::json& claims);

// The value of Accept-Signature that asks for a kind of key: "jkt" (a pseudonym will do), "uri" (HTTP Signature Keys
// -04 section 4).
std::string accept_signature(std::string_view sigkey);
// The first sigkey of Accept-Signature. Errors: "absent" (no field, or none in it), "malformed_field" (no dictionary, or
// sigkey is no token).
Result<std::string> parse_sigkey(const http::Fields& fields);

// The 401 for a refusal as the draft has it: with supported_algorithms and Accept-Signature where there are no
// Accept-Signature-Alg and -Scheme.
http::Response refusal_response(const Draft& draft, const SignatureRefusal& refusal);

// An answer whose body is a problem, as the draft has it: with `error` and `error_description` where there are no
// problem details.
void plain_problem(const Draft& draft, http::Response& response);

}  // namespace aauth::protocol

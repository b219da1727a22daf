#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "harness/crypto/key.h"
#include "harness/jose/jwk.h"
#include "harness/result.h"

namespace aauth::jose {

// A JWS in compact form (RFC 7515, section 7.1) taken apart, its payload of any kind, nothing of its signature checked.
struct Jws {
    std::string compact;
    std::string header_text, payload_text, signature;  // decoded octets
    std::shared_ptr<const nlohmann::json> header;      // an object with a string alg

    // Error "invalid_jws": not three strict base64url parts, a header that is no JSON object (as json::parse_object
    // reads it), an alg that is absent or no string.
    static Result<Jws> decode(std::string_view compact);

    std::string_view signing_input() const;  // header.payload, as received

    // As Jwt::signed_by.
    bool signed_by(const crypto::PublicKey& key, crypto::Algorithm algorithm, JwkRules rules = {}) const;
};

}  // namespace aauth::jose

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/http/message.h"
#include "harness/httpsig/base.h"
#include "harness/jose/jwk.h"
#include "harness/result.h"
#include "harness/sfv/sfv.h"

namespace aauth::httpsig {

// Everything that goes into one signature. Nothing is checked against any profile: wrong signatures are made by filling
// this in wrongly.
struct Signing {
    std::string label = "sig";
    std::vector<sfv::Item> covered;
    sfv::Parameters parameters;             // created, expires, keyid, alg, nonce, tag, in this order on the wire
    std::optional<sfv::Item> signature_key;  // this label's Signature-Key member; nothing: no header is added
};

// Adds Signature-Key (when given), Signature-Input and Signature to the request; where they exist already a member is
// appended, so that a message can be signed more than once. Returns the signature base. Errors as signature_base, and
// "wrong_key_type".
Result<std::string> sign(http::Request& request, const Signing& signing, const jose::SigningKey& key);

// The same over a response and the request it answers.
Result<std::string> sign(http::Response& response, const http::Request& request, const Signing& signing,
                         const jose::SigningKey& key);

// Verifies one labelled signature under a key. Error "invalid_signature" when it does not verify; "invalid_input" when
// the base cannot be made; the base is given back when all is well.
Result<std::string> verify(const Message& message, const LabelledSignature& signature, const crypto::PublicKey& key,
                           crypto::Algorithm algorithm);

}  // namespace aauth::httpsig

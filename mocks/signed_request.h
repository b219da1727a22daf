#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/http/message.h"
#include "harness/httpsig/sign.h"
#include "harness/jose/jwk.h"
#include "harness/result.h"
#include "harness/sfv/sfv.h"

namespace aauth::mocks {

// A signed request in the making. A fresh one conforms to the signing profile (section 11.3.3); everything in it may be
// changed before it is sent, and `after_signing` changes what the signature can no longer see.
struct SignedRequest {
    http::Url url;
    http::Request request;
    jose::SigningKey key;
    std::string token;  // presented under the jwt scheme; empty: no Signature-Key unless `signature_key` is set
    std::optional<sfv::Item> signature_key;  // another member than jwt
    httpsig::Signing signing;
    bool sign = true;
    std::vector<std::function<void(http::Request&)>> after_signing;

    // Vocabulary of the cases. Each gives the request back, changed.
    SignedRequest& cover(const std::vector<std::string>& names);   // exactly these
    SignedRequest& uncover(std::string_view name);                 // one less
    SignedRequest& also_cover(const std::string& name);            // one more
    SignedRequest& created(std::int64_t seconds);
    SignedRequest& without_created();
    SignedRequest& body(std::string text, std::string media_type = "application/json");  // with its Content-Digest
    SignedRequest& header(std::string name, std::string value);
    SignedRequest& then(std::function<void(http::Request&)> change);  // after signing
    SignedRequest& unsigned_();
};

// A request to `url` by the holder of `key` who presents `token`, created at `now` (seconds). With a body, its digest and
// media type are there and covered.
SignedRequest signed_request(std::string method, const http::Url& url, const jose::SigningKey& key, std::string token,
                             std::int64_t now);

// The request as it goes out, and the signature base it was signed over (empty when unsigned). Errors as httpsig::sign.
struct Sealed {
    http::Request request;
    std::string base;
};
Result<Sealed> seal(const SignedRequest& plan);

}  // namespace aauth::mocks

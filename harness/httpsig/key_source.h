#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/httpsig/discovery.h"
#include "harness/jose/jwk.h"
#include "harness/result.h"

// The steps of HTTP Signature Keys section 3.6, without any memory.
namespace aauth::httpsig {

// {id}/.well-known/{dwk}. Error "unknown_key": an id that is no plain http(s) URL, a dwk that is no single path
// segment.
Result<std::string> metadata_url(std::string_view id, std::string_view dwk);

// Steps 1 to 4. Errors: "unknown_key" (no such document), "invalid_metadata", "issuer_missing", "issuer_mismatch".
Result<std::string> find_jwks_uri(const Discovery::Fetch& fetch, const std::string& url, std::string_view id,
                                  bool check_issuer);

struct FetchedKeys {
    std::shared_ptr<const jose::Jwks> keys;
    std::optional<std::int64_t> max_age;
};
// Step 5. Error "unknown_key".
Result<FetchedKeys> fetch_keys(const Discovery::Fetch& fetch, const std::string& jwks_uri, jose::JwkRules rules);

// Step 6. Of several usable keys with this kid the first. Errors: "unknown_key", and those of parse_jwk when the only
// keys with this kid cannot be used.
Result<jose::Jwk> select_key(const jose::Jwks& keys, std::string_view kid);
bool has_kid(const jose::Jwks& keys, std::string_view kid);

}  // namespace aauth::httpsig

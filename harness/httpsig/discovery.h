#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/jose/jwk.h"
#include "harness/result.h"

// Keys by issuer: {id}/.well-known/{dwk} -> jwks_uri -> JWKS -> kid (HTTP Signature Keys section 3.6), cached (7.2).
namespace aauth::httpsig {

struct Document {
    int status = 0;
    std::string body;
    std::optional<std::int64_t> max_age;  // seconds, from Cache-Control or Expires
    std::string link = {};                // the Link field, which nobody has to follow (protocol 11.2.5)
};

// Thread-safe. One fetch at a time for one issuer; others wait for its outcome unless a fresh cached key serves them.
// A key set is fresh for its max_age (one hour when it says nothing). A stale one is fetched again when the floor
// permits, and goes on serving until then and when the fetch fails. A failed try counts for the floor: its error is
// the answer until it has passed, and each further one in a row doubles the time until the next, up to an hour. A
// metadata document that names another issuer, or none, ends the cached set.
// Remembers 1000 issuers with 8 metadata documents each, then forgets the least recently used.
class Discovery {
public:
    // Gets a URL, without redirects and within limits. Its error becomes "unknown_key" with its message.
    using Fetch = std::function<Result<Document>(const std::string& url)>;
    using Clock = std::function<std::int64_t()>;  // seconds since the epoch

    struct Rules {
        std::int64_t floor = 60;          // seconds between two fetches of one issuer's JWKS
        std::int64_t ceiling = 86400;     // seconds after which a cached JWKS is dropped
        bool check_issuer = true;         // metadata's issuer against the id
        bool cache = true;                // false: every look-up fetches, whatever the floor says
        bool refetch_unknown = true;      // an unknown kid makes a fresh key set be fetched again
        bool refetch_failed = true;       // refreshed_key() fetches again; false: it gives what key() gives
        bool stale_on_failure = true;     // a cached key set serves when a fetch fails
        bool backoff = true;              // failures in a row lengthen the floor
        bool https_only = false;          // a jwks_uri by http is not fetched (7.3)
        bool same_host = true;            // nor one on another host than the metadata's (7.3)
        jose::JwkRules jwk = {};
    };

    Discovery(Fetch fetch, Clock clock);
    Discovery(Fetch fetch, Clock clock, Rules rules);
    ~Discovery();

    // The key with this kid. On an unknown kid the JWKS is fetched again, the floor permitting. Errors:
    // "issuer_missing", "issuer_mismatch", "unknown_key" (no such kid, or nothing could be fetched),
    // "unsupported_algorithm", "invalid_key" (the selected key cannot be used), "invalid_metadata".
    Result<jose::Jwk> key(std::string_view id, std::string_view dwk, std::string_view kid);

    // Forgets the cached key set of an issuer if the floor permits and looks again: for a signature that failed under a
    // cached key. Errors as key().
    Result<jose::Jwk> refreshed_key(std::string_view id, std::string_view dwk, std::string_view kid);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace aauth::httpsig

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "harness/http/client.h"
#include "harness/httpsig/discovery.h"

namespace aauth::mocks {

// How the parties of one run reach each other: which address answers for which identifier, the CA that they trust, and
// the clock. Thread-safe; outlives the parties.
class Network {
public:
    // Documents are given `document_limit` to come, everything else the time that `options` say.
    explicit Network(http::ClientOptions options = {},
                     std::chrono::milliseconds document_limit = std::chrono::seconds(10));

    // An identifier is served at this base URL from now on. With `keep_authority` the Host on the wire stays the
    // identifier's; without, it is the address that is dialled.
    void serve(const std::string& identifier, const std::string& base, bool keep_authority = true);

    std::shared_ptr<const http::Client> client() const;  // that knows the addresses as they are now

    // For Discovery: gets a document with Accept: application/json. Errors: as http::Client.
    Result<httpsig::Document> fetch(const std::string& url) const;
    // The same by a client whose options have been changed: for parties that are careless on purpose.
    Result<httpsig::Document> fetch(const std::string& url,
                                    const std::function<void(http::ClientOptions&)>& change) const;

    std::int64_t now() const;  // seconds since the epoch
    // A clock for tests: everything that asks this network for the time gets it from here.
    void set_clock(httpsig::Discovery::Clock clock);
    // Lets so many seconds pass on the clock at once.
    void advance(std::int64_t seconds);

private:
    http::ClientOptions document_options() const;

    mutable std::mutex mutex_;
    http::ClientOptions options_;
    std::chrono::milliseconds document_limit_;
    std::shared_ptr<const http::Client> client_, documents_;
    httpsig::Discovery::Clock clock_;
    std::int64_t advanced_ = 0;  // seconds
};

}  // namespace aauth::mocks

#pragma once

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
    explicit Network(http::ClientOptions options = {});

    // An identifier is served at this base URL from now on. With `keep_authority` the Host on the wire stays the
    // identifier's; without, it is the address that is dialled.
    void serve(const std::string& identifier, const std::string& base, bool keep_authority = true);

    std::shared_ptr<const http::Client> client() const;  // that knows the addresses as they are now

    // For Discovery: gets a document with Accept: application/json. Errors: as http::Client.
    Result<httpsig::Document> fetch(const std::string& url) const;

    std::int64_t now() const;  // seconds since the epoch
    // A clock for tests: everything that asks this network for the time gets it from here.
    void set_clock(httpsig::Discovery::Clock clock);
    // Lets so many seconds pass on the clock at once.
    void advance(std::int64_t seconds);

private:
    mutable std::mutex mutex_;
    http::ClientOptions options_;
    std::shared_ptr<const http::Client> client_;
    httpsig::Discovery::Clock clock_;
    std::int64_t advanced_ = 0;  // seconds
};

}  // namespace aauth::mocks

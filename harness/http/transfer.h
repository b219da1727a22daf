#pragma once

// Inside this room: one exchange on libcurl.

#include <memory>

#include "harness/http/client.h"

namespace aauth::http {

// Where a request goes once the address map has been looked at.
struct Destination {
    Url url;                // what the connection, the certificate's name and Host are taken from
    std::string authority;  // sent as Host unless the request has one
    Url dialled;            // scheme, host and port of the connection itself
    bool mapped = false;
};
// Error "bad_request": the entry for this URL is not a base URL.
Result<Destination> find_destination(const Url& url, const AddressMap& addresses);

// A curl handle and the connections that it keeps alive. For one thread at a time.
class Exchanger {
public:
    Exchanger();
    ~Exchanger();
    Exchanger(const Exchanger&) = delete;
    Exchanger& operator=(const Exchanger&) = delete;

    // `request` has been checked; its target is sent as it is. Error codes of Client::send.
    Result<Transfer> run(const Destination& destination, Request request, const ClientOptions& options);

private:
    struct Handles;
    std::unique_ptr<Handles> handles_;
};

}  // namespace aauth::http

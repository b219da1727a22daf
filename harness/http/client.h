#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/http/message.h"
#include "harness/result.h"

namespace aauth::http {

// `identifier -> address`: dial another place than the URL says while everything on the wire, the Host header and the
// name in TLS stay as they are. Keys are "scheme://authority" ("https://ps.test"); values are base URLs
// ("http://127.0.0.1:9000"): scheme, host and port of the value are dialled, so that an https identifier can be served
// in clear on loopback. With `keep_authority` false the Host header becomes the dialled authority.
struct AddressMap {
    struct Address {
        std::string base;            // scheme://host:port
        bool keep_authority = true;  // send the identifier's authority as Host
    };
    std::map<std::string, Address> entries;

    const Address* find(const Url& url) const;
};

struct ClientOptions {
    std::chrono::milliseconds connect_timeout{3000};
    std::chrono::milliseconds idle_timeout{10000};   // no byte in either direction for so long
    std::chrono::milliseconds total_timeout{30000};
    std::size_t max_response_head = 256u << 10;  // bytes
    std::size_t max_response_body = 4u << 20;    // bytes, after transfer decoding
    std::string ca_file;                         // PEM bundle; empty: the system's
    AddressMap addresses;
    bool follow_redirects = false;
};

// One request and what came of it, byte for byte.
struct Transfer {
    Request request;
    Response response;
    std::string sent;      // request head and body as written to the socket
    std::string received;  // response head as read, and the body
    std::chrono::microseconds elapsed{0};
    std::string peer;  // address:port that was dialled
};

// Blocking client on libcurl with connections kept alive. One Client may be used from many threads at once: each call
// takes a handle of its own from a pool.
class Client {
public:
    explicit Client(ClientOptions options = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Sends a request to an absolute URL; `request.target`, `scheme` and `authority` are set from it, `path-as-is`.
    // Sends just the fields given, plus Host and Content-Length when they are missing; never User-Agent, Accept,
    // Expect. Error codes: "connect_failed", "tls_failed", "timeout", "response_too_large", "malformed_response",
    // "connection_closed", "bad_request" (method or field that cannot be put on the wire).
    Result<Transfer> send(const Url& url, Request request) const;

    const ClientOptions& options() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Writes exact bytes to the address of `url` (TLS when it is https, under the options' CA) and reads one response: for
// requests that no HTTP library would send. Error codes as Client::send.
Result<Transfer> send_raw(const Url& url, std::string bytes, const ClientOptions& options);

// The bytes that Client::send would write for this request.
std::string to_wire(const Request& request);

}  // namespace aauth::http

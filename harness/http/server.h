#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "harness/http/message.h"
#include "harness/result.h"

namespace aauth::http {

class TestCa;

// What a server sends back: a response, or exact bytes (`raw`, when not empty) for responses that no HTTP library
// would write, after which the connection is closed.
struct Reply {
    Response response;
    std::string raw;
    bool close = false;  // close the connection after this reply
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free one
    std::size_t max_request_head = 256u << 10;  // bytes; 431 beyond
    std::size_t max_request_body = 4u << 20;    // bytes; 413 beyond
    std::chrono::milliseconds idle_timeout{30000};
    unsigned threads = 2;  // that run handlers; accepting and parsing use one more
    // TLS: serve https with leaf certificates of this CA, chosen by SNI. Must outlive the server.
    TestCa* ca = nullptr;
};

// HTTP/1.1 server on Boost.Asio with Beast's parser: keep-alive, pipelining in order, chunked bodies, many connections,
// graceful stop. Sets Content-Length and Date itself when the handler did not. Answers 400 to a request without exactly
// one Host.
class Server {
public:
    // Called on a worker thread, many at once. `request.scheme` and `authority` are those of the connection and Host.
    // An exception becomes a 500 with an empty body.
    using Handler = std::function<Reply(const Request&)>;

    // Binds and starts. Errors: "address_in_use", "cannot_listen".
    static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler);
    ~Server();  // stop()

    std::uint16_t port() const;
    std::string base() const;  // "http://127.0.0.1:PORT" or https

    // Stops accepting, lets running handlers answer (2 s at most), closes every connection. Idempotent. Returns only
    // when the last handler has, because handlers may use what the caller destroys next; not to be called from one.
    void stop();

private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Parse exact bytes as one HTTP/1.1 message. Errors: "malformed_request", "malformed_response".
Result<Request> parse_request(std::string_view bytes, std::string scheme = "http");
Result<Response> parse_response(std::string_view bytes);
std::string to_wire(const Response& response);

}  // namespace aauth::http

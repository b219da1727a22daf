#pragma once

// Inside this room: a connection as its user sees it, whatever it is made of. Everything happens on the thread that
// runs the io_context; a Stream is destroyed before its io_context, and only when no callback of it is wanted any more.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "harness/result.h"

namespace boost::asio {
class io_context;
}

namespace aauth::http {

class TestCa;

class Stream {
public:
    using Ready = std::function<void(std::error_code)>;
    using Moved = std::function<void(std::error_code, std::size_t)>;

    virtual ~Stream() = default;
    // TLS; calls back at once where there is none.
    virtual void handshake(Ready ready) = 0;
    // Reads some bytes; an error also at the end of input.
    virtual void read(char* into, std::size_t size, Moved moved) = 0;
    // Writes all bytes, which must stay alive; says how many were written.
    virtual void write(std::string_view bytes, Moved moved) = 0;
    // Tells the peer that nothing more will be written.
    virtual void finish(Ready ready) = 0;
    virtual void close() = 0;
    virtual std::string peer() const = 0;  // address:port
};

// Takes over a connected socket of the operating system: the server's side, TLS with certificates of `ca` when given.
// Throws std::exception when the system has no room for it; the socket is closed then.
std::unique_ptr<Stream> accepted_stream(boost::asio::io_context& io, int socket, TestCa* ca);

struct Dial {
    std::string host;  // IPv6 without brackets
    std::uint16_t port = 0;
    bool tls = false;
    std::string tls_name;  // expected in the certificate, and sent as SNI
    std::string ca_file;   // empty: the system's
};

// Connects (without the TLS handshake). `connected` gets the stream, or an Error "connect_failed" or "tls_failed" (the
// CA file cannot be read). Dropping the returned handle gives up.
std::shared_ptr<void> dial(boost::asio::io_context& io, const Dial& to,
                           std::function<void(Result<std::unique_ptr<Stream>>)> connected);

// Accepts connections until it is closed. Its sockets are close-on-exec.
class Listener {
public:
    // Errors: "address_in_use", "cannot_listen".
    static Result<std::unique_ptr<Listener>> open(boost::asio::io_context& io, const std::string& address,
                                                  std::uint16_t port);
    virtual ~Listener() = default;
    virtual std::uint16_t port() const = 0;
    // `accepted` gets a connected socket of the operating system, which it owns.
    virtual void run(std::function<void(int)> accepted) = 0;
    virtual void close() = 0;
};

}  // namespace aauth::http

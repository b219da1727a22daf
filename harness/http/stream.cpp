#include "harness/http/stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "harness/http/test_ca.h"

namespace aauth::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Code = boost::system::error_code;

std::string text_of(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address().to_string();
    const auto port = std::to_string(endpoint.port());
    return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

template <class Transport>
class StreamOver : public Stream {
public:
    template <class... Arguments>
    explicit StreamOver(Arguments&&... arguments) : transport_(std::forward<Arguments>(arguments)...) {
        Code ignored;
        socket().set_option(tcp::no_delay(true), ignored);
        const auto endpoint = socket().remote_endpoint(ignored);
        if (!ignored) peer_ = text_of(endpoint);
    }

    void read(char* into, std::size_t size, Moved moved) override {
        transport_.async_read_some(asio::buffer(into, size),
                                   [moved = std::move(moved)](Code error, std::size_t count) { moved(error, count); });
    }
    void write(std::string_view bytes, Moved moved) override {
        asio::async_write(transport_, asio::buffer(bytes.data(), bytes.size()),
                          [moved = std::move(moved)](Code error, std::size_t count) { moved(error, count); });
    }
    void close() override {
        Code ignored;
        socket().close(ignored);
    }
    std::string peer() const override { return peer_; }

protected:
    tcp::socket& socket() {
        if constexpr (std::is_same_v<Transport, tcp::socket>) {
            return transport_;
        } else {
            return transport_.next_layer();
        }
    }

    Transport transport_;

private:
    std::string peer_;
};

class TcpStream final : public StreamOver<tcp::socket> {
public:
    using StreamOver::StreamOver;

    void handshake(Ready ready) override { ready({}); }
    void finish(Ready ready) override {
        Code error;
        socket().shutdown(tcp::socket::shutdown_send, error);
        ready(error);
    }
};

class TlsStream final : public StreamOver<asio::ssl::stream<tcp::socket>> {
public:
    TlsStream(tcp::socket socket, asio::ssl::context& context, asio::ssl::stream_base::handshake_type side)
        : StreamOver(std::move(socket), context), side_(side) {}

    void handshake(Ready ready) override {
        transport_.async_handshake(side_, [ready = std::move(ready)](Code error) { ready(error); });
    }
    // close_notify, and the peer's in return
    void finish(Ready ready) override {
        transport_.async_shutdown([this, ready = std::move(ready)](Code error) {
            Code ignored;
            socket().shutdown(tcp::socket::shutdown_send, ignored);
            ready(error);
        });
    }

    bool expect_name(const std::string& name) {
        transport_.set_verify_callback(asio::ssl::host_name_verification(name));
        Code not_an_address;
        asio::ip::make_address(name, not_an_address);
        return !not_an_address || SSL_ctrl(transport_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME,
                                           TLSEXT_NAMETYPE_host_name, const_cast<char*>(name.c_str())) == 1;
    }

private:
    asio::ssl::stream_base::handshake_type side_;
};

class Dialling : public std::enable_shared_from_this<Dialling> {
public:
    using Connected = std::function<void(Result<std::unique_ptr<Stream>>)>;

    Dialling(asio::io_context& io, Dial to, Connected connected)
        : to_(std::move(to)), connected_(std::move(connected)), resolver_(io), socket_(io) {}

    void start() {
        resolver_.async_resolve(to_.host, std::to_string(to_.port), tcp::resolver::numeric_service,
                                [weak = weak_from_this()](Code error, const tcp::resolver::results_type& places) {
                                    if (const auto self = weak.lock()) self->resolved(error, places);
                                });
    }

private:
    void resolved(Code error, const tcp::resolver::results_type& places) {
        if (error) return fail("cannot resolve " + to_.host + ": " + error.message());
        asio::async_connect(socket_, places, [weak = weak_from_this()](Code failed, const tcp::endpoint&) {
            if (const auto self = weak.lock()) self->opened(failed);
        });
    }

    void opened(Code error) {
        if (error)
            return fail("cannot connect to " + to_.host + ":" + std::to_string(to_.port) + ": " + error.message());
        if (!to_.tls) return connected_(std::unique_ptr<Stream>(std::make_unique<TcpStream>(std::move(socket_))));
        asio::ssl::context context(asio::ssl::context::tls_client);
        context.set_verify_mode(asio::ssl::verify_peer);
        if (to_.ca_file.empty()) {
            context.set_default_verify_paths(error);
        } else {
            context.load_verify_file(to_.ca_file, error);
        }
        if (error) return connected_(failure("tls_failed", "cannot read the CA file: " + error.message()));
        auto stream = std::make_unique<TlsStream>(std::move(socket_), context, asio::ssl::stream_base::client);
        if (!stream->expect_name(to_.tls_name))
            return connected_(failure("tls_failed", "the host cannot be sent as a server name"));
        connected_(std::unique_ptr<Stream>(std::move(stream)));
    }

    void fail(std::string why) { connected_(failure("connect_failed", std::move(why))); }

    Dial to_;
    Connected connected_;
    tcp::resolver resolver_;
    tcp::socket socket_;
};

}  // namespace

std::unique_ptr<Stream> accepted_stream(asio::io_context& io, int socket, TestCa* ca) {
    sockaddr_storage local{};
    socklen_t size = sizeof local;
    const bool known = getsockname(socket, reinterpret_cast<sockaddr*>(&local), &size) == 0;
    tcp::socket taken(io);
    Code error;
    taken.assign(known && local.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), socket, error);
    if (error) {
        ::close(socket);
        throw boost::system::system_error(error);
    }
    if (ca == nullptr) return std::make_unique<TcpStream>(std::move(taken));
    // a client that sends no name gets the certificate of the address that it dialled
    const auto address = taken.local_endpoint(error).address();
    auto* shared = static_cast<SSL_CTX*>(ca->server_context(address.to_string()));
    SSL_CTX_up_ref(shared);
    asio::ssl::context context(shared);
    return std::make_unique<TlsStream>(std::move(taken), context, asio::ssl::stream_base::server);
}

std::shared_ptr<void> dial(asio::io_context& io, const Dial& to,
                           std::function<void(Result<std::unique_ptr<Stream>>)> connected) {
    auto dialling = std::make_shared<Dialling>(io, to, std::move(connected));
    dialling->start();
    return dialling;
}

}  // namespace aauth::http

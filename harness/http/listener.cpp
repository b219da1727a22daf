#include <chrono>

#include <sys/socket.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "harness/http/stream.h"

namespace aauth::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Code = boost::system::error_code;

class TcpListener final : public Listener {
public:
    TcpListener(asio::io_context& io, tcp::acceptor acceptor) : acceptor_(std::move(acceptor)), pause_(io) {}

    std::uint16_t port() const override {
        Code ignored;
        return acceptor_.local_endpoint(ignored).port();
    }

    void run(std::function<void(int)> accepted) override {
        accepted_ = std::move(accepted);
        wait();
    }

    void close() override {
        Code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
    }

private:
    void wait() {
        acceptor_.async_wait(tcp::acceptor::wait_read, [this](Code error) {
            if (!error && acceptor_.is_open()) accept_all();
        });
    }

    // accept4, because Asio's accept leaves the socket open in programs that another thread starts just then
    void accept_all() {
        while (true) {
            const int socket = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (socket >= 0) {
                accepted_(socket);
                continue;
            }
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) return wait();
            return try_again_later();  // out of descriptors or memory: it may pass
        }
    }

    void try_again_later() {
        pause_.expires_after(std::chrono::milliseconds(50));
        pause_.async_wait([this](Code error) {
            if (!error && acceptor_.is_open()) wait();
        });
    }

    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    std::function<void(int)> accepted_;
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(asio::io_context& io, const std::string& address, std::uint16_t port) {
    const std::string place = address + " port " + std::to_string(port);
    Code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) return failure("cannot_listen", "\"" + address + "\" is not an IP address to listen on");

    const tcp::endpoint endpoint(ip, port);
    const int socket = ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0)
        return failure("cannot_listen",
                       "cannot make a socket: " + Code(errno, boost::system::system_category()).message());
    tcp::acceptor acceptor(io, endpoint.protocol(), socket);
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error == asio::error::address_in_use)
        return failure("address_in_use",
                       place + " is in use by another program: stop that program or choose another port (0 for any)");
    if (error) return failure("cannot_listen", "cannot listen on " + place + ": " + error.message());
    acceptor.non_blocking(true, error);
    return std::make_unique<TcpListener>(io, std::move(acceptor));
}

}  // namespace aauth::http

#include "harness/http/raw_peer.h"

#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace aauth::http {

std::string RawPeer::Connection::read_head() {
    std::string head;
    char byte = 0;
    while (!head.ends_with("\r\n\r\n") && ::recv(socket_, &byte, 1, 0) == 1) head += byte;
    return head;
}

bool RawPeer::Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool RawPeer::Connection::closed_within(int milliseconds) {
    char rest[4096];
    pollfd wait{socket_, POLLIN, 0};
    while (::poll(&wait, 1, milliseconds) == 1)
        if (::recv(socket_, rest, sizeof rest, 0) <= 0) return true;
    return false;
}

RawPeer::RawPeer(std::function<void(Connection&)> behave) : behave_(std::move(behave)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&any), sizeof any) != 0 || ::listen(listener_, 64) != 0)
        throw std::runtime_error("cannot listen on loopback");
    acceptor_ = std::thread([this] { accept_all(); });
}

RawPeer::RawPeer(std::string answer)
    : RawPeer([answer = std::move(answer)](Connection& connection) {
          connection.read_head();
          connection.send(answer);
      }) {}

void RawPeer::accept_all() {
    while (true) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const std::lock_guard lock(mutex_);
        sockets_.push_back(socket);
        threads_.emplace_back([this, socket] {
            Connection connection(socket);
            behave_(connection);
            ::shutdown(socket, SHUT_RDWR);  // closed by the destructor, so that its number stays ours
        });
    }
}

RawPeer::~RawPeer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    for (auto& thread : threads_) thread.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
}

std::string RawPeer::base() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    return "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

std::string talk(std::uint16_t port, std::string_view bytes) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    std::string answer;
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        RawPeer::Connection(socket).send(bytes)) {
        char some[4096];
        for (ssize_t size = 0; (size = ::recv(socket, some, sizeof some, 0)) > 0;)
            answer.append(some, static_cast<std::size_t>(size));
    }
    ::close(socket);
    return answer;
}

Url RawPeer::url(std::string_view path) const { return Url::parse(base() + std::string(path)).value(); }

}  // namespace aauth::http

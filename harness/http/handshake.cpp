#include "harness/http/handshake.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "harness/http/no_sigpipe.h"

namespace aauth::http {

namespace {

struct Socket {
    explicit Socket(int number) : fd(number) {}
    ~Socket() {
        if (fd >= 0) ::close(fd);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    int fd;
};

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};

// As OpenSSL counts them, one after the other.
int number_of(TlsVersion version) { return TLS1_VERSION + static_cast<int>(version); }

std::string host_of(const Url& url) {
    const bool bracketed = !url.host.empty() && url.host.front() == '[';
    return bracketed ? url.host.substr(1, url.host.size() - 2) : url.host;
}

// A connected socket whose reads and writes end after the limit; -1 when nobody answers.
int connected(const Url& to, std::chrono::milliseconds limit) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(host_of(to).c_str(), std::to_string(to.effective_port()).c_str(), &hints, &found) != 0) return -1;
    const std::unique_ptr<addrinfo, Release<freeaddrinfo>> places(found);
    const timeval patience{static_cast<time_t>(limit.count() / 1000),
                           static_cast<suseconds_t>(limit.count() % 1000 * 1000)};
    for (const auto* place = found; place != nullptr; place = place->ai_next) {
        const int fd = ::socket(place->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0) continue;
        // Linux takes the time for sending as the time for connecting too.
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (::connect(fd, place->ai_addr, place->ai_addrlen) == 0) return fd;
        ::close(fd);
    }
    return -1;
}

bool is_address(const std::string& host) {
    in6_addr any{};
    return inet_pton(AF_INET, host.c_str(), &any) == 1 || inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

}  // namespace

std::string name(TlsVersion version) { return "TLS 1." + std::to_string(static_cast<int>(version)); }

Result<std::optional<TlsVersion>> handshake(const Url& to, const std::string& server_name, TlsVersion newest,
                                            std::chrono::milliseconds limit) {
    const NoSigpipe guard;
    const Socket socket(connected(to, limit));
    if (socket.fd < 0) return failure("connect_failed", "nobody answers at " + to.authority());

    const std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
    const bool offered = context != nullptr && SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION) == 1 &&
                         SSL_CTX_set_max_proto_version(context.get(), number_of(newest)) == 1 &&
                         SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0") == 1;
    const std::unique_ptr<SSL, Release<SSL_free>> tls(offered ? SSL_new(context.get()) : nullptr);
    if (tls == nullptr || SSL_set_fd(tls.get(), socket.fd) != 1) {
        return failure("tls_failed", "OpenSSL cannot offer " + name(newest));
    }
    if (!is_address(server_name)) {
        SSL_ctrl(tls.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(server_name.c_str()));
    }
    ERR_clear_error();
    errno = 0;
    const int done = SSL_connect(tls.get());
    if (done == 1) return static_cast<TlsVersion>(SSL_version(tls.get()) - TLS1_VERSION);
    const int why = SSL_get_error(tls.get(), done);
    const bool waited = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ||
                        (why == SSL_ERROR_SYSCALL && (errno == EAGAIN || errno == EWOULDBLOCK));
    if (waited) return failure("timeout", "the server does not end the handshake");
    const int reason = ERR_GET_REASON(ERR_peek_error());
    ERR_clear_error();
    if (reason == SSL_R_NO_PROTOCOLS_AVAILABLE || reason == SSL_R_NO_CIPHERS_AVAILABLE) {
        return failure("tls_failed", "OpenSSL cannot offer " + name(newest));
    }
    return std::optional<TlsVersion>();
}

}  // namespace aauth::http

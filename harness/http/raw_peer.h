#pragma once

// For tests: a server on a free loopback port that does to each connection what the test says, however wrong.

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "harness/http/message.h"

namespace aauth::http {

class RawPeer {
public:
    class Connection {
    public:
        explicit Connection(int socket) : socket_(socket) {}
        // Reads up to and including the empty line; what came, when the peer stops before it.
        std::string read_head();
        // False when the other side has gone.
        bool send(std::string_view bytes);
        // True when the other side has closed before `milliseconds` have passed; -1 waits for it.
        bool closed_within(int milliseconds);

    private:
        int socket_;
    };

    // `behave` runs on a thread of its own for each connection, which is closed when it returns.
    explicit RawPeer(std::function<void(Connection&)> behave);
    // Answers each connection's first request with these bytes and closes.
    explicit RawPeer(std::string answer);
    ~RawPeer();
    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    std::string base() const;
    Url url(std::string_view path = "/") const;

private:
    void accept_all();

    std::function<void(Connection&)> behave_;
    int listener_;
    std::mutex mutex_;
    std::vector<int> sockets_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

// Writes the bytes to a loopback port on a connection of their own, and returns all that comes until the other side
// closes.
std::string talk(std::uint16_t port, std::string_view bytes);

}  // namespace aauth::http

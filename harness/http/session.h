#pragma once

// Inside this room: one connection of a server. Reads requests, has them handled one after the other, writes replies.

#include <functional>
#include <memory>

#include "harness/http/server.h"
#include "harness/http/stream.h"

namespace aauth::http {

class Session {
public:
    // What a session needs of its server. Called on the io thread.
    struct Server {
        boost::asio::io_context& io;
        const ServerOptions& options;
        // Has the handler answer on a worker thread, then calls back on the io thread.
        std::function<void(Request, std::function<void(Reply)>)> handle;
        // The session has closed its connection.
        std::function<void(Session*)> closed;
    };

    static std::shared_ptr<Session> start(const Server& server, std::unique_ptr<Stream> stream);
    virtual ~Session() = default;

    // Closes now when no request is being answered, otherwise behind that answer.
    virtual void drain() = 0;
    virtual void close() = 0;
};

}  // namespace aauth::http

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "harness/http/message.h"
#include "harness/lab/names.h"
#include "harness/result.h"

namespace aauth::http {
class Server;
}

namespace aauth::lab {

class Lab;

// Stands at a name of the lab for a server that itself speaks HTTP in clear: ends TLS, passes each request on with its
// Host and all its fields, and gives the answer back. X-Forwarded-Proto and X-Forwarded-Host tell the server how it was
// called.
class Front {
public:
    // Told of every exchange, on the threads that serve them.
    using Seen = std::function<void(const http::Request&, const http::Response&)>;

    // `base` is where the server listens, "http://127.0.0.1:9000". Errors: "bad_base", those of Lab::ca() and
    // http::Server::start.
    static Result<std::unique_ptr<Front>> start(const Lab& lab, const Name& name, const std::string& base,
                                                Seen seen = {});
    ~Front();
    Front(const Front&) = delete;
    Front& operator=(const Front&) = delete;

private:
    struct State;
    explicit Front(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
    std::unique_ptr<http::Server> server_;  // last: stops before the rest goes
};

}  // namespace aauth::lab

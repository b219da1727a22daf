#include "harness/http/server.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "harness/http/session.h"
#include "harness/http/stream.h"

namespace aauth::http {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds answer_time(2);  // that running handlers get when the server stops

Reply answer_of(const Server::Handler& handler, const Request& request) {
    try {
        return handler(request);
    } catch (...) {
        Reply reply;
        reply.response.status = 500;
        return reply;
    }
}

}  // namespace

struct Server::State {
    State(ServerOptions options_of, Handler handler_of)
        : options(std::move(options_of)), handler(std::move(handler_of)), workers(std::max(1u, options.threads)) {}

    void handle(Request request, std::function<void(Reply)> done) {
        asio::post(workers, [this, request = std::move(request), done = std::move(done)]() mutable {
            Reply reply = answer_of(handler, request);
            asio::post(io, [reply = std::move(reply), done = std::move(done)]() mutable { done(std::move(reply)); });
        });
    }

    void accept(int socket) {
        try {
            auto session = Session::start(for_sessions, accepted_stream(io, socket, options.ca));
            const std::lock_guard lock(mutex);
            auto* key = session.get();
            sessions.emplace(key, std::move(session));
        } catch (const std::exception&) {
            // no room for this connection: it has been closed, the others go on
        }
    }

    // Later, because the session that has closed is still on the stack.
    void forget(Session* session) {
        asio::post(io, [this, session] {
            const std::lock_guard lock(mutex);
            sessions.erase(session);
            if (sessions.empty()) none_left.notify_all();
        });
    }

    void for_each_session(void (Session::*action)()) {
        asio::post(io, [this, action] {
            const auto all = sessions;  // changed on this thread only
            for (const auto& [key, session] : all) (session.get()->*action)();
        });
    }

    void stop() {
        const std::lock_guard once(stopping);
        if (!io_thread.joinable()) return;
        asio::post(io, [this] { listener->close(); });
        for_each_session(&Session::drain);
        wait_for_sessions();
        for_each_session(&Session::close);
        workers.stop();
        workers.join();
        work.reset();
        io.stop();
        io_thread.join();
        sessions.clear();
    }

    void wait_for_sessions() {
        std::unique_lock lock(mutex);
        none_left.wait_for(lock, answer_time, [this] { return sessions.empty(); });
    }

    ServerOptions options;
    Handler handler;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    asio::thread_pool workers;
    Session::Server for_sessions{
        io, options,
        [this](Request request, std::function<void(Reply)> done) { handle(std::move(request), std::move(done)); },
        [this](Session* session) { forget(session); }};
    std::unique_ptr<Listener> listener;
    std::uint16_t port = 0;
    std::mutex mutex;
    std::condition_variable none_left;
    std::map<Session*, std::shared_ptr<Session>> sessions;
    std::mutex stopping;
    std::thread io_thread;
};

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
    auto state = std::make_unique<State>(std::move(options), std::move(handler));
    auto listener = Listener::open(state->io, state->options.address, state->options.port);
    if (!listener) return tl::unexpected(listener.error());
    state->listener = std::move(*listener);
    state->port = state->listener->port();
    state->listener->run([raw = state.get()](int socket) { raw->accept(socket); });
    state->io_thread = std::thread([raw = state.get()] { raw->io.run(); });
    return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() { stop(); }

std::uint16_t Server::port() const { return state_->port; }

std::string Server::base() const {
    std::string host = state_->options.address;
    if (host == "0.0.0.0") host = "127.0.0.1";  // every address: name one that can be dialled
    if (host == "::") host = "::1";
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return (state_->options.ca == nullptr ? "http://" : "https://") + host + ":" + std::to_string(state_->port);
}

void Server::stop() { state_->stop(); }

}  // namespace aauth::http

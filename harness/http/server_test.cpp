#include "harness/http/server.h"

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "harness/catch.h"
#include "harness/http/client.h"
#include "harness/http/raw_peer.h"
#include "harness/http/reader.h"

using namespace aauth::http;
using namespace std::chrono_literals;

namespace {

Reply ok(std::string body) {
    Reply reply;
    reply.response.status = 200;
    reply.response.body = std::move(body);
    return reply;
}

std::unique_ptr<Server> serve(Server::Handler handler, ServerOptions options = {}) {
    auto server = Server::start(std::move(options), std::move(handler));
    REQUIRE(server);
    return std::move(*server);
}

// Writes the bytes on a connection of its own and returns the first response.
Transfer raw(const Server& server, std::string bytes) {
    auto transfer = send_raw(Url::parse(server.base()).value(), std::move(bytes), {});
    REQUIRE(transfer);
    return std::move(*transfer);
}

// A gate that handlers wait at, so that a test knows that they are running.
class Gate {
public:
    void pass() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void wait_for(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool open_ = false;
};

}  // namespace

TEST_CASE("a handler sees the request as it was on the wire") {
    Request seen;
    const auto server = serve([&](const Request& request) {
        seen = request;
        return ok("");
    });
    raw(*server,
        "PoST /a%2fb/../c?d HTTP/1.1\r\nX-A: 1\r\nHost: Ps.Test:80\r\nb: 2\r\nx-a:  3\r\nTransfer-Encoding: "
        "chunked\r\n\r\n"
        "3\r\nabc\r\n2;x\r\nde\r\n0\r\nX-A: trailer\r\n\r\n");
    CHECK(seen.method == "PoST");
    CHECK(seen.target == "/a%2fb/../c?d");
    CHECK(seen.scheme == "http");
    CHECK(seen.authority == "ps.test");
    CHECK(seen.body == "abcde");
    CHECK(seen.fields.all() ==
          std::vector<Fields::Field>{
              {"X-A", "1"}, {"Host", "Ps.Test:80"}, {"b", "2"}, {"x-a", "3"}, {"Transfer-Encoding", "chunked"}});
    raw(*server, "\r\nGET http://Other.test/p HTTP/1.1\r\nHost: ps.test\r\n\r\n");
    CHECK(seen.authority == "other.test");
    CHECK(seen.target == "http://Other.test/p");
}

TEST_CASE("the server sets length and date unless the handler did") {
    const auto server = serve([](const Request& request) {
        auto reply = ok("body");
        if (request.target == "/own") reply.response.fields = {{"date", "then"}, {"content-length", "4"}};
        if (request.target == "/none") reply.response.status = 204;
        return reply;
    });
    const auto plain = raw(*server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n").response;
    CHECK(plain.fields.first("Content-Length") == "4");
    CHECK(plain.fields.first("Date").value().ends_with(" GMT"));
    CHECK(plain.fields.first("Date").value().size() == 29);
    const auto own = raw(*server, "GET /own HTTP/1.1\r\nHost: h\r\n\r\n").response;
    CHECK(own.fields.all() == std::vector<Fields::Field>{{"date", "then"}, {"content-length", "4"}});
    CHECK_FALSE(raw(*server, "GET /none HTTP/1.1\r\nHost: h\r\n\r\n").response.fields.contains("Content-Length"));
    const auto head = raw(*server, "HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    CHECK(head.response.fields.first("Content-Length") == "4");
    CHECK(head.received.ends_with("\r\n\r\n"));
}

TEST_CASE("pipelined requests are answered in order") {
    const auto server = serve([](const Request& request) { return ok(request.target + request.body); });
    std::string requests;
    std::string expected;
    for (int i = 0; i < 20; ++i) {
        requests += fmt::format("POST /{} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{:02}", i, i);
        expected += fmt::format("/{}{:02} ", i, i);
    }
    requests += "GET /end HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    std::string left = talk(server->port(), requests);
    std::string bodies;
    while (!left.empty()) {
        MessageReader reader(MessageReader::Kind::response, {1000, 1000});
        left.erase(0, reader.feed(left));
        REQUIRE(reader.state() == MessageReader::State::done);
        bodies += reader.response().body + " ";
    }
    CHECK(bodies == expected + "/end ");
}

TEST_CASE("an empty line before a request is passed over") {
    const auto server = serve([](const Request& request) { return ok(request.target); });
    const std::string rest = "\n\r\nGET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    CHECK(talk(server->port(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n\r" + rest).ends_with("\r\n\r\n/x"));
}

TEST_CASE("requests that are not HTTP/1.1 get 400 and the connection ends") {
    const auto server = serve([](const Request&) { return ok("reached"); });
    const auto* bytes = GENERATE(
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n", "\x16\x03\x01\x02",
        "GET / HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    CAPTURE(bytes);
    const auto answer = raw(*server, bytes).response;
    CHECK(answer.status == 400);
    CHECK(answer.fields.first("Connection") == "close");
    CHECK(answer.body.empty());
}

TEST_CASE("limits give 431 and 413, also to a peer that sends on") {
    ServerOptions options;
    options.max_request_head = 1000;
    options.max_request_body = 1000;
    const auto server = serve([](const Request&) { return ok("reached"); }, options);
    const std::string many(3000000, 'x');
    CHECK(raw(*server, "GET / HTTP/1.1\r\nHost: h\r\nA: " + many + "\r\n\r\n").response.status == 431);
    CHECK(raw(*server, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + many).response.status == 413);
    CHECK(raw(*server, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2dc6c0\r\n" + many)
              .response.status == 413);
    CHECK(raw(*server, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + many.substr(0, 1000))
              .response.status == 200);
}

TEST_CASE("100-continue is answered before the body comes") {
    const auto server = serve([](const Request& request) { return ok(request.body); });
    Request request;
    request.method = "POST";
    request.body = "the body";
    request.fields = {{"Expect", "100-continue"}};
    const auto transfer = Client().send(Url::parse(server->base()).value(), request);
    REQUIRE(transfer);
    CHECK(transfer->response.body == "the body");
    CHECK(transfer->received.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

TEST_CASE("raw replies go out byte for byte") {
    const std::string bytes = "HTTP/1.1 200 OK\r\nX: a\r\nx: b\r\nContent-Length: 1\r\n\r\n!";
    const auto server = serve([&](const Request&) {
        Reply reply;
        reply.raw = bytes;
        return reply;
    });
    CHECK(raw(*server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n").received == bytes);
}

TEST_CASE("a handler that throws or answers nonsense gives 500") {
    const auto server = serve([](const Request& request) {
        if (request.target == "/throw") throw std::runtime_error("no");
        auto reply = ok("x");
        if (request.target == "/split") reply.response.fields.add("A", "b\r\nSet-Cookie: c");
        if (request.target == "/status") reply.response.status = 42;
        return reply;
    });
    const auto* target = GENERATE("/throw", "/split", "/status");
    CAPTURE(target);
    const auto answer = raw(*server, std::string("GET ") + target + " HTTP/1.1\r\nHost: h\r\n\r\n").response;
    CHECK(answer.status == 500);
    CHECK(answer.body.empty());
    CHECK_FALSE(answer.fields.contains("Set-Cookie"));
}

TEST_CASE("connections end when either side says so, and when idle") {
    ServerOptions options;
    options.idle_timeout = 30ms;
    const auto server = serve(
        [](const Request& request) {
            auto reply = ok("x");
            reply.close = request.target == "/close";
            return reply;
        },
        options);
    CHECK(raw(*server, "GET /close HTTP/1.1\r\nHost: h\r\n\r\n").response.fields.first("Connection") == "close");
    CHECK(raw(*server, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").response.fields.first("Connection") ==
          "close");
    CHECK(raw(*server, "GET / HTTP/1.0\r\nHost: h\r\n\r\n").response.fields.first("Connection") == "close");
    CHECK_FALSE(raw(*server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n").response.fields.contains("Connection"));
    const auto silent = send_raw(Url::parse(server->base()).value(), "GET / HTT", {});
    REQUIRE_FALSE(silent);
    CHECK(silent.error().code == "connection_closed");
}

TEST_CASE("a port in use is said to be in use") {
    const auto first = serve([](const Request&) { return ok(""); });
    ServerOptions options;
    options.port = first->port();
    const auto second = Server::start(options, [](const Request&) { return ok(""); });
    REQUIRE_FALSE(second);
    CHECK(second.error().code == "address_in_use");
    CHECK(second.error().message.find(std::to_string(first->port())) != std::string::npos);
    options.address = "not an address";
    CHECK(Server::start(options, [](const Request&) { return ok(""); }).error().code == "cannot_listen");
    options.address = "192.0.2.77";
    CHECK(Server::start(options, [](const Request&) { return ok(""); }).error().code == "cannot_listen");
}

TEST_CASE("peers that go away mid-request or mid-response leave the server running") {
    Gate gate;
    const auto server = serve([&](const Request& request) {
        if (request.target == "/wait") gate.pass();
        return ok(std::string(3000000, 'x'));
    });
    const auto url = Url::parse(server->base()).value();
    ClientOptions impatient;
    impatient.idle_timeout = 20ms;
    impatient.max_response_body = 1000;
    CHECK(send_raw(url, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc", impatient).error().code ==
          "timeout");
    CHECK(send_raw(url, "GET /wait HTTP/1.1\r\nHost: h\r\n\r\n", impatient).error().code == "timeout");
    impatient.idle_timeout = 10s;
    CHECK(send_raw(url, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", impatient).error().code == "response_too_large");
    gate.open();
    CHECK(raw(*server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n").response.body.size() == 3000000);
}

TEST_CASE("stop lets running handlers answer and refuses what comes later") {
    Gate gate;
    ServerOptions options;
    options.threads = 4;
    const auto server = serve(
        [&](const Request&) {
            gate.pass();
            return ok("answered");
        },
        options);
    const auto url = Url::parse(server->base()).value();
    const Client client;
    std::vector<std::string> answers(4);
    std::vector<std::thread> threads;
    for (auto& answer : answers)
        threads.emplace_back([&] {
            const auto transfer = client.send(url, {});
            answer = transfer ? transfer->response.body : transfer.error().code;
        });
    gate.wait_for(4);
    std::thread stopper([&] { server->stop(); });
    // the listener closes first
    ClientOptions impatient;
    impatient.idle_timeout = 20ms;
    while (send_raw(url, "GET / HTT", impatient).error().code != "connect_failed") {
    }
    gate.open();
    stopper.join();
    for (auto& thread : threads) thread.join();
    for (const auto& answer : answers) CHECK(answer == "answered");
    server->stop();
    CHECK(client.send(url, {}).error().code == "connect_failed");
}

TEST_CASE("a server is stopped while many clients are busy with it") {
    const auto server = serve([](const Request&) { return ok(std::string(1000, 'x')); });
    const auto url = Url::parse(server->base()).value();
    const Client client;
    Gate started;
    started.open();
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            bool first = true;
            while (client.send(url, {})) {
                if (first) started.pass();
                first = false;
            }
        });
    started.wait_for(8);
    server->stop();
    for (auto& thread : threads) thread.join();
    CHECK(client.send(url, {}).error().code == "connect_failed");
}

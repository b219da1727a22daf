#include "harness/http/client.h"

#include <atomic>
#include <thread>

#include <fmt/format.h>

#include "harness/catch.h"
#include "harness/http/raw_peer.h"
#include "harness/http/server.h"

using namespace aauth::http;

namespace {

// Says back what it got.
Reply echo(const Request& request) {
    Reply reply;
    reply.response.status = 200;
    reply.response.fields.add("X-Saw", request.method + " " + request.target + " for " + request.authority);
    reply.response.body = request.body;
    return reply;
}

std::unique_ptr<Server> serve(Server::Handler handler, ServerOptions options = {}) {
    auto server = Server::start(std::move(options), std::move(handler));
    REQUIRE(server);
    return std::move(*server);
}

Url at(const Server& server, const std::string& path = "/") { return Url::parse(server.base() + path).value(); }

Request made(std::string method, std::string body = {}, Fields fields = {}) {
    Request request;
    request.method = std::move(method);
    request.body = std::move(body);
    request.fields = std::move(fields);
    return request;
}

}  // namespace

TEST_CASE("every method goes out as to_wire says, with and without a body") {
    const auto server = serve(echo);
    const Client client;
    const auto* method = GENERATE("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY");
    const std::string body = GENERATE(std::string(), std::string("{\"a\":1}\0x", 9), std::string(300000, 'x'));
    if (std::string(method) == "HEAD" && !body.empty()) return;
    CAPTURE(method, body.size());
    const auto transfer =
        client.send(at(*server, "/a/../b%2F//?c=%20&&d"),
                    made(method, body, {{"x-Lower", "1"}, {"Zeta", "a: b;c"}, {"X-lower", "2"}, {"Void", ""}}));
    REQUIRE(transfer);
    CHECK(transfer->response.status == 200);
    CHECK(transfer->response.reason == "OK");
    CHECK(transfer->response.fields.first("x-saw") ==
          fmt::format("{} /a/../b%2F//?c=%20&&d for 127.0.0.1:{}", method, server->port()));
    CHECK((transfer->response.body == body));
    CHECK((transfer->sent == to_wire(transfer->request)));
    CHECK(transfer->sent.find("User-Agent") == std::string::npos);
    CHECK(transfer->request.target == "/a/../b%2F//?c=%20&&d");
    CHECK(transfer->request.authority == fmt::format("127.0.0.1:{}", server->port()));
    CHECK(transfer->peer == transfer->request.authority);
    if (std::string(method) != "HEAD")
        CHECK((parse_response(transfer->received).value().body == transfer->response.body));
}

TEST_CASE("an empty POST says Content-Length 0, an empty GET says nothing") {
    const auto server = serve(echo);
    const Client client;
    CHECK(client.send(at(*server), made("POST"))->sent.find("\r\nContent-Length: 0\r\n") != std::string::npos);
    CHECK(client.send(at(*server), made("GET"))->sent.find("Content-Length") == std::string::npos);
}

TEST_CASE("fields that curl has opinions about go out as given") {
    const auto server = serve(echo);
    const Client client;
    const Fields fields{{"Content-Type", "text/x"},   {"ACCEPT", "a/b"},       {"User-Agent", "t"},
                        {"Authorization", "AAuth x"}, {"Connection", "close"}, {"Cookie", "a=b"},
                        {"hOST", "Named.test"},       {"Content-Length", "2"}};
    const auto transfer = client.send(at(*server), made("POST", "ab", fields));
    REQUIRE(transfer);
    CHECK(transfer->sent == to_wire(transfer->request));
    CHECK(transfer->response.fields.first("X-Saw") == "POST / for named.test");
}

TEST_CASE("a request that is not well-formed is not sent") {
    std::atomic<int> requests = 0;
    const auto server = serve([&](const Request& request) {
        ++requests;
        return echo(request);
    });
    const Client client;
    const auto request = GENERATE(
        made("GET", "", {{"A", "b\r\nC: d"}}), made("GET", "", {{"A", "b\nc"}}),
        made("GET", "", {{"A", std::string("\0", 1)}}), made("GET", "", {{"A b", "c"}}), made("GET", "", {{"", "c"}}),
        made("GE T"), made(""), made("CONNECT"), made("HEAD", "body"), made("GET", "", {{"Host", "a"}, {"Host", "b"}}),
        made("POST", "a", {{"Content-Length", "2"}}), made("POST", "a", {{"Transfer-Encoding", "chunked"}}));
    const auto transfer = client.send(at(*server), request);
    REQUIRE_FALSE(transfer);
    CHECK(transfer.error().code == "bad_request");
    CHECK(requests == 0);
}

TEST_CASE("connections are kept alive and used again") {
    std::atomic<int> connections = 0;
    const RawPeer peer([&](RawPeer::Connection& connection) {
        ++connections;
        while (!connection.read_head().empty()) connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    const Client client;
    for (int i = 0; i < 5; ++i) REQUIRE(client.send(peer.url(), {}));
    CHECK(connections == 1);
}

TEST_CASE("a connection that was closed in between is replaced") {
    const RawPeer peer([](RawPeer::Connection& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    const Client client;
    for (int i = 0; i < 3; ++i) {
        const auto transfer = client.send(peer.url(), made("POST", "x"));
        REQUIRE(transfer);
        CHECK(transfer->sent == to_wire(transfer->request));
    }
}

TEST_CASE("interim responses are passed over and kept in what was received") {
    const std::string answer =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 202 Accepted\r\nA: 1\r\n"
        "Content-Length: 2\r\n\r\nok";
    const RawPeer peer(answer);
    const auto transfer = Client().send(peer.url(), {});
    REQUIRE(transfer);
    CHECK(transfer->response.status == 202);
    CHECK(transfer->response.fields.all().size() == 2);
    CHECK(transfer->response.body == "ok");
    CHECK(transfer->received == answer);
}

TEST_CASE("chunked responses are decoded, received as they came, and trailers stay out of the fields") {
    const std::string answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n";
    const RawPeer peer(answer);
    const auto transfer = Client().send(peer.url(), {});
    REQUIRE(transfer);
    CHECK(transfer->response.body == "abcde");
    CHECK(transfer->response.fields.all().size() == 1);
    CHECK(transfer->received == answer);
}

TEST_CASE("a response without a length runs to the end of the connection") {
    const RawPeer peer("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\nall of it");
    const auto transfer = Client().send(peer.url(), {});
    REQUIRE(transfer);
    CHECK(transfer->response.body == "all of it");
    CHECK(transfer->response.fields.first("X") == "a b");
}

TEST_CASE("redirects are followed only when asked for") {
    const auto server = serve([](const Request& request) {
        Reply reply;
        reply.response.status = 200;
        if (request.path() == "/from") {
            reply.response.status = 303;
            reply.response.fields.add("Location", "../to?x=1");
        }
        if (request.path() == "/loop") {
            reply.response.status = 307;
            reply.response.fields.add("Location", "/loop");
        }
        reply.response.fields.add("X-Saw", request.method + " " + request.target);
        return reply;
    });
    CHECK(Client().send(at(*server, "/from"), made("POST", "b"))->response.status == 303);

    ClientOptions options;
    options.follow_redirects = true;
    const Client follower(options);
    const auto transfer = follower.send(at(*server, "/from"), made("POST", "b", {{"Content-Type", "x"}}));
    REQUIRE(transfer);
    CHECK(transfer->response.status == 200);
    CHECK(transfer->response.fields.first("X-Saw") == "GET /to?x=1");
    CHECK(transfer->request.url() == server->base() + "/to?x=1");
    CHECK_FALSE(transfer->request.fields.contains("Content-Type"));
    CHECK(follower.send(at(*server, "/loop"), {})->response.status == 307);
}

TEST_CASE("the address map dials elsewhere and keeps the name, or not") {
    const auto server = serve(echo);
    ClientOptions options;
    options.addresses.entries["https://ps.test"] = {server->base(), true};
    options.addresses.entries["https://as.test:8443"] = {server->base(), false};
    options.addresses.entries["http://bad.test"] = {"nonsense", true};
    const Client client(options);

    const auto kept = client.send(Url::parse("https://PS.test/x").value(), {});
    REQUIRE(kept);
    CHECK(kept->response.fields.first("X-Saw") == "GET /x for ps.test");
    CHECK(kept->request.url() == "https://ps.test/x");
    CHECK(kept->peer == fmt::format("127.0.0.1:{}", server->port()));

    const auto changed = client.send(Url::parse("https://as.test:8443/x").value(), {});
    REQUIRE(changed);
    CHECK(changed->response.fields.first("X-Saw") == fmt::format("GET /x for 127.0.0.1:{}", server->port()));
    CHECK(changed->request.url() == "https://as.test:8443/x");

    CHECK(client.send(Url::parse("http://bad.test/").value(), {}).error().code == "bad_request");

    const auto raw =
        send_raw(Url::parse("https://ps.test/").value(), "GET /r HTTP/1.1\r\nHost: ps.test\r\n\r\n", options);
    REQUIRE(raw);
    CHECK(raw->response.fields.first("X-Saw") == "GET /r for ps.test");
    CHECK(raw->request.scheme == "https");
}

TEST_CASE("one client is used from many threads at once") {
    ServerOptions options;
    options.threads = 4;
    const auto server = serve(echo, options);
    const Client client;
    std::atomic<int> right = 0;
    std::atomic<int> next = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t)
        threads.emplace_back([&] {
            while (true) {
                const int number = next++;
                if (number >= 100) return;
                const std::string body = fmt::format("request {}", number);
                const auto transfer = client.send(at(*server, fmt::format("/{}", number)), made("POST", body));
                if (transfer && transfer->response.body == body) ++right;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(right == 100);
}

#include "harness/catch.h"
#include "harness/http/client.h"
#include "harness/http/raw_peer.h"

using namespace aauth::http;
using namespace std::chrono_literals;

namespace {

ClientOptions quick() {
    ClientOptions options;
    options.idle_timeout = 5s;
    options.total_timeout = 10s;
    options.max_response_head = 1000;
    options.max_response_body = 1000;
    return options;
}

// The code of what goes wrong with Client and with send_raw, or the status when nothing does.
struct Outcome {
    std::string by_client;
    std::string raw;
};

std::string word(const aauth::Result<Transfer>& transfer) {
    return transfer ? std::to_string(transfer->response.status) : transfer.error().code;
}

Outcome outcome(const RawPeer& peer, const ClientOptions& options) {
    Request request;
    request.method = "POST";
    request.body = "x";
    return {word(Client(options).send(peer.url(), request)),
            word(send_raw(peer.url(), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx", options))};
}

}  // namespace

TEST_CASE("a port that nobody listens on") {
    Url url = Url::parse("http://127.0.0.1/").value();
    {
        const RawPeer gone("");
        url = gone.url();
    }
    CHECK(word(Client(quick()).send(url, {})) == "connect_failed");
    CHECK(word(send_raw(url, "GET / HTTP/1.1\r\n\r\n", quick())) == "connect_failed");
}

TEST_CASE("a host that cannot be resolved") {
    // a label longer than the DNS allows, so that no server is asked
    const auto url = Url::parse("http://" + std::string(70, 'a') + ".test/").value();
    CHECK(word(Client(quick()).send(url, {})) == "connect_failed");
    CHECK(word(send_raw(url, "GET / HTTP/1.1\r\n\r\n", quick())) == "connect_failed");
}

TEST_CASE("a peer that never answers is given up by the idle timeout") {
    const RawPeer peer([](RawPeer::Connection& connection) { connection.closed_within(-1); });
    auto options = quick();
    options.idle_timeout = 30ms;
    const auto got = outcome(peer, options);
    CHECK(got.by_client == "timeout");
    CHECK(got.raw == "timeout");
}

TEST_CASE("a peer that goes silent in the body is given up by the idle timeout") {
    const RawPeer peer([](RawPeer::Connection& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
        connection.closed_within(-1);
    });
    auto options = quick();
    options.idle_timeout = 30ms;
    const auto got = outcome(peer, options);
    CHECK(got.by_client == "timeout");
    CHECK(got.raw == "timeout");
}

TEST_CASE("a peer that drips bytes is given up by the total timeout") {
    const RawPeer peer([](RawPeer::Connection& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
        while (!connection.closed_within(2) && connection.send("x")) {
        }
    });
    auto options = quick();
    options.total_timeout = 60ms;
    const auto got = outcome(peer, options);
    CHECK(got.by_client == "timeout");
    CHECK(got.raw == "timeout");
}

TEST_CASE("a peer that closes early") {
    const auto* answer = GENERATE("", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
                                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab");
    CAPTURE(answer);
    const auto got = outcome(RawPeer(answer), quick());
    CHECK(got.by_client == "connection_closed");
    CHECK(got.raw == "connection_closed");
}

TEST_CASE("a peer that sends too much") {
    const std::string many(2000, 'x');
    const auto answer =
        GENERATE_COPY("HTTP/1.1 200 OK\r\nA: " + many + "\r\n\r\n", "HTTP/1.1 200 OK\r\nA: " + std::string(400000, 'x'),
                      "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + many, "HTTP/1.1 200 OK\r\n\r\n" + many,
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + many + "\r\n0\r\n\r\n");
    CAPTURE(answer.substr(0, 60));
    const auto got = outcome(RawPeer(answer), quick());
    CHECK(got.by_client == "response_too_large");
    CHECK(got.raw == "response_too_large");
}

TEST_CASE("a peer that sends interim responses without end") {
    const RawPeer peer([](RawPeer::Connection& connection) {
        connection.read_head();
        while (connection.send("HTTP/1.1 100 Continue\r\n\r\n")) {
        }
    });
    const auto got = outcome(peer, quick());
    CHECK(got.by_client == "response_too_large");
    CHECK(got.raw == "response_too_large");
}

TEST_CASE("a head larger than curl itself allows is too large, whatever our limit") {
    auto options = quick();
    options.max_response_head = 10u << 20;
    const RawPeer peer("HTTP/1.1 200 OK\r\nA: " + std::string(1u << 20, 'x') + "\r\n\r\n");
    CHECK(word(Client(options).send(peer.url(), {})) == "response_too_large");
}

TEST_CASE("a peer that does not speak HTTP/1.1 well") {
    const std::string nul("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", 25);
    const auto answer = GENERATE_COPY(
        std::string("garbage\r\n\r\n"), std::string("SSH-2.0-OpenSSH\r\n"), nul,
        std::string("HTTP/1.1 200 OK\nA: b\n\n"), std::string("HTTP/1.1 200 OK\r\nA: b\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nA : b\r\n\r\n"), std::string("HTTP/1.1 abc OK\r\n\r\n"),
        std::string("HTTP/3.0 200 OK\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"));
    CAPTURE(answer);
    const auto got = outcome(RawPeer(answer), quick());
    CHECK(got.by_client == "malformed_response");
    CHECK(got.raw == "malformed_response");
}

TEST_CASE("the client is fit for use after each failure") {
    int number = 0;
    const RawPeer peer([&](RawPeer::Connection& connection) {
        connection.read_head();
        connection.send(number++ % 2 == 0 ? "garbage\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        connection.closed_within(-1);
    });
    const Client client(quick());
    for (int i = 0; i < 3; ++i) {
        CHECK(word(client.send(peer.url(), {})) == "malformed_response");
        // the peer's next connection answers well; a client that keeps it open is served once
        Request last;
        last.fields.add("Connection", "close");
        CHECK(word(client.send(peer.url(), last)) == "200");
    }
}

TEST_CASE("send_raw writes exact bytes and reads one response") {
    std::string seen;
    const std::string answer = "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 400 Bad\r\nB: 1\r\nContent-Length: 2\r\n\r\nno";
    std::optional<aauth::Result<Transfer>> transfer;
    {
        const RawPeer peer([&](RawPeer::Connection& connection) {
            seen = connection.read_head();
            connection.send(answer + "more");
        });
        transfer = send_raw(peer.url(), "bad bytes \x01\r\nHost : x\r\n\r\n", quick());
    }
    REQUIRE(*transfer);
    CHECK(seen == "bad bytes \x01\r\nHost : x\r\n\r\n");
    CHECK((*transfer)->sent == seen);
    CHECK((*transfer)->received == answer);
    CHECK((*transfer)->response.status == 400);
    CHECK((*transfer)->response.body == "no");
}

TEST_CASE("send_raw knows that a response to HEAD has no body") {
    const RawPeer peer("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n");
    CHECK(word(send_raw(peer.url(), "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", quick())) == "200");
}

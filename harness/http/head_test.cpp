#include "harness/http/head.h"

#include "harness/catch.h"
#include "harness/http/client.h"
#include "harness/http/reader.h"
#include "harness/http/server.h"

using namespace aauth::http;

TEST_CASE("a request is parsed with its fields in wire order") {
    const auto request = parse_request(
        "POST /a%20b/../c?x=1&&y HTTP/1.1\r\nX-Foo: 1\r\nHOST: Example.test:443\r\nAccept:\r\nx-foo:\t2 \r\n"
        "Long: a\r\n  b\r\nContent-Length: 3\r\n\r\nabc",
        "https");
    REQUIRE(request);
    CHECK(request->method == "POST");
    CHECK(request->target == "/a%20b/../c?x=1&&y");
    CHECK(request->scheme == "https");
    CHECK(request->authority == "example.test");
    CHECK(request->fields.all() == std::vector<Fields::Field>{{"X-Foo", "1"},
                                                              {"HOST", "Example.test:443"},
                                                              {"Accept", ""},
                                                              {"x-foo", "2"},
                                                              {"Long", "a b"},
                                                              {"Content-Length", "3"}});
    CHECK(request->body == "abc");
}

TEST_CASE("chunked bodies are decoded and trailers stay out of the fields") {
    const auto request = parse_request(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nHost: "
        "evil\r\n\r\n");
    REQUIRE(request);
    CHECK(request->body == "abcde");
    CHECK(request->authority == "h");
    CHECK(request->fields.all().size() == 2);
}

TEST_CASE("malformed requests are refused") {
    const auto* bytes =
        GENERATE("", "GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\nHost: h\n\n", "GET /  HTTP/1.1\r\n\r\n",
                 "GET / x HTTP/1.1\r\n\r\n", "GET HTTP/1.1\r\n\r\n", "G@T / HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
                 "GET / HTTP/1.12\r\n\r\n", "GET / http/1.1\r\n\r\n", "GET / HTTP/1.1\r\nA b: c\r\n\r\n",
                 "GET / HTTP/1.1\r\nA : c\r\n\r\n", "GET / HTTP/1.1\r\n A: c\r\n\r\n", "GET / HTTP/1.1\r\n: c\r\n\r\n",
                 "GET / HTTP/1.1\r\nA\r\n\r\n", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
                 "GET / HTTP/1.1\r\nA: \x01\r\n\r\n", "GET / HTTP/1.1\r\nA: \x7f\r\n\r\n",
                 "GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", "GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\nab",
                 "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                 "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                 "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 "GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
                 "GET / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
                 "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
                 "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
                 "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", "\r\nGET / HTTP/1.1\r\n\r\n", "\x16\x03\x01");
    CAPTURE(bytes);
    const auto request = parse_request(bytes);
    REQUIRE_FALSE(request);
    CHECK(request.error().code == "malformed_request");
    CHECK_FALSE(request.error().message.empty());
}

TEST_CASE("a NUL in a head is refused") {
    const std::string bytes("GET / HTTP/1.1\r\nA: \0\r\n\r\n", 24);
    CHECK(parse_request(bytes).error().code == "malformed_request");
}

TEST_CASE("a request that says two hosts is parsed and has no authority") {
    const auto request = parse_request("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    REQUIRE(request);
    CHECK(request->authority.empty());
    CHECK(request->fields.count("host") == 2);
}

TEST_CASE("responses are parsed") {
    const auto plain = parse_response("HTTP/1.1 401 Not  today\r\nA: 1\r\na: 2\r\nContent-Length: 2\r\n\r\nhi");
    REQUIRE(plain);
    CHECK(plain->status == 401);
    CHECK(plain->reason == "Not  today");
    CHECK(plain->fields.combined("A") == "1, 2");
    CHECK(plain->body == "hi");

    CHECK(parse_response("HTTP/1.1 200\r\n\r\nuntil the end").value().body == "until the end");
    CHECK(parse_response("HTTP/1.0 204 \r\n\r\n").value().reason.empty());
    CHECK(parse_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\nT: 1\r\n\r\n")
              .value()
              .body == "x");
}

TEST_CASE("malformed responses are refused") {
    const auto* bytes = GENERATE("", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
                                 "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 600 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
                                 "ICY 200 OK\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\r\nA\r\n\r\n",
                                 "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "HTTP/1.1 204 x\r\n\r\nbody",
                                 "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab");
    CAPTURE(bytes);
    const auto response = parse_response(bytes);
    REQUIRE_FALSE(response);
    CHECK(response.error().code == "malformed_response");
}

TEST_CASE("a message is read the same however its bytes arrive") {
    const std::string bytes =
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\na;e\r\n, wide wor\r\n0\r\nT: "
        "1\r\n\r\n";
    const auto step = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{50});
    MessageReader reader(MessageReader::Kind::request, {1000, 1000});
    std::string unread;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        REQUIRE(reader.state() != MessageReader::State::done);
        unread += bytes.substr(at, step);
        unread.erase(0, reader.feed(unread));
    }
    REQUIRE(reader.state() == MessageReader::State::done);
    CHECK(unread.empty());
    CHECK(reader.request().body == "hello, wide wor");
    CHECK(reader.request().fields.all().size() == 2);
}

TEST_CASE("the reader leaves the next message alone and keeps to its limits") {
    using Fault = MessageReader::Fault;
    const std::string one = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    MessageReader reader(MessageReader::Kind::request, {one.size(), 5});
    CHECK(reader.feed(one + one) == one.size());
    CHECK(reader.state() == MessageReader::State::done);

    MessageReader small(MessageReader::Kind::request, {one.size() - 1, 5});
    small.feed(one);
    CHECK(small.fault() == Fault::head_too_large);

    MessageReader endless(MessageReader::Kind::request, {100, 5});
    endless.feed("GET /" + std::string(200, 'a'));
    CHECK(endless.fault() == Fault::head_too_large);

    MessageReader length(MessageReader::Kind::request, {100, 5});
    length.feed("POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\n");
    CHECK(length.fault() == Fault::body_too_large);

    MessageReader chunks(MessageReader::Kind::request, {100, 5});
    chunks.feed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\nabc\r\n");
    CHECK(chunks.fault() == Fault::body_too_large);

    MessageReader trailer(MessageReader::Kind::request, {100, 5});
    trailer.feed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: " + std::string(200, 'a'));
    CHECK(trailer.fault() == Fault::malformed);
}

TEST_CASE("requests are written with Host first and the length that is missing") {
    Request request;
    request.authority = "h.test";
    request.fields = {{"b-B", "1"}, {"A", " x"}, {"Empty", ""}, {"B-b", "2"}};
    CHECK(to_wire(request) == "GET / HTTP/1.1\r\nHost: h.test\r\nb-B: 1\r\nA:  x\r\nEmpty:\r\nB-b: 2\r\n\r\n");
    request.fields = {{"A", "1"}, {"HOST", "other"}};
    request.method = "DELETE";
    request.body = "xyz";
    CHECK(to_wire(request) == "DELETE / HTTP/1.1\r\nHost: other\r\nA: 1\r\nContent-Length: 3\r\n\r\nxyz");
    request.fields = {{"Transfer-Encoding", "chunked"}};
    CHECK(to_wire(request) ==
          "DELETE / HTTP/1.1\r\nHost: h.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\n\r\n");
}

TEST_CASE("responses are written and read back") {
    Response response;
    response.status = 401;
    response.fields = {{"X", "1"}};
    response.body = "no";
    CHECK(to_wire(response) == "HTTP/1.1 401 Unauthorized\r\nX: 1\r\nContent-Length: 2\r\n\r\nno");
    CHECK(write_response(response, false) == "HTTP/1.1 401 Unauthorized\r\nX: 1\r\nContent-Length: 2\r\n\r\n");
    response.status = 204;
    CHECK(to_wire(response) == "HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n");
    response.status = 299;
    response.reason = "Odd";
    response.fields = {{"Transfer-Encoding", "chunked"}};
    CHECK(to_wire(response) == "HTTP/1.1 299 Odd\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n");
    CHECK(parse_response(to_wire(response)).value().body == "no");
}

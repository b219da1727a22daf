#include "mocks/network.h"

#include "harness/catch.h"
#include "harness/http/server.h"

using namespace aauth;

namespace {

// How long a document with these fields is fresh, for a network on whose clock it is 2026-10-01T00:00:00Z.
std::optional<std::int64_t> max_age(const http::Fields& fields) {
    const auto server = http::Server::start({}, [&](const http::Request&) {
        http::Reply reply;
        reply.response.status = 200;
        reply.response.fields = fields;
        return reply;
    });
    REQUIRE(server);
    mocks::Network network;
    network.set_clock([] { return 1790812800; });
    const auto document = network.fetch((*server)->base() + "/jwks.json");
    REQUIRE(document);
    return document->max_age;
}

const std::string now = "Thu, 01 Oct 2026 00:00:00 GMT", soon = "Thu, 01 Oct 2026 00:01:30 GMT";

}  // namespace

TEST_CASE("a document is fresh for as long as Cache-Control or Expires says", "[mocks]") {
    CHECK(max_age({}) == std::nullopt);
    CHECK(max_age({{"Cache-Control", "public, max-age=60"}}) == 60);
    CHECK(max_age({{"Cache-Control", "no-store, max-age=60"}}) == 0);
    CHECK(max_age({{"Date", now}, {"Expires", soon}}) == 90);
    CHECK(max_age({{"Date", "an hour ago"}, {"Expires", soon}}) == 90);
    CHECK(max_age({{"Expires", "0"}}) == 0);
    CHECK(max_age({{"Cache-Control", "max-age=60"}, {"Date", now}, {"Expires", soon}}) == 60);
    CHECK(max_age({{"Cache-Control", "max-age=\"soon"}, {"Date", now}, {"Expires", soon}}) == 90);
}

TEST_CASE("a redirect is not followed unless a party is careless on purpose", "[mocks]") {
    const auto server = http::Server::start({}, [](const http::Request& request) {
        http::Reply reply;
        reply.response.status = request.target == "/new" ? 200 : 302;
        reply.response.fields.add("Location", "/new");
        return reply;
    });
    REQUIRE(server);
    const mocks::Network network;
    const auto old = (*server)->base() + "/old";
    CHECK(network.fetch(old)->status == 302);
    CHECK(network.fetch(old, [](http::ClientOptions& options) { options.follow_redirects = true; })->status == 200);
}

#include "harness/http/handshake.h"

#include "harness/catch.h"
#include "harness/http/raw_peer.h"
#include "harness/http/server.h"
#include "harness/http/test_ca.h"

using namespace aauth::http;

namespace {

// "TLS 1.3", "refused", or the code of the error: what a server with this CA's certificates agrees to.
std::string agreed(TestCa& ca, TlsVersion newest) {
    ServerOptions options;
    options.ca = &ca;
    const auto server = Server::start(options, [](const Request&) { return Reply{}; });
    REQUIRE(server);
    const auto version = handshake(Url::parse((*server)->base()).value(), "ps.test", newest);
    if (!version) return version.error().code;
    return *version ? name(**version) : "refused";
}

}  // namespace

TEST_CASE("a server agrees to the newest version that both speak", "[http]") {
    TestCa ca;
    CHECK(agreed(ca, TlsVersion::Tls1_3) == "TLS 1.3");
    CHECK(agreed(ca, TlsVersion::Tls1_2) == "TLS 1.2");
    CHECK(agreed(ca, TlsVersion::Tls1_1) == "refused");
    CHECK(agreed(ca, TlsVersion::Tls1_0) == "refused");
}

TEST_CASE("a server that speaks old versions is found out", "[http]") {
    TestCa lenient;
    lenient.speak(TlsVersion::Tls1_0, TlsVersion::Tls1_3);
    CHECK(agreed(lenient, TlsVersion::Tls1_3) == "TLS 1.3");
    CHECK(agreed(lenient, TlsVersion::Tls1_1) == "TLS 1.1");
    CHECK(agreed(lenient, TlsVersion::Tls1_0) == "TLS 1.0");
    TestCa old;
    old.speak(TlsVersion::Tls1_0, TlsVersion::Tls1_1);
    CHECK(agreed(old, TlsVersion::Tls1_3) == "TLS 1.1");
}

TEST_CASE("a server that does not speak TLS refuses, and one that is silent or gone is an error", "[http]") {
    const RawPeer clear([](RawPeer::Connection& connection) {
        connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        connection.closed_within(-1);
    });
    const auto refused = handshake(clear.url(), "127.0.0.1", TlsVersion::Tls1_3);
    REQUIRE(refused);
    CHECK_FALSE(refused->has_value());
    const RawPeer silent([](RawPeer::Connection& connection) { connection.closed_within(-1); });
    const auto limit = std::chrono::milliseconds(200);
    CHECK(handshake(silent.url(), "127.0.0.1", TlsVersion::Tls1_3, limit).error().code == "timeout");
    const auto nobody = Url::parse("http://127.0.0.1:1/").value();
    CHECK(handshake(nobody, "127.0.0.1", TlsVersion::Tls1_3).error().code == "connect_failed");
}

#include <filesystem>

#include <unistd.h>

#include "harness/catch.h"
#include "harness/http/client.h"
#include "harness/http/raw_peer.h"
#include "harness/http/server.h"
#include "harness/http/test_ca.h"

using namespace aauth::http;

namespace {

// A CA whose certificate is in a file while the object lives.
struct CaFile {
    CaFile() {
        static int number = 0;
        path = std::filesystem::temp_directory_path() /
               ("aauth-http-test-" + std::to_string(::getpid()) + "-" + std::to_string(number++) + ".pem");
        REQUIRE(ca.write(path));
    }
    ~CaFile() { std::filesystem::remove(path); }

    TestCa ca;
    std::filesystem::path path;
};

std::unique_ptr<Server> serve_tls(TestCa& ca) {
    ServerOptions options;
    options.ca = &ca;
    auto server = Server::start(options, [](const Request& request) {
        Reply reply;
        reply.response.status = 200;
        reply.response.body = request.scheme + "://" + request.authority + request.target;
        if (request.target == "/raw") reply.raw = "HTTP/1.1 200 OK\r\n\r\nto the end";
        return reply;
    });
    REQUIRE(server);
    return std::move(*server);
}

ClientOptions trusting(const CaFile& ca, const std::string& identifier, const std::string& address) {
    ClientOptions options;
    options.ca_file = ca.path;
    options.addresses.entries[identifier] = {address, true};
    return options;
}

std::string raw_get(const std::string& host, const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

}  // namespace

TEST_CASE("https with the certificate of each name that is asked for") {
    CaFile ca;
    const auto server = serve_tls(ca.ca);
    CHECK(server->base().starts_with("https://127.0.0.1:"));
    for (const std::string name : {"ps.test", "A-long.sub.as.test", "192.0.2.1"}) {
        CAPTURE(name);
        const auto url = Url::parse("https://" + name + "/x").value();
        auto options = trusting(ca, url.origin(), server->base());
        if (name == "192.0.2.1") {  // no SNI for addresses, and the certificate is that of the address dialled
            CHECK(Client(options).send(url, {}).error().code == "tls_failed");
            continue;
        }
        const auto transfer = Client(options).send(url, {});
        REQUIRE(transfer);
        CHECK(transfer->response.body == url.origin() + "/x");
        const auto raw = send_raw(url, raw_get(name, "/raw"), options);
        REQUIRE(raw);
        CHECK(raw->response.body == "to the end");
    }
}

TEST_CASE("https to an address") {
    CaFile ca;
    const auto server = serve_tls(ca.ca);
    ClientOptions options;
    options.ca_file = ca.path;
    const Client client(options);
    const auto url = Url::parse(server->base() + "/x").value();
    for (int i = 0; i < 3; ++i) CHECK(client.send(url, {}).value().response.body == server->base() + "/x");
    CHECK(send_raw(url, raw_get("h", "/y"), options).value().response.body == "https://h/y");
    const auto end = client.send(Url::parse(server->base() + "/raw").value(), {});
    REQUIRE(end);
    CHECK(end->response.body == "to the end");
}

TEST_CASE("an unknown CA is refused") {
    CaFile ca;
    CaFile other;
    const auto server = serve_tls(ca.ca);
    ClientOptions options;
    options.ca_file = other.path;
    const auto url = Url::parse(server->base()).value();
    CHECK(Client(options).send(url, {}).error().code == "tls_failed");
    CHECK(send_raw(url, raw_get("h", "/"), options).error().code == "tls_failed");
    options.ca_file.clear();
    CHECK(Client(options).send(url, {}).error().code == "tls_failed");
    CHECK(send_raw(url, raw_get("h", "/"), options).error().code == "tls_failed");
    options.ca_file = "/nowhere/ca.pem";
    CHECK(Client(options).send(url, {}).error().code == "tls_failed");
    CHECK(send_raw(url, raw_get("h", "/"), options).error().code == "tls_failed");
}

TEST_CASE("a certificate for another name is refused") {
    CaFile ca;
    ServerOptions server_options;
    server_options.ca = &ca.ca;
    server_options.address = "127.0.0.2";  // what the certificate says to clients without SNI
    auto server = Server::start(server_options, [](const Request&) { return Reply{}; });
    REQUIRE(server);
    const auto url = Url::parse("https://127.0.0.1/").value();
    const auto options = trusting(ca, "https://127.0.0.1", (*server)->base());
    CHECK(Client(options).send(url, {}).error().code == "tls_failed");
    CHECK(send_raw(url, raw_get("h", "/"), options).error().code == "tls_failed");
}

TEST_CASE("TLS to a port that speaks in clear, and the other way round") {
    CaFile ca;
    const RawPeer clear([](RawPeer::Connection& connection) {
        connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        connection.closed_within(-1);
    });
    auto url = clear.url();
    url.scheme = "https";
    ClientOptions options;
    options.ca_file = ca.path;
    CHECK(Client(options).send(url, {}).error().code == "tls_failed");

    const auto server = serve_tls(ca.ca);
    auto in_clear = Url::parse(server->base()).value();
    in_clear.scheme = "http";
    CHECK_FALSE(send_raw(in_clear, raw_get("h", "/"), options));
    CHECK(Client(options).send(Url::parse(server->base()).value(), {}));  // the server goes on
}

TEST_CASE("leaf certificates are made once for each host") {
    TestCa ca;
    const auto leaf = ca.leaf("ps.test");
    CHECK(leaf.certificate_pem.starts_with("-----BEGIN CERTIFICATE-----"));
    CHECK(leaf.key_pem.starts_with("-----BEGIN PRIVATE KEY-----"));
    CHECK(ca.leaf("ps.test").certificate_pem == leaf.certificate_pem);
    CHECK(ca.leaf("as.test").certificate_pem != leaf.certificate_pem);
    CHECK(ca.server_context("ps.test") == ca.server_context("ps.test"));
    CHECK(ca.leaf(std::string(70, 'a') + ".test").key_pem != leaf.key_pem);
    CHECK_THROWS(ca.leaf("evil,DNS:other.test"));
    CHECK_THROWS(ca.leaf(""));
    CHECK(ca.write("/nowhere/at/all.pem").error().code == "cannot_write");
}

TEST_CASE("a CA that is read back issues what those accept who trust it") {
    CaFile made;
    TestCa again(made.ca.certificate_pem(), made.ca.key_pem());
    CHECK(again.certificate_pem() == made.ca.certificate_pem());
    const auto server = serve_tls(again);
    const auto url = Url::parse("https://ps.test/x").value();
    CHECK(Client(trusting(made, url.origin(), server->base())).send(url, {}));
    CHECK_THROWS(TestCa(made.ca.certificate_pem(), TestCa().key_pem()));
    CHECK_THROWS(TestCa("", ""));
    CHECK_THROWS(TestCa(made.ca.key_pem(), made.ca.certificate_pem()));
}

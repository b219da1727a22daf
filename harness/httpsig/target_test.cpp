#include "harness/httpsig/target.h"

#include "harness/catch.h"

using namespace aauth;

namespace {

http::Request to(const char* scheme, const char* authority, const char* target, const char* method = "GET") {
    http::Request request;
    request.method = method;
    request.scheme = scheme;
    request.authority = authority;
    request.target = target;
    return request;
}

std::string authority(const http::Request& request) {
    std::string text;
    httpsig::append_authority(text, httpsig::target_of(request));
    return text;
}

std::string uri(const http::Request& request) {
    std::string text;
    httpsig::append_target_uri(text, httpsig::target_of(request));
    return text;
}

std::string parameter(const char* query, const char* name) {
    std::string text;
    const auto appended = httpsig::append_query_parameter(text, query, name);
    return appended ? text : appended.error().code;
}

}  // namespace

TEST_CASE("an authority is lowercase and without the scheme's own port", "[httpsig]") {
    CHECK(authority(to("https", "WWW.Example.COM", "/")) == "www.example.com");
    CHECK(authority(to("https", "example.com:443", "/")) == "example.com");
    CHECK(authority(to("http", "example.com:80", "/")) == "example.com");
    CHECK(authority(to("http", "example.com:443", "/")) == "example.com:443");
    CHECK(authority(to("https", "example.com:80", "/")) == "example.com:80");
    CHECK(authority(to("https", "example.com:8443", "/")) == "example.com:8443");
    CHECK(authority(to("https", "example.com:", "/")) == "example.com");
    CHECK(authority(to("http", "[::1]:80", "/")) == "[::1]");
    CHECK(authority(to("http", "[FE80::80]", "/")) == "[fe80::80]");
}

TEST_CASE("every form of request target has a URI and a path", "[httpsig]") {
    CHECK(uri(to("https", "Example.com:443", "/p?q=1")) == "https://example.com/p?q=1");
    CHECK(uri(to("http", "proxy.example", "https://Www.Example.com/p?q=1")) == "https://www.example.com/p?q=1");
    CHECK(authority(to("http", "proxy.example", "HTTPS://Www.Example.com:443?x")) == "www.example.com");
    CHECK(uri(to("http", "a.example", "https://b.example")) == "https://b.example/");
    CHECK(uri(to("http", "a.example", "https://b.example?x")) == "https://b.example/?x");
    CHECK(uri(to("https", "a.example", "*", "OPTIONS")) == "https://a.example");
    CHECK(uri(to("https", "a.example", "http://b.example", "OPTIONS")) == "http://b.example");
    CHECK(uri(to("http", "b.example:8080", "b.example:8080", "CONNECT")) == "http://b.example:8080");
    CHECK(uri(to("http", "a.example", "")) == "http://a.example/");
    CHECK(uri(to("http", "a.example", "?q")) == "http://a.example/?q");

    const auto absolute = to("http", "a.example", "https://b.example/p/%2e%2E/?a=b?c");
    CHECK(httpsig::target_of(absolute).path == "/p/%2e%2E/");
    CHECK(httpsig::target_of(absolute).query == "a=b?c");
    const auto url_in_path = to("http", "a.example", "/http://b.example/");
    CHECK(httpsig::target_of(url_in_path).path == "/http://b.example/");
    const auto question = to("http", "a.example", "/p?");
    CHECK(httpsig::target_of(question).has_query);
    CHECK(uri(question) == "http://a.example/p?");
}

TEST_CASE("query parameters are decoded and encoded anew", "[httpsig]") {
    CHECK(parameter("a=%41%7e&b=2", "a") == "A%7E");
    CHECK(parameter("a=1*-._~!'()", "a") == "1*-._%7E%21%27%28%29");
    CHECK(parameter("a=b=c", "a") == "b%3Dc");
    CHECK(parameter("a", "a").empty());
    CHECK(parameter("&&a=1&", "a") == "1");
    CHECK(parameter("=1", "") == "1");
    CHECK(parameter("a=%zz%4", "a") == "%25zz%254");
    CHECK(parameter("a+b=1", "a%20b") == "1");
    CHECK(parameter("a+b=1", "a+b") == "invalid_input");
    CHECK(parameter("a=1&%61=2", "a") == "invalid_input");
    CHECK(parameter("", "a") == "invalid_input");
}

TEST_CASE("octets of a query that are no UTF-8 become replacement characters", "[httpsig]") {
    CHECK(parameter("a=%C3%A7%E2%82%AC%F0%9F%98%80", "a") == "%C3%A7%E2%82%AC%F0%9F%98%80");
    CHECK(parameter("a=%FF%C0%80", "a") == "%EF%BF%BD%EF%BF%BD%EF%BF%BD");
    CHECK(parameter("a=%E2%82x", "a") == "%EF%BF%BDx");
    CHECK(parameter("a=%ED%A0%80", "a") == "%EF%BF%BD%EF%BF%BD%EF%BF%BD");
    CHECK(parameter("a=%F0%9F%98", "a") == "%EF%BF%BD");
    CHECK(parameter("a=%C3", "a") == "%EF%BF%BD");
}

#include "harness/catch.h"
#include "harness/httpsig/base.h"
#include "harness/httpsig/rfc9421_messages.h"

using namespace aauth;
using httpsig::component_value;

namespace {

// A component as it is written in Signature-Input: "name";parameters.
sfv::Item parsed(const std::string& text) { return sfv::parse_item(text).value(); }

std::string value(const httpsig::Message& message, const std::string& text) {
    const auto found = component_value(message, parsed(text));
    return found ? *found : found.error().code;
}

// The fields of RFC 9421 section 2.1 and its subsections.
http::Request fields_request() {
    http::Request request;
    request.authority = "www.example.com";
    request.fields = {{"Host", "www.example.com"},
                      {"Date", "Tue, 20 Apr 2021 02:07:56 GMT"},
                      {"X-OWS-Header", "   Leading and trailing whitespace.   "},
                      {"X-Obs-Fold-Header", "Obsolete\r\n    line folding."},
                      {"Cache-Control", "max-age=60"},
                      {"Cache-Control", "    must-revalidate"},
                      {"Example-Dict", "  a=1,    b=2;x=1;y=2,   c=(a   b   c)"},
                      {"X-Empty-Header", ""},
                      {"Example-Header", "value, with, lots"},
                      {"Example-Header", "of, commas"}};
    return request;
}

}  // namespace

TEST_CASE("fields are trimmed, unfolded and joined", "[httpsig]") {
    const auto request = fields_request();
    const httpsig::Message message{&request, nullptr};
    CHECK(value(message, R"("host")") == "www.example.com");
    CHECK(value(message, R"("date")") == "Tue, 20 Apr 2021 02:07:56 GMT");
    CHECK(value(message, R"("x-ows-header")") == "Leading and trailing whitespace.");
    CHECK(value(message, R"("x-obs-fold-header")") == "Obsolete line folding.");
    CHECK(value(message, R"("cache-control")") == "max-age=60, must-revalidate");
    CHECK(value(message, R"("example-dict")") == "a=1,    b=2;x=1;y=2,   c=(a   b   c)");
    CHECK(value(message, R"("x-empty-header")").empty());
    CHECK(value(message, R"("example-header")") == "value, with, lots, of, commas");
    CHECK(value(message, R"("missing")") == "invalid_input");
}

TEST_CASE("structured fields are serialized anew, whole or by member", "[httpsig]") {
    auto request = fields_request();
    const httpsig::Message message{&request, nullptr};
    CHECK(value(message, R"("example-dict";sf)") == "a=1, b=2;x=1;y=2, c=(a b c)");
    request.fields.set("Example-Dict", "  a=1, b=2;x=1;y=2, c=(a   b    c), d");
    CHECK(value(message, R"("example-dict";key="a")") == "1");
    CHECK(value(message, R"("example-dict";key="d")") == "?1");
    CHECK(value(message, R"("example-dict";key="b")") == "2;x=1;y=2");
    CHECK(value(message, R"("example-dict";key="c")") == "(a b c)");
    CHECK(value(message, R"("example-dict";key="e")") == "invalid_input");
    CHECK(value(message, R"("example-dict";sf;key="a")") == "1");
    CHECK(value(message, R"("date";sf)") == "invalid_input");
    CHECK(value(message, R"("date";key="a")") == "invalid_input");
}

TEST_CASE("a known structured type decides how sf reads a field", "[httpsig]") {
    http::Request request;
    const httpsig::Message message{&request, nullptr};
    request.fields = {{"Signature-Key", "sig=hwk;  kty=\"OKP\""},
                      {"AAuth-Capabilities", "a,b,  a"},
                      {"Client-Cert", " :AQ==:"},
                      {"Priority", "u=1,  u=2"},
                      {"X-Unknown", "a,b"},
                      {"X-Ambiguous", "a,b,  a"}};
    CHECK(value(message, R"("signature-key";sf)") == "sig=hwk;kty=\"OKP\"");
    CHECK(value(message, R"("aauth-capabilities";sf)") == "a, b, a");
    CHECK(value(message, R"("client-cert";sf)") == ":AQ==:");
    CHECK(value(message, R"("priority";sf)") == "u=2");
    CHECK(value(message, R"("x-unknown";sf)") == "a, b");
    CHECK(value(message, R"("x-ambiguous";sf)") == "invalid_input");
    request.fields.set("Client-Cert", "a=1");
    CHECK(value(message, R"("client-cert";sf)") == "invalid_input");
}

TEST_CASE("bs keeps the lines of a field apart", "[httpsig]") {
    auto request = fields_request();
    const httpsig::Message message{&request, nullptr};
    CHECK(value(message, R"("example-header";bs)") == ":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:");
    request.fields.set("Example-Header", "value, with, lots, of, commas");
    CHECK(value(message, R"("example-header";bs)") == ":dmFsdWUsIHdpdGgsIGxvdHMsIG9mLCBjb21tYXM=:");
    request.fields.set("Example-Header", "caf\xc3\xa9");
    CHECK(value(message, R"("example-header";bs)") == ":Y2Fmw6k=:");
    CHECK(value(message, R"("example-header")") == "invalid_input");
    CHECK(value(message, R"("missing";bs)") == "invalid_input");
}

TEST_CASE("derived components of a request", "[httpsig]") {
    http::Request request;
    request.method = "POST";
    request.scheme = "https";
    request.authority = "www.example.com";
    request.target = "/path?param=value";
    const httpsig::Message message{&request, nullptr};
    CHECK(value(message, R"("@method")") == "POST");
    CHECK(value(message, R"("@target-uri")") == "https://www.example.com/path?param=value");
    CHECK(value(message, R"("@authority")") == "www.example.com");
    CHECK(value(message, R"("@scheme")") == "https");
    CHECK(value(message, R"("@request-target")") == "/path?param=value");
    CHECK(value(message, R"("@path")") == "/path");
    CHECK(value(message, R"("@query")") == "?param=value");
    request.target = "/path";
    CHECK(value(message, R"("@query")") == "?");
    CHECK(value(message, R"("@status")") == "invalid_input");
    request.authority.clear();
    CHECK(value(message, R"("@authority")") == "invalid_input");
    CHECK(value(message, R"("@target-uri")") == "invalid_input");
}

TEST_CASE("query parameters", "[httpsig]") {
    http::Request request;
    request.authority = "www.example.com";
    request.target = "/path?param=value&foo=bar&baz=batman&qux=";
    const httpsig::Message message{&request, nullptr};
    CHECK(value(message, R"("@query-param";name="baz")") == "batman");
    CHECK(value(message, R"("@query-param";name="qux")").empty());
    CHECK(value(message, R"("@query-param";name="param")") == "value");
    CHECK(value(message, R"("@query-param";name="other")") == "invalid_input");
    CHECK(value(message, R"("@query-param")") == "invalid_input");
    CHECK(value(message, R"("@query-param";name=3)") == "invalid_input");
    CHECK(value(message, R"("@path";name="baz")") == "invalid_input");

    request.target =
        "/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace"
        "&fa%C3%A7ade%22%3A%20=something";
    CHECK(value(message, R"("@query-param";name="var")") == "this%20is%20a%20big%0Amultiline%20value");
    CHECK(value(message, R"("@query-param";name="bar")") == "with%20plus%20whitespace");
    CHECK(value(message, R"("@query-param";name="fa%C3%A7ade%22%3A%20")") == "something");
}

TEST_CASE("a response has a status, and with req what its request has", "[httpsig]") {
    const auto request = rfc9421::request();
    auto response = rfc9421::response();
    const httpsig::Message message{&request, &response};
    CHECK(value(message, R"("@status")") == "200");
    CHECK(value(message, R"("content-length")") == "23");
    CHECK(value(message, R"("content-length";req)") == "18");
    CHECK(value(message, R"("@method";req)") == "POST");
    CHECK(value(message, R"("@query-param";name="Pet";req)") == "dog");
    CHECK(value(message, R"("@method")") == "invalid_input");
    CHECK(value(message, R"("@status";req)") == "invalid_input");
    response.status = 0;
    CHECK(value(message, R"("@status")") == "invalid_input");
    CHECK(value({&request, nullptr}, R"("content-length";req)") == "invalid_input");
    CHECK(value({nullptr, &response}, R"("content-length")") == "23");
    CHECK(value({nullptr, &response}, R"("content-length";req)") == "invalid_input");
    CHECK(value({nullptr, nullptr}, R"("content-length")") == "invalid_input");
}

TEST_CASE("components that nobody can cover", "[httpsig]") {
    const auto request = fields_request();
    const httpsig::Message message{&request, nullptr};
    for (const char* text : {R"("@unknown")", R"("@signature-params")", R"("Host")", R"("")", R"("ho st")", R"("@")",
                             R"("host";tr)", R"("host";unknown)", R"("host";sf=?0)", R"("host";bs=1)",
                             R"("host";key=a)",
                             R"("host";bs;sf)", R"("example-dict";bs;key="a")", R"("host";name="a")", R"("@path";sf)",
                             R"("@path";bs)", R"("@path";key="a")", "host", "3"}) {
        INFO(text);
        CHECK(value(message, text) == "invalid_input");
    }
}

TEST_CASE("no value brings a line end or another control character into the base", "[httpsig]") {
    http::Request request;
    const httpsig::Message message{&request, nullptr};
    for (const char* bad : {"a\nb", "a\r\nb", "a\rb", "a\r\n", "\r\nb", "a\x01" "b", "a\x7f", "caf\xe9"}) {
        request.fields.set("X-Bad", bad);
        request.method = request.authority = request.target = bad;
        CHECK(value(message, R"("x-bad")") == "invalid_input");
        CHECK(value(message, R"("@method")") == "invalid_input");
        CHECK(value(message, R"("@authority")") == "invalid_input");
        CHECK(value(message, R"("@request-target")") == "invalid_input");
        CHECK(value(message, R"("@path")") == "invalid_input");
    }
    request.fields.set("X-Fold", "a \r\n\tb\n c");
    CHECK(value(message, R"("x-fold")") == "a b c");
    request.fields.set("X-Fold", "a\tb");
    CHECK(value(message, R"("x-fold")") == "a\tb");
}

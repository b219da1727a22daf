#include "harness/catch.h"
#include "harness/http/message.h"

using namespace aauth::http;

TEST_CASE("a URL is taken apart and nothing is normalized") {
    const auto url = Url::parse("HTTPS://User@EXAMPLE.test:8443/a/./%7e//../B?q=%2f&&#f");
    REQUIRE(url);
    CHECK(url->scheme == "https");
    CHECK(url->host == "EXAMPLE.test");
    CHECK(url->port == 8443);
    CHECK(url->path == "/a/./%7e//../B");
    CHECK(url->query == "q=%2f&&");
    CHECK(url->has_query);
    CHECK(url->has_fragment);
    CHECK(url->has_userinfo);
    CHECK(url->authority() == "example.test:8443");
    CHECK(url->origin() == "https://example.test:8443");
    CHECK(url->request_target() == "/a/./%7e//../B?q=%2f&&");
    CHECK(url->text() == "https://EXAMPLE.test:8443/a/./%7e//../B?q=%2f&&");
}

TEST_CASE("a URL's defaults") {
    const auto bare = Url::parse("http://h").value();
    CHECK(bare.path == "/");
    CHECK(bare.port == 0);
    CHECK(bare.effective_port() == 80);
    CHECK_FALSE(bare.has_query);
    CHECK_FALSE(bare.has_fragment);
    CHECK_FALSE(bare.has_userinfo);

    CHECK(Url::parse("https://h:443").value().authority() == "h");
    CHECK(Url::parse("https://h:443").value().text() == "https://h:443/");
    CHECK(Url::parse("http://h:443").value().authority() == "h:443");
    CHECK(Url::parse("https://h").value().effective_port() == 443);
    CHECK(Url::parse("http://h:/").value().port == 0);
    CHECK(Url::parse("http://h?x").value().request_target() == "/?x");
    CHECK(Url::parse("http://h/?").value().request_target() == "/?");
    CHECK(Url::parse("http://[::1]:81/").value().authority() == "[::1]:81");
    CHECK(Url::parse("http://[::1]:81/").value().host == "[::1]");
}

TEST_CASE("what is not an absolute http or https URL is refused") {
    const auto* text = GENERATE(
        "", "/a", "h.test", "ftp://h/", "http:", "http:/h", "http:h", "http://", "http:///a", "http://:80/",
        "http://h:0/", "http://h:65536/", "http://h:8a/", "http://h:-1/", "http://h:+1/", "http://h h/", "http://h/a b",
        "http://h/%", "http://h/%4", "http://h/%zz", "http://h/\xc3\xa9", "http://h/\n", "http://h/<", "http://[::1/",
        "http://[h]/", "http://[::1]x/", "http://h/?\"", "http://h/#|", "http://a\\b/", "http://h:80:80/", "://h/");
    CAPTURE(text);
    const auto url = Url::parse(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().code == "malformed_url");
}

TEST_CASE("a NUL in a URL is refused") {
    CHECK_FALSE(Url::parse(std::string_view("http://h/\0", 10)));
    CHECK_FALSE(Url::parse(std::string_view("http://h\0/", 10)));
}

TEST_CASE("references are resolved as RFC 3986 section 5.4 says") {
    struct Row {
        const char *reference, *result;
    };
    const auto row = GENERATE(
        Row{"g", "http://a/b/c/g"}, Row{"./g", "http://a/b/c/g"}, Row{"g/", "http://a/b/c/g/"}, Row{"/g", "http://a/g"},
        Row{"//g", "http://g/"}, Row{"?y", "http://a/b/c/d;p?y"}, Row{"g?y", "http://a/b/c/g?y"},
        Row{"#s", "http://a/b/c/d;p?q"}, Row{"g#s", "http://a/b/c/g"}, Row{"g?y#s", "http://a/b/c/g?y"},
        Row{";x", "http://a/b/c/;x"}, Row{"g;x?y#s", "http://a/b/c/g;x?y"}, Row{"", "http://a/b/c/d;p?q"},
        Row{".", "http://a/b/c/"}, Row{"./", "http://a/b/c/"}, Row{"..", "http://a/b/"}, Row{"../", "http://a/b/"},
        Row{"../g", "http://a/b/g"}, Row{"../..", "http://a/"}, Row{"../../", "http://a/"},
        Row{"../../g", "http://a/g"}, Row{"../../../g", "http://a/g"}, Row{"/./g", "http://a/g"},
        Row{"/../g", "http://a/g"}, Row{"g.", "http://a/b/c/g."}, Row{"..g", "http://a/b/c/..g"},
        Row{"./../g", "http://a/b/g"}, Row{"./g/.", "http://a/b/c/g/"}, Row{"g/./h", "http://a/b/c/g/h"},
        Row{"g/../h", "http://a/b/c/h"}, Row{"g;x=1/../y", "http://a/b/c/y"}, Row{"g?y/../x", "http://a/b/c/g?y/../x"},
        Row{"https://x.test:1/a/../b?c", "https://x.test:1/b?c"}, Row{"//x/./y", "http://x/y"});
    CAPTURE(row.reference);
    const auto result = Url::parse("http://a/b/c/d;p?q").value().resolve(row.reference);
    REQUIRE(result);
    CHECK(result->text() == row.result);
}

TEST_CASE("a reference keeps the base's host and port as written") {
    const auto base = Url::parse("https://H.test:443/a?b").value();
    CHECK(base.resolve("c").value().text() == "https://H.test:443/c");
    CHECK(base.resolve("c#d").value().has_fragment);
}

TEST_CASE("a reference to elsewhere than http is refused") {
    const auto base = Url::parse("http://a/").value();
    CHECK(base.resolve("javascript:alert(1)").error().code == "malformed_url");
    CHECK(base.resolve("a b").error().code == "malformed_url");
    CHECK(base.resolve("http:g").error().code == "malformed_url");
}

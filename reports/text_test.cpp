#include "reports/text.h"

#include "harness/catch.h"

namespace aauth::reports {

TEST_CASE("what cannot be seen is shown") {
    CHECK(visible("plain ä €") == "plain ä €");
    CHECK(visible("a\x1b[31mb\x7f") == "a\\x1b[31mb\\x7f");
    CHECK(visible(std::string("a\0b", 3)) == "a\\x00b");
    CHECK(visible("a\xE2\x80\xAE"
                  "b") == "a\\u{202e}b");
    CHECK(visible("a\xE2\x80\x8B\xEF\xBB\xBF"
                  "b") == "a\\u{200b}\\u{feff}b");
    CHECK(visible("\xC2\x85\xF3\xA0\x81\x81") == "\\u{85}\\u{e0041}");
    CHECK(visible("\xFFx\xC3") == "\\xffx\\xc3");
    CHECK(visible("\xEF\xBF\xBF") == "\\u{ffff}");
    CHECK(visible("a\r\nb\tc\rd", Lines::Keep) == "a\nb\tc\\x0dd");
    CHECK(visible("a\r\nb\tc", Lines::Show) == "a\\x0d\\nb\\x09c");
}

TEST_CASE("private keys are left out") {
    CHECK(
        without_private_keys(R"({"kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZ"})") ==
        R"({"kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg","d":"[private key left out]"})");
    for (const char* name : {"d", "p", "q", "dp", "dq", "qi", "k"}) {
        const std::string jwk = std::string("{\"") + name + "\" :\n \"c2VjcmV0LW1hdGVyaWFs\"}";
        CHECK(without_private_keys(jwk).find("c2VjcmV0") == std::string::npos);
    }
    // Inside a JSON string, and cut in the middle.
    CHECK(without_private_keys(R"({"body":"{\"d\":\"c2VjcmV0LW1hdGVyaWFs\"}"})").find("c2VjcmV0") == std::string::npos);
    CHECK(without_private_keys(R"({"d":"c2VjcmV0LW1hdGVyaW)") == R"({"d":"[private key left out])");
    CHECK(without_private_keys(R"({"d":"no key here","kid":"c2VjcmV0LW1hdGVyaWFs"})") ==
          R"({"d":"no key here","kid":"c2VjcmV0LW1hdGVyaWFs"})");

    CHECK(without_private_keys("a\n-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\nb") ==
          "a\n-----BEGIN PRIVATE KEY-----[private key left out]-----END PRIVATE KEY-----\nb");
    CHECK(without_private_keys("-----BEGIN EC PRIVATE KEY-----\nMIIB") ==
          "-----BEGIN EC PRIVATE KEY-----[private key left out]");
    CHECK(without_private_keys("-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n"
                               "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----")
              .find("MIIB") == std::string::npos);
    CHECK(without_private_keys("-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----") ==
          "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----");
}

TEST_CASE("tokens are shortened") {
    const std::string token = "eyJhbGciOiJFZDI1NTE5IiwidHlwIjoiand0In0.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl";
    CHECK(with_short_tokens("jwt=\"" + token + "\", " + token) ==
          "jwt=\"eyJhbGciOiJFZDI1NTE5Iiwi…\", eyJhbGciOiJFZDI1NTE5Iiwi…");
    CHECK(with_short_tokens("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.") == "eyJhbGciOiJub25lIn0.eyJz…");
    CHECK(with_short_tokens("ewogICJhbGciOiAibm9uZSIKfQ.eyJzdWIiOiJhbGljZSJ9.x") == "ewogICJhbGciOiAibm9uZSIK…");
    CHECK(with_short_tokens(token + ".a.b") == "eyJhbGciOiJFZDI1NTE5Iiwi…");  // JWE
    CHECK(with_short_tokens("?t%3D" + token + "&u=1") == "?t%3DeyJhbGciOiJFZDI1NTE5Iiwi…&u=1");
    for (const char* other : {"www.example.com", "eyJhbGciOiJFZDI1NTE5In0", "e2e-tests-of-us.example.com", "a.b.c", ""})
        CHECK(with_short_tokens(other) == other);
}

TEST_CASE("JSON is laid out, its members in order and as they are") {
    CHECK(indented(R"({"b":1.0,"a":[],"c":{"d":"x{,}\"y"},"e":[1, 2]})") ==
          "{\n  \"b\": 1.0,\n  \"a\": [],\n  \"c\": {\n    \"d\": \"x{,}\\\"y\"\n  },\n  \"e\": [\n    1,\n    2\n  "
          "]\n}");
    CHECK(indented("not json {") == "not json {");
    CHECK(indented("\"{\"") == "\"{\"");
    CHECK(indented("") == "");
}

TEST_CASE("times are for people") {
    CHECK(milliseconds(3100) == "3.1 ms");
    CHECK(milliseconds(6200000) == "6.2 s");
}

}  // namespace aauth::reports

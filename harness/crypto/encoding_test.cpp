#include "harness/crypto/encoding.h"

#include "harness/catch.h"

using namespace aauth::crypto;

TEST_CASE("base64 encodes and decodes the examples of RFC 4648, section 10", "[crypto]") {
    const std::pair<std::string, std::string> examples[] = {{"", ""},
                                                            {"f", "Zg=="},
                                                            {"fo", "Zm8="},
                                                            {"foo", "Zm9v"},
                                                            {"foob", "Zm9vYg=="},
                                                            {"fooba", "Zm9vYmE="},
                                                            {"foobar", "Zm9vYmFy"}};
    for (const auto& [octets, text] : examples) {
        CHECK(base64_encode(octets) == text);
        CHECK(base64_decode(text) == octets);
        const auto unpadded = text.substr(0, text.find('='));
        CHECK(base64url_encode(octets) == unpadded);
        CHECK(base64url_decode(unpadded) == octets);
    }
    CHECK(base64url_encode("\xfb\xff\xfe") == "-__-");
    CHECK(base64_encode("\xfb\xff\xfe") == "+//+");
}

TEST_CASE("every octet survives both ways and every length", "[crypto]") {
    std::string octets;
    for (int value = 0; value < 256; ++value) {
        octets += static_cast<char>(static_cast<unsigned char>(value));
        CHECK(base64url_decode(base64url_encode(octets)) == octets);
        CHECK(base64_decode(base64_encode(octets)) == octets);
        CHECK(hex_decode(hex_encode(octets)) == octets);
    }
}

TEST_CASE("base64 that is not canonical is refused", "[crypto]") {
    for (const std::string text : {"Zg==", "Zm8=", "Zh", "Zm9", "A", "AAAAA", " Zm9v", "Zm9v\n", "Zm 9v", "Zm+v",
                                   "Zm/v", "Zm9v=", "=", "====", "Zm\xc3\xa9"}) {
        INFO(text);
        REQUIRE_FALSE(base64url_decode(text));
        CHECK(base64url_decode(text).error().code == "malformed_base64");
    }
    CHECK_FALSE(base64url_decode(std::string_view("Zm9\0", 4)));
    for (const std::string text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v====", "Z===", "====", "Zg=A", "Zm-v",
                                   "Zm_v", "Zm9v\n", " Zm9v", "Z=m9"}) {
        INFO(text);
        REQUIRE_FALSE(base64_decode(text));
        CHECK(base64_decode(text).error().code == "malformed_base64");
    }
}

TEST_CASE("hex is read in either case and written in lower case", "[crypto]") {
    CHECK(hex_encode("\x01\xab\xff") == "01abff");
    CHECK(hex_decode("01aBFf") == "\x01\xab\xff");
    CHECK(hex_decode("").value().empty());
    for (const std::string text : {"0", "0g", "0x", " 00", "00 "})
        CHECK(hex_decode(text).error().code == "malformed_hex");
}

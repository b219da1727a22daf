#include "harness/engine/bounds.h"

#include "harness/catch.h"

namespace aauth::engine {

TEST_CASE("texts are cut with a mark and without tearing a character") {
    CHECK(bounded("abcdef", 6) == "abcdef");
    CHECK(bounded("abcdef", 4) == "abcd… 2 more bytes");
    CHECK(bounded("abc\xE2\x82\xAC", 4) == "abc… 3 more bytes");
    CHECK(bounded("abc\xE2\x82\xAC", 5) == "abc… 3 more bytes");
    CHECK(bounded(std::string(10, '\x80'), 4) == std::string(4, '\x80') + "… 6 more bytes");
}

TEST_CASE("bytes that are no UTF-8 become visible") {
    CHECK(valid_utf8("plain \xE2\x82\xAC \xF0\x9F\x98\x80") == "plain \xE2\x82\xAC \xF0\x9F\x98\x80");
    CHECK(valid_utf8("\xFF\xC0\x80") == "\\xff\\xc0\\x80");           // overlong NUL
    CHECK(valid_utf8("\xED\xA0\x80") == "\\xed\\xa0\\x80");           // surrogate
    CHECK(valid_utf8("\xF4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond Unicode
    CHECK(valid_utf8("\xE2\x82") == "\\xe2\\x82");                    // torn
    CHECK(valid_utf8("\xE0\x9F\xBF\xF0\x8F\xBF\xBF") == "\\xe0\\x9f\\xbf\\xf0\\x8f\\xbf\\xbf");
    CHECK(valid_utf8(std::string("a\0b", 3)) == std::string("a\0b", 3));
}

}  // namespace aauth::engine

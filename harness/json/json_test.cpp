#include "harness/json/json.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"

using namespace aauth;

TEST_CASE("a JSON text is parsed whole and refused with the reason", "[json]") {
    CHECK(json::parse(R"({"a":[1,2,{"b":null}]})").value()["a"][2]["b"].is_null());
    CHECK(json::parse(R"({"a":1}x)").error().code == "malformed_json");
    CHECK(json::parse("").error().code == "malformed_json");
    CHECK(json::parse("\"\xff\"").error().code == "malformed_json");
    CHECK(json::parse_object("[]").error().code == "not_an_object");
}

TEST_CASE("a member name that appears twice in one object is an error", "[json]") {
    CHECK(json::parse(R"({"alg":"none","alg":"Ed25519"})").error().code == "duplicate_member");
    CHECK(json::parse(R"([{"a":{"b":1,"\u0062":2}}])").error().code == "duplicate_member");
    CHECK(json::parse(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})").has_value());
}

TEST_CASE("nesting and size are bounded", "[json]") {
    CHECK(json::parse(std::string(64, '[') + std::string(64, ']')).has_value());
    CHECK(json::parse(std::string(65, '[') + std::string(65, ']')).error().code == "json_too_deep");
    CHECK(json::parse(std::string(200000, '[')).error().code == "json_too_deep");
    CHECK(json::parse("[1,2,3]", {.bytes = 6}).error().code == "json_too_large");
}

TEST_CASE("members are found by name and type", "[json]") {
    const auto object = json::parse(R"({"s":"x","i":7,"f":1.0,"big":18446744073709551615})").value();
    CHECK(json::string_member(object, "s") == "x");
    CHECK_FALSE(json::string_member(object, "i"));
    CHECK(json::integer_member(object, "i") == 7);
    CHECK_FALSE(json::integer_member(object, "f"));
    CHECK_FALSE(json::integer_member(object, "big"));
    CHECK(json::member(object, "none") == nullptr);
    CHECK(json::dump(nlohmann::json("\xff")) == "\"\xef\xbf\xbd\"");
}

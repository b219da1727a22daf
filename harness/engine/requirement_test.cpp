#include "harness/engine/requirement.h"

#include "harness/catch.h"

namespace aauth::engine {

namespace {

const char* const base = R"({"draft":"10","version":"0.1","requirements":[
 {"id":"a","specification":"AAuth -10","section":"1","level":"MUST","roles":["resource"],"text":"A."},
 {"id":"b","specification":"AAuth -10","section":"2","level":"SHOULD","roles":["resource"],"text":"B.",
  "untestable":"nobody can see it","since":"0.0"},
 {"id":"c","specification":"AAuth -10","section":"3","level":"MAY","roles":["resource"],"text":"C."}]})";

Result<Catalogue> parse(std::string_view text) {
    return Catalogue::parse(text, [](const std::string& name) -> Result<std::string> {
        if (name == "10.json") return std::string(base);
        if (name == "circle.json")
            return std::string(R"({"draft":"1","version":"1","base":"circle.json","requirements":[]})");
        return failure("cannot_read", "no such file");
    });
}

std::string error(std::string_view text) {
    const auto catalogue = parse(text);
    REQUIRE_FALSE(catalogue);
    CHECK(catalogue.error().code == "bad_catalogue");
    return catalogue.error().message;
}

}  // namespace

TEST_CASE("a catalogue is read") {
    const auto catalogue = parse(base);
    REQUIRE(catalogue);
    CHECK(catalogue->draft() == "10");
    CHECK(catalogue->all().size() == 3);
    REQUIRE(catalogue->find("b") != nullptr);
    CHECK(catalogue->find("b")->level == Level::Should);
    CHECK(catalogue->find("b")->untestable == "nobody can see it");
    CHECK(catalogue->find("b")->since == "0.0");
    CHECK(catalogue->find("a")->since == "0.1");
    CHECK(catalogue->find("x") == nullptr);
}

TEST_CASE("a catalogue with a base is a list of differences") {
    const auto catalogue = parse(R"({"draft":"11","version":"0.2","base":"10.json","requirements":[
 {"id":"b","removed":true},
 {"id":"a","specification":"AAuth -11","section":"9","level":"MUST","roles":["resource","agent"],"text":"A now."},
 {"id":"d","specification":"AAuth -11","section":"4","level":"MUST","roles":["resource"],"text":"D."}]})");
    REQUIRE(catalogue);
    CHECK(catalogue->draft() == "11");
    REQUIRE(catalogue->all().size() == 3);
    CHECK(catalogue->all()[0].text == "A now.");
    CHECK(catalogue->all()[0].since == "0.2");
    CHECK(catalogue->find("b") == nullptr);
    CHECK(catalogue->find("c")->section == "3");
    CHECK(catalogue->find("d")->section == "4");
}

TEST_CASE("a bad catalogue is refused with the entry named") {
    CHECK(error("[]").size() > 3);
    CHECK(error(R"({"draft":"11","version":"1"})") == "requirements: missing; expected an array of objects");
    CHECK(error(R"({"draft":"11","version":"1","requirements":[{"id":"a","sction":"1"}]})") ==
          "requirements[0]: unknown member \"sction\"; did you mean \"section\"? (entry 1, \"a\")");
    CHECK(error(R"({"draft":"11","version":"1","requirements":[{}]})") ==
          "requirements[0].id: missing; expected a string that is not empty");
    CHECK(error(R"({"draft":"11","version":"1","requirements":[{"id":"a","specification":"s","section":"1",
        "level":"MUSTN'T","roles":["r"],"text":"t"}]})")
              .starts_with("requirements[0].level: expected one of MUST, SHOULD, MAY"));
    CHECK(error(R"({"draft":"11","version":"1","requirements":[{"id":"a","removed":true}]})") ==
          "requirements[0].removed: expected an id that the base has, got true (entry 1, \"a\")");
    CHECK(error(R"({"draft":"11","version":"1","base":"10.json","requirements":[{"id":"a","removed":true},
        {"id":"a","removed":true}]})") == "id: used twice (entry 2, \"a\")");
    CHECK(error(R"({"draft":"11","version":"1","base":"no.json","requirements":[]})") == "base: no.json: no such file");
    CHECK(error(R"({"draft":"11","version":"1","base":"circle.json","requirements":[]})").find("in a circle") !=
          std::string::npos);
    CHECK_FALSE(Catalogue::parse(R"({"draft":"11","version":"1","base":"x","requirements":[]})", nullptr));
}

}  // namespace aauth::engine

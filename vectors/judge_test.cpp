#include "vectors/judge.h"

#include "harness/catch.h"

namespace aauth::vectors {

namespace {

using nlohmann::json;

std::string judged(const json& expected, const json& given) {
    Vector vector;
    vector.output = expected;
    return difference(vector, Answer{Answer::Kind::Valid, {}, given});
}

}  // namespace

TEST_CASE("an output gives what is expected, and may give more", "[judge]") {
    CHECK(judged(json{{"a", 1}}, json{{"a", 1}, {"b", 2}}).empty());
    CHECK(judged(json{{"a", 1}}, json{{"a", 2}}) == "output");
    CHECK(judged(json{{"a", 1}}, json{{"b", 1}}) == "output");
    CHECK(judged(json{{"a", 1}}, nullptr) == "output");
    CHECK(judged(json{{"a", {{"x", 1}}}}, json{{"a", {{"x", 1}, {"y", 2}}}}).empty());
    CHECK(judged(json{{"a", nullptr}}, json{{"a", nullptr}}).empty());
}

TEST_CASE("of a list every element is expected, and one of a list where a single value is given", "[judge]") {
    CHECK(judged(json{{"a", {1, 2}}}, json{{"a", {1, 2}}}).empty());
    CHECK(judged(json{{"a", {1, 2}}}, json{{"a", {2, 1}}}) == "output");
    CHECK(judged(json{{"a", {1, 2}}}, json{{"a", {1, 2, 3}}}) == "output");
    CHECK(judged(json{{"a", json::array()}}, json{{"a", {1}}}) == "output");
    CHECK(judged(json{{"a", {"x", "y"}}}, json{{"a", "y"}}).empty());
    CHECK(judged(json{{"a", {"x", "y"}}}, json{{"a", "z"}}) == "output");
}

TEST_CASE("a client may wait longer than it has to, and not shorter", "[judge]") {
    const auto wait = [](const json& seconds) {
        return json{{"actions", json::array({{{"do", "poll"}, {"after", seconds}}})}};
    };
    CHECK(judged(wait(5), wait(5)).empty());
    CHECK(judged(wait(5), wait(6.5)).empty());
    CHECK(judged(wait(5), wait(4)) == "output");
    CHECK(judged(wait(5), wait("5")) == "output");
}

}  // namespace aauth::vectors

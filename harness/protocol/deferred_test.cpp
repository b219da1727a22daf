#include "harness/protocol/deferred.h"

#include "harness/catch.h"

namespace aauth::protocol {

namespace {

using Kind = Action::Kind;

http::Response pending(http::Fields more = {}, std::string body = R"({"status":"pending"})") {
    http::Response response;
    response.status = 202;
    response.fields = {{"Location", "/pending/1"}};
    for (const auto& [name, value] : more.all()) response.fields.add(name, value);
    response.body = std::move(body);
    return response;
}

http::Response answer(int status, http::Fields fields = {}, std::string body = {}) {
    http::Response response;
    response.status = status;
    response.fields = std::move(fields);
    response.body = std::move(body);
    return response;
}

DeferredExchange exchange(Reach reach = Reach::Strict) {
    return {*find_draft("11"), *http::Url::parse("https://ps.example/token"), reach};
}

}  // namespace

TEST_CASE("a client waits as Retry-After says, and five seconds without it", "[deferred]") {
    auto client = exchange();
    CHECK(client.take(pending({{"Retry-After", "0"}})).after == 0);
    CHECK(client.take(pending({{"Retry-After", "30"}})).after == 30);
    CHECK(client.take(pending()).after == 5);
    CHECK(client.take(pending({{"Retry-After", "soon"}})).after == 5);
    CHECK(client.take(pending({{"Retry-After", std::string(40, '9')}})).after > 0);
    CHECK(client.pending()->text() == "https://ps.example/pending/1");
    CHECK(client.take(answer(200)).kind == Kind::Finish);
}

TEST_CASE("each 429 makes a client slower by five seconds", "[deferred]") {
    auto client = exchange();
    client.take(pending({{"Retry-After", "5"}}));
    CHECK(client.take(answer(429)).after == 10);
    CHECK(client.take(answer(429)).after == 15);
    CHECK(client.take(answer(429, {{"Retry-After", "60"}})).after == 60);
}

TEST_CASE("a 503 is waited for, before and while polling", "[deferred]") {
    auto client = exchange();
    const auto again = client.take(answer(503, {{"Retry-After", "7"}}));
    CHECK(again.kind == Kind::Retry);
    CHECK(again.after == 7);
    client.take(pending({{"Retry-After", "1"}}));
    const auto later = client.take(answer(503, {{"Retry-After", "9"}}));
    CHECK(later.kind == Kind::Poll);
    CHECK(later.after == 9);
}

TEST_CASE("every other answer ends it, with the code that it carries", "[deferred]") {
    auto client = exchange();
    client.take(pending());
    CHECK(client.take(answer(403, {}, R"({"error":"denied"})")).error.code == "denied");
    CHECK(client.take(answer(410)).error.code == "http_410");
    CHECK(client.take(answer(401, {{"Signature-Error", "error=expired_jwt"}}, R"({"error":"x"})")).error.code ==
          "expired_jwt");
}

TEST_CASE("a pending URL on another origin is not followed", "[deferred]") {
    for (const char* location : {"https://evil.example/1", "//evil.example/1", "http://ps.example/1",
                                 "https://ps.example:8443/1", "https://u@ps.example/1", ""}) {
        auto client = exchange();
        http::Response response = answer(202, {{"Location", location}});
        INFO(location);
        CHECK((client.take(response).kind == Kind::Stop) == (*location != '\0'));
    }
    CHECK(exchange().take(answer(202)).kind == Kind::Stop);
}

TEST_CASE("a person is brought to an interaction once", "[deferred]") {
    auto client = exchange();
    const http::Fields needs{
        {"AAuth-Requirement", R"(requirement=interaction;url="https://ps.example/i";code="A1B2-C3D4")"}};
    CHECK(client.take(pending(needs)).kind == Kind::Interact);
    CHECK(client.take(pending(needs)).kind == Kind::Poll);
    CHECK(client.take(pending(needs, R"({"status":"interacting"})")).kind == Kind::Poll);
    const http::Fields plain{
        {"AAuth-Requirement", R"(requirement=interaction;url="http://127.0.0.1:8080/i";code="A1B2-C3D4")"}};
    CHECK(exchange().take(pending(plain)).kind == Kind::Stop);
    CHECK(exchange(Reach::Loopback).take(pending(plain)).kind == Kind::Interact);
}

TEST_CASE("what a requirement asks for comes with the action", "[deferred]") {
    auto client = exchange();
    const auto held = client.take(pending({{"AAuth-Requirement", "requirement=auth-token;resource-token=\"eyJ\""}}));
    CHECK(held.kind == Kind::Present);
    CHECK(held.requirement.parameter("resource-token") == "eyJ");
    const auto asked = client.take(pending({{"AAuth-Requirement", "requirement=clarification"}},
                                           R"({"status":"pending","clarification":"Why?"})"));
    CHECK(asked.kind == Kind::Answer);
    CHECK(asked.question == "Why?");
    const auto claims =
        client.take(pending({{"AAuth-Requirement", "requirement=claims"}}, R"({"required_claims":["sub","email"]})"));
    CHECK(claims.kind == Kind::Provide);
    CHECK(claims.claims == std::vector<std::string>{"email"});
    CHECK(client.take(pending({{"AAuth-Requirement", "requirement=x"}})).error.code == "unsupported_requirement");
}

TEST_CASE("a 401 asks for a token, and not twice for the same", "[deferred]") {
    auto client = exchange();
    const http::Fields needs{{"AAuth-Requirement", "requirement=person-token"}};
    CHECK(client.take(answer(401, needs)).kind == Kind::Present);
    CHECK(client.take(answer(401, needs)).kind == Kind::Stop);
    CHECK(exchange().take(answer(401, {{"AAuth-Requirement", "requirement=auth-token"}})).kind == Kind::Stop);
}

TEST_CASE("a request that was withdrawn ends, whatever is answered", "[deferred]") {
    auto client = exchange();
    client.take(pending());
    const auto withdrawn = client.cancel();
    CHECK(withdrawn.kind == Kind::Cancel);
    CHECK(withdrawn.url == "https://ps.example/pending/1");
    CHECK(client.take(pending()).error.code == "cancelled");
    CHECK(exchange().cancel().kind == Kind::Stop);
}

}  // namespace aauth::protocol

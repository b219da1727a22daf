#include "harness/engine/target.h"

#include <nlohmann/json.hpp>

#include "embedded/target_schema.h"
#include "harness/catch.h"
#include "harness/engine/schema.h"

namespace aauth::engine {

namespace {

std::string error(std::string_view text) {
    const auto target = parse_target(text);
    REQUIRE_FALSE(target);
    CHECK(target.error().code == "bad_target");
    return target.error().message;
}

// A description with one more member.
std::string error_with(const std::string& member) {
    return error(R"({"name":"Example","role":"person-server",)" + member + "}");
}

}  // namespace

TEST_CASE("a target description is read whole") {
    const auto target = parse_target(R"({
      "$schema": "../schema/target.schema.json",
      "name": "Example", "role": "person-server", "url": "http://127.0.0.1:{{port}}", "identifier": "https://ps.test",
      "draft": "11-2026-08", "features": ["missions"], "unsupported": ["x509"],
      "addresses": {"https://ps.test": "http://127.0.0.1:9000"}, "ca_file": "ca.pem",
      "identifiers": {"agent-provider": "https://ap.test"}, "consent": "auto",
      "trust": {"url": "{{ps}}/mock/aauth", "method": "PUT", "headers": {"X-Admin": "1"},
                "body": {"issuer": "{{issuer}}"}},
      "approve": {"command": "node approve.js {{code}}"},
      "defer": {"url": "http://127.0.0.1:1/defer", "body": "{\"jwks\":{{jwks}}}"},
      "launch": {"command": "npx mockin", "environment": {"PORT": "{{port}}"}, "directory": "peer",
                 "ready_url": "http://127.0.0.1:{{port}}/", "ready_seconds": 5},
      "values": {"scope": "read"}})");
    REQUIRE(target);
    CHECK(target->url == "http://127.0.0.1:{{port}}");
    CHECK(target->draft == "11-2026-08");
    CHECK(target->addresses.at("https://ps.test") == "http://127.0.0.1:9000");
    CHECK(target->trust.method == "PUT");
    CHECK(target->trust.headers.at("X-Admin") == "1");
    CHECK(target->trust.body == R"({"issuer":"{{issuer}}"})");
    CHECK(target->approve.given());
    CHECK(target->defer.body == R"({"jwks":{{jwks}}})");
    CHECK_FALSE(target->proceed.given());
    CHECK(target->launch.environment.at("PORT") == "{{port}}");
    CHECK(target->launch.ready_seconds == 5);
    CHECK(target->values.at("scope") == "read");

    const auto agent = parse_target(R"({"name": "a", "role": "agent", "command": "node agent.js"})");
    REQUIRE(agent);
    CHECK(agent->command == "node agent.js");

    const auto least = parse_target(R"({"name":"a","role":"resource"})");
    REQUIRE(least);
    CHECK(least->draft == "11");
    CHECK(least->consent == "none");
    CHECK_FALSE(least->launch.given());
}

TEST_CASE("a bad target description is refused in one sentence that says where") {
    CHECK(error("{") != "");
    CHECK(error("[]") != "");
    CHECK(error(R"({"role":"resource"})") == "name: missing; expected a string that is not empty");
    CHECK(error(R"({"name":"a","role":"persom-server"})") ==
          "role: expected one of resource, person-server, access-server, agent-provider, agent "
          "(did you mean \"person-server\"?), got \"persom-server\"");
    CHECK(error_with(R"("adresses":{})") == "unknown member \"adresses\"; did you mean \"addresses\"?");
    CHECK(
        error_with(R"("zzzzzzzzzzzzzz":{})").starts_with("unknown member \"zzzzzzzzzzzzzz\"; known are $schema, name"));
    CHECK(error_with(R"("url":"ps.example")") ==
          "url: expected a URL that starts with http:// or https://, got \"ps.example\"");
    CHECK(error_with(R"("url":"http:///x")").starts_with("url: expected"));
    CHECK(error_with(R"("command":"")") == "command: expected a string that is not empty, got \"\"");
    CHECK(error_with(R"("url":7)") == "url: expected a string, got 7");
    CHECK(error_with(R"("features":["a",1])") == "features[1]: expected a string, got 1");
    CHECK(error_with(R"("features":[""])") == "features[0]: expected a word, got \"\"");
    CHECK(error_with(R"("features":"a")") == "features: expected an array of strings, got \"a\"");
    CHECK(error_with(R"("draft":"")") == "draft: expected a string that is not empty, got \"\"");
    CHECK(error_with(R"("consent":"Auto")").starts_with("consent: expected one of none, auto, browser, ask"));
    CHECK(error_with(R"("addresses":{"ps.test":"http://a"})") ==
          "addresses: the name \"ps.test\" is no origin; expected scheme://host[:port]");
    CHECK(error_with(R"("addresses":{"https://ps.test":"http://a/b"})") ==
          "addresses.https://ps.test: expected a base URL, scheme://host[:port], got \"http://a/b\"");
    CHECK(error_with(R"("identifiers":{"agent":"x"})").starts_with("identifiers.agent: expected a URL"));
    CHECK(error_with(R"("trust":[])") == "trust: expected an object, got an array");
    CHECK(error_with(R"("trust":{})") == "trust: expected either url or command, got neither");
    CHECK(error_with(R"("trust":{"url":"http://a","command":"b"})") ==
          "trust: expected either url or command, got both");
    CHECK(error_with(R"("trust":{"url":"http://a","methd":"b"})") ==
          "trust: unknown member \"methd\"; did you mean \"method\"?");
    CHECK(error_with(R"("trust":{"url":"http://a","method":"post"})") ==
          "trust.method: expected a method in capitals, got \"post\"");
    CHECK(error_with(R"("trust":{"url":"http://a","headers":{"A":1}})") == "trust.headers.A: expected a string, got 1");
    CHECK(error_with(R"("launch":{})") == "launch.command: missing; expected a string that is not empty");
    CHECK(error_with(R"("launch":{"command":"x","ready_seconds":"soon"})") ==
          "launch.ready_seconds: expected a whole number from 1 to 3600, got \"soon\"");
    CHECK(error_with(R"("launch":{"command":"x","ready_seconds":-1})").ends_with("got -1"));
    CHECK(error_with(R"("launch":{"command":"x","ready_seconds":18446744073709551615})").starts_with("launch.ready"));
    CHECK(error_with(R"("launch":{"command":"x","ready_seconds":1.5})").ends_with("got 1.5"));
    CHECK(error_with(R"("name":"twice")") != "");
    CHECK(error_with("\"" + std::string(100000, 'x') + "\":1").size() < 500);
}

TEST_CASE("the published schema agrees with the reader") {
    const auto violations = [](const char* text) {
        return schema_violations(nlohmann::json::parse(text), embedded::target_schema("target.schema.json"));
    };
    CHECK(violations(R"({"name":"a","role":"resource","consent":"auto","trust":{"command":"x"}})").empty());
    for (const char* bad : {
             R"([])",
             R"({"name":"a"})",
             R"({"name":"","role":"resource"})",
             R"({"name":"a","role":"x"})",
             R"({"name":"a","role":"agent","adresses":{}})",
             R"({"name":"a","role":"agent","url":"ps.example"})",
             R"({"name":"a","role":"agent","url":"http:///x"})",
             R"({"name":"a","role":"agent","addresses":{"ps.test":"http://a"}})",
             R"({"name":"a","role":"agent","addresses":{"https://ps.test":"http://a/b"}})",
             R"({"name":"a","role":"agent","features":[""]})",
             R"({"name":"a","role":"agent","trust":{}})",
             R"({"name":"a","role":"agent","trust":{"url":"http://a","command":"b"}})",
             R"({"name":"a","role":"agent","trust":{"url":"http://a","method":"post"}})",
             R"({"name":"a","role":"agent","launch":{}})",
             R"({"name":"a","role":"agent","launch":{"command":"x","ready_seconds":0}})",
         }) {
        INFO(bad);
        CHECK_FALSE(violations(bad).empty());
        CHECK_FALSE(parse_target(bad));
    }
    CHECK(violations(R"({"name":"a","role":"agent","launch":{"command":"x","ready_seconds":0}})")
              .front()
              .starts_with("launch.ready_seconds: "));
}

TEST_CASE("placeholders are filled as their place wants") {
    const std::map<std::string, std::string> values{
        {"issuer", "https://ap.test/\"x"}, {"jwks", R"({"keys":[]})"}, {"code", "a b&c"}, {"url", "https://ps.test/i"}};
    CHECK(fill(R"({"i":"{{issuer}}","j":{"k":{{jwks}}}})", values, true) ==
          R"({"i":"https://ap.test/\"x","j":{"k":{"keys":[]}}})");
    CHECK(fill(R"({"i":{{issuer}},"q":"\"{{code}}","j":"{{jwks}}"})", values, true) ==
          R"({"i":"https://ap.test/\"x","q":"\"a b&c","j":"{\"keys\":[]}"})");
    for (const std::string code : {"12345678", "12345E67", "true"}) {
        CHECK(fill(R"({"code":{{code}}})", {{"code", code}}, true) == R"({"code":")" + code + R"("})");
    }
    CHECK(fill("http://h/approve?code={{code}}", values, false) == "http://h/approve?code=a%20b%26c");
    CHECK(fill("{{url}}/approve", values, false) == "https://ps.test/i/approve");
    CHECK(fill("node approve.js {{code}}", values, false) == "node approve.js a b&c");
    CHECK(fill("nothing", values, false) == "nothing");

    CHECK(fill("{{nobody}}", values, false).error().code == "bad_hook");
    CHECK(fill("{{nobody}}", values, false).error().message == "{{nobody}} has no value here");
    CHECK(fill("{{code", values, false).error().message == "a placeholder is not closed: {{ without }}");
    CHECK(fill("{{a b}}", values, false).error().message == "\"a b\" is no name of a placeholder");
}

}  // namespace aauth::engine

#include "harness/protocol/identifiers.h"

#include <set>

#include "harness/catch.h"

using namespace aauth::protocol;

TEST_CASE("server identifiers are https, host only, lowercase", "[protocol]") {
    for (const char* good : {"https://agent.example", "https://xn--nxasmq6b.example", "https://a-b.example", "https://localhost"}) {
        INFO(good);
        CHECK(is_server_identifier(good, Reach::Strict));
    }
    for (const char* bad :
         {"http://agent.example", "https://Agent.Example", "https://agent.example:8443", "https://agent.example:443",
          "https://agent.example/v1", "https://agent.example/", "https://agent.example?x", "https://agent.example#x",
          "https://u@agent.example", "https://", "https://a..b", "https://-a.example", "https://a-.example",
          "https://b\xc3\xbc" "cher.example", "https://agent.example ", " https://agent.example", "HTTPS://agent.example",
          "", "agent.example", "https:agent.example", "https://a_b.example", "http://127.0.0.1:9000"}) {
        INFO(bad);
        CHECK_FALSE(is_server_identifier(bad, Reach::Strict));
    }
    CHECK(is_server_identifier("http://127.0.0.1:9000", Reach::Loopback));
    CHECK(is_server_identifier("http://localhost:1", Reach::Loopback));
    for (const char* bad : {"http://127.0.0.1", "http://127.0.0.1:", "http://127.0.0.1:0", "http://127.0.0.1:90000000",
                            "http://127.0.0.1:9000/", "http://127.0.0.2:9000", "http://evil.example:80"}) {
        INFO(bad);
        CHECK_FALSE(is_server_identifier(bad, Reach::Loopback));
    }
}

TEST_CASE("agent identifiers have a local part of few characters and a server's domain", "[protocol]") {
    const auto& draft = *find_draft("11");
    const auto& august = *find_draft("11-2026-08");
    const auto good = [](std::string_view text, const Draft& of) {
        return !agent_identifier_problem(text, of, Reach::Strict).has_value();
    };
    CHECK(good("aauth:assistant-v2@agent.example", draft));
    CHECK(good("aauth:planner.7f3c+search1@vendor.example", draft));
    CHECK(good("aauth:Agent@agent.example", draft));
    CHECK_FALSE(good("aauth:Agent@agent.example", august));
    CHECK(good("aauth:" + std::string(255, 'a') + "@agent.example", draft));
    CHECK_FALSE(good("aauth:" + std::string(256, 'a') + "@agent.example", draft));
    for (const char* bad : {"My Agent@agent.example", "@agent.example", "aauth:@agent.example", "aauth:a b@agent.example",
                            "aauth:agent@http://agent.example", "aauth:agent", "aauth:agent@", "aauth:agent@Agent.example",
                            "aauth:agent@agent.example:8443", "aauth:a@b@agent.example", "AAUTH:a@agent.example", ""}) {
        INFO(bad);
        CHECK_FALSE(good(bad, draft));
    }
    CHECK_FALSE(agent_identifier_problem("aauth:a@127.0.0.1:9000", draft, Reach::Loopback).has_value());
}

TEST_CASE("endpoints are https URLs without query and fragment", "[protocol]") {
    CHECK_FALSE(endpoint_problem("https://ps.example/token", Reach::Strict));
    CHECK_FALSE(endpoint_problem("http://127.0.0.1:9/token", Reach::Loopback));
    for (const char* bad : {"http://ps.example/token", "https://ps.example/token?a=b", "https://ps.example/token?",
                            "https://ps.example/token#x", "/token", "", "http://127.0.0.1:9/token"}) {
        INFO(bad);
        CHECK(endpoint_problem(bad, Reach::Strict));
    }
}

TEST_CASE("interaction codes are Crockford base32, random, and compared without case and hyphens", "[protocol]") {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const auto code = new_interaction_code();
        CHECK_FALSE(code_problem(code));
        CHECK(folded_code(code).size() == 8);
        seen.insert(code);
    }
    CHECK(seen.size() == 200);
    CHECK(folded_code("a1b2-c3d4") == "A1B2C3D4");
    CHECK(folded_code("ilo0-LIOI") == "11001101");
    CHECK(code_problem("A1B2C3D"));
    CHECK(code_problem("A1B2-C3DU"));
    CHECK(code_problem("a1b2-c3d4"));
    CHECK(code_problem("A1B2 C3D4"));
}

#include "harness/protocol/token_context.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/jose/jwt.h"

using namespace aauth;
using namespace aauth::protocol;

namespace {

using nlohmann::json;

const jose::SigningKey& agent_key() {
    static const auto key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
    return key;
}

Token token(TokenKind kind, const json& claims) {
    const auto jwt = jose::Jwt::decode(jose::mint(token_header(kind), claims, agent_key())).value();
    if (kind == TokenKind::Resource) return {kind, jwt, std::nullopt};
    return {kind, jwt, jose::parse_jwk(agent_key().public_jwk()).value()};
}

json with(json claims, const char* name, const json& value) {
    claims[name] = value;
    return claims;
}

}  // namespace

TEST_CASE("a recipient takes what is for it, for its caller's key, and names its person server", "[protocol]") {
    const auto& draft = *find_draft("11");
    const Recipient server{"https://ps.example", agent_key().thumbprint(), true};
    const json good{
        {"aud", "https://ps.example"}, {"ps", "https://ps.example"}, {"agent_jkt", agent_key().thumbprint()}};
    CHECK(check_recipient(draft, token(TokenKind::Resource, good), server));
    for (const char* name : {"aud", "ps", "agent_jkt"}) {
        INFO(name);
        CHECK_FALSE(check_recipient(draft, token(TokenKind::Resource, with(good, name, "other")), server));
    }
    CHECK(check_recipient(draft, token(TokenKind::Resource, with(good, "ps", "other")),
                          {"https://ps.example", {}, false}));
    CHECK(check_recipient(*find_draft("10"), token(TokenKind::Resource, with(good, "ps", "other")), server));

    CHECK(check_recipient(draft, token(TokenKind::Agent, json::object()), server));
    CHECK_FALSE(
        check_recipient(draft, token(TokenKind::Agent, json::object()), {"https://ps.example", "other", false}));
    CHECK_FALSE(check_recipient(draft, token(TokenKind::Auth, {{"aud", "https://rs.example"}}), server));
}

TEST_CASE("an agent takes only the challenge that it waits for", "[protocol]") {
    const ExpectedChallenge expected{"rs", "jkt", "agent", "ps", "sub", "jti"};
    const json good{{"iss", "rs"}, {"agent_jkt", "jkt"}, {"ps", "ps"}, {"sub", "sub"}, {"presented_jti", "jti"}};
    const auto& draft = *find_draft("11");
    CHECK(check_challenge(draft, {}, token(TokenKind::Resource, good), expected));
    for (const auto& [name, rule] : {std::pair("iss", "iss"),
                                     {"agent_jkt", "agent-jkt"},
                                     {"ps", "ps"},
                                     {"sub", "sub"},
                                     {"presented_jti", "presented-jti"}}) {
        INFO(name);
        const auto other = token(TokenKind::Resource, with(good, name, "other"));
        CHECK(check_challenge(draft, {}, other, expected).error().code == "invalid_resource_token");
        CHECK(check_challenge(draft, {std::string("ignore challenge.") + rule}, other, expected));
    }
    const auto unnamed = token(TokenKind::Resource, with(good, "presented_jti", "other"));
    CHECK(check_challenge(*find_draft("11-2026-08"), {}, unnamed, expected));
    CHECK_FALSE(check_challenge(*find_draft("10"), {}, unnamed, expected));
    CHECK(check_challenge(*find_draft("10"), {}, token(TokenKind::Resource, with(good, "agent", "agent")), expected));
}

TEST_CASE("an agent takes only the auth token that it asked for", "[protocol]") {
    ExpectedGrant expected{"ps", "rs", agent_key().thumbprint(), "sub", "agent", {}};
    const json good{{"iss", "ps"}, {"aud", "rs"}, {"sub", "sub"}, {"agent", "agent"}};
    const auto& draft = *find_draft("11");
    CHECK(check_grant(draft, {}, token(TokenKind::Auth, good), expected));
    for (const char* name : {"iss", "aud", "sub"}) {
        INFO(name);
        const auto other = token(TokenKind::Auth, with(good, name, "other"));
        CHECK(check_grant(draft, {}, other, expected).error().code == "invalid_auth_token");
        CHECK(check_grant(draft, {std::string("ignore response.") + name}, other, expected));
    }
    const auto& older = *find_draft("10");
    CHECK(check_grant(older, {}, token(TokenKind::Auth, with(good, "sub", "other")), expected));
    CHECK_FALSE(check_grant(older, {}, token(TokenKind::Auth, with(good, "agent", "other")), expected));
    const auto delegated = token(TokenKind::Auth, with(good, "act", {{"agent", "above"}}));
    CHECK_FALSE(check_grant(older, {}, delegated, expected));
    expected.upstream = "above";
    CHECK(check_grant(older, {}, delegated, expected));
    CHECK_FALSE(check_grant(older, {}, token(TokenKind::Auth, with(good, "act", {{"agent", "else"}})), expected));
    expected.cnf = "other";
    CHECK_FALSE(check_grant(older, {}, delegated, expected));
}

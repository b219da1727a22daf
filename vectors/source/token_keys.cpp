#include <algorithm>

#include "harness/crypto/encoding.h"
#include "vectors/source/material.h"
#include "vectors/source/token_rows.h"

// The key that a token is bound to (11.5.1, 7.1.4, 9.4.3.2).
namespace aauth::vectors {

namespace {

using crypto::Algorithm;
using protocol::TokenKind;

// No code is given for a token that is structurally incomplete, nor does the text say of each that it is one.
const Codes incomplete{"invalid_jwt", "invalid_key", "unsupported_algorithm"};
const Codes unparsable{"invalid_key"};
const Codes unsupported{"unsupported_algorithm"};
const Codes either{"invalid_key", "unsupported_algorithm"};

std::string encoded(std::size_t octets) { return crypto::base64url_encode(std::string(octets, 'k')); }

std::function<void(Draftable&)> jwk(const char* name, const json& value) {
    return claim(std::string("cnf/jwk/") + name, value);
}

void missing(TokenGroup& group) {
    auto ids = group.own("jwt.cnf-required", "verify-cnf");
    if (group.is(TokenKind::Auth)) ids.push_back("auth-token.cnf-complete");
    const auto bad = [&](TokenRow row) { group.invalid(row, "Confirmation", incomplete, ids); };
    bad({"without cnf", claim("cnf", nullptr)});
    bad({"cnf is null", null_claim("cnf")});
    bad({"cnf is a string", claim("cnf", "key")});
    bad({"cnf is an array", claim("cnf", json::array())});
    bad({"cnf is an empty object", claim("cnf", json::object())});
    bad({"cnf is the JWK itself", [](Draftable& token) { token.claims["cnf"] = json(token.claims["cnf"]["jwk"]); }});
    bad({"cnf has a thumbprint in place of a key", claim("cnf", {{"jkt", key("agent").thumbprint()}})});
    bad({"cnf has a kid in place of a key", claim("cnf", {{"kid", "agent"}})});
    bad({"cnf.jwk is null", null_claim("cnf/jwk")});
    bad({"cnf.jwk is a string",
         [](Draftable& token) { token.claims["cnf"]["jwk"] = token.claims["cnf"]["jwk"].dump(); }});
    bad({"cnf.jwk is an empty object", claim("cnf/jwk", json::object())});
    bad({"cnf.jwk is an array",
         [](Draftable& token) { token.claims["cnf"]["jwk"] = json::array({token.claims["cnf"]["jwk"]}); }});
    for (const char* name : {"kty", "crv", "x"}) {
        bad({std::string("cnf.jwk without ") + name, jwk(name, nullptr)});
    }
}

void unusable(TokenGroup& group) {
    std::vector<std::string> ids{"sig.key.unparsable"};
    if (group.is(TokenKind::Auth)) ids.push_back("auth-token.cnf-parseable");
    const auto bad = [&](TokenRow row) { group.invalid(row, "KeyMaterial", unparsable, ids); };
    bad({"x of cnf.jwk is a number", jwk("x", 1)});
    bad({"x of cnf.jwk is empty", jwk("x", "")});
    bad({"x of cnf.jwk is an octet short", jwk("x", encoded(31))});
    bad({"x of cnf.jwk is an octet long", jwk("x", encoded(33))});
    bad({"x of cnf.jwk is no base64url", jwk("x", "!!!")});
    bad({"x of cnf.jwk has padding", [](Draftable& token) {
             auto& x = token.claims["cnf"]["jwk"]["x"];
             x = x.get<std::string>() + "=";
         }});
    group.invalid(
        {"a P-256 key that is not on its curve",
         claim("cnf/jwk", {{"kty", "EC"}, {"crv", "P-256"}, {"alg", "ES256"}, {"x", encoded(32)}, {"y", encoded(32)}}),
         {},
         {}},
        "KeyMaterial", either, ids);
}

void algorithms(TokenGroup& group) {
    // "Reject it as invalid key material" (9.4.3.2) has no code of its own, and a token alone is no step 6 of 11.3.4.
    const auto bad = [&](TokenRow row, Codes codes, const char* id) {
        for (const char* code : {"invalid_key", "unsupported_algorithm", "invalid_jwt"}) {
            if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.emplace_back(code);
        }
        group.invalid(row, "KeyAlgorithm", codes, {id, "jwt.cnf-alg"});
    };
    if (group.draft().jwk.algorithm_required) {
        bad({"cnf.jwk without alg", jwk("alg", nullptr)}, unsupported, "key.alg-required");
        bad({"cnf.jwk with alg EdDSA", jwk("alg", "EdDSA")}, unsupported, "key.alg-polymorphic");
    } else {
        group.valid({"cnf.jwk without alg: the curve says it", jwk("alg", nullptr)});
        group.acceptable({"cnf.jwk with alg Ed25519, a name that is younger than the draft", jwk("alg", "Ed25519")},
                         "Ambiguous");
    }
    bad({"cnf.jwk with alg none", jwk("alg", "none")}, either, "key.alg-forbidden");
    bad({"cnf.jwk with alg HS256", jwk("alg", "HS256")}, either, "key.alg-forbidden");
    bad({"cnf.jwk with an alg that nobody knows", jwk("alg", "Ed25519-X")}, unsupported, "key.alg-unimplemented");
    bad({"cnf.jwk with alg in lower case", jwk("alg", "ed25519")}, unsupported, "key.alg-unimplemented");
    bad({"cnf.jwk with alg ES256 over an Ed25519 key", jwk("alg", "ES256")}, unparsable, "key.kty-crv-agree");
    bad({"cnf.jwk with kty EC over an Ed25519 key", jwk("kty", "EC")}, unparsable, "key.kty-crv-agree");
    bad({"cnf.jwk with crv P-256 over an Ed25519 key", jwk("crv", "P-256")}, unparsable, "key.kty-crv-agree");
    bad({"a symmetric key in cnf", claim("cnf/jwk", {{"kty", "oct"}, {"alg", "HS256"}, {"k", encoded(32)}})}, either,
        "key.oct");
    bad({"a key for key agreement in cnf",
         claim("cnf/jwk", {{"kty", "OKP"}, {"crv", "X25519"}, {"alg", "ECDH-ES"}, {"x", encoded(32)}})},
        either, "key.alg-unimplemented");
}

void usable(TokenGroup& group) {
    const auto& draft = group.draft();
    const auto bound = [](const jose::SigningKey& key) {
        return [jkt = key.thumbprint()](json& input) { input["bound_to"] = jkt; };
    };
    const auto& curve = key("agent", Algorithm::ES256);
    group.valid({"bound to a key for ES256", claim("cnf", {{"jwk", jwk_of(curve, draft)}}), {}, bound(curve)},
                {"key.es256"});
    group.valid({"cnf.jwk with members that nobody knows", jwk("x-note", json::array({1, "two"}))},
                {"key.unknown-members"});
    group.valid({"cnf.jwk without kid", jwk("kid", nullptr)});
    group.valid({"cnf with further members", claim("cnf/x-note", true)});
    const auto& larger = key("agent", Algorithm::Ed448);
    group.acceptable({"bound to a key for Ed448", claim("cnf", {{"jwk", jwk_of(larger, draft)}}), {}, bound(larger)},
                     "OptionalAlgorithm");
    group.acceptable(
        {"cnf.jwk is the private key", jwk("d", crypto::base64url_encode(key("agent").key.secret_octets()))},
        "PrivateMember");
}

// Both ends of the binding.
void binding(TokenGroup& group) {
    const bool by_thumbprint = group.is(TokenKind::Resource);
    std::vector<std::string> ids = group.own("", by_thumbprint ? "verify-agent-jkt" : "verify-cnf");
    if (group.is(TokenKind::Agent)) ids.push_back("agent-token.cnf-matches");
    group.invalid({"shown by a request that another key signed",
                   {},
                   {},
                   [](json& input) { input["bound_to"] = key("stranger").thumbprint(); }},
                  "Binding", {}, ids);
    if (by_thumbprint) {
        const auto bad = [&](TokenRow row) { group.invalid(row, "Binding", {}, ids); };
        const auto jkt = key("agent").thumbprint();
        bad({"agent_jkt of another key", claim("agent_jkt", key("stranger").thumbprint())});
        bad({"without agent_jkt", claim("agent_jkt", nullptr)});
        bad({"agent_jkt is null", null_claim("agent_jkt")});
        bad({"agent_jkt is a number", claim("agent_jkt", 1)});
        bad({"agent_jkt is empty", claim("agent_jkt", "")});
        bad({"agent_jkt with padding", claim("agent_jkt", jkt + "=")});
        bad({"agent_jkt as a thumbprint URI", claim("agent_jkt", "urn:jkt:sha-256:" + jkt)});
        bad({"agent_jkt in hexadecimal",
             claim("agent_jkt", crypto::hex_encode(crypto::base64url_decode(jkt).value()))});
        bad({"agent_jkt is an array", claim("agent_jkt", json::array({jkt}))});
        group.acceptable({"with a cnf, which a resource token does not have",
                          claim("cnf", {{"jwk", jwk_of(key("agent"), group.draft())}})},
                         "NoStep", {"resource-token.no-cnf"});
        return;
    }
    group.invalid(
        {"bound to another key than the request's", claim("cnf", {{"jwk", jwk_of(key("stranger"), group.draft())}})},
        "Binding", {}, ids);
}

}  // namespace

void write_token_keys(Table& table, TokenKind kind, int first) {
    const bool by_thumbprint = kind == TokenKind::Resource;
    TokenGroup group(table, title(kind) + (by_thumbprint ? ": agent_jkt" : ": cnf"), first, kind,
                     token_of(table.draft, kind));
    group.start("a good token");
    binding(group);
    if (by_thumbprint) return;
    missing(group);
    unusable(group);
    algorithms(group);
    usable(group);
}

}  // namespace aauth::vectors

#include "harness/jose/jwk.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/crypto/encoding.h"

using namespace aauth;
using namespace aauth::jose;
using crypto::Algorithm;

namespace {

const Algorithm all_algorithms[] = {Algorithm::Ed25519, Algorithm::Ed448, Algorithm::ES256, Algorithm::ES384,
                                    Algorithm::ES512,   Algorithm::RS256, Algorithm::PS256};

nlohmann::json ed25519_jwk() {  // RFC 8037, appendix A.2, with the alg that Signature Keys requires
    return {
        {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}, {"alg", "Ed25519"}};
}

nlohmann::json p256_jwk() {  // RFC 7515, appendix A.3
    return {{"kty", "EC"},
            {"crv", "P-256"},
            {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
            {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
            {"alg", "ES256"}};
}

nlohmann::json rsa_jwk() {  // RFC 7638, section 3.1
    return {
        {"kty", "RSA"},
        {"n",
         "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
         "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA"
         "ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
         "kEgU8awapJzKnqDKgw"},
        {"e", "AQAB"},
        {"alg", "RS256"},
        {"kid", "2011-04-29"}};
}

// The JWK with members added, replaced, or (null) taken away.
nlohmann::json with(nlohmann::json jwk, const nlohmann::json& changes) {
    jwk.merge_patch(changes);
    return jwk;
}

std::string code_of(const nlohmann::json& jwk, JwkRules rules = {}) {
    const auto parsed = parse_jwk(jwk, rules);
    return parsed ? "ok" : parsed.error().code;
}

}  // namespace

TEST_CASE("thumbprints are those of RFC 7638, section 3.1, and RFC 8037, appendix A.3", "[jose]") {
    CHECK(thumbprint(rsa_jwk()).value() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    CHECK(thumbprint(ed25519_jwk()).value() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    CHECK(thumbprint(parse_jwk(rsa_jwk()).value().key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    CHECK(thumbprint(parse_jwk(ed25519_jwk()).value().key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    CHECK(thumbprint(parse_jwk(p256_jwk()).value().key) == thumbprint(p256_jwk()).value());
}

TEST_CASE("a thumbprint is of the required members as they stand", "[jose]") {
    CHECK(thumbprint(with(ed25519_jwk(), {{"alg", nullptr}, {"kid", "k"}, {"use", "enc"}, {"d", 1}})).value() ==
          thumbprint(ed25519_jwk()).value());
    CHECK(thumbprint(with(ed25519_jwk(), {{"x", "not a key"}})).value() != thumbprint(ed25519_jwk()).value());
    CHECK(thumbprint(nlohmann::json{{"kty", "oct"}, {"k", "AA"}}).has_value());
    for (const auto& wrong :
         {with(p256_jwk(), {{"y", nullptr}}), with(p256_jwk(), {{"x", 1}}), with(p256_jwk(), {{"kty", "new"}}),
          with(p256_jwk(), {{"kty", nullptr}}), nlohmann::json::array()}) {
        CHECK(thumbprint(wrong).error().code == "invalid_key");
    }
}

TEST_CASE("a JWK survives being written and read, for every algorithm", "[jose]") {
    for (const auto algorithm : all_algorithms) {
        INFO(crypto::name(algorithm));
        const auto key = SigningKey::generate(algorithm, "the kid");
        const auto jwk = parse_jwk(key.public_jwk()).value();
        CHECK(jwk.algorithm == algorithm);
        CHECK(jwk.kid == "the kid");
        CHECK(thumbprint(jwk.key) == key.thumbprint());
        CHECK(to_json(jwk.key, algorithm, "the kid") == key.public_jwk());
        CHECK(jwk.key.verify(algorithm, "m", key.key.sign(algorithm, "m").value()));
        CHECK(parse_jwk(key.public_jwk().dump()).value().kid == "the kid");
    }
    CHECK_FALSE(to_json(parse_jwk(ed25519_jwk()).value().key, Algorithm::Ed25519).contains("kid"));
}

TEST_CASE("alg is required and fully specified, unless the rules say otherwise", "[jose]") {
    CHECK(code_of(with(ed25519_jwk(), {{"alg", nullptr}})) == "unsupported_algorithm");
    CHECK(code_of(with(ed25519_jwk(), {{"alg", "EdDSA"}})) == "unsupported_algorithm");
    for (const std::string alg : {"none", "HS256", "ES256K", "ML-DSA-44", "RS384", "ed25519", "", "Ed25519 "}) {
        INFO(alg);
        CHECK(code_of(with(ed25519_jwk(), {{"alg", alg}})) == "unsupported_algorithm");
        CHECK(code_of(with(rsa_jwk(), {{"alg", alg}})) == "unsupported_algorithm");
    }
    CHECK(code_of(with(ed25519_jwk(), {{"alg", 1}})) == "invalid_key");
    CHECK(code_of(with(rsa_jwk(), {{"alg", "PS256"}})) == "ok");

    const JwkRules lenient{.algorithm_required = false, .eddsa_allowed = true};
    CHECK(parse_jwk(with(ed25519_jwk(), {{"alg", nullptr}}), lenient).value().algorithm == Algorithm::Ed25519);
    CHECK_FALSE(parse_jwk(with(rsa_jwk(), {{"alg", nullptr}}), lenient).value().algorithm);
    CHECK(parse_jwk(with(ed25519_jwk(), {{"alg", "EdDSA"}}), lenient).value().algorithm == Algorithm::Ed25519);
    CHECK(parse_jwk(ed25519_jwk(), lenient).value().algorithm == Algorithm::Ed25519);
    const auto ed448 = SigningKey::generate(Algorithm::Ed448).public_jwk();
    CHECK(parse_jwk(with(ed448, {{"alg", "EdDSA"}}), lenient).value().algorithm == Algorithm::Ed448);
    CHECK(code_of(with(p256_jwk(), {{"alg", "EdDSA"}}), lenient) == "invalid_key");
    CHECK(code_of(with(ed25519_jwk(), {{"alg", "none"}}), lenient) == "unsupported_algorithm");
}

TEST_CASE("kty and crv must agree with alg", "[jose]") {
    for (const auto& [jwk, changes] : std::vector<std::pair<nlohmann::json, nlohmann::json>>{
             {p256_jwk(), {{"kty", "RSA"}}},
             {p256_jwk(), {{"crv", "P-384"}}},
             {p256_jwk(), {{"crv", "secp256k1"}}},
             {p256_jwk(), {{"kty", "OKP"}}},
             {p256_jwk(), {{"kty", "oct"}}},
             {p256_jwk(), {{"kty", "ec"}}},
             {p256_jwk(), {{"alg", "ES384"}}},
             {p256_jwk(), {{"alg", "Ed25519"}}},
             {p256_jwk(), {{"crv", nullptr}}},
             {p256_jwk(), {{"kty", nullptr}}},
             {p256_jwk(), {{"kty", 1}}},
             {p256_jwk(), {{"crv", 1}}},
             {ed25519_jwk(), {{"crv", "X25519"}}},
             {ed25519_jwk(), {{"crv", "Ed448"}}},
             {ed25519_jwk(), {{"alg", "Ed448"}}},
             {rsa_jwk(), {{"alg", "ES256"}}},
             {rsa_jwk(), {{"crv", "P-256"}}},
         }) {
        INFO(changes.dump());
        CHECK(code_of(with(jwk, changes)) == "invalid_key");
    }
}

TEST_CASE("key types that nobody here implements are unsupported algorithms", "[jose]") {
    CHECK(code_of({{"kty", "AKP"}, {"alg", "ML-DSA-65"}, {"pub", "AA"}}) == "unsupported_algorithm");
    CHECK(code_of({{"kty", "oct"}, {"alg", "HS256"}, {"k", "AAAA"}}) == "unsupported_algorithm");
    CHECK(code_of({{"kty", "oct"}, {"k", "AAAA"}}, {.algorithm_required = false}) == "unsupported_algorithm");
    CHECK(code_of({{"kty", "EC"}, {"crv", "secp256k1"}, {"alg", "ES256K"}, {"x", "AA"}, {"y", "AA"}}) ==
          "unsupported_algorithm");
    CHECK(code_of({{"kty", "OKP"}, {"crv", "X25519"}, {"x", "AA"}}) == "unsupported_algorithm");
}

TEST_CASE("key material is read strictly", "[jose]") {
    const std::string x = ed25519_jwk()["x"];
    for (const auto& changes : std::vector<nlohmann::json>{{{"x", nullptr}},
                                                           {{"x", 1}},
                                                           {{"x", ""}},
                                                           {{"x", x + "="}},
                                                           {{"x", x + "\n"}},
                                                           {{"x", x.substr(0, 42) + "p"}},  // non-zero bits at the end
                                                           {{"x", x.substr(0, 42)}},
                                                           {{"x", x + "AA"}},
                                                           {{"x", "AQ" + std::string(41, 'A')}}}) {  // the identity
        INFO(changes.dump());
        CHECK(code_of(with(ed25519_jwk(), changes)) == "invalid_key");
    }
    const auto y = crypto::base64url_decode(p256_jwk()["y"].get<std::string>()).value();
    CHECK(code_of(with(p256_jwk(), {{"y", nullptr}})) == "invalid_key");
    CHECK(code_of(with(p256_jwk(), {{"y", p256_jwk()["x"]}})) == "invalid_key");
    CHECK(code_of(with(p256_jwk(), {{"y", crypto::base64url_encode('\0' + y)}})) == "invalid_key");
    CHECK(code_of(with(p256_jwk(), {{"y", crypto::base64url_encode(y.substr(1))}})) == "invalid_key");
    CHECK(code_of(with(rsa_jwk(), {{"n", nullptr}})) == "invalid_key");
    CHECK(code_of(with(rsa_jwk(), {{"e", "AQ"}})) == "invalid_key");
    CHECK(code_of(with(rsa_jwk(), {{"e", "AAEAAQ"}})) == "invalid_key");                     // a leading zero octet
    CHECK(code_of(with(rsa_jwk(), {{"n", std::string(171, 'a') + "Q"}})) == "invalid_key");  // 1032 bits
    for (const auto& wrong :
         {nlohmann::json(), nlohmann::json("x"), nlohmann::json::array(), nlohmann::json::object()}) {
        CHECK(code_of(wrong) == "invalid_key");
    }
    for (const std::string text : {"", "{", "[]", R"({"kty":"OKP","kty":"OKP"})"}) {
        CHECK(parse_jwk(text).error().code == "invalid_key");
    }
}

TEST_CASE("members beside the key: private ones and another use are refused, unknown ones ignored", "[jose]") {
    CHECK(code_of(with(ed25519_jwk(), {{"use", "sig"}, {"key_ops", {"verify"}}, {"x5c", {"junk"}}, {"ext", true}})) ==
          "ok");
    CHECK(code_of(with(ed25519_jwk(), {{"key_ops", {"sign", "verify"}}})) == "ok");
    for (const auto* name : {"d", "p", "q", "dp", "dq", "qi", "oth"}) {
        CHECK(code_of(with(ed25519_jwk(), {{name, "AA"}})) == "invalid_key");
    }
    for (const auto& changes : std::vector<nlohmann::json>{{{"use", "enc"}},
                                                           {{"use", "SIG"}},
                                                           {{"use", {"sig"}}},
                                                           {{"key_ops", "verify"}},
                                                           {{"key_ops", nlohmann::json::array()}},
                                                           {{"key_ops", {"sign"}}},
                                                           {{"key_ops", {"verify", 1}}},
                                                           {{"key_ops", {"verify", "verify"}}},
                                                           {{"kid", 7}}}) {
        INFO(changes.dump());
        CHECK(code_of(with(ed25519_jwk(), changes)) == "invalid_key");
    }
    auto null_use = ed25519_jwk();
    null_use["use"] = nullptr;
    CHECK(code_of(null_use) == "invalid_key");
}

TEST_CASE("a JWK Set keeps its usable keys whatever the others are", "[jose]") {
    const nlohmann::json document = {{"keys",
                                      {with(ed25519_jwk(), {{"kid", "a"}}),
                                       with(p256_jwk(), {{"kid", "a"}}),
                                       with(p256_jwk(), {{"kid", "b"}}),
                                       {{"kty", "AKP"}, {"alg", "ML-DSA-65"}, {"kid", "pq"}},
                                       "junk",
                                       with(p256_jwk(), {{"kid", "bad"}, {"y", "AA"}}),
                                       rsa_jwk()}},
                                     {"other", 1}};
    const auto jwks = parse_jwks(document).value();
    CHECK(jwks.keys.size() == 4);
    REQUIRE(jwks.unusable.size() == 3);
    CHECK(jwks.unusable[0].kid == "pq");
    CHECK(jwks.unusable[0].why.code == "unsupported_algorithm");
    CHECK(jwks.unusable[1].kid.empty());
    CHECK(jwks.unusable[2].why.code == "invalid_key");
    CHECK(jwks.with_kid("a").size() == 2);
    REQUIRE(jwks.with_kid("b").size() == 1);
    CHECK(jwks.with_kid("b")[0]->algorithm == Algorithm::ES256);
    CHECK(jwks.with_kid("pq").empty());
    CHECK(parse_jwks({{"keys", nlohmann::json::array()}}).value().keys.empty());
    for (const auto& wrong :
         {nlohmann::json::array(), nlohmann::json::object(), nlohmann::json{{"keys", {{"a", 1}}}}, nlohmann::json()}) {
        CHECK(parse_jwks(wrong).error().code == "invalid_jwks");
    }
}

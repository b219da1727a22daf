#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/jose/jwk.h"

using namespace aauth;
using namespace aauth::jose;
using crypto::Algorithm;

namespace {

std::string code_of(const nlohmann::json& jwk) {
    const auto parsed = parse_private_jwk(jwk);
    return parsed ? "ok" : parsed.error().code;
}

}  // namespace

TEST_CASE("a private JWK comes back as the same key, for every algorithm", "[jose]") {
    for (const auto algorithm : {Algorithm::Ed25519, Algorithm::Ed448, Algorithm::ES256, Algorithm::ES384,
                                 Algorithm::ES512, Algorithm::RS256, Algorithm::PS256}) {
        INFO(crypto::name(algorithm));
        const auto key = SigningKey::generate(algorithm);
        CHECK(key.kid.size() == 22);
        CHECK_FALSE(key.public_jwk().contains("d"));
        const auto again = parse_private_jwk(key.private_jwk()).value();
        CHECK(again.algorithm == algorithm);
        CHECK(again.private_jwk() == key.private_jwk());
        CHECK(key.key.public_key().verify(algorithm, "m", again.key.sign(algorithm, "m").value()));
        CHECK(parse_jwk(key.private_jwk()).error().code == "invalid_key");
        CHECK(code_of(key.public_jwk()) == "invalid_key");

        auto mixed = key.private_jwk();
        const auto other = SigningKey::generate(algorithm).private_jwk();
        mixed["d"] = other["d"];
        CHECK(code_of(mixed) == "invalid_key");
    }
}

TEST_CASE("a private JWK may leave out alg where kty and crv leave only one", "[jose]") {
    for (const auto algorithm :
         {Algorithm::Ed25519, Algorithm::Ed448, Algorithm::ES256, Algorithm::ES384, Algorithm::ES512}) {
        auto jwk = SigningKey::generate(algorithm).private_jwk();
        jwk.erase("alg");
        jwk.erase("kid");
        CHECK(parse_private_jwk(jwk).value().algorithm == algorithm);
        CHECK(parse_private_jwk(jwk).value().kid.empty());
    }
    auto ed25519 = SigningKey::generate(Algorithm::Ed25519).private_jwk();
    ed25519["alg"] = "EdDSA";
    CHECK(parse_private_jwk(ed25519).value().algorithm == Algorithm::Ed25519);
    auto rsa = SigningKey::generate(Algorithm::PS256).private_jwk();
    rsa.erase("alg");
    CHECK(code_of(rsa) == "unsupported_algorithm");
    rsa["alg"] = "PS256";
    rsa["oth"] = nlohmann::json::array();
    CHECK(code_of(rsa) == "invalid_key");
    rsa.erase("oth");
    rsa.erase("p");
    CHECK(code_of(rsa) == "invalid_key");
}

TEST_CASE("a private JWK is for signing", "[jose]") {
    auto jwk = SigningKey::generate(Algorithm::ES256).private_jwk();
    jwk["key_ops"] = {"sign"};
    jwk["use"] = "sig";
    CHECK(code_of(jwk) == "ok");
    jwk["key_ops"] = {"verify"};
    CHECK(code_of(jwk) == "invalid_key");
    jwk["key_ops"] = {"sign"};
    jwk["use"] = "enc";
    CHECK(code_of(jwk) == "invalid_key");
    CHECK(code_of(nlohmann::json::array()) == "invalid_key");
}

#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/httpsig/rfc9421_messages.h"
#include "harness/httpsig/signature_key.h"

using namespace aauth;
using crypto::Algorithm;
using nlohmann::json;

namespace {

constexpr std::int64_t now = 1732210100;

// A good delegation by a P-256 identity key, to be spoilt.
struct Delegation {
    jose::SigningKey identity = rfc9421::p256_key();
    jose::SigningKey ephemeral = rfc9421::ed25519_key();
    json header, claims;

    Delegation() {
        const auto good = jose::Jwt::decode(httpsig::mint_jkt_jwt(identity, ephemeral, now - 100, now + 100)).value();
        header = good.header();
        claims = good.payload();
    }

    std::string verdict(const std::string& more = {}) const {
        auto complete = header;
        if (!complete.contains("kid")) complete["kid"] = nullptr;
        const std::string member = "sig=jkt-jwt;jwt=\"" + jose::mint(complete, claims, identity) + "\"" + more;
        const auto parsed = httpsig::parse_signature_key({{"Signature-Key", member}}, "sig").value();
        const auto verified = httpsig::verify_jkt_jwt(parsed, now, {});
        return verified ? "good" : verified.error().code;
    }
};

Result<httpsig::ConfirmedKey> verified(const std::string& jwt, std::int64_t at = now) {
    const sfv::Item item = httpsig::jkt_jwt_member(jwt);
    const http::Fields fields{{"Signature-Key", "sig=" + sfv::serialize(item).value()}};
    return httpsig::verify_jkt_jwt(httpsig::parse_signature_key(fields, "sig").value(), at, {});
}

}  // namespace

TEST_CASE("a delegation may say EdDSA where the draft does", "[httpsig]") {
    Delegation delegation;
    delegation.identity = rfc9421::ed25519_key();
    const auto minted = httpsig::mint_jkt_jwt(delegation.identity, delegation.ephemeral, now - 100, now + 100);
    auto header = jose::Jwt::decode(minted).value().header();
    header["alg"] = "EdDSA";
    header["kid"] = nullptr;
    header["jwk"].erase("alg");
    const auto claims = jose::Jwt::decode(minted).value().payload();
    const std::string member = "sig=jkt-jwt;jwt=\"" + jose::mint(header, claims, delegation.identity) + "\"";
    const auto parsed = httpsig::parse_signature_key({{"Signature-Key", member}}, "sig").value();
    CHECK(httpsig::verify_jkt_jwt(parsed, now, {.algorithm_required = false, .eddsa_allowed = true}));
    CHECK_FALSE(httpsig::verify_jkt_jwt(parsed, now, {}));
}

TEST_CASE("a delegation gives the key it confirms", "[httpsig]") {
    const Delegation delegation;
    CHECK(delegation.verdict() == "good");
    const auto jwt = httpsig::mint_jkt_jwt(delegation.identity, delegation.ephemeral, now - 100, now + 100);
    const auto confirmed = verified(jwt).value();
    CHECK(confirmed.key.algorithm == Algorithm::Ed25519);
    CHECK(jose::thumbprint(confirmed.key.key) == delegation.ephemeral.thumbprint());
    CHECK(confirmed.jwt.compact() == jwt);
    CHECK(confirmed.jwt.header_string("typ") == "jkt-s256+jwt");
    CHECK_FALSE(confirmed.jwt.header().contains("kid"));
    CHECK(confirmed.jwt.claim_string("iss") == "urn:jkt:sha-256:" + delegation.identity.thumbprint());
}

TEST_CASE("a delegation ends when it says", "[httpsig]") {
    const Delegation delegation;
    const auto jwt = httpsig::mint_jkt_jwt(delegation.identity, delegation.ephemeral, now - 100, now + 100);
    CHECK(verified(jwt, now + 99).has_value());
    CHECK(verified(jwt, now + 100).error().code == "expired_jwt");
}

TEST_CASE("the header of a delegation", "[httpsig]") {
    Delegation delegation;
    for (const json& type : {json(nullptr), json("JWT"), json("jkt-s512+jwt"), json("JKT-S256+JWT"), json(1)}) {
        delegation.header["typ"] = type;
        CHECK(delegation.verdict() == "invalid_jwt");
    }
    delegation = Delegation();
    delegation.header.erase("typ");
    CHECK(delegation.verdict() == "invalid_jwt");
    delegation = Delegation();
    delegation.header.erase("jwk");
    CHECK(delegation.verdict() == "invalid_jwt");
    delegation.header["jwk"] = "x";
    CHECK(delegation.verdict() == "invalid_jwt");
    delegation = Delegation();
    delegation.header["jwk"].erase("alg");
    CHECK_FALSE(delegation.verdict() == "good");
    delegation.header["jwk"]["alg"] = "ES384";
    CHECK(delegation.verdict() == "invalid_key");
    delegation.header["jwk"]["alg"] = "none";
    CHECK(delegation.verdict() == "unsupported_algorithm");
    delegation = Delegation();
    delegation.header["jwk"]["x"] = "AQ";
    CHECK(delegation.verdict() == "invalid_key");
    delegation = Delegation();
    delegation.header["alg"] = "ES384";
    CHECK(delegation.verdict() == "invalid_jwt");
}

TEST_CASE("the issuer of a delegation is the key that signed it", "[httpsig]") {
    Delegation delegation;
    const std::string thumbprint = delegation.identity.thumbprint();
    for (const json& issuer : {json(thumbprint), json("urn:jkt:sha-512:" + thumbprint),
                               json("URN:JKT:sha-256:" + thumbprint), json("urn:jkt:sha-256:" + thumbprint + "="),
                               json("urn:jkt:sha-256:" + delegation.ephemeral.thumbprint()), json(nullptr)}) {
        delegation.claims["iss"] = issuer;
        CHECK(delegation.verdict() == "invalid_jwt");
    }
    delegation.claims.erase("iss");
    CHECK(delegation.verdict() == "invalid_jwt");

    // Another's key in the header, and the issuer to go with it: the signature gives it away.
    delegation = Delegation();
    const auto other = jose::SigningKey::generate(Algorithm::ES256);
    delegation.header["jwk"] = jose::to_json(other.key.public_key(), other.algorithm);
    delegation.claims["iss"] = "urn:jkt:sha-256:" + other.thumbprint();
    CHECK(delegation.verdict() == "invalid_jwt");

    const auto jwt = httpsig::mint_jkt_jwt(delegation.identity, delegation.ephemeral, now - 100, now + 100);
    CHECK(verified(jose::corrupt_signature(jwt)).error().code == "invalid_jwt");
    CHECK(verified("a.b.c").error().code == "invalid_jwt");
    CHECK(verified("").error().code == "invalid_jwt");
}

TEST_CASE("the claims of a delegation", "[httpsig]") {
    for (const char* claim : {"iat", "exp", "cnf"}) {
        Delegation delegation;
        delegation.claims.erase(claim);
        CHECK(delegation.verdict() == "invalid_jwt");
        delegation.claims[claim] = "1732210000";
        CHECK(delegation.verdict() == "invalid_jwt");
    }
    Delegation delegation;
    delegation.claims["cnf"] = {{"jkt", "x"}};
    CHECK(delegation.verdict() == "invalid_jwt");
    delegation.claims["cnf"] = {{"jwk", "x"}};
    CHECK(delegation.verdict() == "invalid_jwt");
    delegation.claims["cnf"]["jwk"] = {{"kty", "OKP"}, {"crv", "Ed25519"}, {"alg", "Ed25519"}};
    CHECK(delegation.verdict() == "invalid_key");
    delegation = Delegation();
    delegation.claims["cnf"]["jwk"]["alg"] = "EdDSA";
    CHECK(delegation.verdict() == "unsupported_algorithm");
}

TEST_CASE("a delegation that is to be cached needs a jti", "[httpsig]") {
    Delegation delegation;
    CHECK(delegation.verdict(";cache=?0") == "good");
    CHECK(delegation.verdict(";cache") == "invalid_jwt");
    delegation.claims["jti"] = "j1";
    CHECK(delegation.verdict(";cache") == "good");
}

TEST_CASE("a member that is no jkt-jwt, or has no token, is refused", "[httpsig]") {
    for (const char* member :
         {"sig=jkt-jwt", "sig=jkt-jwt;jwt=a", "sig=jwt;jwt=\"a.b.c\"", "sig=future;jwt=\"a.b.c\""}) {
        const auto parsed = httpsig::parse_signature_key({{"Signature-Key", member}}, "sig").value();
        CHECK(httpsig::verify_jkt_jwt(parsed, now, {}).error().code == "invalid_jwt");
    }
}

#include "harness/httpsig/discovery.h"

#include "harness/catch.h"
#include "harness/httpsig/discovery_fixture.h"

// What is looked for where, and what is refused.

using namespace aauth;

namespace {

std::string found(FakeWeb& web, const std::string& kid = "k1", httpsig::Discovery::Rules rules = {}) {
    httpsig::Discovery discovery(web.fetch(), web.clock(), rules);
    return outcome(discovery.key(FakeWeb::id, FakeWeb::dwk, kid));
}

}  // namespace

TEST_CASE("a key is found by issuer, document and kid", "[httpsig]") {
    FakeWeb web;
    const auto key = jose::SigningKey::generate(crypto::Algorithm::ES256, "k2");
    web.put_keys({public_jwk("k1"), key.public_jwk()});
    httpsig::Discovery discovery(web.fetch(), web.clock());
    const auto jwk = discovery.key(FakeWeb::id, FakeWeb::dwk, "k2").value();
    CHECK(jwk.algorithm == crypto::Algorithm::ES256);
    CHECK(jose::thumbprint(jwk.key) == key.thumbprint());
    CHECK(web.fetched(FakeWeb::metadata_url) == 1);
    CHECK(web.fetched(FakeWeb::jwks_url) == 1);
}

TEST_CASE("the metadata document has to name the issuer and its keys", "[httpsig]") {
    FakeWeb web;
    web.put_keys({public_jwk("k1")});
    CHECK(found(web) == "key k1");
    web.put_metadata({{"jwks_uri", FakeWeb::jwks_url}});
    CHECK(found(web) == "issuer_missing");
    for (const nlohmann::json& issuer :
         {nlohmann::json("https://issuer.example/"), nlohmann::json("https://ISSUER.example"),
          nlohmann::json("https://other.example"), nlohmann::json(1), nlohmann::json(nullptr)}) {
        web.put_metadata({{"issuer", issuer}, {"jwks_uri", FakeWeb::jwks_url}});
        CHECK(found(web) == "issuer_mismatch");
        CHECK(found(web, "k1", {.check_issuer = false}) == "key k1");
    }
    for (const nlohmann::json& uri :
         {nlohmann::json("jwks.json"), nlohmann::json(1), nlohmann::json("ftp://a.example/")}) {
        web.put_metadata({{"issuer", FakeWeb::id}, {"jwks_uri", uri}});
        CHECK(found(web) == "invalid_metadata");
    }
    web.put_metadata({{"issuer", FakeWeb::id}});
    CHECK(found(web) == "invalid_metadata");
    for (const char* text :
         {"", "[]", "not json", R"({"issuer":"https://issuer.example","issuer":"https://evil.example"})"}) {
        web.put(FakeWeb::metadata_url, text);
        CHECK(found(web) == "invalid_metadata");
    }
}

TEST_CASE("documents that cannot be had leave the key unknown", "[httpsig]") {
    FakeWeb web;
    web.put_keys({public_jwk("k1")});
    web.put(FakeWeb::metadata_url, "{}", 404);
    CHECK(found(web) == "unknown_key");
    web.put(FakeWeb::metadata_url, "", 302);
    CHECK(found(web) == "unknown_key");
    web.remove(FakeWeb::metadata_url);
    CHECK(found(web) == "unknown_key");
    web.put_metadata({{"issuer", FakeWeb::id}, {"jwks_uri", FakeWeb::jwks_url}});
    CHECK(found(web) == "key k1");
    for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[],"keys":[]})"}) {
        web.put(FakeWeb::jwks_url, text);
        CHECK(found(web) == "unknown_key");
    }
    web.remove(FakeWeb::jwks_url);
    CHECK(found(web) == "unknown_key");
}

TEST_CASE("only the key that is selected has to be usable", "[httpsig]") {
    FakeWeb web;
    auto polymorphic = public_jwk("k2");
    polymorphic["alg"] = "EdDSA";
    auto broken = public_jwk("k3");
    broken["x"] = "AQ";
    const nlohmann::json future = {{"kty", "AKP"}, {"alg", "ML-DSA-44"}, {"kid", "k4"}, {"pub", "AQ"}};
    web.put_keys({future, broken, polymorphic, "no key", public_jwk("k1")});
    CHECK(found(web, "k1") == "key k1");
    CHECK(found(web, "k2") == "unsupported_algorithm");
    CHECK(found(web, "k3") == "invalid_key");
    CHECK(found(web, "k4") == "unsupported_algorithm");
    CHECK(found(web, "k5") == "unknown_key");
}

TEST_CASE("of keys with one kid the first usable one is taken", "[httpsig]") {
    FakeWeb web;
    auto broken = public_jwk("k1");
    broken["x"] = "AQ";
    const auto first = public_jwk("k1");
    web.put_keys({broken, first, public_jwk("k1")});
    httpsig::Discovery discovery(web.fetch(), web.clock());
    CHECK(jose::thumbprint(discovery.key(FakeWeb::id, FakeWeb::dwk, "k1").value().key) ==
          jose::thumbprint(first).value());
}

TEST_CASE("a key without a kid is never selected", "[httpsig]") {
    FakeWeb web;
    auto nameless = public_jwk("k1");
    nameless.erase("kid");
    web.put_keys({nameless});
    CHECK(found(web, "") == "unknown_key");
}

TEST_CASE("nothing is fetched for an issuer or a document that is no such thing", "[httpsig]") {
    FakeWeb web;
    int fetches = 0;
    httpsig::Discovery discovery(
        [&](const std::string&) -> Result<httpsig::Document> {
            ++fetches;
            return failure("unreachable", "");
        },
        web.clock());
    for (const char* id : {"", "issuer.example", "ftp://issuer.example", "https://issuer.example?x",
                           "https://issuer.example#x", "https://me@issuer.example", "https://issuer.example\r\nX: y"}) {
        INFO(id);
        CHECK(outcome(discovery.key(id, FakeWeb::dwk, "k1")) == "unknown_key");
    }
    for (const char* dwk : {"", ".", "..", "../x", "a/b", "a?b", "a#b", "%2e%2e", "a b", "a\n"}) {
        INFO(dwk);
        CHECK(outcome(discovery.key(FakeWeb::id, dwk, "k1")) == "unknown_key");
    }
    CHECK(fetches == 0);
    CHECK(outcome(discovery.key(FakeWeb::id, FakeWeb::dwk, "k1")) == "unknown_key");
    CHECK(fetches == 1);
}

TEST_CASE("a jwks_uri on another host, or in clear, is not fetched", "[httpsig]") {
    FakeWeb web;
    const std::string elsewhere = "https://keys.example/jwks.json", clear = "http://issuer.example/jwks.json";
    for (const auto& url : {elsewhere, clear}) web.put(url, nlohmann::json{{"keys", {public_jwk("k1")}}}.dump());
    web.put_metadata({{"issuer", FakeWeb::id}, {"jwks_uri", elsewhere}});
    CHECK(found(web) == "unknown_key");
    CHECK(web.fetched(elsewhere) == 0);
    CHECK(found(web, "k1", {.same_host = false}) == "key k1");
    web.put_metadata({{"issuer", FakeWeb::id}, {"jwks_uri", clear}});
    CHECK(found(web, "k1", {.https_only = true}) == "unknown_key");
    CHECK(web.fetched(clear) == 0);
    CHECK(found(web) == "key k1");
    web.put_metadata({{"issuer", FakeWeb::id}, {"jwks_uri", "https://issuer.example:8443/jwks.json"}});
    web.put("https://issuer.example:8443/jwks.json", nlohmann::json{{"keys", {public_jwk("k1")}}}.dump());
    CHECK(found(web) == "key k1");
}

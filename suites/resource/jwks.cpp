#include <nlohmann/json.hpp>

#include "harness/crypto/key.h"
#include "harness/json/json.h"
#include "suites/resource/challenged.h"

// The keys that the resource publishes (11.3.1, 11.4).
namespace aauth::suites::rs {

namespace {

// The JWK that a resource token of the target selects, as it is published.
nlohmann::json selected(Test& t) {
    const auto kid = challenged(t).token.header_string("kid").value_or("");
    const auto document = published_jwks(t);
    const auto* keys = json::member(document, "keys");
    if (keys == nullptr || !keys->is_array()) t.blocked("the JWKS has no array keys");
    for (const auto& key : *keys) {
        if (json::string_member(key, "kid") == kid) return key;
    }
    t.blocked("the JWKS has no key for the kid of the resource token");
}

bool any_key(const nlohmann::json& document, bool (*wrong)(const nlohmann::json&)) {
    const auto* keys = json::member(document, "keys");
    if (keys == nullptr || !keys->is_array()) return false;
    for (const auto& key : *keys) {
        if (wrong(key)) return true;
    }
    return false;
}

}  // namespace

void jwks_cases(Suite& suite) {
    suite
        .add("RS-MET-030", "the key that signs resource tokens carries a fully-specified alg in the JWKS",
             {{"jwks.alg-published", "jwks-no-alg"},
              {"key.alg-required", "jwks-no-alg"},
              {"key.alg-polymorphic", "jwks-eddsa"}},
             [](Test& t) {
                 const auto alg = json::string_member(selected(t), "alg").value_or("absent");
                 const bool named = crypto::algorithm_from_name(alg).has_value();
                 t.check("jwks.alg-published", named || alg == "EdDSA", "alg", "a fully-specified algorithm", alg);
                 t.check("key.alg-required", alg != "absent", "alg", "present", alg);
                 t.check("key.alg-polymorphic", alg != "EdDSA", "alg", "not the polymorphic EdDSA", alg);
             })
        .because("Nothing else says which algorithm the key is for: Signature-Key and the token only name it.");
    suite.add(
        "RS-MET-031", "the JWKS publishes no symmetric key", {{"key.alg-forbidden", "jwks-symmetric"}}, [](Test& t) {
            challenged(t);
            const bool found = any_key(
                published_jwks(t), [](const nlohmann::json& key) { return json::string_member(key, "kty") == "oct"; });
            t.check({}, !found, "JWKS", "public keys only", found ? "a key of type oct" : "none");
        });
    suite.add("RS-MET-032", "the JWKS publishes no private key", {{"jwks.discovery", "jwks-private"}}, [](Test& t) {
        challenged(t);
        const bool found = any_key(published_jwks(t), [](const nlohmann::json& key) {
            return json::member(key, "d") != nullptr;
        });
        t.check({}, !found, "JWKS", "public keys only", found ? "a key with the private member d" : "none");
    });
}

}  // namespace aauth::suites::rs

#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/jose/jws.h"
#include "harness/json/json.h"

// Project Wycheproof's JOSE files under shared/data/wycheproof, run on Jws (their payloads are no claims).
//
// Not applicable are only tests that expect a signature to be accepted which AAuth has no algorithm for:
// - HS256, HS384 and HS512: symmetric keys are forbidden (HTTP Signature Keys -09, section 3.3);
// - RS384, RS512, PS384 and PS512: not among the seven algorithms of this suite;
// - RFC 7520's figure 20, a PS384 token under a key that says PS256, and its figure 27, under a key that says "ES521":
//   slips of the file, and refused here because a key has the algorithm that it names;
// and one test that expects a refusal: a key with the ROCA weakness, which no draft asks verifiers to look for.

using namespace aauth;
using namespace aauth::jose;

namespace {

// Whether any key of the set accepts the token. A key without alg is tried with the token's own, so that what decides
// is the rule under test.
bool accepted(const nlohmann::json& keys, const std::string& compact) {
    const auto jws = Jws::decode(compact);
    if (!jws) return false;
    const auto set = parse_jwks({{"keys", keys}}, {.algorithm_required = false}).value();
    const auto kid = json::string_member(*jws->header, "kid");
    for (const auto& jwk : set.keys) {
        if (kid && *kid != jwk.kid) continue;
        const auto algorithm =
            jwk.algorithm ? jwk.algorithm : crypto::algorithm_from_name((*jws->header)["alg"].get<std::string>());
        if (algorithm && jws->signed_by(jwk.key, *algorithm)) return true;
    }
    return false;
}

bool applicable(const nlohmann::json& keys, const nlohmann::json& test) {
    if (test["comment"] == "rejectsKeyWithRocaVulnerability") return false;
    if (test["result"] != "valid") return true;
    const auto jws = Jws::decode(test["jws"].get<std::string>());
    const auto algorithm = jws ? crypto::algorithm_from_name((*jws->header)["alg"].get<std::string>()) : std::nullopt;
    return algorithm && keys.size() == 1 && keys[0].value("alg", "") == crypto::name(*algorithm);
}

struct Count {
    int valid = 0, invalid = 0, skipped = 0;
};

Count run(const std::string& file) {
    Count count;
    const auto text = shared_data("wycheproof/" + file);
    if (!text) {
        WARN("shared/data/wycheproof/" + file + " is absent");
        return count;
    }
    const auto document = json::parse(*text).value();
    for (const auto& group : document["testGroups"]) {
        // Symmetric groups have no public key; what we read of them is the secret one.
        const auto& key = group.contains("public") ? group["public"] : group["private"];
        const auto keys = key.contains("keys") ? key["keys"] : nlohmann::json::array({key});
        for (const auto& test : group["tests"]) {
            INFO(file << " " << test["tcId"] << " " << test["comment"]);
            if (!applicable(keys, test)) {
                ++count.skipped;
                continue;
            }
            const bool valid = test["result"] == "valid";
            ++(valid ? count.valid : count.invalid);
            const auto& token = test["jws"];
            CHECK(accepted(keys, token.is_string() ? token.get<std::string>() : token.dump()) == valid);
        }
    }
    return count;
}

}  // namespace

TEST_CASE("Wycheproof: JSON Web Signature", "[jose][wycheproof]") {
    const auto count = run("json_web_signature_test.json");
    if (count.invalid == 0) return;
    CHECK(count.invalid == 355);
    CHECK(count.skipped == 30);
    CHECK(count.valid == 16);
}

TEST_CASE("Wycheproof: JSON Web Key", "[jose][wycheproof]") {
    const auto count = run("json_web_key_test.json");
    if (count.invalid == 0) return;
    CHECK(count.valid == 1);
    CHECK(count.invalid == 20);
    CHECK(count.skipped == 5);
}

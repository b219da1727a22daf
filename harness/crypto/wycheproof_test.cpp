#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/crypto/encoding.h"
#include "harness/crypto/key.h"
#include "harness/json/json.h"

// Project Wycheproof's files under shared/data/wycheproof. All groups of these six files are applicable: their RSA keys
// have 2048 bits, and no group uses another hash. The one "acceptable" test (RS256 without the NULL of DigestInfo) may
// go either way.

using namespace aauth;
using namespace aauth::crypto;

namespace {

std::string octets(const nlohmann::json& hex) { return hex_decode(hex.get<std::string>()).value(); }

std::string without_leading_zeros(std::string number) { return number.erase(0, number.find_first_not_of('\0')); }

Result<PublicKey> key_of(const nlohmann::json& group, KeyType type) {
    const auto& key = group["publicKey"];
    if (type == KeyType::RSA) {
        return PublicKey::from_rsa(without_leading_zeros(octets(key["modulus"])),
                                   without_leading_zeros(octets(key["publicExponent"])));
    }
    if (type == KeyType::Ed25519 || type == KeyType::Ed448) return PublicKey::from_edwards(type, octets(key["pk"]));
    const auto point = octets(key["uncompressed"]);
    const auto width = (point.size() - 1) / 2;
    return PublicKey::from_coordinates(type, point.substr(1, width), point.substr(1 + width));
}

void run(const std::string& file, Algorithm algorithm, std::size_t tests_expected) {
    const auto text = shared_data("wycheproof/" + file);
    if (!text) {
        WARN("shared/data/wycheproof/" + file + " is absent");
        return;
    }
    const auto document = json::parse(*text).value();
    std::size_t tests = 0;
    for (const auto& group : document["testGroups"]) {
        const auto key = key_of(group, key_type_for(algorithm));
        for (const auto& test : group["tests"]) {
            ++tests;
            INFO(file << " " << test["tcId"] << " " << test["comment"]);
            const bool accepted = key && key->verify(algorithm, octets(test["msg"]), octets(test["sig"]));
            if (test["result"] == "valid") CHECK(accepted);
            if (test["result"] == "invalid") CHECK_FALSE(accepted);
        }
    }
    CHECK(tests == tests_expected);
}

}  // namespace

TEST_CASE("Wycheproof: Ed25519", "[crypto][wycheproof]") { run("ed25519_test.json", Algorithm::Ed25519, 151); }

TEST_CASE("Wycheproof: Ed448", "[crypto][wycheproof]") { run("ed448_test.json", Algorithm::Ed448, 87); }

TEST_CASE("Wycheproof: ES256", "[crypto][wycheproof]") {
    run("ecdsa_secp256r1_sha256_p1363_test.json", Algorithm::ES256, 262);
}

TEST_CASE("Wycheproof: ES384", "[crypto][wycheproof]") {
    run("ecdsa_secp384r1_sha384_p1363_test.json", Algorithm::ES384, 280);
}

TEST_CASE("Wycheproof: RS256", "[crypto][wycheproof]") {
    run("rsa_signature_2048_sha256_test.json", Algorithm::RS256, 259);
}

TEST_CASE("Wycheproof: PS256", "[crypto][wycheproof]") {
    run("rsa_pss_2048_sha256_mgf1_32_test.json", Algorithm::PS256, 108);
}

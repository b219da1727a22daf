#include <openssl/err.h>

#include <thread>
#include <vector>

#include "harness/catch.h"
#include "harness/crypto/encoding.h"
#include "harness/crypto/key.h"

using namespace aauth::crypto;

namespace {

std::string hex(std::string_view text) { return hex_decode(text).value(); }

const Algorithm all_algorithms[] = {Algorithm::Ed25519, Algorithm::Ed448, Algorithm::ES256, Algorithm::ES384,
                                    Algorithm::ES512,   Algorithm::RS256, Algorithm::PS256};

std::string with_bit_flipped(std::string octets, std::size_t bit) {
    octets[bit / 8] = static_cast<char>(octets[bit / 8] ^ (1 << (bit % 8)));
    return octets;
}

}  // namespace

TEST_CASE("names of algorithms are exact", "[crypto]") {
    for (const auto algorithm : all_algorithms) CHECK(algorithm_from_name(name(algorithm)) == algorithm);
    for (const std::string wrong :
         {"EdDSA", "none", "ed25519", "es256", "HS256", "ES256K", "RS384", "PS512", "", " ES256"}) {
        CHECK_FALSE(algorithm_from_name(wrong));
    }
    CHECK(key_type_for(Algorithm::ES512) == KeyType::P521);
    CHECK(key_type_for(Algorithm::PS256) == KeyType::RSA);
}

TEST_CASE("Edwards signatures are those of RFC 8032, sections 7.1 and 7.4", "[crypto]") {
    struct Example {
        Algorithm algorithm;
        std::string seed, key, message, signature;
    };
    const Example examples[] = {
        {Algorithm::Ed25519, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bb"
         "e2465"
         "5141438e7a100b"},
        {Algorithm::Ed25519, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302"
         "aeeb0"
         "0d291612bb0c00"},
        {Algorithm::Ed25519, "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed"
         "28dc0"
         "27beceea1ec40a"},
        {Algorithm::Ed448,
         "6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b94492f8f032e7549a2009"
         "8f95b",
         "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe82"
         "56180",
         "",
         "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bf"
         "d3980"
         "ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e6"
         "52600"},
    };
    for (const auto& example : examples) {
        INFO(example.key);
        const auto type = key_type_for(example.algorithm);
        const auto secret = PrivateKey::from_edwards(type, hex(example.seed)).value();
        CHECK(hex_encode(secret.public_key().edwards_octets()) == example.key);
        CHECK(secret.secret_octets() == hex(example.seed));
        CHECK(hex_encode(secret.sign(example.algorithm, hex(example.message)).value()) == example.signature);
        const auto key = PublicKey::from_edwards(type, hex(example.key)).value();
        CHECK(key.verify(example.algorithm, hex(example.message), hex(example.signature)));
        CHECK_FALSE(key.verify(example.algorithm, hex(example.message + "00"), hex(example.signature)));
    }
}

TEST_CASE("each algorithm verifies what it signed and nothing else", "[crypto]") {
    const std::string message = "a message\0with a zero octet";
    for (const auto algorithm : all_algorithms) {
        INFO(name(algorithm));
        const auto secret = PrivateKey::generate(key_type_for(algorithm));
        const auto key = secret.public_key();
        const auto signature = secret.sign(algorithm, message).value();
        CHECK(key.verify(algorithm, message, signature));
        CHECK(key.verify(algorithm, {}, secret.sign(algorithm, {}).value()));
        CHECK_FALSE(key.verify(algorithm, message + "x", signature));
        CHECK_FALSE(key.verify(algorithm, {}, signature));
        for (std::size_t bit = 0; bit < signature.size() * 8; bit += 37) {
            CHECK_FALSE(key.verify(algorithm, message, with_bit_flipped(signature, bit)));
        }
        for (const auto& wrong :
             {std::string(), signature.substr(1), signature.substr(0, signature.size() - 1), signature + '\0',
              '\0' + signature, std::string(signature.size(), '\0'), std::string(signature.size(), '\xff')}) {
            CHECK_FALSE(key.verify(algorithm, message, wrong));
        }
        for (const auto other : all_algorithms) {
            if (other == algorithm) continue;
            CHECK_FALSE(key.verify(other, message, signature));
            if (key_type_for(other) != secret.type()) {
                CHECK(secret.sign(other, message).error().code == "wrong_key_type");
            }
        }
        CHECK_FALSE(PrivateKey::generate(secret.type()).public_key().verify(algorithm, message, signature));
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("raw ECDSA signatures keep their width when r or s is short", "[crypto]") {
    const auto secret = PrivateKey::generate(KeyType::P256);
    int short_ones = 0;
    for (int i = 0; i < 2000 && short_ones < 3; ++i) {
        const auto signature = secret.sign(Algorithm::ES256, std::to_string(i)).value();
        REQUIRE(signature.size() == 64);
        if (signature[0] != '\0' && signature[32] != '\0') continue;
        ++short_ones;
        CHECK(secret.public_key().verify(Algorithm::ES256, std::to_string(i), signature));
    }
    CHECK(short_ones > 0);
    CHECK(PrivateKey::generate(KeyType::P384).sign(Algorithm::ES384, "m").value().size() == 96);
    CHECK(PrivateKey::generate(KeyType::P521).sign(Algorithm::ES512, "m").value().size() == 132);
}

// RFC 6979, appendices A.2.5, A.2.6 and A.2.7: the message "sample", with the digest that goes with the curve.
TEST_CASE("a deterministic key signs as RFC 6979 has it", "[crypto]") {
    struct Row {
        KeyType type;
        Algorithm algorithm;
        std::string d, signature;
    };
    const std::vector<Row> rows{
        {KeyType::P256, Algorithm::ES256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
         "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
         "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
        {KeyType::P384, Algorithm::ES384,
         "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
         "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46"
         "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8"},
        {KeyType::P521, Algorithm::ES512,
         "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db"
         "89ec0c08b0e996b83538",
         "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc9"
         "1f9b15bf05ec36e377fa"
         "00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc"
         "43997f1ee0e44da4a67a"},
    };
    for (const auto& row : rows) {
        const auto secret = PrivateKey::from_scalar(row.type, hex_decode(row.d).value()).value().deterministic();
        CHECK(hex_encode(secret.sign(row.algorithm, "sample").value()) == row.signature);
        CHECK(secret.sign(row.algorithm, "test").value() == secret.sign(row.algorithm, "test").value());
        CHECK(secret.public_key().verify(row.algorithm, "test", secret.sign(row.algorithm, "test").value()));
    }
}

TEST_CASE("a failed verification leaves other entries of the error queue alone", "[crypto]") {
    const auto secret = PrivateKey::generate(KeyType::P256);
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 42);
    CHECK_FALSE(secret.public_key().verify(Algorithm::ES256, "m", std::string(64, '\0')));
    CHECK_FALSE(PublicKey::from_coordinates(KeyType::P256, std::string(32, '\x01'), std::string(32, '\x01')));
    CHECK(ERR_GET_REASON(ERR_get_error()) == 42);
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("one key verifies in many threads at once", "[crypto]") {
    const auto secret = PrivateKey::generate(KeyType::Ed25519);
    const auto key = secret.public_key();
    std::vector<int> good(4, 0);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < good.size(); ++i) {
        threads.emplace_back([&, i] {
            for (int round = 0; round < 50; ++round) {
                const auto message = std::to_string(round);
                good[i] += key.verify(Algorithm::Ed25519, message, secret.sign(Algorithm::Ed25519, message).value());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    for (const int count : good) CHECK(count == 50);
}

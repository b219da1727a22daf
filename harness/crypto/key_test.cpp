#include "harness/crypto/key.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "harness/catch.h"
#include "harness/crypto/encoding.h"

using namespace aauth::crypto;

namespace {

std::string hex(std::string_view text) { return hex_decode(text).value(); }
std::string b64(std::string_view text) { return base64url_decode(text).value(); }

std::string with_bit_flipped(std::string octets, std::size_t bit) {
    octets[bit / 8] = static_cast<char>(octets[bit / 8] ^ (1 << (bit % 8)));
    return octets;
}

// The public key of RFC 7638, section 3.1.
const std::string rsa_modulus = b64(
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
    "BJECPebWKRXjBZCiFV4n3oknjhMst"
    "n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
    "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajr"
    "n1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw");

}  // namespace

TEST_CASE("Edwards keys of small order are refused, as are encodings that are not canonical", "[crypto]") {
    const std::string zeros(31 * 2, '0');
    const std::string p25519 = "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
    const std::pair<std::string, std::string> refused[] = {
        {"order 1", std::string("01") + zeros},
        {"order 1 with the sign bit", std::string("01") + zeros.substr(2) + "80"},
        {"order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
        {"order 2 with the sign bit", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
        {"order 4", std::string("00") + zeros},
        {"order 4, other x", std::string("00") + zeros.substr(2) + "80"},
        {"order 8, first y", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"},
        {"order 8, first y, other x", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"},
        {"order 8, second y", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"},
        {"order 8, second y, other x", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"},
        {"y = p", p25519},
        {"y = p + 1", std::string("ee") + p25519.substr(2)},
        {"y = p + 3", std::string("f0") + p25519.substr(2)},
        {"y = 2^255 - 1", std::string("ff") + p25519.substr(2)},
        {"all ones", std::string(64, 'f')},
        {"not on the curve", std::string("02") + zeros},
    };
    for (const auto& [why, octets] : refused) {
        INFO(why);
        const auto key = PublicKey::from_edwards(KeyType::Ed25519, hex(octets));
        REQUIRE_FALSE(key);
        CHECK(key.error().code == "invalid_key");
    }
    const std::string many(56 * 2, '0'), ones448(27 * 2, 'f');
    const auto p448_with_first = [&](const std::string& first) {
        return first + ones448 + "feffffff" + ones448.substr(6) + "00";  // little-endian 2^448 - 2^224 - 1 and its sign
    };
    const std::pair<std::string, std::string> refused448[] = {
        {"order 1", std::string("01") + many}, {"order 2", p448_with_first("fe")},
        {"order 4", std::string("00") + many}, {"order 4, other x", many + "80"},
        {"y = p", p448_with_first("ff")},      {"bits above the field", std::string("02") + many.substr(2) + "01"},
        {"all ones", std::string(114, 'f')},
    };
    for (const auto& [why, octets] : refused448) {
        INFO(why);
        REQUIRE(octets.size() == 114);
        CHECK(PublicKey::from_edwards(KeyType::Ed448, hex(octets)).error().code == "invalid_key");
    }
    // Controls: the base points are accepted.
    CHECK(PublicKey::from_edwards(KeyType::Ed25519, hex(std::string("58") + std::string(62, '6'))).has_value());
    CHECK(PublicKey::from_edwards(KeyType::Ed448,
                                  hex("14fa30f25b790898adc8d74e2c13bdfdc4397ce61cffd33ad7c2a0051e9c78874098a3"
                                      "6c7373ea4b62c7c9563720768824bcb66e71463f6900"))
              .has_value());
}

TEST_CASE("OpenSSL itself would take a forgery under the identity key", "[crypto]") {
    // Why the check above exists: R = identity and S = 0 verify for every message.
    const auto identity = hex(std::string("01") + std::string(62, '0'));
    const auto forged = identity + std::string(32, '\0');
    EVP_PKEY* key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr,
                                                reinterpret_cast<const unsigned char*>(identity.data()), 32);
    REQUIRE(key != nullptr);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    REQUIRE(EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key) == 1);
    const auto verdict = EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(forged.data()), 64,
                                          reinterpret_cast<const unsigned char*>("any"), 3);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    if (verdict != 1) WARN("this OpenSSL refuses small-order keys by itself");
    CHECK(PublicKey::from_edwards(KeyType::Ed25519, identity).error().code == "invalid_key");
}

TEST_CASE("EC keys must be points with coordinates of exact width", "[crypto]") {
    for (const auto type : {KeyType::P256, KeyType::P384, KeyType::P521}) {
        const auto good = PrivateKey::generate(type).public_key().coordinates();
        CHECK(PublicKey::from_coordinates(type, good.x, good.y).has_value());
        const auto refused = [&](std::string_view x, std::string_view y) {
            const auto key = PublicKey::from_coordinates(type, x, y);
            return !key && key.error().code == "invalid_key";
        };
        CHECK(refused(good.x, with_bit_flipped(good.y, 8 * good.y.size() - 8)));
        CHECK(refused(good.x.substr(1), good.y));
        CHECK(refused('\0' + good.x, good.y));
        CHECK(refused(good.x, good.y.substr(1)));
        CHECK(refused(std::string(good.x.size(), '\0'), std::string(good.x.size(), '\0')));
        CHECK(refused(std::string(good.x.size(), '\xff'), good.y));
        CHECK(refused("", ""));
    }
    const auto p256 = PrivateKey::generate(KeyType::P256).public_key().coordinates();
    CHECK_FALSE(PublicKey::from_coordinates(KeyType::Ed25519, p256.x, p256.y));
    CHECK_FALSE(PublicKey::from_coordinates(KeyType::RSA, p256.x, p256.y));
    CHECK_FALSE(PublicKey::from_edwards(KeyType::P256, p256.x));
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("RSA keys have an odd modulus of 2048 to 8192 bits and an odd exponent of 3 to 64 bits", "[crypto]") {
    const auto accepted = [](const std::string& n, const std::string& e) {
        const auto key = PublicKey::from_rsa(n, e);
        if (!key) CHECK(key.error().code == "invalid_key");
        return key.has_value();
    };
    const auto modulus_of = [](std::size_t octets, char first) {
        std::string n(octets, '\x55');
        n.front() = first;
        return n;
    };
    const std::string f4 = hex("010001");
    CHECK(accepted(rsa_modulus, f4));
    CHECK(accepted(rsa_modulus, "\x03"));
    CHECK(accepted(modulus_of(1024, '\x80'), f4));
    CHECK(accepted(rsa_modulus, std::string(8, '\xff')));
    CHECK_FALSE(accepted(modulus_of(1025, '\x01'), f4));
    CHECK_FALSE(accepted(modulus_of(64, '\x80'), f4));
    CHECK_FALSE(accepted(modulus_of(256, '\x7f'), f4));  // 2047 bits
    CHECK_FALSE(accepted('\0' + rsa_modulus, f4));
    CHECK_FALSE(accepted(rsa_modulus.substr(0, 255) + "\x02", f4));
    CHECK_FALSE(accepted("", f4));
    CHECK_FALSE(accepted(rsa_modulus, ""));
    CHECK_FALSE(accepted(rsa_modulus, "\x01"));
    CHECK_FALSE(accepted(rsa_modulus, "\x02"));
    CHECK_FALSE(accepted(rsa_modulus, std::string(1, '\0')));
    CHECK_FALSE(accepted(rsa_modulus, '\0' + f4));
    CHECK_FALSE(accepted(rsa_modulus, std::string(9, '\xff')));
    CHECK_FALSE(accepted(std::string(1u << 20, '\x55'), f4));
}

TEST_CASE("private keys come back from PEM, octets and components", "[crypto]") {
    for (const auto algorithm : {Algorithm::Ed25519, Algorithm::Ed448, Algorithm::ES256, Algorithm::ES384,
                                 Algorithm::ES512, Algorithm::RS256}) {
        INFO(name(algorithm));
        const auto secret = PrivateKey::generate(key_type_for(algorithm));
        const auto key = secret.public_key();
        const auto pem = secret.to_pem();
        CHECK(pem.rfind("-----BEGIN PRIVATE KEY-----", 0) == 0);
        const auto again = PrivateKey::from_pem(pem).value();
        CHECK(key.verify(algorithm, "m", again.sign(algorithm, "m").value()));
        if (algorithm == Algorithm::RS256) {
            const auto n = key.rsa_components().modulus, e = key.rsa_components().exponent;
            const auto parts = secret.rsa_secrets();
            const auto built = PrivateKey::from_rsa(n, e, parts.d, parts.p, parts.q).value();
            CHECK(key.verify(algorithm, "m", built.sign(algorithm, "m").value()));
            CHECK(built.rsa_secrets().qi == parts.qi);
            const auto other = PrivateKey::generate(KeyType::RSA).rsa_secrets();
            for (const auto& wrong :
                 {PrivateKey::from_rsa(n, e, other.d, parts.p, parts.q),
                  PrivateKey::from_rsa(n, e, parts.d, other.p, parts.q),
                  PrivateKey::from_rsa(n, e, parts.d, parts.p, parts.p), PrivateKey::from_rsa(n, e, parts.d, "\x01", n),
                  PrivateKey::from_rsa(n, e, "", parts.p, parts.q)}) {
                REQUIRE_FALSE(wrong);
                CHECK(wrong.error().code == "invalid_key");
            }
            CHECK_THROWS_AS(secret.secret_octets(), std::logic_error);
        } else if (algorithm == Algorithm::Ed25519 || algorithm == Algorithm::Ed448) {
            CHECK(
                PrivateKey::from_edwards(secret.type(), secret.secret_octets()).value().public_key().edwards_octets() ==
                key.edwards_octets());
        } else {
            const auto built = PrivateKey::from_scalar(secret.type(), secret.secret_octets()).value();
            CHECK(built.public_key().coordinates().y == key.coordinates().y);
            CHECK_THROWS_AS(secret.rsa_secrets(), std::logic_error);
        }
    }
}

TEST_CASE("private keys that are none are refused", "[crypto]") {
    const auto order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    CHECK(PrivateKey::from_scalar(KeyType::P256, order).error().code == "invalid_key");
    CHECK(PrivateKey::from_scalar(KeyType::P256, std::string(32, '\0')).error().code == "invalid_key");
    CHECK(PrivateKey::from_scalar(KeyType::P256, std::string(31, '\x01')).error().code == "invalid_key");
    CHECK(PrivateKey::from_scalar(KeyType::P256, std::string(31, '\0') + "\x01").has_value());
    CHECK(PrivateKey::from_scalar(KeyType::Ed25519, std::string(32, '\x01')).error().code == "invalid_key");
    CHECK(PrivateKey::from_edwards(KeyType::Ed25519, std::string(33, '\x01')).error().code == "invalid_key");
    CHECK(PrivateKey::from_edwards(KeyType::P256, std::string(32, '\x01')).error().code == "invalid_key");
    for (const std::string pem : {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no PEM"}) {
        CHECK(PrivateKey::from_pem(pem).error().code == "invalid_key");
    }
    CHECK(PrivateKey::from_pem(std::string(1u << 20, '-')).error().code == "invalid_key");
    CHECK(ERR_peek_error() == 0);
}

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <map>
#include <new>
#include <stdexcept>

#include "harness/crypto/edwards.h"
#include "harness/crypto/openssl.h"

namespace aauth::crypto {

namespace {

constexpr int min_modulus_bits = 2048;
constexpr int max_modulus_bits = 8192;          // bounds the time of a verification
constexpr std::size_t max_exponent_octets = 8;  // likewise; OpenSSL's own bound for large moduli

bool is_edwards(KeyType type) { return type == KeyType::Ed25519 || type == KeyType::Ed448; }

tl::unexpected<Error> invalid_key(std::string message) { return failure("invalid_key", std::move(message)); }

bool is_odd_without_leading_zero(std::string_view number) {
    return !number.empty() && number.front() != '\0' && (static_cast<unsigned char>(number.back()) & 1) != 0;
}

}  // namespace

BigNumber number_from(std::string_view big_endian) {
    BigNumber number(BN_bin2bn(octets_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
    if (!number) throw std::bad_alloc();
    return number;
}

std::string octets_from(const BIGNUM* number, std::size_t width) {
    std::string octets(width, '\0');
    if (BN_bn2binpad(number, octets_of(octets), static_cast<int>(width)) < 0) {
        throw std::logic_error("a number wider than its field");
    }
    return octets;
}

std::string octets_from(const BIGNUM* number) {
    return octets_from(number, static_cast<std::size_t>(BN_num_bytes(number)));
}

EvpKey key_from_parameters(KeyType type, int selection, OSSL_PARAM* parameters) {
    EvpKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, openssl_name(type), nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, selection, parameters) != 1) {
        EVP_PKEY_free(key);
        return nullptr;
    }
    return EvpKey(key);
}

Result<PublicKey> PublicKey::from_edwards(KeyType type, std::string_view octets) {
    if (!is_edwards(type)) return invalid_key("not an Edwards curve");
    if (octets.size() != field_width(type)) return invalid_key("the key has not the length of its curve");
    // Who verifies meets the same keys again and again, and testing a point costs a fifth of a verification.
    constexpr std::size_t most_kept = 256;
    thread_local std::map<std::string, std::shared_ptr<const State>, std::less<>> kept;
    if (const auto found = kept.find(octets); found != kept.end() && found->second->type == type) {
        return PublicKey(found->second);
    }
    const ErrorMark mark;
    if (!is_usable_edwards_point(type, octets)) {
        return invalid_key("the key is no canonical point of its curve, or one of small order");
    }
    EvpKey key(EVP_PKEY_new_raw_public_key_ex(nullptr, openssl_name(type), nullptr, octets_of(octets), octets.size()));
    if (!key) return invalid_key("OpenSSL refuses the key");
    auto state = std::make_shared<const State>(State{type, std::move(key), std::string(octets), {}});
    if (kept.size() >= most_kept) kept.clear();
    kept[std::string(octets)] = state;
    return PublicKey(std::move(state));
}

Result<PublicKey> PublicKey::from_coordinates(KeyType type, std::string_view x, std::string_view y) {
    if (is_edwards(type) || type == KeyType::RSA) return invalid_key("not a NIST curve");
    if (x.size() != field_width(type) || y.size() != field_width(type)) {
        return invalid_key("a coordinate has not the width of its curve");
    }
    const ErrorMark mark;
    std::string point = "\x04";
    point.append(x).append(y);
    std::string curve = curve_name(type);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve.data(), curve.size()),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
        OSSL_PARAM_construct_end(),
    };
    auto key = key_from_parameters(type, EVP_PKEY_PUBLIC_KEY, parameters);
    if (!key) return invalid_key("the coordinates are no point of the curve");
    return PublicKey(std::make_shared<const State>(State{type, std::move(key), std::string(x), std::string(y)}));
}

Result<PublicKey> PublicKey::from_rsa(std::string_view modulus, std::string_view exponent) {
    if (!is_odd_without_leading_zero(modulus)) return invalid_key("the modulus is even or has a leading zero octet");
    if (!is_odd_without_leading_zero(exponent)) return invalid_key("the exponent is even or has a leading zero octet");
    if (modulus.size() > max_modulus_bits / 8) return invalid_key("the modulus has more than 8192 bits");
    if (exponent == "\x01") return invalid_key("the exponent is 1");
    if (exponent.size() > max_exponent_octets) return invalid_key("the exponent has more than 64 bits");
    const ErrorMark mark;
    const auto n = number_from(modulus);
    const auto e = number_from(exponent);
    if (BN_num_bits(n.get()) < min_modulus_bits) return invalid_key("the modulus has less than 2048 bits");

    std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>> builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        throw std::bad_alloc();
    }
    std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    auto key = key_from_parameters(KeyType::RSA, EVP_PKEY_PUBLIC_KEY, parameters.get());
    if (!key) return invalid_key("OpenSSL refuses the key");
    return PublicKey(std::make_shared<const State>(
        State{KeyType::RSA, std::move(key), std::string(modulus), std::string(exponent)}));
}

KeyType PublicKey::type() const { return state_->type; }

std::string PublicKey::edwards_octets() const {
    if (!is_edwards(state_->type)) throw std::logic_error("edwards_octets of another kind of key");
    return state_->first;
}

EcCoordinates PublicKey::coordinates() const {
    if (is_edwards(state_->type) || state_->type == KeyType::RSA) {
        throw std::logic_error("coordinates of another kind of key");
    }
    return {state_->first, state_->second};
}

RsaComponents PublicKey::rsa_components() const {
    if (state_->type != KeyType::RSA) throw std::logic_error("rsa_components of another kind of key");
    return {state_->first, state_->second};
}

}  // namespace aauth::crypto

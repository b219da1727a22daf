#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>
#include <new>
#include <stdexcept>

#include "harness/crypto/openssl.h"

namespace aauth::crypto {

namespace {

using Bio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using Group = std::unique_ptr<EC_GROUP, FreeWith<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, FreeWith<EC_POINT_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;

tl::unexpected<Error> invalid_key(std::string message) { return failure("invalid_key", std::move(message)); }

bool is_edwards(KeyType type) { return type == KeyType::Ed25519 || type == KeyType::Ed448; }

int curve_nid(KeyType type) {
    switch (type) {
        case KeyType::P256:
            return NID_X9_62_prime256v1;
        case KeyType::P384:
            return NID_secp384r1;
        case KeyType::P521:
            return NID_secp521r1;
        default:
            return NID_undef;
    }
}

BigNumber parameter(const EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &number) != 1) throw std::runtime_error("OpenSSL hides a part of a key");
    return BigNumber(number);
}

std::optional<KeyType> type_of(const EVP_PKEY* key) {
    for (const auto type : {KeyType::Ed25519, KeyType::Ed448, KeyType::RSA}) {
        if (EVP_PKEY_is_a(key, openssl_name(type)) == 1) return type;
    }
    std::array<char, 64> group{};
    if (EVP_PKEY_is_a(key, "EC") != 1 || EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) != 1) {
        return std::nullopt;
    }
    for (const auto type : {KeyType::P256, KeyType::P384, KeyType::P521}) {
        if (OBJ_sn2nid(group.data()) == curve_nid(type)) return type;
    }
    return std::nullopt;
}

// The public half, held to the same rules as a stranger's key.
Result<PublicKey> public_half(KeyType type, const EVP_PKEY* key) {
    if (type == KeyType::RSA) {
        return PublicKey::from_rsa(octets_from(parameter(key, OSSL_PKEY_PARAM_RSA_N).get()),
                                   octets_from(parameter(key, OSSL_PKEY_PARAM_RSA_E).get()));
    }
    const auto width = field_width(type);
    if (is_edwards(type)) {
        std::string octets(width, '\0');
        std::size_t size = width;
        if (EVP_PKEY_get_raw_public_key(key, octets_of(octets), &size) != 1 || size != width) {
            return invalid_key("OpenSSL gives no public key");
        }
        return PublicKey::from_edwards(type, octets);
    }
    return PublicKey::from_coordinates(type, octets_from(parameter(key, OSSL_PKEY_PARAM_EC_PUB_X).get(), width),
                                       octets_from(parameter(key, OSSL_PKEY_PARAM_EC_PUB_Y).get(), width));
}

// Whether the private half belongs to the public one; OpenSSL imports any pair. For RSA this tests the primes too.
bool halves_belong_together(EVP_PKEY* key) {
    const EvpKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

void push(OSSL_PARAM_BLD* builder, const char* name, const BIGNUM* number) {
    if (OSSL_PARAM_BLD_push_BN(builder, name, number) != 1) throw std::bad_alloc();
}

}  // namespace

PrivateKey PrivateKey::generate(KeyType type) {
    const ErrorMark mark;
    EvpKey key;
    if (type == KeyType::RSA) {
        key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}));
    } else if (is_edwards(type)) {
        key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, openssl_name(type)));
    } else {
        key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve_name(type)));
    }
    if (!key) throw std::runtime_error("OpenSSL cannot generate a key");
    auto half = public_half(type, key.get());
    if (!half) throw std::runtime_error("OpenSSL generated a key that we refuse: " + half.error().message);
    return PrivateKey(std::make_shared<const State>(State{std::move(key), std::move(*half), false}));
}

Result<PrivateKey> PrivateKey::from_edwards(KeyType type, std::string_view seed) {
    if (!is_edwards(type)) return invalid_key("not an Edwards curve");
    if (seed.size() != field_width(type)) return invalid_key("the seed has not the length of its curve");
    const ErrorMark mark;
    EvpKey key(EVP_PKEY_new_raw_private_key_ex(nullptr, openssl_name(type), nullptr, octets_of(seed), seed.size()));
    if (!key) return invalid_key("OpenSSL refuses the seed");
    return public_half(type, key.get()).map([&](PublicKey half) {
        return PrivateKey(std::make_shared<const State>(State{std::move(key), std::move(half), false}));
    });
}

Result<PrivateKey> PrivateKey::from_scalar(KeyType type, std::string_view d) {
    if (curve_nid(type) == NID_undef) return invalid_key("not a NIST curve");
    if (d.size() != field_width(type)) return invalid_key("the scalar has not the width of its curve");
    const ErrorMark mark;
    const Group group(EC_GROUP_new_by_curve_name(curve_nid(type)));
    if (!group) throw std::bad_alloc();
    const auto scalar = number_from(d);
    BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
    if (BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(group.get())) >= 0) {
        return invalid_key("the scalar is zero or not below the order of the curve");
    }
    const Point point(EC_POINT_new(group.get()));
    std::string encoded(1 + 2 * field_width(type), '\0');
    if (!point || EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) != 1 ||
        EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, octets_of(encoded), encoded.size(),
                           nullptr) != encoded.size()) {
        throw std::runtime_error("OpenSSL cannot multiply a point");
    }
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve_name(type), 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size()) != 1) {
        throw std::bad_alloc();
    }
    push(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    auto key = key_from_parameters(type, EVP_PKEY_KEYPAIR, parameters.get());
    if (!key) return invalid_key("OpenSSL refuses the scalar");
    return public_half(type, key.get()).map([&](PublicKey half) {
        return PrivateKey(std::make_shared<const State>(State{std::move(key), std::move(half), false}));
    });
}

Result<PrivateKey> PrivateKey::from_rsa(std::string_view n, std::string_view e, std::string_view d, std::string_view p,
                                        std::string_view q) {
    auto half = PublicKey::from_rsa(n, e);
    if (!half) return tl::unexpected(half.error());
    for (const auto part : {d, p, q}) {
        if (part.empty() || part.front() == '\0' || part.size() > n.size() || part == "\x01") {
            return invalid_key("a private part is empty, 1, longer than the modulus or has a leading zero octet");
        }
    }
    const ErrorMark mark;
    const BigNumberContext context(BN_CTX_secure_new());
    const auto secret = number_from(d), prime1 = number_from(p), prime2 = number_from(q);
    const BigNumber minus1(BN_dup(prime1.get())), minus2(BN_dup(prime2.get())), dp(BN_new()), dq(BN_new()),
        qi(BN_new());
    if (!context || !minus1 || !minus2 || !dp || !dq || !qi) throw std::bad_alloc();
    if (BN_sub_word(minus1.get(), 1) != 1 || BN_sub_word(minus2.get(), 1) != 1 ||
        BN_mod(dp.get(), secret.get(), minus1.get(), context.get()) != 1 ||
        BN_mod(dq.get(), secret.get(), minus2.get(), context.get()) != 1 ||
        BN_mod_inverse(qi.get(), prime2.get(), prime1.get(), context.get()) == nullptr) {
        return invalid_key("p and q are no primes of an RSA key");
    }
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder) throw std::bad_alloc();
    const auto modulus = number_from(n), exponent = number_from(e);
    push(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    push(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    push(builder.get(), OSSL_PKEY_PARAM_RSA_D, secret.get());
    push(builder.get(), OSSL_PKEY_PARAM_RSA_FACTOR1, prime1.get());
    push(builder.get(), OSSL_PKEY_PARAM_RSA_FACTOR2, prime2.get());
    push(builder.get(), OSSL_PKEY_PARAM_RSA_EXPONENT1, dp.get());
    push(builder.get(), OSSL_PKEY_PARAM_RSA_EXPONENT2, dq.get());
    push(builder.get(), OSSL_PKEY_PARAM_RSA_COEFFICIENT1, qi.get());
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    auto key = key_from_parameters(KeyType::RSA, EVP_PKEY_KEYPAIR, parameters.get());
    if (!key || !halves_belong_together(key.get())) return invalid_key("the parts are not of one RSA key");
    return PrivateKey(std::make_shared<const State>(State{std::move(key), std::move(*half), false}));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
    if (pem.size() > (1u << 16)) return invalid_key("too long for a PEM key");
    const ErrorMark mark;
    const Bio source(BIO_new_mem_buf(octets_of(pem), static_cast<int>(pem.size())));
    if (!source) throw std::bad_alloc();
    // Without a callback OpenSSL would ask at the terminal for the password of an encrypted key.
    const auto no_password = [](char*, int, int, void*) { return -1; };
    EvpKey key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr));
    if (!key) return invalid_key("not the PEM form of an unencrypted private key");
    const auto type = type_of(key.get());
    if (!type) return invalid_key("a private key of a type that no algorithm here uses");
    auto half = public_half(*type, key.get());
    if (!half) return tl::unexpected(half.error());
    if (!halves_belong_together(key.get())) return invalid_key("the halves of the key do not belong together");
    return PrivateKey(std::make_shared<const State>(State{std::move(key), std::move(*half), false}));
}

KeyType PrivateKey::type() const { return state_->public_key.type(); }

PrivateKey PrivateKey::deterministic() const {
    return PrivateKey(std::make_shared<const State>(State{state_->key, state_->public_key, true}));
}

PublicKey PrivateKey::public_key() const { return state_->public_key; }

std::string PrivateKey::to_pem() const {
    const ErrorMark mark;
    const Bio sink(BIO_new(BIO_s_mem()));
    if (!sink ||
        PEM_write_bio_PKCS8PrivateKey(sink.get(), state_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        throw std::runtime_error("OpenSSL cannot write a private key");
    }
    std::string pem(BIO_ctrl_pending(sink.get()), '\0');
    if (BIO_read(sink.get(), pem.data(), static_cast<int>(pem.size())) != static_cast<int>(pem.size())) {
        throw std::runtime_error("OpenSSL cannot write a private key");
    }
    return pem;
}

std::string PrivateKey::secret_octets() const {
    if (type() == KeyType::RSA) throw std::logic_error("secret_octets of an RSA key");
    const auto* key = state_->key.get();
    const auto width = field_width(type());
    if (!is_edwards(type())) return octets_from(parameter(key, OSSL_PKEY_PARAM_PRIV_KEY).get(), width);
    std::string seed(width, '\0');
    std::size_t size = width;
    if (EVP_PKEY_get_raw_private_key(key, octets_of(seed), &size) != 1) {
        throw std::runtime_error("OpenSSL hides a part of a key");
    }
    return seed;
}

RsaSecrets PrivateKey::rsa_secrets() const {
    if (type() != KeyType::RSA) throw std::logic_error("rsa_secrets of another kind of key");
    const auto part = [&](const char* name) { return octets_from(parameter(state_->key.get(), name).get()); };
    return {part(OSSL_PKEY_PARAM_RSA_D),         part(OSSL_PKEY_PARAM_RSA_FACTOR1),
            part(OSSL_PKEY_PARAM_RSA_FACTOR2),   part(OSSL_PKEY_PARAM_RSA_EXPONENT1),
            part(OSSL_PKEY_PARAM_RSA_EXPONENT2), part(OSSL_PKEY_PARAM_RSA_COEFFICIENT1)};
}

}  // namespace aauth::crypto

#include <openssl/hmac.h>
#include <openssl/objects.h>

#include <new>
#include <stdexcept>

#include "harness/crypto/openssl.h"

namespace aauth::crypto {

namespace {

using Group = std::unique_ptr<EC_GROUP, FreeWith<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, FreeWith<EC_POINT_free>>;

void must(bool done) {
    if (!done) throw std::runtime_error("OpenSSL cannot compute an ECDSA signature");
}

std::string hmac(const EVP_MD* hash, std::string_view key, std::string_view data) {
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(hash)), '\0');
    unsigned size = 0;
    must(HMAC(hash, octets_of(key), static_cast<int>(key.size()), octets_of(data), data.size(), octets_of(out), &size) !=
         nullptr);
    return out;
}

// The leftmost bits of the octets, as many as the order has (section 2.3.2).
BigNumber leading_bits(std::string_view octets, int order_bits) {
    auto value = number_from(octets);
    const int surplus = static_cast<int>(octets.size()) * 8 - order_bits;
    if (surplus > 0) must(BN_rshift(value.get(), value.get(), surplus) == 1);
    return value;
}

// The candidates for k, one after the other (section 3.2, steps b to h).
class Candidates {
public:
    Candidates(const EVP_MD* hash, const BIGNUM* order, std::string_view secret_and_digest)
        : hash_(hash), order_(order), v_(static_cast<std::size_t>(EVP_MD_get_size(hash)), '\x01'), k_(v_.size(), '\0') {
        stir('\0', secret_and_digest);
        stir('\x01', secret_and_digest);
    }

    BigNumber next() {
        const int bits = BN_num_bits(order_);
        while (true) {
            if (used_) stir('\0', {});
            used_ = true;
            std::string octets;
            while (octets.size() * 8 < static_cast<std::size_t>(bits)) {
                v_ = hmac(hash_, k_, v_);
                octets += v_;
            }
            auto candidate = leading_bits(octets, bits);
            if (!BN_is_zero(candidate.get()) && BN_cmp(candidate.get(), order_) < 0) return candidate;
        }
    }

private:
    void stir(char round, std::string_view data) {
        k_ = hmac(hash_, k_, v_ + round + std::string(data));
        v_ = hmac(hash_, k_, v_);
    }

    const EVP_MD* hash_;
    const BIGNUM* order_;
    std::string v_, k_;
    bool used_ = false;
};

}  // namespace

std::string sign_deterministically(KeyType type, std::string_view scalar, std::string_view digest, const EVP_MD* hash) {
    const Group group(EC_GROUP_new_by_curve_name(OBJ_sn2nid(type == KeyType::P256 ? "prime256v1" :
                                                           type == KeyType::P384 ? "secp384r1" : "secp521r1")));
    const BigNumberContext context(BN_CTX_secure_new());
    if (!group || !context) throw std::bad_alloc();
    const BIGNUM* order = EC_GROUP_get0_order(group.get());
    const auto width = field_width(type);
    const auto secret = number_from(scalar);
    const auto message = leading_bits(digest, BN_num_bits(order));
    const BigNumber reduced(BN_new()), x(BN_new()), r(BN_new()), s(BN_new());
    const Point point(EC_POINT_new(group.get()));
    if (!reduced || !x || !r || !s || !point) throw std::bad_alloc();
    must(BN_nnmod(reduced.get(), message.get(), order, context.get()) == 1);
    Candidates candidates(hash, order, std::string(scalar) + octets_from(reduced.get(), width));
    while (true) {
        const auto k = candidates.next();
        BN_set_flags(k.get(), BN_FLG_CONSTTIME);
        must(EC_POINT_mul(group.get(), point.get(), k.get(), nullptr, nullptr, context.get()) == 1 &&
             EC_POINT_get_affine_coordinates(group.get(), point.get(), x.get(), nullptr, context.get()) == 1 &&
             BN_nnmod(r.get(), x.get(), order, context.get()) == 1);
        const BigNumber inverse(BN_mod_inverse(nullptr, k.get(), order, context.get()));
        must(inverse && BN_mod_mul(s.get(), r.get(), secret.get(), order, context.get()) == 1 &&
             BN_mod_add(s.get(), s.get(), reduced.get(), order, context.get()) == 1 &&
             BN_mod_mul(s.get(), s.get(), inverse.get(), order, context.get()) == 1);
        if (!BN_is_zero(r.get()) && !BN_is_zero(s.get())) {
            return octets_from(r.get(), width) + octets_from(s.get(), width);
        }
    }
}

}  // namespace aauth::crypto

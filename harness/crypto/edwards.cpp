#include "harness/crypto/edwards.h"

#include <new>
#include <string>

#include "harness/crypto/openssl.h"

namespace aauth::crypto {

namespace {

// Edwards25519 is -x^2 + y^2 = 1 + d x^2 y^2, edwards448 is x^2 + y^2 = 1 + d x^2 y^2. Solved for x^2 both are u / v
// with u = y^2 - 1, and v = d y^2 + 1 for the first, v = d y^2 - 1 for the second.
struct Curve {
    BigNumber p, d;
    bool twisted;

    Curve(const char* p_hex, const char* d_hex, bool is_twisted) : twisted(is_twisted) {
        BIGNUM* number = nullptr;
        if (BN_hex2bn(&number, p_hex) == 0) throw std::bad_alloc();
        p.reset(number);
        number = nullptr;
        if (BN_hex2bn(&number, d_hex) == 0) throw std::bad_alloc();
        d.reset(number);
    }
};

const Curve& curve_of(KeyType type) {
    static const Curve edwards25519("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed",
                                    "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3", true);
    static const Curve edwards448(
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
        "ffffffffffffffffffffffffffffffffffffffffffffffffffff6756",  // -39081
        false);
    return type == KeyType::Ed25519 ? edwards25519 : edwards448;
}

}  // namespace

bool is_usable_edwards_point(KeyType type, std::string_view octets) {
    if (octets.size() != field_width(type)) return false;
    const auto& curve = curve_of(type);
    const auto* p = curve.p.get();
    BigNumberContext context(BN_CTX_new());
    BigNumber y(BN_new()), square(BN_new()), u(BN_new()), v(BN_new()), product(BN_new());
    if (!context || !y || !square || !u || !v || !product) throw std::bad_alloc();
    auto* work = context.get();

    std::string encoded(octets);
    encoded.back() = static_cast<char>(encoded.back() & 0x7f);  // without the sign of x
    if (BN_lebin2bn(octets_of(encoded), static_cast<int>(encoded.size()), y.get()) == nullptr) throw std::bad_alloc();
    if (BN_cmp(y.get(), p) >= 0 || BN_is_zero(y.get())) return false;  // not canonical; order 4

    bool ok = BN_mod_sqr(square.get(), y.get(), p, work) == 1;
    ok = ok && BN_copy(u.get(), square.get()) != nullptr && BN_sub_word(u.get(), 1) == 1;
    ok = ok && BN_mod_mul(v.get(), curve.d.get(), square.get(), p, work) == 1;
    ok = ok && (curve.twisted ? BN_add_word(v.get(), 1) : BN_sub_word(v.get(), 1)) == 1;
    ok = ok && BN_mod_mul(product.get(), u.get(), v.get(), p, work) == 1;
    if (!ok) throw std::bad_alloc();
    if (BN_is_zero(u.get())) return false;                        // y is 1 or -1: order 1 or 2
    if (BN_kronecker(product.get(), p, work) != 1) return false;  // u / v is no square: not on the curve
    if (!curve.twisted) return true;

    // Edwards25519 has points of order 8 too: their doubles have y = 0, which is y^2 v + u = 0.
    ok = BN_mod_mul(v.get(), v.get(), square.get(), p, work) == 1;
    ok = ok && BN_mod_add(v.get(), v.get(), u.get(), p, work) == 1;
    if (!ok) throw std::bad_alloc();
    return !BN_is_zero(v.get());
}

}  // namespace aauth::crypto

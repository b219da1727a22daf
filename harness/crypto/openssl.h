#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "harness/crypto/key.h"

// What the sources of this room share over OpenSSL. No other room includes this.
namespace aauth::crypto {

template <auto Free>
struct FreeWith {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using EvpKey = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using EvpKeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using BigNumber = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;
using BigNumberContext = std::unique_ptr<BN_CTX, FreeWith<BN_CTX_free>>;

// Forgets at its end what OpenSSL has put into the thread's error queue since its beginning: leftovers there would be
// taken for errors of a later TLS call.
class ErrorMark {
public:
    ErrorMark() { ERR_set_mark(); }
    ~ErrorMark() { ERR_pop_to_mark(); }
    ErrorMark(const ErrorMark&) = delete;
    ErrorMark& operator=(const ErrorMark&) = delete;
};

// Octets as OpenSSL wants them; never null.
inline const unsigned char* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.empty() ? "" : text.data());
}
inline unsigned char* octets_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

BigNumber number_from(std::string_view big_endian);
std::string octets_from(const BIGNUM* number, std::size_t width);  // big-endian, padded on the left
std::string octets_from(const BIGNUM* number);                     // big-endian, no leading zero

// Octets of an encoded Edwards point, of an EC coordinate and scalar; 0 for RSA.
std::size_t field_width(KeyType type);

// "ED25519", "ED448", "EC", "RSA"; and "P-256", "P-384", "P-521" for the EC types.
const char* openssl_name(KeyType type);
const char* curve_name(KeyType type);

// EVP_PKEY_fromdata; null when OpenSSL refuses.
EvpKey key_from_parameters(KeyType type, int selection, OSSL_PARAM* parameters);

struct PublicKey::State {
    KeyType type;
    EvpKey key;
    std::string first, second;  // the encoded point and nothing; x and y; n and e
};

struct PrivateKey::State {
    std::shared_ptr<EVP_PKEY> key;
    PublicKey public_key;
    bool deterministic = false;
};

// The ECDSA signature r||s of a digest by RFC 6979, section 3.2, with HMAC over the digest `hash` ("SHA256").
std::string sign_deterministically(KeyType type, std::string_view scalar, std::string_view digest, const EVP_MD* hash);

}  // namespace aauth::crypto

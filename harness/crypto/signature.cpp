#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include <new>
#include <stdexcept>

#include "harness/crypto/openssl.h"

namespace aauth::crypto {

namespace {

using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

// The thread's own context, emptied again when the loan ends so that it holds on to no key.
class BorrowedContext {
public:
    BorrowedContext() {
        thread_local const DigestContext own(EVP_MD_CTX_new());
        if (!own) throw std::bad_alloc();
        context_ = own.get();
    }
    ~BorrowedContext() { EVP_MD_CTX_reset(context_); }
    BorrowedContext(const BorrowedContext&) = delete;
    BorrowedContext& operator=(const BorrowedContext&) = delete;
    EVP_MD_CTX* get() const { return context_; }

private:
    EVP_MD_CTX* context_;
};

const EVP_MD* fetch(const char* digest) {
    const EVP_MD* kind = EVP_MD_fetch(nullptr, digest, nullptr);  // lives as long as the program
    if (kind == nullptr) throw std::runtime_error("OpenSSL has no SHA-2");
    return kind;
}

// The digest that the caller applies to the message; null for the Edwards algorithms, which do it themselves.
const EVP_MD* digest_of(Algorithm algorithm) {
    static const EVP_MD* const sha256 = fetch("SHA256");
    static const EVP_MD* const sha384 = fetch("SHA384");
    static const EVP_MD* const sha512 = fetch("SHA512");
    switch (algorithm) {
        case Algorithm::ES384:
            return sha384;
        case Algorithm::ES512:
            return sha512;
        case Algorithm::ES256:
        case Algorithm::RS256:
        case Algorithm::PS256:
            return sha256;
        default:
            return nullptr;
    }
}

bool is_ecdsa(Algorithm algorithm) {
    return algorithm == Algorithm::ES256 || algorithm == Algorithm::ES384 || algorithm == Algorithm::ES512;
}

// RFC 7518, section 3.5: MGF1 with the same digest (OpenSSL's default) and a salt of the digest's length, which
// OpenSSL enforces in verification when told a length instead of RSA_PSS_SALTLEN_AUTO.
bool set_padding(EVP_PKEY_CTX* context, Algorithm algorithm) {
    if (algorithm != Algorithm::PS256) return true;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

void append_asn1_integer(std::string& der, std::string_view number) {
    while (number.size() > 1 && number.front() == '\0') number.remove_prefix(1);
    const bool padded = (static_cast<unsigned char>(number.front()) & 0x80) != 0;
    der += '\x02';
    der += static_cast<char>(number.size() + (padded ? 1 : 0));
    if (padded) der += '\0';
    der += number;
}

// r||s of equal widths, at most 66 octets each, as an ASN.1 ECDSA-Sig-Value.
std::string der_from_raw(std::string_view raw) {
    std::string integers;
    append_asn1_integer(integers, raw.substr(0, raw.size() / 2));
    append_asn1_integer(integers, raw.substr(raw.size() / 2));
    std::string der = "\x30";
    if (integers.size() >= 0x80) der += '\x81';
    der += static_cast<char>(static_cast<unsigned char>(integers.size()));
    return der + integers;
}

std::string raw_from_der(const std::string& der, std::size_t width) {
    const auto* start = octets_of(std::string_view(der));
    const std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>> parsed(
        d2i_ECDSA_SIG(nullptr, &start, static_cast<long>(der.size())));
    if (!parsed) throw std::runtime_error("OpenSSL made an ECDSA signature that it cannot read");
    return octets_from(ECDSA_SIG_get0_r(parsed.get()), width) + octets_from(ECDSA_SIG_get0_s(parsed.get()), width);
}

std::size_t raw_signature_size(KeyType type, const EVP_PKEY* key) {
    return type == KeyType::RSA ? static_cast<std::size_t>(EVP_PKEY_get_size(key)) : 2 * field_width(type);
}

}  // namespace

bool PublicKey::verify(Algorithm algorithm, std::string_view message, std::string_view signature) const {
    if (key_type_for(algorithm) != state_->type) return false;
    auto* key = state_->key.get();
    if (signature.size() != raw_signature_size(state_->type, key)) return false;
    std::string der;
    if (is_ecdsa(algorithm)) {
        der = der_from_raw(signature);
        signature = der;
    }
    const ErrorMark mark;
    const BorrowedContext context;
    EVP_PKEY_CTX* key_context = nullptr;
    return EVP_DigestVerifyInit(context.get(), &key_context, digest_of(algorithm), nullptr, key) == 1 &&
           set_padding(key_context, algorithm) &&
           EVP_DigestVerify(context.get(), octets_of(signature), signature.size(), octets_of(message),
                            message.size()) == 1;
}

Result<std::string> PrivateKey::sign(Algorithm algorithm, std::string_view message) const {
    if (key_type_for(algorithm) != type()) {
        return failure("wrong_key_type", std::string("the key cannot sign with ") + std::string(name(algorithm)));
    }
    const ErrorMark mark;
    if (state_->deterministic && is_ecdsa(algorithm)) {
        const EVP_MD* hash = digest_of(algorithm);
        std::string digest(static_cast<std::size_t>(EVP_MD_get_size(hash)), '\0');
        if (EVP_Digest(message.data(), message.size(), octets_of(digest), nullptr, hash, nullptr) != 1) {
            return failure("signing_failed", "OpenSSL cannot compute a digest");
        }
        return sign_deterministically(type(), secret_octets(), digest, hash);
    }
    const BorrowedContext context;
    EVP_PKEY_CTX* key_context = nullptr;
    auto* key = state_->key.get();
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
    std::string signature(size, '\0');
    if (EVP_DigestSignInit(context.get(), &key_context, digest_of(algorithm), nullptr, key) != 1 ||
        !set_padding(key_context, algorithm) ||
        EVP_DigestSign(context.get(), octets_of(signature), &size, octets_of(message), message.size()) != 1) {
        return failure("signing_failed", "OpenSSL cannot sign with the key");
    }
    signature.resize(size);
    return is_ecdsa(algorithm) ? raw_from_der(signature, field_width(type())) : signature;
}

}  // namespace aauth::crypto

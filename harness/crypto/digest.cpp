#include "harness/crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

#include "harness/crypto/encoding.h"
#include "harness/crypto/openssl.h"

namespace aauth::crypto {

namespace {

std::string digest(std::string_view octets, const EVP_MD* kind) {
    std::string value(static_cast<std::size_t>(EVP_MD_get_size(kind)), '\0');
    if (EVP_Digest(octets_of(octets), octets.size(), octets_of(value), nullptr, kind, nullptr) != 1) {
        throw std::runtime_error("OpenSSL cannot compute a digest");
    }
    return value;
}

const EVP_MD* fetch(const char* name) {
    const EVP_MD* kind = EVP_MD_fetch(nullptr, name, nullptr);  // lives as long as the program
    if (kind == nullptr) throw std::runtime_error("OpenSSL has no SHA-2");
    return kind;
}

}  // namespace

std::string sha256(std::string_view octets) {
    static const EVP_MD* const kind = fetch("SHA256");
    return digest(octets, kind);
}

std::string sha512(std::string_view octets) {
    static const EVP_MD* const kind = fetch("SHA512");
    return digest(octets, kind);
}

std::string random_octets(std::size_t count) {
    constexpr std::size_t at_once = 1u << 20;
    std::string octets(count, '\0');
    for (std::size_t done = 0; done < count; done += at_once) {
        const auto part = std::min(at_once, count - done);
        if (RAND_bytes(octets_of(octets) + done, static_cast<int>(part)) != 1) {
            throw std::runtime_error("the operating system gives no random octets");
        }
    }
    return octets;
}

std::string random_id() { return base64url_encode(random_octets(16)); }

bool constant_time_equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(octets_of(a), octets_of(b), a.size()) == 0;
}

}  // namespace aauth::crypto

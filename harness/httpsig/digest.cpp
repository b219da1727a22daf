#include "harness/httpsig/digest.h"

#include <optional>

#include "harness/crypto/digest.h"
#include "harness/sfv/sfv.h"

namespace aauth::httpsig {

namespace {

std::string_view name(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::Sha256 ? "sha-256" : "sha-512";
}

std::string digest(DigestAlgorithm algorithm, std::string_view body) {
    return algorithm == DigestAlgorithm::Sha256 ? crypto::sha256(body) : crypto::sha512(body);
}

std::optional<DigestAlgorithm> algorithm_from_name(std::string_view text) {
    for (DigestAlgorithm algorithm : {DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
        if (name(algorithm) == text) return algorithm;
    }
    return std::nullopt;
}

}  // namespace

std::string content_digest(std::string_view body, const std::vector<DigestAlgorithm>& algorithms) {
    sfv::Dictionary dictionary;
    for (DigestAlgorithm algorithm : algorithms) {
        dictionary.set(std::string(name(algorithm)), sfv::Item{sfv::Bytes{digest(algorithm, body)}, {}});
    }
    return sfv::serialize(dictionary).value_or("");
}

Result<void> verify_content_digest(const http::Fields& fields, std::string_view body) {
    const auto value = fields.combined("content-digest");
    if (!value) return failure("digest_missing", "the message has no Content-Digest");
    const auto dictionary = sfv::parse_dictionary(*value);
    if (!dictionary) return failure("digest_malformed", "Content-Digest is malformed: " + dictionary.error().message);
    if (dictionary->empty()) return failure("digest_malformed", "Content-Digest is empty");
    bool checked = false;
    for (const auto& [key, member] : dictionary->entries()) {
        const auto algorithm = algorithm_from_name(key);
        if (!algorithm) continue;
        const auto* item = std::get_if<sfv::Item>(&member);
        const auto* octets = item == nullptr ? nullptr : std::get_if<sfv::Bytes>(&item->value);
        if (octets == nullptr) return failure("digest_malformed", "the " + key + " digest is no byte sequence");
        if (octets->data != digest(*algorithm, body)) {
            return failure("digest_mismatch", "the " + key + " digest is not that of the content");
        }
        checked = true;
    }
    if (!checked) return failure("digest_unsupported", "Content-Digest has no sha-256 and no sha-512 member");
    return {};
}

}  // namespace aauth::httpsig

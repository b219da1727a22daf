#include "harness/jose/jws.h"

#include <nlohmann/json.hpp>

#include "harness/crypto/encoding.h"
#include "harness/json/json.h"

namespace aauth::jose {

namespace {

tl::unexpected<Error> invalid(std::string message) { return failure("invalid_jws", std::move(message)); }

}  // namespace

Result<Jws> Jws::decode(std::string_view compact) {
    const auto first = compact.find('.');
    const auto second = first == std::string_view::npos ? first : compact.find('.', first + 1);
    if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos) {
        return invalid("the token has not three parts");
    }
    auto header_text = crypto::base64url_decode(compact.substr(0, first));
    if (!header_text) return invalid("the header is malformed: " + header_text.error().message);
    auto payload_text = crypto::base64url_decode(compact.substr(first + 1, second - first - 1));
    if (!payload_text) return invalid("the payload is malformed: " + payload_text.error().message);
    auto signature = crypto::base64url_decode(compact.substr(second + 1));
    if (!signature) return invalid("the signature is malformed: " + signature.error().message);
    auto header = json::parse_object(*header_text);
    if (!header) return invalid("the header is malformed: " + header.error().message);
    if (!json::string_member(*header, "alg")) return invalid("the header has no string member alg");
    return Jws{std::string(compact), std::move(*header_text), std::move(*payload_text), std::move(*signature),
               std::make_shared<const nlohmann::json>(std::move(*header))};
}

std::string_view Jws::signing_input() const { return std::string_view(compact).substr(0, compact.rfind('.')); }

bool Jws::signed_by(const crypto::PublicKey& key, crypto::Algorithm algorithm, JwkRules rules) const {
    const auto alg = json::string_member(*header, "alg");
    const bool edwards = algorithm == crypto::Algorithm::Ed25519 || algorithm == crypto::Algorithm::Ed448;
    if (alg != crypto::name(algorithm) && !(edwards && rules.eddsa_allowed && alg == "EdDSA")) return false;
    return key.verify(algorithm, signing_input(), signature);
}

}  // namespace aauth::jose

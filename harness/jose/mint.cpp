#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/crypto/encoding.h"
#include "harness/jose/jwt.h"
#include "harness/json/json.h"

namespace aauth::jose {

namespace {

std::string signing_input(std::string_view header_text, std::string_view payload_text) {
    return crypto::base64url_encode(header_text) + '.' + crypto::base64url_encode(payload_text);
}

// Gives the header a member, unless it has it; a null that stands there leaves it out.
void complete(nlohmann::json& header, const char* name, std::string_view value) {
    const auto present = header.find(name);
    if (present == header.end()) {
        if (!value.empty()) header[name] = value;
    } else if (present->is_null()) {
        header.erase(present);
    }
}

}  // namespace

std::string mint(const nlohmann::json& header, const nlohmann::json& payload, const SigningKey& key) {
    const auto empty = nlohmann::json::object();
    auto completed = header.is_null() ? empty : header;
    if (completed.is_object()) {
        complete(completed, "alg", crypto::name(key.algorithm));
        complete(completed, "kid", key.kid);
    }
    return mint_raw(json::dump(completed), json::dump(payload.is_null() ? empty : payload), key);
}

std::string mint_raw(std::string_view header_text, std::string_view payload_text, const SigningKey& key) {
    const auto signature = key.key.sign(key.algorithm, signing_input(header_text, payload_text));
    if (!signature) throw std::logic_error("a signing key that cannot sign: " + signature.error().message);
    return assemble(header_text, payload_text, *signature);
}

std::string assemble(std::string_view header_text, std::string_view payload_text, std::string_view signature) {
    return signing_input(header_text, payload_text) + '.' + crypto::base64url_encode(signature);
}

std::string corrupt_signature(std::string_view compact) {
    const auto dot = compact.rfind('.');
    if (std::count(compact.begin(), compact.end(), '.') != 2)
        throw std::invalid_argument("the token has not three parts");
    auto signature = crypto::base64url_decode(compact.substr(dot + 1));
    if (!signature || signature->empty()) throw std::invalid_argument("the token has no signature to corrupt");
    auto& octet = (*signature)[signature->size() / 2];
    octet = static_cast<char>(octet ^ 1);
    return std::string(compact.substr(0, dot + 1)) + crypto::base64url_encode(*signature);
}

}  // namespace aauth::jose

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/jose/jwk.h"
#include "harness/jose/members.h"
#include "harness/json/json.h"

namespace aauth::jose {

namespace {

// RFC 7638, section 3.2; RFC 8037, section 2; RFC 9964 for AKP.
std::vector<const char*> required_members(std::string_view kty) {
    if (kty == "EC") return {"crv", "kty", "x", "y"};
    if (kty == "OKP") return {"crv", "kty", "x"};
    if (kty == "RSA") return {"e", "kty", "n"};
    if (kty == "oct") return {"k", "kty"};
    if (kty == "AKP") return {"alg", "kty", "pub"};
    return {};
}

}  // namespace

Result<std::string> thumbprint(const nlohmann::json& jwk) {
    const auto kty = json::string_member(jwk, "kty");
    if (!kty) return invalid_key("the JWK has no string member kty");
    const auto names = required_members(*kty);
    if (names.empty()) return invalid_key("no thumbprint is defined for the JWK's kty");
    auto required = nlohmann::json::object();  // which orders its members by their names, as section 3.3 wants
    for (const auto* name : names) {
        const auto value = json::string_member(jwk, name);
        if (!value) return invalid_key(fmt::format("the JWK has no string member {}", name));
        required[name] = *value;
    }
    return crypto::base64url_encode(crypto::sha256(json::dump(required)));
}

std::string thumbprint(const crypto::PublicKey& key) {
    // alg is no required member of these key types, so that any will do.
    return thumbprint(to_json(key, crypto::Algorithm::Ed25519)).value();
}

}  // namespace aauth::jose

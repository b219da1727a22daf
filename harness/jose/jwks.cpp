#include <nlohmann/json.hpp>

#include "harness/jose/jwk.h"
#include "harness/json/json.h"

namespace aauth::jose {

Result<Jwks> parse_jwks(const nlohmann::json& document, JwkRules rules) {
    const auto* entries = json::member(document, "keys");
    if (entries == nullptr || !entries->is_array()) {
        return failure("invalid_jwks", "the JWK Set is no object with an array named keys");
    }
    Jwks jwks;
    for (const auto& entry : *entries) {
        auto jwk = parse_jwk(entry, rules);
        if (jwk) {
            jwks.keys.push_back(std::move(*jwk));
        } else {
            jwks.unusable.push_back({json::string_member(entry, "kid").value_or(""), std::move(jwk.error())});
        }
    }
    return jwks;
}

std::vector<const Jwk*> Jwks::with_kid(std::string_view kid) const {
    std::vector<const Jwk*> found;
    for (const auto& jwk : keys) {
        if (jwk.kid == kid) found.push_back(&jwk);
    }
    return found;
}

}  // namespace aauth::jose

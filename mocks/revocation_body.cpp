#include "mocks/revocation_body.h"

#include <nlohmann/json.hpp>

namespace aauth::mocks {

std::string second_revocation_member(const protocol::Draft& draft) {
    if (draft.revocation_names_issuer) return "iss";
    return draft.revocation_cascades ? "exp" : "";  // for how long it has to be kept and passed on
}

nlohmann::json revocation_body(const protocol::Draft& draft, const std::string& issuer, const std::string& jti,
                               std::int64_t expires) {
    nlohmann::json body{{"jti", jti}};
    const auto second = second_revocation_member(draft);
    if (second == "iss") body["iss"] = issuer;
    if (second == "exp") body["exp"] = expires;
    return body;
}

}  // namespace aauth::mocks

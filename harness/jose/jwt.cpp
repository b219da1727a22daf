#include "harness/jose/jwt.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"

namespace aauth::jose {

Result<Jwt> Jwt::decode(std::string_view compact) {
    auto jws = Jws::decode(compact);
    if (!jws) return failure("invalid_jwt", std::move(jws.error().message));
    auto payload = json::parse_object(jws->payload_text);
    if (!payload) return failure("invalid_jwt", "the payload is malformed: " + payload.error().message);
    return Jwt(std::move(*jws), std::make_shared<const nlohmann::json>(std::move(*payload)));
}

std::optional<std::string> Jwt::header_string(std::string_view name) const {
    return json::string_member(header(), name);
}

std::optional<std::string> Jwt::claim_string(std::string_view name) const {
    return json::string_member(payload(), name);
}

std::optional<std::int64_t> Jwt::claim_integer(std::string_view name) const {
    const auto* value = json::member(payload(), name);
    if (value == nullptr || !value->is_number_float()) return json::integer_member(payload(), name);
    const double number = std::floor(value->get<double>());
    constexpr double largest = 9e15;  // below 2 to the 53rd, where a double is still exact
    if (!(number >= -largest && number <= largest)) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

bool Jwt::signed_by(const crypto::PublicKey& key, crypto::Algorithm algorithm, JwkRules rules) const {
    return jws_.signed_by(key, algorithm, rules);
}

}  // namespace aauth::jose

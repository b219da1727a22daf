#include "mocks/issue.h"

#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/protocol/older_forms.h"

namespace aauth::mocks {

namespace {

nlohmann::json altered(const nlohmann::json& value) {
    if (value.is_string()) {
        const auto text = value.get<std::string>();
        return text + (text.rfind("http", 0) == 0 ? "/altered" : "-altered");
    }
    if (value.is_number_integer()) return value.get<std::int64_t>() + 7200;
    if (value.is_object() && value.contains("jwk")) {
        return protocol::confirmation(jose::SigningKey::generate(crypto::Algorithm::Ed25519));
    }
    return 1;
}

void apply(std::string_view verb, const std::string& member, nlohmann::json& object) {
    if (verb == "omit") object.erase(member);
    if (verb == "alter" && object.contains(member)) object[member] = altered(object[member]);
    if (verb == "add") object[member] = "added";
}

}  // namespace

std::string issue(const protocol::Draft& draft, protocol::TokenKind kind, nlohmann::json claims,
                  const jose::SigningKey& key, const protocol::Faults& faults) {
    nlohmann::json header = protocol::token_header(kind);
    header["alg"] = protocol::algorithm_name(draft, key.algorithm);
    header["kid"] = key.kid;
    protocol::name_confirmed_algorithm(draft, claims);
    const std::string stem = std::string(protocol::word(kind)) + ".";
    for (const auto& fault : faults.names()) {
        const auto space = fault.find(' ');
        if (space == std::string::npos || fault.compare(space + 1, stem.size(), stem) != 0) continue;
        auto member = fault.substr(space + 1 + stem.size());
        const bool of_header = member.rfind("header.", 0) == 0;
        if (of_header) member.erase(0, 7);
        const auto verb = fault.substr(0, space);
        apply(verb, member, of_header ? header : claims);
        // mint() would put these two in again; null keeps it from that.
        const bool minted = member == "alg" || member == "kid";
        if (of_header && verb == "omit" && minted) header[member] = nullptr;
    }
    if (faults.on(stem + "jti-fixed")) claims["jti"] = "fixed";
    if (faults.on(stem + "cnf-no-alg")) claims["cnf"]["jwk"].erase("alg");
    auto token = jose::mint(header, claims, key);
    return faults.on(stem + "bad-signature") ? jose::corrupt_signature(token) : token;
}

}  // namespace aauth::mocks

#include "harness/protocol/older_forms.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "harness/sfv/sfv.h"

namespace aauth::protocol {

std::string algorithm_name(const Draft& draft, crypto::Algorithm algorithm) {
    const bool edwards = algorithm == crypto::Algorithm::Ed25519 || algorithm == crypto::Algorithm::Ed448;
    return edwards && draft.jwk.eddsa_allowed ? "EdDSA" : std::string(crypto::name(algorithm));
}

std::string_view signature_algorithm_name(crypto::Algorithm algorithm) {
    switch (algorithm) {
        case crypto::Algorithm::Ed25519:
            return "ed25519";
        case crypto::Algorithm::ES256:
            return "ecdsa-p256-sha256";
        case crypto::Algorithm::ES384:
            return "ecdsa-p384-sha384";
        case crypto::Algorithm::RS256:
            return "rsa-v1_5-sha256";
        default:
            return "";
    }
}

void name_algorithm(const Draft& draft, nlohmann::json& jwk) {
    const auto algorithm = crypto::algorithm_from_name(json::string_member(jwk, "alg").value_or(""));
    if (algorithm) jwk["alg"] = algorithm_name(draft, *algorithm);
}

void name_confirmed_algorithm(const Draft& draft, nlohmann::json& claims) {
    if (claims.contains("cnf") && claims["cnf"].is_object() && claims["cnf"].contains("jwk")) {
        name_algorithm(draft, claims["cnf"]["jwk"]);
    }
}

std::string accept_signature(std::string_view sigkey) {
    return "sig=(\"@method\" \"@authority\" \"@path\");sigkey=" + std::string(sigkey);
}

Result<std::string> parse_sigkey(const http::Fields& fields) {
    const auto text = fields.combined("Accept-Signature");
    if (!text) return failure("absent", "there is no Accept-Signature");
    const auto field = sfv::parse_dictionary(*text);
    if (!field) return tl::unexpected(field.error());
    for (const auto& [label, member] : field->entries()) {
        const auto* list = std::get_if<sfv::InnerList>(&member);
        if (list == nullptr || !list->parameters.contains("sigkey")) continue;
        const auto* value = list->parameters.find_as<sfv::Token>("sigkey");
        if (value == nullptr) return failure("malformed_field", "sigkey is no token");
        return value->text;
    }
    return failure("absent", "no member of Accept-Signature has a sigkey");
}

http::Response refusal_response(const Draft& draft, const SignatureRefusal& refusal) {
    if (draft.accept_fields) return refusal_response(refusal);
    auto plain = refusal;
    plain.accept_schemes.clear();
    plain.accept_algorithms.clear();
    auto response = refusal_response(plain);
    if (!refusal.accept_schemes.empty()) response.fields.add("Accept-Signature", accept_signature("uri"));
    if (refusal.accept_algorithms.empty()) return response;
    std::string names;
    for (const auto& name : refusal.accept_algorithms) {
        const auto algorithm = crypto::algorithm_from_name(name);
        const auto registered = algorithm ? signature_algorithm_name(*algorithm) : std::string_view(name);
        names += (names.empty() ? "\"" : " \"") + std::string(registered) + "\"";
    }
    response.fields.set("Signature-Error", "error=" + refusal.error + ", supported_algorithms=(" + names + ")");
    return response;
}

void plain_problem(const Draft& draft, http::Response& response) {
    if (draft.problem_json) return;
    const auto problem = parse_problem(response);
    if (!problem) return;
    nlohmann::json body{{"error", problem->error}};
    if (!problem->detail.empty()) body["error_description"] = problem->detail;
    response.fields.set("Content-Type", "application/json");
    response.body = json::dump(body);
}

}  // namespace aauth::protocol

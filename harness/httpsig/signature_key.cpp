#include "harness/httpsig/signature_key.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"

namespace aauth::httpsig {

namespace {

struct NamedScheme {
    std::string_view name;
    Scheme scheme;
};

constexpr std::array schemes{
    NamedScheme{"hwk", Scheme::Hwk},          NamedScheme{"jkt-jwt", Scheme::JktJwt},
    NamedScheme{"jwks_uri", Scheme::JwksUri}, NamedScheme{"jwks", Scheme::Jwks},
    NamedScheme{"jwt", Scheme::Jwt},          NamedScheme{"self-jwt", Scheme::SelfJwt},
    NamedScheme{"x509", Scheme::X509},        NamedScheme{"cached", Scheme::Cached},
};

constexpr std::array key_parameters{"kty", "crv", "x", "y", "n", "e", "alg"};

tl::unexpected<Error> refused(std::string message) { return failure("invalid_signature", std::move(message)); }

sfv::Item member(Scheme scheme) { return sfv::Item{sfv::Token{std::string(name(scheme))}, {}}; }

}  // namespace

std::string_view name(Scheme scheme) {
    for (const NamedScheme& entry : schemes) {
        if (entry.scheme == scheme) return entry.name;
    }
    return {};
}

std::optional<Scheme> scheme_from_name(std::string_view text) {
    for (const NamedScheme& entry : schemes) {
        if (entry.name == text) return entry.scheme;
    }
    return std::nullopt;
}

std::optional<std::string> SignatureKey::string_parameter(std::string_view parameter) const {
    const auto* value = parameters.find_as<std::string>(parameter);
    return value == nullptr ? std::nullopt : std::optional(*value);
}

Result<SignatureKey> parse_signature_key(const http::Fields& fields, std::string_view label) {
    const auto value = fields.combined("signature-key");
    if (!value) return refused("the message has no field Signature-Key");
    auto dictionary = sfv::parse_dictionary(*value);
    if (!dictionary) return refused("Signature-Key is malformed: " + dictionary.error().message);
    const sfv::Item* item = dictionary->item(label);
    if (item == nullptr) return refused("Signature-Key has no key of the label " + std::string(label));
    const auto* scheme = std::get_if<sfv::Token>(&item->value);
    if (scheme == nullptr) return refused("the Signature-Key member " + std::string(label) + " is no token");
    return SignatureKey{scheme->text, scheme_from_name(scheme->text), item->parameters};
}

sfv::Item hwk_member(const jose::SigningKey& key) {
    sfv::Item item = member(Scheme::Hwk);
    const nlohmann::json jwk = key.public_jwk();
    for (const char* parameter : key_parameters) {
        auto value = json::string_member(jwk, parameter);
        if (value) item.parameters.set(parameter, std::move(*value));
    }
    return item;
}

sfv::Item jwt_member(std::string_view jwt) {
    sfv::Item item = member(Scheme::Jwt);
    item.parameters.set("jwt", std::string(jwt));
    return item;
}

sfv::Item jkt_jwt_member(std::string_view jwt) {
    sfv::Item item = member(Scheme::JktJwt);
    item.parameters.set("jwt", std::string(jwt));
    return item;
}

sfv::Item jwks_uri_member(std::string_view id, std::string_view dwk, std::string_view kid) {
    sfv::Item item = member(Scheme::JwksUri);
    item.parameters.set("id", std::string(id));
    item.parameters.set("dwk", std::string(dwk));
    item.parameters.set("kid", std::string(kid));
    return item;
}

Result<jose::Jwk> hwk_key(const SignatureKey& key, jose::JwkRules rules) {
    if (key.scheme != Scheme::Hwk) return failure("invalid_key", "the Signature-Key member is not of the hwk scheme");
    auto jwk = nlohmann::json::object();
    for (const auto& [parameter, value] : key.parameters.entries()) {
        if (parameter == "kid") return failure("invalid_key", "hwk must not have a kid");
        // Every key parameter is a string; what we do not know may be anything and is ignored.
        const auto* text = std::get_if<std::string>(&value);
        if (text != nullptr) {
            jwk[parameter] = *text;
        } else if (std::find(key_parameters.begin(), key_parameters.end(), parameter) != key_parameters.end()) {
            return failure("invalid_key", "the hwk parameter " + parameter + " is no string");
        }
    }
    return jose::parse_jwk(jwk, rules);
}

Result<jose::Jwk> confirmation_key(const jose::Jwt& jwt, jose::JwkRules rules) {
    const auto* cnf = json::member(jwt.payload(), "cnf");
    if (cnf == nullptr) return failure("invalid_jwt", "the token has no cnf claim");
    const auto* jwk = json::member(*cnf, "jwk");
    if (jwk == nullptr || !jwk->is_object()) return failure("invalid_jwt", "the token's cnf claim has no jwk");
    return jose::parse_jwk(*jwk, rules);
}

}  // namespace aauth::httpsig

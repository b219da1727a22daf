#include <variant>
#include <vector>

#include "harness/httpsig/signature_key.h"

namespace aauth::httpsig {

namespace {

enum class Type { String, Octets, Boolean };

struct Parameter {
    const char* name;
    Type type = Type::String;
    bool required = true;
};

// The members of a JWK of this type (section 3.4).
std::vector<Parameter> key_parameters(const std::string& kty, jose::JwkRules rules) {
    std::vector<Parameter> all{{"kty"}, {"alg", Type::String, rules.algorithm_required}};
    const bool octet_pair = kty == "OKP", curve = kty == "EC", rsa = kty == "RSA";
    for (const char* name : {"crv", "x"}) all.push_back({name, Type::String, octet_pair || curve});
    all.push_back({"y", Type::String, curve});
    for (const char* name : {"n", "e"}) all.push_back({name, Type::String, rsa});
    return all;
}

std::vector<Parameter> parameters_of(const SignatureKey& member, jose::JwkRules rules) {
    switch (*member.scheme) {
        case Scheme::Hwk:
            return key_parameters(member.string_parameter("kty").value_or(""), rules);
        case Scheme::JktJwt:
        case Scheme::Jwt:
            return {{"jwt"}, {"cache", Type::Boolean, false}};
        case Scheme::SelfJwt:
            return {{"jwt"}};
        case Scheme::JwksUri:
            return {{"id"}, {"dwk"}, {"kid"}};
        case Scheme::Jwks:
            return {{"url"}, {"kid"}};
        case Scheme::X509:
            return {{"x5u"}, {"x5t", Type::Octets}};
        case Scheme::Cached:
            return {{"cid"}};
    }
    return {};
}

bool has_type(const sfv::BareItem& value, Type type) {
    switch (type) {
        case Type::String:
            return std::holds_alternative<std::string>(value);
        case Type::Octets:
            return std::holds_alternative<sfv::Bytes>(value);
        case Type::Boolean:
            return std::holds_alternative<bool>(value);
    }
    return false;
}

const char* error_code(Scheme scheme) {
    switch (scheme) {
        case Scheme::Hwk:
            return "invalid_key";
        case Scheme::JktJwt:
        case Scheme::Jwt:
        case Scheme::SelfJwt:
            return "invalid_jwt";
        default:
            return "invalid_signature";
    }
}

bool is_further(Scheme scheme) {
    return scheme == Scheme::Jwks || scheme == Scheme::SelfJwt || scheme == Scheme::Cached;
}

}  // namespace

Result<void> check_parameters(const SignatureKey& member, jose::JwkRules rules, bool further_schemes) {
    if (!member.scheme || (!further_schemes && is_further(*member.scheme))) {
        return failure("unsupported_scheme", "the scheme " + member.scheme_name + " is not registered");
    }
    const auto wrong = [&](const std::string& why) {
        return failure(error_code(*member.scheme), "the scheme " + member.scheme_name + ": " + why);
    };
    for (const auto& parameter : parameters_of(member, rules)) {
        const auto* value = member.parameters.find(parameter.name);
        const std::string name = parameter.name;
        if (value == nullptr && parameter.required) return wrong("the parameter " + name + " is absent");
        if (value != nullptr && !has_type(*value, parameter.type)) return wrong(name + " is of another type");
    }
    // Section 3.4; where alg is derived, kid is only advised against.
    if (member.scheme == Scheme::Hwk && rules.algorithm_required && member.parameters.contains("kid")) {
        return wrong("a key that is carried has no kid");
    }
    return {};
}

}  // namespace aauth::httpsig

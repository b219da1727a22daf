#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "vectors/operations/input.h"
#include "vectors/operations/operation.h"

namespace aauth::vectors {

namespace {

Outcome parse_requirement(const protocol::Draft&, const nlohmann::json& input) {
    return protocol::parse_requirement(lines_in(input, "AAuth-Requirement"))
        .map([](const protocol::Requirement& requirement) {
            return nlohmann::json{{"value", requirement.value}, {"parameters", requirement.parameters}};
        });
}

Outcome build_requirement(const protocol::Draft&, const nlohmann::json& input) {
    protocol::Requirement requirement{text(input, "value"), {}};
    for (const auto& [name, value] : member(input, "parameters").items()) {
        if (!value.is_string()) throw UnusableInput{"the parameter " + name + " is no string"};
        requirement.parameters[name] = value.get<std::string>();
    }
    return field_of(protocol::to_field(requirement));
}

Outcome token_of(const Result<std::string>& token) {
    return token.map([](const std::string& text) { return nlohmann::json{{"token", text}}; });
}

Outcome parse_access(const protocol::Draft&, const nlohmann::json& input) {
    return token_of(protocol::parse_access(lines_in(input, "AAuth-Access")));
}

Outcome parse_authorization(const protocol::Draft&, const nlohmann::json& input) {
    return token_of(protocol::parse_authorization(lines_in(input, "Authorization")));
}

Outcome build_authorization(const protocol::Draft&, const nlohmann::json& input) {
    return protocol::to_authorization(text(input, "token")).map([](const std::string& field) {
        return nlohmann::json{{"field", field}};
    });
}

Outcome parse_token_list(const protocol::Draft&, const nlohmann::json& input) {
    const auto name = text(input, "header");
    return protocol::parse_token_list(lines_in(input, name), name).map([](const std::vector<std::string>& tokens) {
        return nlohmann::json{{"tokens", tokens}};
    });
}

Outcome build_token_list(const protocol::Draft&, const nlohmann::json& input) {
    return field_of(protocol::to_token_list(texts(input, "tokens")));
}

Outcome parse_signature_error(const protocol::Draft&, const nlohmann::json& input) {
    return protocol::parse_signature_error(lines_in(input, "Signature-Error"))
        .map([](const protocol::SignatureErrorField& read) {
            return nlohmann::json{{"error", read.error}, {"required_input", read.required_input}};
        });
}

Outcome build_signature_error(const protocol::Draft&, const nlohmann::json& input) {
    return field_of(
        protocol::to_field(protocol::SignatureErrorField{text(input, "error"), texts(input, "required_input")}));
}

Outcome read_challenge(const protocol::Draft&, const nlohmann::json& input) {
    const auto fields = fields_in(member(input, "headers"));
    const auto list = [&](std::string_view name) {
        return protocol::parse_token_list(fields, name).value_or(std::vector<std::string>());
    };
    nlohmann::json read{{"requirement", nullptr},
                        {"signature_error", nullptr},
                        {"accept_signature_schemes", list("Accept-Signature-Scheme")},
                        {"accept_signature_algs", list("Accept-Signature-Alg")}};
    if (const auto requirement = protocol::parse_requirement(fields)) read["requirement"] = requirement->value;
    if (const auto error = protocol::parse_signature_error(fields)) read["signature_error"] = error->error;
    return read;
}

constexpr Operation operations[] = {
    {"parse-requirement", parse_requirement},
    {"build-requirement", build_requirement},
    {"parse-access", parse_access},
    {"parse-authorization", parse_authorization},
    {"build-authorization", build_authorization},
    {"parse-token-list", parse_token_list},
    {"build-token-list", build_token_list},
    {"parse-signature-error", parse_signature_error},
    {"build-signature-error", build_signature_error},
    {"read-challenge", read_challenge},
};

}  // namespace

std::span<const Operation> challenge_operations() { return operations; }

}  // namespace aauth::vectors

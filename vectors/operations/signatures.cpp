#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/httpsig/digest.h"
#include "harness/httpsig/sign.h"
#include "harness/json/json.h"
#include "harness/protocol/metadata.h"
#include "harness/protocol/verification.h"
#include "vectors/operations/input.h"
#include "vectors/operations/operation.h"

namespace aauth::vectors {

namespace {

// The message of an input: a request, or a response together with the request that it answers.
struct Exchange {
    http::Request request;
    std::optional<http::Response> response;

    httpsig::Message message() const { return {&request, response ? &*response : nullptr}; }
    const http::Fields& fields() const { return response ? response->fields : request.fields; }
};

Exchange exchange_in(const nlohmann::json& input) {
    const auto& message = member(input, "message");
    if (json::member(message, "status") == nullptr) return {request_in(message), std::nullopt};
    return {request_in(member(input, "request")), response_in(message)};
}

Result<sfv::InnerList> input_member(const http::Fields& fields, const std::string& label) {
    const auto dictionary = sfv::parse_dictionary(fields.combined("Signature-Input").value_or(""));
    if (!dictionary) return tl::unexpected(dictionary.error());
    const auto* list = dictionary->inner_list(label);
    if (list == nullptr) return failure("invalid_signature", "Signature-Input has no inner list of this label");
    return *list;
}

Outcome signature_base(const protocol::Draft&, const nlohmann::json& input) {
    auto exchange = exchange_in(input);
    auto label = text_or(input, "label", "sig");
    http::Fields fields = exchange.fields();
    if (json::member(input, "signature_input") != nullptr) {
        label = "sig";
        fields = {{"Signature-Input", label + "=" + text(input, "signature_input")}};
    }
    const auto covered = input_member(fields, label);
    if (!covered) return tl::unexpected(covered.error());
    const auto base = httpsig::signature_base(exchange.message(), *covered);
    if (!base) return tl::unexpected(base.error());
    return nlohmann::json{{"base", *base}};
}

sfv::Parameters parameters_in(const nlohmann::json& members) {
    sfv::Parameters parameters;
    for (const auto& [name, value] : members.items()) {
        if (value.is_string()) {
            parameters.set(name, value.get<std::string>());
        } else if (value.is_number_integer()) {
            parameters.set(name, value.get<std::int64_t>());
        } else {
            throw UnusableInput{"the parameter " + name + " is no string and no integer"};
        }
    }
    return parameters;
}

Outcome sign(const protocol::Draft&, const nlohmann::json& input) {
    auto request = request_in(member(input, "message"));
    const auto key = jose::parse_private_jwk(member(input, "key"));
    if (!key) return tl::unexpected(key.error());
    if (json::member(input, "signature_key") != nullptr) {
        request.fields.add("Signature-Key", text(input, "signature_key"));
    }
    const httpsig::Signing signing{text(input, "label"), httpsig::components(texts(input, "components")),
                                   parameters_in(member(input, "parameters")), std::nullopt};
    const auto base = httpsig::sign(request, signing, *key);
    if (!base) return tl::unexpected(base.error());
    return nlohmann::json{{"base", *base},
                          {"headers",
                           {{"Signature-Input", request.fields.combined("Signature-Input").value_or("")},
                            {"Signature", request.fields.combined("Signature").value_or("")}}}};
}

Outcome verify(const protocol::Draft& draft, const nlohmann::json& input) {
    const auto exchange = exchange_in(input);
    const auto key = jose::parse_jwk(member(input, "public_key"), draft.jwk);
    if (!key) return tl::unexpected(key.error());
    const auto signatures = httpsig::parse_signatures(exchange.fields());
    if (!signatures) return tl::unexpected(signatures.error());
    const auto label = text(input, "label");
    const auto found = std::find_if(signatures->begin(), signatures->end(),
                                    [&](const auto& signature) { return signature.label == label; });
    if (found == signatures->end()) return failure("invalid_signature", "there is no signature of this label");
    const auto algorithm = key->algorithm.value_or(crypto::Algorithm::PS256);
    const auto base = httpsig::verify(exchange.message(), *found, key->key, algorithm);
    if (!base) return tl::unexpected(base.error());
    return nlohmann::json{{"base", *base}};
}

std::vector<crypto::Algorithm> algorithms_in(const nlohmann::json& verifier) {
    std::vector<crypto::Algorithm> all;
    for (const auto& name : texts(verifier, "accepts")) {
        const auto algorithm = crypto::algorithm_from_name(name);
        if (!algorithm) throw UnusableInput{"there is no algorithm " + name};
        all.push_back(*algorithm);
    }
    return all;
}

protocol::SignatureRules rules_in(const protocol::Draft& draft, const nlohmann::json& verifier) {
    const auto role = protocol::role_named(text(verifier, "role"));
    if (!role) throw UnusableInput{"there is no role " + text(verifier, "role")};
    protocol::SignatureRules rules;
    rules.servers = member(verifier, "servers").get<bool>();
    rules.server_endpoint = *role != protocol::Role::Resource || (rules.servers && draft.bodies_covered_at_revocation);
    rules.also_covered = texts_or_none(verifier, "also_covered");
    rules.window = number(verifier, "window");
    rules.schemes = texts(verifier, "schemes");
    rules.tokens.clear();
    for (const auto& word : texts(verifier, "tokens")) {
        for (const auto kind : {protocol::TokenKind::Agent, protocol::TokenKind::Person, protocol::TokenKind::Auth}) {
            if (protocol::word(kind) == word) rules.tokens.push_back(kind);
        }
    }
    return rules;
}

Outcome verify_request(const protocol::Draft& draft, const nlohmann::json& input) {
    const auto request = request_in(member(input, "message"));
    const auto& asked = member(input, "verifier");
    const auto now = number(input, "now");
    const auto clock = [now] { return now; };
    httpsig::Discovery keys(fetch_from(member(input, "documents")), clock,
                            {.check_issuer = draft.issuer_compared, .https_only = true, .jwk = draft.jwk});
    const protocol::Faults none;
    const protocol::Verifier verifier{
        draft, text(asked, "identifier"), protocol::Reach::Strict, clock, keys, none, algorithms_in(asked), {}};
    const auto verified = protocol::verify_request(verifier, request, rules_in(draft, asked));
    if (!verified) return failure(verified.error().error, verified.error().detail);
    return nlohmann::json{{"base", verified->base}, {"thumbprint", verified->thumbprint()}};
}

Outcome content_digest(const protocol::Draft&, const nlohmann::json& input) {
    const auto checked =
        httpsig::verify_content_digest({{"Content-Digest", text(input, "field")}}, octets(input, "body"));
    if (!checked) return failure("", checked.error().message);
    return nlohmann::json::object();
}

constexpr Operation operations[] = {{"signature-base", signature_base},
                                    {"sign", sign},
                                    {"verify", verify},
                                    {"verify-request", verify_request},
                                    {"content-digest", content_digest}};

}  // namespace

std::span<const Operation> signature_operations() { return operations; }

}  // namespace aauth::vectors

#include "harness/protocol/metadata.h"

#include <nlohmann/json.hpp>

#include "harness/crypto/key.h"
#include "harness/http/message.h"
#include "harness/json/json.h"
#include "harness/protocol/tokens.h"

namespace aauth::protocol {

std::string_view document_name(Role role) {
    switch (role) {
        case Role::AgentProvider: return agent_document;
        case Role::Resource: return resource_document;
        case Role::PersonServer: return person_document;
        case Role::AccessServer: return access_document;
    }
    return "";
}

std::string document_url(std::string_view identifier, Role role) {
    return std::string(identifier) + "/.well-known/" + std::string(document_name(role));
}

std::string_view name(Role role) {
    switch (role) {
        case Role::AgentProvider: return "agent-provider";
        case Role::Resource: return "resource";
        case Role::PersonServer: return "person-server";
        case Role::AccessServer: return "access-server";
    }
    return "";
}

std::optional<Role> role_named(std::string_view text) {
    for (const Role role : {Role::AgentProvider, Role::Resource, Role::PersonServer, Role::AccessServer}) {
        if (name(role) == text) return role;
    }
    return std::nullopt;
}

namespace {

// Reads one document and collects what is wrong.
class Reader {
public:
    Reader(const nlohmann::json& document, const Draft& draft, Reach reach)
        : document_(document), draft_(draft), reach_(reach) {}

    void issuer(std::string_view identifier) {
        const auto value = json::string_member(document_, "issuer");
        if (!value) return add("issuer", "meta.issuer-present", "issuer is missing or no string");
        if (*value != identifier) {
            add("issuer", "meta.issuer-match", "issuer differs from the URL that the document was fetched under");
        }
        if (const auto problem = server_identifier_problem(*value, reach_)) {
            add("issuer", "id.server", "issuer: " + *problem);
        }
    }

    void required(std::string_view member, std::string_view rule) {
        if (!json::string_member(document_, member)) add(member, rule, std::string(member) + " is missing or no string");
    }

    void endpoint(std::string_view member) {
        const auto* value = json::member(document_, member);
        if (value == nullptr) return;
        if (!value->is_string()) return add(member, "meta.endpoint-url", std::string(member) + " is no string");
        if (const auto problem = endpoint_problem(value->get<std::string>(), reach_)) {
            add(member, "meta.endpoint-url", std::string(member) + ": " + *problem);
        }
    }

    void secure_url(std::string_view member) {
        const auto* value = json::member(document_, member);
        if (value == nullptr) return;
        auto url = value->is_string() ? http::Url::parse(value->get<std::string>())
                                      : Result<http::Url>(failure("", ""));
        const bool loopback = url && reach_ == Reach::Loopback && is_server_identifier(url->origin(), reach_);
        if (!url || (url->scheme != "https" && !loopback)) {
            add(member, "meta.url-https", std::string(member) + " is no https URL");
        }
    }

    void text(std::string_view member) {
        const auto* value = json::member(document_, member);
        if (value != nullptr && !value->is_string()) add(member, "meta.types", std::string(member) + " is no string");
    }

    void string_array(std::string_view member) {
        const auto* value = json::member(document_, member);
        if (value == nullptr) return;
        bool good = value->is_array();
        if (good) {
            for (const auto& entry : *value) good = good && entry.is_string();
        }
        if (!good) add(member, "meta.types", std::string(member) + " is no array of strings");
    }

    void algorithms() {
        string_array("accept_signature_algs");
        const auto* value = json::member(document_, "accept_signature_algs");
        if (value == nullptr || !value->is_array()) return;
        for (const auto& entry : *value) {
            const auto alg = entry.is_string() ? entry.get<std::string>() : std::string();
            if (alg == "EdDSA" || alg == "none" || alg.substr(0, 2) == "HS") {
                add("accept_signature_algs", "meta.algs", "accept_signature_algs names " + alg);
            }
        }
    }

    void add(std::string_view member, std::string_view rule, std::string message) {
        problems.push_back({std::string(member), std::string(rule), std::move(message)});
    }

    std::vector<MetadataProblem> problems;

private:
    const nlohmann::json& document_;
    const Draft& draft_;
    Reach reach_;
};

}  // namespace

std::vector<MetadataProblem> metadata_problems(const nlohmann::json& document, Role role, std::string_view identifier,
                                               const Draft& draft, Reach reach) {
    Reader reader(document, draft, reach);
    reader.issuer(identifier);
    if (role != Role::Resource || draft.resource_jwks_uri_required) reader.required("jwks_uri", "meta.jwks-uri");
    if (role == Role::PersonServer) {
        reader.required(draft.auth_token_endpoint_field, "meta.ps.auth-token-endpoint");
        if (draft.person_tokens) reader.required(draft.person_token_endpoint_field, "meta.ps.person-token-endpoint");
    }
    if (role == Role::AccessServer) reader.required(draft.auth_token_endpoint_field, "meta.as.auth-token-endpoint");
    // A member that only another draft knows means nothing here, and may be there for other readers.
    reader.endpoint(draft.auth_token_endpoint_field);
    if (draft.person_tokens) reader.endpoint(draft.person_token_endpoint_field);
    for (const auto member : {"authorization_endpoint", "mission_endpoint", "callback_endpoint"}) {
        reader.endpoint(member);
    }
    for (const auto member : {"jwks_uri", "tos_uri", "policy_uri", "logo_uri", "logo_dark_uri"}) {
        reader.secure_url(member);
    }
    if (draft.plain_metadata_names) {
        reader.secure_url("documentation_uri");
        for (const auto member : {"name", "description", "access_mode"}) reader.text(member);
    } else {
        reader.text("client_name");
    }
    for (const auto member : {"scopes_supported", "claims_supported", "additional_signature_components"}) {
        reader.string_array(member);
    }
    if (draft.accepted_algs_published) reader.algorithms();
    const auto* window = json::member(document, "signature_window");
    if (window != nullptr && !window->is_number_integer()) {
        reader.add("signature_window", "meta.types", "signature_window is no integer");
    }
    return reader.problems;
}

}  // namespace aauth::protocol

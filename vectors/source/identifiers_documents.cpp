#include "vectors/source/identifiers_documents.h"

#include "vectors/source/material.h"

namespace aauth::vectors {

using protocol::Role;

std::vector<RoleDocuments> role_documents(const protocol::Draft& draft) {
    RoleDocuments person{Role::PersonServer,
                         std::string(person_server),
                         "meta.ps.required-fields",
                         {"jwks_uri", draft.auth_token_endpoint_field}};
    if (draft.person_tokens) person.needs.push_back(draft.person_token_endpoint_field);
    RoleDocuments rs{Role::Resource, std::string(resource), "meta.resource.issuer", {}};
    if (draft.resource_jwks_uri_required) rs.needs.push_back("jwks_uri");
    return {{Role::AgentProvider, std::string(agent_provider), "meta.ap.required-fields", {"jwks_uri"}},
            person,
            {Role::AccessServer,
             std::string(access_server),
             "meta.as.required-fields",
             {"jwks_uri", draft.auth_token_endpoint_field}},
            rs};
}

json least_metadata(const RoleDocuments& kind, const protocol::Draft& draft) {
    return documents_of(kind.identifier, kind.role, draft).at(protocol::document_url(kind.identifier, kind.role));
}

json whole_metadata(const RoleDocuments& kind, const protocol::Draft& draft) {
    auto document = least_metadata(kind, draft);
    const auto url = [&](const char* path) { return kind.identifier + path; };
    document.update({{"logo_uri", url("/logo.png")},
                     {"logo_dark_uri", url("/logo-dark.png")},
                     {"tos_uri", url("/tos")},
                     {"policy_uri", url("/privacy")}});
    if (draft.plain_metadata_names) {
        document.update({{"name", "Example"}, {"description", "An **example**."}, {"documentation_uri", url("/docs")}});
    } else {
        document["client_name"] = "Example";
    }
    if (draft.accepted_algs_published) document["accept_signature_algs"] = {"Ed25519", "ES256"};
    switch (kind.role) {
        case Role::AgentProvider:
            document.update({{"callback_endpoint", url("/callback")}, {"localhost_callback_allowed", true}});
            break;
        case Role::PersonServer:
            document.update({{"mission_endpoint", url("/mission")},
                             {"permission_endpoint", url("/permission")},
                             {"audit_endpoint", url("/audit")},
                             {"interaction_endpoint", url("/interaction")},
                             {"mission_control_endpoint", url("/mission-control")},
                             {"revocation_endpoint", url("/revoke")},
                             {"scopes_supported", {"openid", "email"}},
                             {"claims_supported", {"sub", "email"}}});
            break;
        case Role::AccessServer:
            document["revocation_endpoint"] = url("/revoke");
            break;
        case Role::Resource:
            document.update({{"authorization_endpoint", url("/authorize")},
                             {"scope_descriptions", {{"data.read", "Read your data"}}},
                             {"signature_window", 120},
                             {"additional_signature_components", {"content-type", "content-digest"}},
                             {"revocation_endpoint", url("/revoke")}});
            if (draft.plain_metadata_names) document["access_mode"] = "auth-token";
            break;
    }
    return document;
}

}  // namespace aauth::vectors

#include "harness/protocol/draft.h"

namespace aauth::protocol {

namespace {

Draft draft_11() {
    Draft draft;
    draft.id = "11";
    draft.title = "draft 11 (Signature Keys -09)";
    draft.protocol_name = "AAuth -11";
    draft.signature_keys_name = "HTTP Signature Keys -09";
    return draft;
}

Draft draft_11_of_august() {
    Draft draft = draft_11();
    draft.id = "11-2026-08";
    draft.title = "draft 11, editor's copy of August 2026 (Signature Keys -08)";
    draft.protocol_name = "AAuth -11 (2026-08)";
    draft.signature_keys_name = "HTTP Signature Keys -08";
    draft.presented_token = false;
    draft.upstream_person_token = false;
    draft.claims_carry_sub = true;
    draft.typ_always_checked = false;
    draft.iat_not_ahead = true;
    draft.lifetime_from_iat = false;
    draft.uppercase_local_part = false;
    draft.missing_headers_error = "invalid_request";
    draft.created_ahead_error = "invalid_signature";
    draft.server_signs_jwks_uri = false;
    draft.bad_person_token_in_body = true;
    draft.unknown_presented_error = "unknown_person_token";
    draft.subagent_parameter = "agent_token";
    draft.clock_skew_error = false;
    draft.revoked_jwt_error = false;
    draft.revocation_names_issuer = true;
    draft.unknown_revocation_404 = true;
    draft.bodies_covered_at_revocation = false;
    draft.revocation_cascades = false;
    draft.mission_names_approver = true;
    draft.rfc9651 = false;
    return draft;
}

Draft draft_10() {
    Draft draft = draft_11_of_august();
    draft.id = "10";
    draft.title = "draft 10 (Signature Keys -08)";
    draft.protocol_name = "AAuth -10";
    draft.person_tokens = false;
    draft.mission_by_digest = false;
    draft.resource_token_names_agent = true;
    draft.tenant_identifies = true;
    draft.auth_token_endpoint_field = "token_endpoint";
    draft.person_token_endpoint_field.clear();
    draft.session_access_mode = "aauth-access-token";
    draft.bodies_covered_at_servers = false;
    draft.unknown_presented_error = "invalid_resource_token";
    draft.accepted_algs_published = false;
    return draft;
}

// The one that the protocol's own list of implementations still names for two of them.
Draft draft_01() {
    Draft draft = draft_10();
    draft.id = "01";
    draft.title = "draft 01 (Signature Keys -04)";
    draft.protocol_name = "AAuth -01";
    draft.signature_keys_name = "HTTP Signature Keys -04";
    draft.plain_metadata_names = false;
    draft.resource_jwks_uri_required = true;
    draft.code_format = false;
    draft.access_is_token68 = false;
    draft.agent_token_requirement = false;
    draft.accept_fields = false;
    draft.problem_json = false;
    draft.jwk = {false, true};
    draft.unselected_schemes_ignored = false;
    draft.unsupported_scheme_error = false;
    draft.alg_parameter_ignored = false;
    draft.actor_required = true;
    draft.revocation_names_issuer = false;  // its body has jti alone
    draft.sub_agents = false;
    draft.issuer_compared = false;
    draft.further_schemes = false;
    return draft;
}

}  // namespace

const std::vector<Draft>& all_drafts() {
    static const std::vector<Draft> drafts{draft_11(), draft_11_of_august(), draft_10()};
    return drafts;
}

const std::vector<Draft>& drafts_with_vectors() {
    static const std::vector<Draft> drafts{draft_11(), draft_11_of_august(), draft_10(), draft_01()};
    return drafts;
}

const Draft* find_draft(std::string_view id) {
    for (const Draft& draft : drafts_with_vectors()) {
        if (draft.id == id) return &draft;
    }
    return nullptr;
}

}  // namespace aauth::protocol

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/crypto/key.h"
#include "harness/jose/jwk.h"

namespace aauth::protocol {

// The pair of specification revisions that is tested, as a value: everything that differs between drafts. Code asks it;
// nothing compares its id.
struct Draft {
    std::string id;     // "11"
    std::string title;  // "draft 11 (Signature Keys -09)"
    std::string protocol_name;        // "AAuth -11"
    std::string signature_keys_name;  // "HTTP Signature Keys -09"

    // Tokens.
    bool person_tokens = true;        // typ aa-person+jwt and the person token endpoint exist
    bool presented_token = true;      // auth token request carries presented_token; else the PS resolves presented_jti
    bool tenant_identifies = false;   // tenant is part of the person's identifier; else (iss, sub) alone
    bool resource_token_names_agent = false;  // claim `agent` instead of ps, sub and presented_jti
    bool iat_required = true;
    bool iat_not_ahead = false;       // a verifier has to refuse an iat in the future
    bool lifetime_from_iat = true;    // exp - iat is bounded to the ceiling of person and auth tokens
    std::int64_t token_ceiling = 3600;          // seconds, person and auth tokens
    std::int64_t resource_token_advised = 300;  // seconds, SHOULD
    std::int64_t agent_token_advised = 86400;   // seconds, SHOULD

    // Fields and names.
    std::string auth_token_endpoint_field = "auth_token_endpoint";
    std::string person_token_endpoint_field = "person_token_endpoint";  // empty where there is none
    std::string session_access_mode = "session-token";
    bool uppercase_local_part = true;  // of agent identifiers

    // Signature profile.
    bool bodies_covered_at_servers = true;  // content-digest and content-type at PS, AS and revocation endpoints
    std::string missing_headers_error = "invalid_signature";
    std::string created_ahead_error = "clock_skew";
    std::int64_t signature_window = 60;  // seconds, default
    bool server_signs_jwks_uri = true;   // server-signed requests use the jwks_uri scheme
    jose::JwkRules jwk;

    // Token endpoint errors.
    std::string subagent_parameter = "subagent_token";  // what the codes for a sub-agent's token are made from
    bool upstream_person_token = true;  // upstream_token may be a person token; else only an auth token
    bool bad_person_token_in_body = false;  // the authorization endpoint may answer one with 400 and a code
    std::string unknown_presented_error = "invalid_presented_token";  // presented token not known to this PS
    bool clock_skew_error = true;
    bool revoked_jwt_error = true;

    // Missions: named by mission_s256, each with a URL of its own; else by the object {approver, s256}, with AAuth-Mission
    // beside the blob and completion at the interaction endpoint.
    bool mission_by_digest = true;
    bool mission_names_approver = false;  // the blob has it

    bool claims_carry_sub = false;  // the claims that a PS posts to an AS include sub; else they must not

    // Revocation request: {jti, exp} under the signer's name, or {iss, jti}.
    bool revocation_names_issuer = false;
    bool unknown_revocation_404 = false;       // a pair that the recipient does not recognize is answered 404
    bool bodies_covered_at_revocation = true;  // at a resource's revocation endpoint as well
    bool revocation_cascades = true;  // person and resource tokens are revoked too, and the answer waits for downstream
};

// "11", "11-2026-08", "10"; nullptr for others.
const Draft* find_draft(std::string_view id);
const std::vector<Draft>& all_drafts();

}  // namespace aauth::protocol

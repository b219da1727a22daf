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
    bool resource_token_names_agent = false;  // claim `agent` instead of ps, sub and presented_jti; auth tokens have it too
    bool actor_required = false;      // such an auth token has act, and act.sub is the agent; else act.agent is one above it
    bool sub_agents = true;           // claim parent_agent
    bool typ_always_checked = true;   // whoever acts on a token looks at its typ, also the agent that it was given to
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
    bool plain_metadata_names = true;  // name, description, documentation_uri, access_mode; else client_name alone
    bool accepted_algs_published = true;    // accept_signature_algs is a member of metadata
    bool resource_jwks_uri_required = false;  // of every resource; else of those that sign
    bool code_format = true;             // interaction codes are Crockford base32
    bool access_is_token68 = true;       // AAuth-Access and Authorization: AAuth
    bool agent_token_requirement = true;  // requirement=agent-token exists
    bool accept_fields = true;   // Accept-Signature-Scheme and -Alg; else Accept-Signature with sigkey
    bool problem_json = true;    // error bodies are problem details; else {error, error_description}
    bool rfc9651 = true;         // structured fields have dates and display strings; else they are RFC 8941's

    // Signature profile.
    bool bodies_covered_at_servers = true;  // content-digest and content-type at PS, AS and revocation endpoints
    std::string missing_headers_error = "invalid_signature";
    std::string created_ahead_error = "clock_skew";
    std::int64_t signature_window = 60;  // seconds, default
    bool server_signs_jwks_uri = true;   // server-signed requests use the jwks_uri scheme
    jose::JwkRules jwk;
    bool unselected_schemes_ignored = true;  // a Signature-Key member that is not selected may be of any scheme
    bool unsupported_scheme_error = true;  // there is a code for a scheme that is not accepted
    bool alg_parameter_ignored = true;     // of Signature-Input; else nothing is said, and RFC 9421 rules
    bool issuer_compared = true;  // the issuer in metadata with the one that the keys are looked up for
    bool further_schemes = true;  // jwks, self-jwt and cached of Signature-Key

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

// "11", "11-2026-08", "10", "01"; nullptr for others.
const Draft* find_draft(std::string_view id);
const std::vector<Draft>& all_drafts();           // that every suite runs for
const std::vector<Draft>& drafts_with_vectors();  // and "01"

}  // namespace aauth::protocol

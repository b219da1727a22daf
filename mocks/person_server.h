#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "mocks/interactions.h"
#include "mocks/party.h"

namespace aauth::mocks {

struct PersonServerOptions : PartyOptions {
    bool ask = false;  // every request needs the person; else only those with prompt=consent
};

// A person server (section 7): person tokens, auth tokens in three-party mode, deferred responses, revocation, and the
// optional endpoints as far as they go without missions. Routes: /person, /token, /pending/ID, /interaction, /revoke,
// /permission, /audit, /relay, and /mock/decide for tests. Beside the faults of Party, Interactions, issue() and the
// verifier:
//   "accept-bad-resource" (7.1: any resource), "person-token-scope", "person-token-outlives-agent-token",
//   "sub-not-pairwise", "sub-per-agent", "sub-per-request", "cacheable-token", "expires-in-missing", "expires-in-wrong",
//   "token-plain-text", "person-endpoint-any-token", "accept-unknown-mission", "sub-agent-signs",
//   "auth-token-outlives-agent-token", "auth-token-outlives-presented", "auth-token-broader-scope", "auth-token-sub-other",
//   "auth-token-no-account", "ignore auth-endpoint.<rule>" for the rules named in auth_token.cpp,
//   "refuse-unknown-members", "refuse-unknown-capability", "refuse-optional-parameters", "ignore-upstream", "get-issues",
//   "auth-endpoint-any-token", "grant-anyway" (an auth token for whatever is asked), "server-error-on-hostile",
//   "subagent-ignored", "ignore subagent.verified", "ignore subagent.parent", "ignore subagent.issuer",
//   "unreachable-wrong-code", "updated-any-binding",
//   "refuse-step-up", "wants-earlier-claim" (person_token_jti), "forgets-expired", "iat-ahead-wrong-code",
//   "metadata-omit MEMBER", "metadata-no-auth-endpoint", "metadata-algs-eddsa", "sub-per-key",
//   "revoke-forgotten", "revoke-once", "revoke-body", "revoke-typed", "revoke-unchecked", "revoke-by-agent",
//   "revoke-unsigned", "revoke-agent", "revoke-any", "revoke-404", "permission-unclear", "permission-anything",
//   "audit-anything", "relay-anything", "accept-malformed-json", "accept-any-media-type"
class PersonServer : public Party {
public:
    PersonServer(Network& network, PersonServerOptions options);
    ~PersonServer() override;

    nlohmann::json metadata() const override;

    // What /person and /token would issue, without a request: for cases in which this server is the counterparty.
    // `edit` changes header and claims before minting. The token is on record like any other.
    using Edit = std::function<void(nlohmann::json& header, nlohmann::json& claims)>;
    std::string person_token(const std::string& resource, const jose::SigningKey& agent_key, const Edit& edit = {});
    std::string auth_token(const std::string& resource, const jose::SigningKey& agent_key, const std::string& scope,
                           const Edit& edit = {});
    // The directed identifier of this server's one person at a resource (14.1).
    std::string directed_sub(const std::string& resource) const;

private:
    struct Issued {
        std::string audience, sub, agent, tenant;
        std::int64_t expires = 0;
    };
    // A verified, parsed request to one of the token endpoints.
    struct Asked {
        protocol::VerifiedRequest request;
        std::string agent;  // "iss sub"
        std::string agent_identifier;  // of the sub-agent where there is one
        jose::Jwk bound_key;  // that tokens are bound to: the agent's or its sub-agent's
        std::int64_t agent_expires = 0;
        std::string mission = {};  // named and not verified, which only a faulty server goes on with
    };

    http::Reply person_endpoint(const http::Request& request);
    http::Reply auth_endpoint(const http::Request& request);
    http::Reply auth_decision(const http::Request& request);
    http::Reply revocation_endpoint(const http::Request& request);
    http::Reply permission_endpoint(const http::Request& request);
    http::Reply audit_endpoint(const http::Request& request);
    http::Reply relay_endpoint(const http::Request& request);
    tl::expected<nlohmann::json, http::Reply> agent_body(const http::Request& request) const;
    bool is_barred(const protocol::Token& agent) const;  // a fault: an agent is out once one of its tokens was revoked
    tl::expected<Asked, http::Reply> asked(const http::Request& request, nlohmann::json& body) const;
    tl::expected<protocol::Token, http::Reply> resource_token(const Asked& asked, const nlohmann::json& body) const;
    // The exp of the token that the resource token names (seconds), after the checks of 6.7.2 step 3.
    tl::expected<std::int64_t, http::Reply> presented(const Asked& asked, const protocol::Token& resource_token,
                                                      const nlohmann::json& body) const;
    // The answer at once, or a 202 when the person has to be asked, whose update has to have the same `binding`.
    http::Reply answer(const Asked& asked, const nlohmann::json& body, std::function<http::Response()> complete,
                       const std::string& binding = {});
    tl::expected<Interactions::Complete, http::Reply> updated_request(const http::Request& request,
                                                                      const std::string& binding);
    Interactions::Complete completion(const protocol::Token& resource_token, const Asked& asked, std::int64_t ceiling);
    http::Response grant(std::string_view member, const std::string& token, std::int64_t expires) const;
    std::string issue_person_token(const std::string& resource, const Asked& asked);
    std::string issue_auth_token(const protocol::Token& resource_token, const Asked& asked, std::int64_t ceiling);
    std::string sub_for(const std::string& resource, const Asked* asked) const;
    tl::expected<std::string, http::Reply> owner(const http::Request& request) const;

    bool ask_;
    std::string secret_;
    mutable std::mutex mutex_;
    std::map<std::string, Issued> issued_;  // person tokens by jti
    mutable std::map<std::string, std::string> agent_tokens_;  // jti of an agent token -> agent, for that fault
    Interactions interactions_;
};

}  // namespace aauth::mocks

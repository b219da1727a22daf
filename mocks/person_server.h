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

// A person server (section 7): person tokens, auth tokens in three-party mode, deferred responses, revocation. Routes:
// /person, /token, /pending/ID, /interaction, /revoke, and /mock/decide and /mock/ask for tests. Beside the faults of
// Party, Interactions, issue() and the verifier:
//   "accept-bad-resource" (7.1: any resource), "person-token-scope", "person-token-outlives-agent-token",
//   "sub-not-pairwise", "sub-per-agent", "sub-per-request", "cacheable-token", "expires-in-missing", "expires-in-wrong",
//   "token-plain-text", "person-endpoint-any-token", "accept-unknown-mission", "sub-agent-signs",
//   "auth-token-outlives-agent-token", "auth-token-outlives-presented", "auth-token-broader-scope", "auth-token-sub-other",
//   "auth-token-no-account", "ignore auth-endpoint.<rule>" for the rules named in auth_token.cpp,
//   "metadata-omit MEMBER", "metadata-no-auth-endpoint", "metadata-algs-eddsa", "sub-per-key",
//   "revoke-any", "revoke-404", "accept-malformed-json", "accept-any-media-type"
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
        jose::Jwk bound_key;  // that tokens are bound to: the agent's or its sub-agent's
        std::int64_t agent_expires = 0;
    };

    http::Reply person_endpoint(const http::Request& request);
    http::Reply auth_endpoint(const http::Request& request);
    http::Reply revocation_endpoint(const http::Request& request);
    tl::expected<Asked, http::Reply> asked(const http::Request& request, nlohmann::json& body) const;
    tl::expected<protocol::Token, http::Reply> resource_token(const Asked& asked, const nlohmann::json& body) const;
    // The exp of the token that the resource token names (seconds), after the checks of 6.7.2 step 3.
    tl::expected<std::int64_t, http::Reply> presented(const Asked& asked, const protocol::Token& resource_token,
                                                      const nlohmann::json& body) const;
    http::Reply answer(const Asked& asked, const nlohmann::json& body, std::function<http::Response()> complete);
    http::Response grant(std::string_view member, const std::string& token, std::int64_t expires) const;
    std::string issue_person_token(const std::string& resource, const Asked& asked);
    std::string issue_auth_token(const protocol::Token& resource_token, const Asked& asked, std::int64_t ceiling);
    std::string sub_for(const std::string& resource, const Asked* asked) const;
    tl::expected<std::string, http::Reply> owner(const http::Request& request) const;

    bool ask_;
    std::string secret_;
    mutable std::mutex mutex_;
    std::map<std::string, Issued> issued_;  // person tokens by jti
    Interactions interactions_;
};

}  // namespace aauth::mocks

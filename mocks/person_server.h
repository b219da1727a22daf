#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>

#include "mocks/chaining.h"
#include "mocks/interactions.h"
#include "mocks/missions.h"
#include "mocks/party.h"
#include "mocks/revocations.h"
#include "mocks/revocations_issued.h"

namespace aauth::mocks {

class Federation;

struct PersonServerOptions : PartyOptions {
    bool ask = false;  // every request needs the person; else only those with prompt=consent
    std::int64_t mission_lifetime = 2700;  // seconds that a mission lasts; 0: no end is set
    std::string pin;  // that the person types to decide; empty: whoever has the code decides (13.13)
};

// A person server (section 7): person tokens, auth tokens in three-party mode, deferred responses, revocation, and the
// optional endpoints with missions. Routes: /person, /token, /pending/ID, /interaction, /revoke, /permission, /audit,
// /relay, /mission, /mission/S256, and for tests /mock/decide and those of person_missions.cpp. Beside the faults of
// Party, Interactions, issue() and the verifier:
//   "accept-bad-resource" (7.1: any resource), "person-token-scope", "person-token-outlives-agent-token",
//   "sub-not-pairwise", "sub-per-agent", "sub-per-request", "cacheable-token", "expires-in-missing", "expires-in-wrong",
//   "token-plain-text", "person-endpoint-any-token", "accept-unknown-mission", "sub-agent-signs",
//   "auth-token-outlives-agent-token", "auth-token-outlives-presented", "auth-token-broader-scope", "auth-token-sub-other",
//   "auth-token-no-account", "ignore auth-endpoint.<rule>" for the rules named in auth_token.cpp,
//   "refuse-unknown-members", "refuse-unknown-capability", "refuse-optional-parameters", "ignore-upstream", "get-issues",
//   those of chaining.cpp, upstream.h, missions.h, person_missions.cpp and person_asking.cpp,
//   "auth-endpoint-any-token", "grant-anyway" (an auth token for whatever is asked), "server-error-on-hostile",
//   "subagent-ignored", "ignore subagent.verified", "ignore subagent.parent", "ignore subagent.issuer",
//   "unreachable-wrong-code", "updated-any-binding",
//   "refuse-step-up", "wants-earlier-claim" (person_token_jti), "forgets-expired", "iat-ahead-wrong-code",
//   "metadata-omit MEMBER", "metadata-no-auth-endpoint", "metadata-algs-eddsa", "sub-per-key",
//   those of revocations.h and revocations_person.cpp, "permission-unclear", "permission-anything",
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
    Revocations& revocations() { return revocations_; }
    // The directed identifier of this server's one person at a resource (14.1).
    std::string directed_sub(const std::string& resource) const;

    // The person has to be asked about the next request for a token of this resource.
    void ask_about(const std::string& resource);
    // The person decides ("approve", "deny") about the pending request with this interaction code. False when there is
    // none.
    bool decide(const std::string& code, const std::string& decision);

    Missions& missions() { return missions_; }

private:
    // A verified, parsed request to one of the token endpoints.
    struct Asked {
        protocol::VerifiedRequest request;
        std::string agent;  // "iss sub"
        std::string agent_identifier;  // of the sub-agent where there is one
        jose::Jwk bound_key;  // that tokens are bound to: the agent's or its sub-agent's
        std::int64_t agent_expires = 0;
        std::string mission = {};  // s256 of the one that the request belongs to
        std::string consent = {};  // what the person is to agree to once in a mission, "resource scope"
        std::string person = {};   // that a chained request is for; else the one that the agent belongs to
        std::optional<protocol::Token> upstream = {};  // of a chained request
        bool sent_on = false;  // the resource wants to see the person first (7.2.3)
    };

    http::Reply person_endpoint(const http::Request& request);
    http::Reply auth_endpoint(const http::Request& request);
    http::Reply auth_decision(const http::Request& request);
    http::Reply permission_endpoint(const http::Request& request);
    http::Reply audit_endpoint(const http::Request& request);
    http::Reply relay_endpoint(const http::Request& request);
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
    // Four-party mode (federated_request.cpp): what completes a request, here or at the access server that the resource
    // token names.
    void federation_routes();
    Interactions::Complete fulfilment(const protocol::Token& resource_token, const Asked& asked,
                                      const nlohmann::json& body, std::int64_t ceiling);
    http::Reply federate(const Asked& asked, const protocol::Token& resource_token, const nlohmann::json& body,
                         std::int64_t ceiling);
    http::Response grant(std::string_view member, const std::string& token, std::int64_t expires) const;
    std::string issue_person_token(const std::string& resource, const Asked& asked);
    std::string issue_auth_token(const protocol::Token& resource_token, const Asked& asked, std::int64_t ceiling);
    std::string sub_for(const std::string& resource, const Asked* asked) const;
    tl::expected<std::string, http::Reply> owner(const http::Request& request) const;

    // Revocation (revocations_person.cpp).
    // Keeps a token with these claims, to be revoked with what it depends on: one of this server, or of the access server
    // that it federated to. `asked` is null when nobody asked for it; `presented` names the token, "iss jti", that it was
    // issued against.
    void keep(protocol::TokenKind kind, const nlohmann::json& claims, const Asked* asked,
              const std::string& presented = {});
    // What goes with a revoked token: ends what waits, and gives the revocations to be made (11.12.4).
    std::vector<Onward> ended_with(const std::string& issuer, const std::string& jti);
    // The revocations of these tokens and of all that goes back to them.
    std::vector<Onward> revocations_of(std::vector<IssuedToken> tokens);

    // Call chaining (chaining.cpp).
    // Verifies the upstream_token of a request, where there is one, and notes whom the request is for (9.4.5).
    tl::expected<void, http::Reply> chained(Asked& asked, const nlohmann::json& body) const;
    // What an upstream token means for a token issued from it: it ends no later, and has the same mission.
    void follow_upstream(nlohmann::json& claims, const Asked& asked, protocol::TokenKind kind) const;
    // Keeps who a token is for and which agent got it.
    void put_on_record(const nlohmann::json& claims, const std::string& person, const PersonRecords::Caller& caller);
    static PersonRecords::Caller caller_of(const Asked& asked);
    std::string person_of(const Asked& asked) const;
    bool asks_about(const nlohmann::json& body);
    // The 202, which waits no longer than the upstream token of the request lives.
    http::Reply defer(const Asked& asked, Interactions::Complete complete, const std::string& binding, Wants wants);
    // What the person is shown of a request, and what it depends on (person_asking.cpp).
    Wants wants_of(const Asked& asked, const nlohmann::json& body) const;
    std::string introduction(const std::string& resource) const;  // what its metadata says for people
    http::Reply new_resource(const http::Request& request);       // the test's call: the person never used it
    // True when the resource has an interaction of its own for the person (7.2.3); refused when its URL is not to be
    // gone to.
    tl::expected<bool, http::Reply> resource_asks(const protocol::Token& resource_token) const;
    http::Reply decide_as_another(const http::Request& request);  // the test's call, for the second person

    // Governance and missions (person_governance.cpp, person_missions.cpp).
    // A verified request of an agent to one of those endpoints; `where` is permission, audit, relay or mission.
    tl::expected<Asked, http::Reply> governed(const http::Request& request, const std::string& where,
                                              nlohmann::json& body) const;
    // The mission that a body, or the claims of a resource token, name, when they can go on in it; empty when they name
    // none. `owner` and `where` as for Missions::refusal.
    tl::expected<std::string, http::Reply> named_mission(const nlohmann::json& body, const std::string& owner,
                                                         const std::string& where) const;
    // Completes a request that waited in its mission, unless that has ended meanwhile, and keeps what the person agreed to.
    Interactions::Complete within(const Asked& asked, Interactions::Complete complete);
    // True when the agent said, or its mission did, that it can bring the person to a URL; or when nobody said anything.
    bool says_interaction(const Asked& asked, const nlohmann::json& body) const;
    http::Reply relay(const Asked& asked, const std::string& type, const nlohmann::json& body);
    http::Reply polled(const http::Request& request);
    http::Reply proposal_endpoint(const http::Request& request);
    http::Reply mission_endpoint(const http::Request& request);
    http::Response approved_mission(const Asked& asked, const nlohmann::json& proposal);
    http::Reply mission_update(const Asked& asked, const nlohmann::json& body);
    http::Reply mission_completion(const Asked& asked, const nlohmann::json& body);
    void governance_routes();

    bool ask_;
    std::int64_t mission_lifetime_;
    std::set<std::string> out_of_reach_;  // agents (identifiers) for whom there is no channel to the person
    std::set<std::string> relays_;        // pending requests (ids) that relay somebody else's interaction
    std::string secret_;
    mutable std::mutex mutex_;
    mutable IssuedTokens tokens_;
    mutable PersonRecords records_;
    std::set<std::string> asked_about_;  // resources
    Interactions interactions_;
    std::unique_ptr<Federation> federation_;
    Missions missions_{*this};
    Revocations revocations_;  // last: its calls end before the rest goes
};

}  // namespace aauth::mocks

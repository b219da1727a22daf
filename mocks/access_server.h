#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>

#include "mocks/interactions.h"
#include "mocks/party.h"
#include "mocks/revocations.h"
#include "mocks/revocations_issued.h"

namespace aauth::mocks {

struct AccessServerOptions : PartyOptions {
    bool ask = false;  // every request needs the person
};

// An access server (section 9): auth tokens in four-party mode, for person servers that call it under the jwks_uri
// scheme. Routes: /token, /pending/ID, /interaction, /revoke, and /mock/decide for tests. It grants at once, save for
// scopes with these values: needs-payment, needs-claims, needs-clarification and needs-approval make the request wait for
// that, needs-interaction (afterwards) for the person, and forbidden has it refused; with the scope email the token carries
// the claim, when the person server gave it. Beside the faults of Party, Interactions, issue(),
// token_request.h and the verifier:
//   "agents-call" (requests under the jwt scheme are taken), "unsigned-calls", "ignore as-endpoint.caller" (any server may
//   call), "ignore auth-endpoint.aud", "subagent-ignored", "ignore-upstream", "upstream-person-refused", "upstream-once",
//   "upstream-sub-copied", "upstream-act-dropped", "upstream-act-person", "grant-anyway" (an auth token for whatever is
//   asked), "accept-any-media-type", "server-error-on-hostile", "auth-token-outlives-agent-token",
//   "auth-token-outlives-presented", "auth-token-outlives-upstream", "auth-token-no-identity", "claims-sub" (sub is asked
//   for), "forbidden-200", "forbidden-signature-error", "updated-any-binding",
//   "requirement-in-www-authenticate",
//   "metadata-omit MEMBER", "metadata-no-auth-endpoint", "metadata-algs-eddsa", "metadata-unicode-issuer",
//   those of revocations.h and revocations_access.cpp
class AccessServer : public Party {
public:
    AccessServer(Network& network, AccessServerOptions options);
    ~AccessServer() override;

    nlohmann::json metadata() const override;

    // An auth token as this server would issue it for a resource token (compact), without a request: for cases in which it
    // is the counterparty. `edit` changes header and claims before minting.
    using Edit = std::function<void(nlohmann::json& header, nlohmann::json& claims)>;
    std::string auth_token(const std::string& resource_token, const jose::SigningKey& agent_key, const Edit& edit = {}) const;

    // What the token endpoint and the pending URLs answer from now on: the script is asked first, with the request and its
    // JSON body (null when it is none), before anything is verified; nothing lets the ordinary answer be made. Cases play
    // an access server that answers oddly with it.
    using Script = std::function<std::optional<http::Reply>(const http::Request&, const nlohmann::json& body)>;
    void answer_with(Script script);
    Revocations& revocations() { return revocations_; }

private:
    // A verified request to the token endpoint.
    struct Asked {
        std::string person_server;  // that signed
        protocol::Token resource_token;
        jose::Jwk key;              // that the auth token is bound to
        std::int64_t until = 0;     // when it expires at the latest, seconds since the epoch
        std::string agent, actor;   // identifiers
        std::optional<protocol::Token> upstream;
        std::string agent_tokens = {};  // agent_token and subagent_token of the body, a JSON object
    };

    std::optional<http::Reply> scripted(const http::Request& request) const;
    http::Reply token_endpoint(const http::Request& request);
    http::Reply decision(const http::Request& request);
    http::Reply answer(const Asked& asked);
    bool first_use(const std::string& jti) const;  // of an upstream token
    // `first`: the agent tokens of the request that this one updates, which comes without them (7.5.2.2); empty else.
    tl::expected<Asked, http::Reply> asked(const http::Request& request, const std::string& first = {}) const;
    tl::expected<nlohmann::json, http::Reply> body_of(const http::Request& request) const;
    tl::expected<Interactions::Complete, http::Reply> updated_request(const http::Request& request,
                                                                      const std::string& binding) const;
    // What a request has to wait for; nothing when it does not. `told` takes the claims that the person server gives.
    std::optional<Wants> wants(const Asked& asked, std::shared_ptr<nlohmann::json> told) const;
    http::Response granted(const Asked& asked, const nlohmann::json& told) const;
    // The identifier of the person server that signed a request; empty where a fault lets somebody else call.
    tl::expected<std::string, http::Reply> owner(const http::Request& request) const;
    // Revocation (revocations_access.cpp): keeps an auth token that was issued, and gives the revocations that go with a
    // revoked one.
    void keep(const Asked& asked, const nlohmann::json& claims) const;
    std::vector<Onward> ended_with(const std::string& issuer, const std::string& jti);

    bool ask_;
    mutable std::mutex mutex_;
    Script script_;
    mutable std::set<std::string> used_;  // upstream tokens
    Interactions interactions_;
    mutable IssuedTokens tokens_;
    Revocations revocations_;  // last: its calls end before the rest goes
};

}  // namespace aauth::mocks

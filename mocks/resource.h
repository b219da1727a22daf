#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mocks/interactions.h"
#include "mocks/party.h"
#include "mocks/revocations.h"

namespace aauth::mocks {

class Intermediary;

struct ResourceOptions : PartyOptions {
    std::string access_mode = "auth-token";
    std::optional<std::int64_t> signature_window;            // seconds; published when set
    std::vector<std::string> additional_signature_components;  // published and required when not empty
    std::vector<std::string> accounts = {"work", "home"};      // that its one person holds
};

// A resource (section 6) with one path per access mode:
//   /approved the same as /managed, with an approval that it gets itself (11.6.4)
//   /agent    agent identity (6.1)              /managed  interaction and session token (6.2, 6.3)
//   /person   person identity (6.4)             /data     auth token with scope data.read, by 401 (6.5)
//   /write    auth token with scope data.write  /held     the same as /data, delivered deferred (6.5.1)
//   /authorize authorization endpoint (6.6)     /revoke   revocation (11.12)
//   /chain    the same as /data, served by calling the resource that the query names (10.1), for which it is its own agent
//             provider (intermediary.h)
//   /federated?access_server=ID  as /data, with resource tokens for that access server (9.1), and auth tokens of its
//   /identity, /account?account=NAME, /hinted  see resource_persons.cpp, which lists their faults
//   /docs      what documentation_uri names
//   /mock/decide for tests. Beside the faults of Party, Interactions, issue() and the verifier:
//   "challenge-403", "challenge-no-requirement", "challenge-requirement-string", "challenge-other-requirement",
//   "challenge-parameters", "challenge-no-resource-token", "challenge-bearer-only",
//   "challenge-once" (the second call is served), "person-token-as-auth-token", "resource-token-for-agent",
//   "resource-token-for-anyone", "ignore-scope", "scope-whole" (one value only), "scope-substring",
//   "scope-403-signature-error", "open-door", "sub-strict", "auth-token-wants-mission", "auth-token-known-claims",
//   "auth-token-once", "window-default", "window-undeclared" (and narrow), "undeclared-component", "capabilities-known-only", "capabilities-bare-only",
//   "capabilities-500", "session-500", "mission-500" (a server error when that field is there),
//   "session-bearer", "session-any-key", "session-any-value", "session-uncovered", "session-not-token68", "session-two",
//   "session-forgotten", "session-first-word", "session-joins-words", "session-unquotes" (malformed values are mended),
//   "held-any-token", "held-any-agent", "held-unsigned", "held-forever", "held-again" (another token gets the result),
//   "ignore resource.held-once", and the faults of Interactions about the 202,
//   "authorize-any-scope", "authorize-any-account", "authorize-no-scope", "authorize-any-token", "authorize-open",
//   "authorize-malformed-body", "authorize-plain-token", "authorize-scope-other", "drop-account",
//   "drop-mission", "drop-tenant", "resource-token-long", "resource-token-same-jti", "resource-token-first-jti" (of the
//   person token seen first), "ignore resource.aud", "ignore sig.components.<additional>",
//   "refuse-access-servers" (their auth tokens), "ignore resource.access-server" (any other's is taken), "stranger-500" (for
//   one of another), "calls-access-server",
//   those of revocations.h, "revoke-not-at-aud", "revoke-not-at-ps", "revoked-invalid", "revoked-auth-challenge", "revoked-no-requirement",
//   "metadata-omit MEMBER", "metadata-set MEMBER=JSON", "link-other-target", "docs-no-link"
class Resource : public Party {
public:
    Resource(Network& network, ResourceOptions options);
    ~Resource() override;

    nlohmann::json metadata() const override;
    Revocations& revocations() { return revocations_; }

    // A resource token as this resource would issue it, without a request: for cases in which it is the counterparty.
    // `presented` is the person or auth token that the agent would have shown, compact.
    using Edit = std::function<void(nlohmann::json& header, nlohmann::json& claims)>;
    std::string resource_token(const std::string& presented, const jose::SigningKey& agent_key,
                               const std::string& person_server, const std::string& scope, const Edit& edit = {}) const;

private:
    // Who asks, as far as the request shows: nobody, or the holder of a verified token.
    struct Caller {
        std::optional<protocol::VerifiedRequest> request;
        std::string thumbprint() const { return request ? request->thumbprint() : std::string(); }
        const protocol::Token* token() const { return request && request->token ? &*request->token : nullptr; }
        bool shows(protocol::TokenKind kind) const { return token() != nullptr && token()->kind == kind; }
    };
    tl::expected<Caller, http::Reply> caller(const http::Request& request) const;

    http::Reply agent_path(const http::Request& request);
    http::Reply person_path(const http::Request& request);
    http::Reply scoped_path(const http::Request& request, const std::string& scope);
    http::Reply managed_path(const http::Request& request, Need need = Need::Person);
    http::Reply held_path(const http::Request& request);
    http::Reply chain_path(const http::Request& request);
    http::Reply documentation() const;  // with links to the metadata (11.2.5)
    http::Reply held_poll(const http::Request& request);
    http::Reply authorization_endpoint(const http::Request& request);
    // Where a resource token of its own is revoked (11.12.2).
    std::vector<Onward> recipients(const nlohmann::json& claims) const;
    http::Reply held_reply(const std::string& id, const std::string& requirement) const;
    Result<std::string> session_token(const http::Request& request) const;

    static http::Reply invalid_jwt(const std::string& detail);
    http::Reply with_requirement(http::Reply reply) const;
    // The refusal of a request that only a fault takes exception to.
    std::optional<http::Reply> refused_by_fault(const http::Request& request) const;
    std::string stray_resource_token() const;  // signed, and saying next to nothing
    bool first_seen(const std::string& jti);
    bool seen(const std::string& jti) const;

    http::Reply challenge(const std::string& requirement, const std::string& resource_token = {}) const;
    // person-token where nobody showed one, auth-token with a resource token for `scope` otherwise.
    http::Reply challenge_for_scope(const Caller& caller, const std::string& scope, const std::string& account = {});
    // For this access server, or the person server when it is empty.
    std::string issue_resource_token(const Caller& caller, const std::string& scope, const std::string& account,
                                     const std::string& access_server = {}, const std::string& login_hint = {});
    http::Reply federated_path(const http::Request& request);
    // What shows whom it takes somebody for (resource_persons.cpp).
    void person_routes();
    http::Reply identity_path(const http::Request& request);
    http::Reply account_path(const http::Request& request);
    http::Reply hinted_path(const http::Request& request);
    bool grants(const Caller& caller, const std::string& scope) const;
    void remember(const Caller& caller);
    std::string owner(const Caller& caller) const;
    http::Reply served(std::string_view what) const;

    // A held invocation (6.5.1).
    struct Held {
        std::string owner;
        std::string completed_by;  // jti of the auth token, once executed
        int executions = 0;
        http::Response result;
    };

    ResourceOptions settings_;
    mutable std::mutex mutex_;
    std::map<std::string, std::string> sessions_;        // session token -> thumbprint
    std::map<std::string, std::string> person_tokens_;   // "iss sub thumbprint" -> jti of the person token seen last
    std::map<std::string, Held> held_;
    std::map<std::string, std::size_t> persons_;         // record number by "iss sub"
    std::set<std::string> seen_;                         // jti of tokens that were presented
    std::unique_ptr<Intermediary> intermediary_;
    Interactions interactions_;
    Revocations revocations_;
};

}  // namespace aauth::mocks

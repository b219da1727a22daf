#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/http/server.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/verification.h"
#include "mocks/interactions.h"
#include "mocks/party.h"

namespace aauth::mocks {

// An agent's token request that goes on to an access server, and what the auth token that comes back has to say.
struct FederatedRequest {
    std::string owner;                          // who may poll: "iss sub" of the agent
    std::map<std::string, std::string> tokens;  // the members of the request (9.1.1): "agent_token", ...
    protocol::Token resource_token;             // its aud is the access server
    jose::Jwk key;                              // the agent's, or its sub-agent's
    std::string sub;                            // of this person at this resource
    std::int64_t ceiling = 0;                   // exp of the presented token, seconds since the epoch
    std::string agent;                          // identifiers: of the agent or sub-agent, and of those that may stand in act
    std::vector<std::string> actors;
    std::string justification;                  // what the agent said of its request
    bool answers_questions = true;              // the agent takes clarifications (11.7)
    std::function<void(const protocol::Token&)> handed_on = {};  // called with the auth token that the agent gets
};

// A person server's part in four-party mode (9.1 to 9.3): calls the access server that a resource token names, follows its
// answers to an end, and verifies what it issues. What needs the agent or the person is passed on as a deferred response of
// the person server's own, at /federated/ID; each poll of the agent is one of the access server's pending URL. Every call
// has five seconds. Faults, beside those of Party as a signer:
//   "federation-guesses-endpoint" (AUD/token, whatever the metadata says), "federation-omit MEMBER" of the request,
//   "federation-relays-signature" (the agent's token in Signature-Key), "federation-stops-at WHAT" (interaction, approval,
//   clarification, claims: no further than there), "federation-relays-location" (the agent is sent to the access server's
//   pending URL), "clarification-no-action", "payment-asks-again" (a new request instead of a poll), "claims-polled" (GET
//   where claims are to be posted), "claims-sub", "claims-no-sub", "claims-unknown-refused", "federation-hides-errors",
//   "federation-error-422", "as-error-grants" (a token of its own where none came), "as-unreachable-503",
//   "as-unreachable-other-code", "as-token-reissued", "federation-scope-exact" (less than was asked is refused),
//   "ignore federation.RULE" with iss, dwk, aud, cnf, sub, scope, exp, agent, act (9.1.3), and those of the verifier.
class Federation {
public:
    Federation(const Party& party, std::function<protocol::Verifier()> verifier);

    // What the agent gets for its request: the auth token, a 202, or an error.
    http::Reply request(FederatedRequest request);

    // Requests to /federated/ID, of the agent that `verify` names.
    http::Reply poll(const http::Request& request, const Interactions::Verify& verify);
    http::Reply cancel(const http::Request& request, const Interactions::Verify& verify);
    http::Reply post(const http::Request& request, const Interactions::Verify& verify);

private:
    struct Entry;
    using Came = Result<http::Response>;

    static const FederatedRequest& request_of(const Entry& entry);
    // A waiting request that its owner asks about, held until this goes.
    struct Held {
        std::shared_ptr<Entry> entry;
        std::unique_lock<std::mutex> lock;  // goes first
        Entry& operator*() const { return *entry; }
        Entry* operator->() const { return entry.get(); }
    };
    // The refusal where the signature fails, there is no such request of the signer, or it is finished.
    tl::expected<Held, http::Reply> held(const http::Request& request, const Interactions::Verify& verify) const;
    Came ask(Entry& entry) const;
    http::Response follow(Entry& entry, Came came) const;
    http::Response waits(Entry& entry, const protocol::Requirement& requirement, const http::Response& came) const;
    http::Response delivered(const Entry& entry, const http::Response& came) const;
    http::Response own_token() const;  // which only a faulty server issues
    http::Response relayed(const http::Response& came) const;
    http::Response unreachable(const std::string& why) const;
    std::string objection(const FederatedRequest& request, const protocol::Token& token) const;
    Came send(const SignedRequest& plan) const;
    Came poll(const Entry& entry) const;
    Came went_on(const Entry& entry, Came posted) const;
    Came post_claims(const Entry& entry, const http::Response& came) const;
    Came answer_question(const Entry& entry, const std::string& text) const;
    Result<http::Url> endpoint(const std::string& access_server) const;
    bool on(std::string_view fault) const { return party_.faults().on(fault); }
    bool stops_at(const std::string& what) const { return on("federation-stops-at " + what); }

    const Party& party_;
    std::function<protocol::Verifier()> verifier_;
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace aauth::mocks

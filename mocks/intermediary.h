#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "harness/http/server.h"
#include "harness/jose/jwk.h"
#include "harness/protocol/verification.h"
#include "mocks/interactions.h"
#include "mocks/party.h"

namespace aauth::mocks {

// A resource in its other part, the agent that calls a downstream resource for whoever called it (section 10.1). It is
// its own agent provider. What the person has to decide on the way is put to its caller as a 202 of its own (10.1.2).
// Faults:
//   "chain-agent-metadata-other" (issuer), "chain-agent-token-other-issuer", "chain-agent-other-domain",
//   "chain-uses-challenged" (a person token that was answered with a challenge), "chain-routes-to-iss",
//   "chain-auth-first" (an auth token is asked for before the person token), "chain-upstream-in-header" (in
//   Signature-Key), "chain-mission", "chain-relays-interaction", "chain-result-lost", and those of Interactions
class Intermediary {
public:
    explicit Intermediary(const Party& resource);

    // aauth-agent.json of the resource's origin.
    nlohmann::json agent_metadata() const;

    // Serves a request for `owner` (who polls) that showed the upstream token: calls `downstream` with GET, and gives
    // its answer, or a 202.
    http::Reply call(const std::string& owner, const protocol::Token& upstream, const http::Url& downstream);
    // For that fault: a token that was answered with a challenge is used as an upstream token all the same.
    void misuse(const protocol::Token& challenged, const http::Url& downstream);

    http::Reply poll(const http::Request& request, const Interactions::Verify& verify);
    http::Reply cancel(const http::Request& request, const Interactions::Verify& verify);
    http::Reply page(const http::Request& request);  // sends the person on to where the downstream interaction is

    void stop() { interactions_.stop(); }

private:
    // One call, as far as it has come.
    struct Call {
        std::mutex mutex;
        std::string upstream, mission, person_server;  // the upstream token, compact; its mission; the PS that it names
        http::Url downstream;
        std::string person_token, resource_token, auth_token;
        http::Url waits_at;     // the PS's pending URL
        std::string url, code;  // of the interaction there
        bool waiting = false;
        std::optional<http::Response> result;
    };

    void advance(Call& call) const;
    // One step: the token in `member` of the answer to a request at an endpoint of the PS. Nothing when the person is
    // waited for, or when the call has ended.
    std::optional<std::string> obtain(Call& call, const std::string& endpoint, const nlohmann::json& body,
                                      const std::string& member) const;
    // A downstream request that presents `token`.
    Result<http::Response> ask_downstream(const Call& call, const std::string& token) const;
    Result<http::Url> endpoint(const Call& call, const std::string& member) const;
    Result<http::Response> send(const std::string& method, const http::Url& url, const std::string& token,
                                const nlohmann::json& body) const;
    std::string agent_token(const std::string& person_server) const;
    std::shared_ptr<Call> find(const std::string& id) const;
    void fail(Call& call, const http::Response* answer) const;
    bool on(std::string_view fault) const { return resource_.faults().on(fault); }

    const Party& resource_;
    jose::SigningKey key_;
    Interactions interactions_;
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Call>> calls_;  // by the last part of the pending URL
};

}  // namespace aauth::mocks

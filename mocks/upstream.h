#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "harness/protocol/verification.h"
#include "mocks/token_request.h"

// Call chaining as its recipients see it (section 9.4.5): what a person server and an access server have in common.
namespace aauth::mocks {

// Who a chained request comes from, and whom its upstream token has to name.
struct ChainedRequest {
    std::string intermediary;   // iss of the intermediary's agent token
    std::string person_server;  // at the PS itself, at the AS the PS that signed the request
    std::string signed_by;      // thumbprint of the intermediary's key
    // Whether an auth token of another server than the person server is taken. An AS does not ask: empty.
    std::function<bool(const protocol::Token& upstream)> takes_issuer = {};
};

// The upstream_token of a request body, after steps 1 to 3 of 9.4.5; nothing when the body has none, or when a fault
// makes a wrong one pass for none. Errors are the codes of the answer: "invalid_upstream_token",
// "expired_upstream_token", "revoked_upstream_token", "clock_skew". Rules that faults can switch off:
// "upstream.verified" (a wrong token passes for none), "upstream.typ", "upstream.revoked", "upstream.issuer",
// "upstream.aud", beside those of verify_token. Further faults: "upstream-cnf-compared"
// (with the key that signed), "refuse-upstream-person".
Judged<std::optional<protocol::Token>> upstream_token(const protocol::Verifier& verifier, const nlohmann::json& body,
                                                      const ChainedRequest& request);

}  // namespace aauth::mocks

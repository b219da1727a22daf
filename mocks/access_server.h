#pragma once

#include <functional>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "mocks/interactions.h"
#include "mocks/party.h"

namespace aauth::mocks {

struct AccessServerOptions : PartyOptions {
    bool ask = false;  // every request needs the person
};

// An access server (section 9): auth tokens in four-party mode, for person servers that call it under the jwks_uri
// scheme. Routes: /token, /pending/ID, /interaction, /revoke, and /mock/decide for tests. Beside the faults of Party,
// Interactions, issue() and the verifier:
class AccessServer : public Party {
public:
    AccessServer(Network& network, AccessServerOptions options);
    ~AccessServer() override;

    nlohmann::json metadata() const override;

    // An auth token as this server would issue it for a resource token (compact), without a request: for cases in which it
    // is the counterparty. `edit` changes header and claims before minting.
    using Edit = std::function<void(nlohmann::json& header, nlohmann::json& claims)>;
    std::string auth_token(const std::string& resource_token, const jose::SigningKey& agent_key, const Edit& edit = {}) const;

    // What the token endpoint answers from now on: the script is asked first, with the request and its JSON body (null
    // when it is none), before anything is verified; nothing lets the ordinary answer be made. Cases play an access
    // server that answers oddly with it.
    using Script = std::function<std::optional<http::Reply>(const http::Request&, const nlohmann::json& body)>;
    void answer_with(Script script);

private:
    http::Reply token_endpoint(const http::Request& request);
    tl::expected<std::string, http::Reply> owner(const http::Request& request) const;

    bool ask_;
    mutable std::mutex mutex_;
    Script script_;
    Interactions interactions_;
};

}  // namespace aauth::mocks

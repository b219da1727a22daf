#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/protocol/tokens.h"

namespace aauth::mocks {

// A token that a party issued, or had issued by an access server, as far as revoking it needs to know (11.12.4).
struct IssuedToken {
    protocol::TokenKind kind = protocol::TokenKind::Person;
    std::string issuer;  // the party itself, or the access server that it federated to
    std::string jti, resource;
    std::string sub = {}, tenant = {};
    std::set<std::string> agents = {};          // "iss sub": who asked, and whose key it is bound to
    std::string agent_token = {};               // "iss jti": with which they asked
    std::string mission = {};                   // mission_s256
    std::string presented = {};                 // "iss jti" of the person or auth token that it was issued against
    std::string upstream = {};                  // "iss jti" of the upstream token that it was issued from
    std::set<std::string> access_servers = {};  // that a person token was presented to
    std::int64_t expires = 0;                   // seconds since the epoch

    std::string name() const { return issuer + " " + jti; }
};

// The records of an issuer, and of the agent tokens that it accepted. Thread-safe. The oldest are forgotten when there
// are more than five thousand of a kind.
class IssuedTokens {
public:
    void add(IssuedToken token);
    std::optional<IssuedToken> find(const std::string& name) const;  // "iss jti"
    // The token, or the person token that it goes back to, was presented to an access server.
    void presented_to(const std::string& name, const std::string& access_server);

    std::vector<IssuedToken> of_agent(const std::string& agent) const;  // "iss sub"
    std::vector<IssuedToken> under_mission(const std::string& mission) const;
    // The tokens that were issued against this one or against those, and with `chains` from them as well.
    std::vector<IssuedToken> descending_from(const std::string& name, bool chains) const;

    // An agent token "iss jti" of this agent, "iss sub", was accepted.
    void accepted(const std::string& agent_token, const std::string& agent);
    std::string agent_of(const std::string& agent_token) const;             // empty when it is not known
    std::vector<std::string> agent_tokens(const std::string& agent) const;  // "iss jti"

private:
    template <class Wanted>
    std::vector<IssuedToken> all(const Wanted& wanted) const;

    mutable std::mutex mutex_;
    std::map<std::string, IssuedToken> tokens_;        // by name
    std::map<std::string, std::string> agent_tokens_;  // "iss jti" -> "iss sub"
    std::deque<std::string> order_, agent_order_;      // oldest first
};

}  // namespace aauth::mocks

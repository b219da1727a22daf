#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "mocks/resource.h"
#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// Call chaining (10.1) with the person server under test: an agent of ours calls a resource of ours, and that resource,
// the intermediary, asks for tokens of another resource of ours in turn.
namespace aauth::suites::ps {

// The agent that a resource of ours is for its downstream calls. It is its own agent provider (10.1.1.1).
Player agent_of(Test& t, const mocks::Resource& resource);

struct Chain {
    Player caller;                  // the agent that called
    mocks::Resource* intermediary;  // the resource that was called
    Player agent;                   // that it is downstream
    mocks::Resource* downstream;    // the resource that it calls in turn
    std::string upstream;           // the token that the caller showed
};
// A chain with the upstream token that every draft takes: an auth token.
Chain chain(Test& t);
// The same with a person token, which the intermediary served the caller on.
Chain chain_on_identity(Test& t);
// The same with a caller whose agent token, and so the upstream token, ends at `until` (seconds since the epoch).
Chain chain_until(Test& t, std::int64_t until);

// The same without an upstream token yet, for this caller.
Chain chain_of(Test& t, Player caller);

// The tokens that a caller shows a resource; blocked when there are none.
std::string upstream_person_token(Test& t, const Player& caller, const mocks::Resource& resource);
std::string upstream_auth_token(Test& t, const Player& caller, mocks::Resource& resource);

// The intermediary's request to the token endpoint, with this upstream_token: for a person token of the downstream
// resource, or in drafts without them for an auth token.
mocks::SignedRequest chained(Test& t, const Chain& chain, const nlohmann::json& upstream);
// The same as a control, which ends the case as Blocked unless it is accepted, and the token that comes of it.
jose::Jwt chained_token(Test& t, const Chain& chain);
// The body of its request to the auth token endpoint; in drafts with person tokens `person_token` is the one that it
// showed the downstream resource.
nlohmann::json chained_auth_body(Test& t, const Chain& chain, const std::string& person_token,
                                 const std::string& upstream);
// The downstream auth token, by all requests of the chain.
jose::Jwt downstream_auth_token(Test& t, const Chain& chain);

}  // namespace aauth::suites::ps

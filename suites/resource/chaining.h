#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "mocks/person_server.h"
#include "mocks/resource.h"
#include "suites/common/waiting.h"
#include "suites/resource/surfaces.h"

// The resource under test as an intermediary (10.1): an agent of ours calls it, and it calls a resource of ours, for
// which it gets tokens from our person server.
namespace aauth::suites::rs {

// One such call, with our parties around the target.
struct Chained {
    // A downstream resource that no other case calls, and the player's auth token for the target, edited when asked, of
    // our person server unless another is given.
    explicit Chained(Test& t, const mocks::TokenEdit& edit = {}, mocks::PersonServer* server = nullptr);

    // The player calls the target, with the auth token or another.
    Answer call(std::string token = {}, std::string note = "a call that is served by calling on");

    // The target's requests to our person server that carry one of these upstream tokens, by the endpoint's path:
    // /person or /token. Nothing when none came in time.
    std::optional<mocks::Seen> person_request(const std::string& upstream);
    std::optional<mocks::Seen> auth_request(const std::string& upstream);
    // The first of them that the draft has; where none came the case ends with a failed check on `requirement`.
    mocks::Seen first_request(std::string_view requirement);

    Test& t;
    mocks::PersonServer& server;
    mocks::Resource& downstream;
    Player player;
    std::string upstream;  // the auth token
    std::string url;       // of the target, naming the downstream resource

private:
    std::optional<mocks::Seen> request(const std::string& path, const std::string& upstream);
    std::uint64_t before_ = 0;
};

// The agent token that a request of the target presents; nothing when it presents none that can be read.
std::optional<jose::Jwt> presented_in(const mocks::Seen& seen);
nlohmann::json body_of(const mocks::Seen& seen);  // an empty object when it is no JSON object

// A call that waits for the person downstream: our person server asks about the downstream resource.
Waiting waiting_chain(Test& t, Chained& chain);
// The person goes where the target sends it, and decides at our person server; the caller polls. What it ends with.
Answer result_of(Test& t, Chained& chain, const Waiting& waiting, const std::string& decision);

}  // namespace aauth::suites::rs

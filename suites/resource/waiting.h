#pragma once

#include <string>

#include "suites/common/waiting.h"
#include "suites/resource/surfaces.h"

// Requests that the resource put off, as their agent sees them (6.2, 6.5.1, 11.8).
namespace aauth::suites::rs {

// The call that a player with an agent token makes where the resource runs its own interaction. Skips the case when the
// target has no such URL, or lets the agent in without.
Waiting interaction(Test& t);
// The call whose invocation is held until an auth token comes.
Waiting held(Test& t);

// A poll by a player who presents `token` (default: the agent token).
mocks::SignedRequest poll_request(Test& t, const Waiting& waiting, const Player& player, std::string token = {});
Answer poll(Test& t, const Waiting& waiting, std::string token = {}, std::string note = "poll");

// Polls as the resource asks to until something else than 202 comes.
Answer outcome(Test& t, const Waiting& waiting);

// A deferred response is complete: status, Location on the same origin, Retry-After, no-store (11.8.2).
void expect_deferred(Test& t, const Answer& answer);
// Two pending URLs differ in so many characters that neither tells the other.
void expect_unguessable(Test& t, const std::string& one, const std::string& other);

}  // namespace aauth::suites::rs

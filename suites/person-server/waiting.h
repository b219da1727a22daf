#pragma once

#include <string>

#include "suites/common/waiting.h"

// Requests that a person has to decide (11.8), and the person's part in them.
namespace aauth::suites::ps {

// Makes a request of which the person has to be asked, with the target's hook or by prompt=consent. The case is skipped
// when the target answers at once.
Waiting put_off(Test& t, const Endpoint& endpoint);
Waiting put_off(Test& t, const Player& player, mocks::SignedRequest request);
// The same answer alone, whatever it is, for a request with these capabilities.
Answer with_person_needed(Test& t, mocks::SignedRequest request, const std::vector<std::string>& capabilities);

// A poll by the agent that asked, or by somebody else.
Answer poll(Test& t, const Waiting& waiting, std::string note = "poll");
Answer poll_as(Test& t, const Waiting& waiting, const Player& player);
Answer cancel(Test& t, const Waiting& waiting);

// Polls as the server asks to until something else than 202 comes.
Answer outcome(Test& t, const Waiting& waiting);

// The person's browser comes to the interaction page with a code; nothing is signed.
Answer arrive(Test& t, const Waiting& waiting, const std::string& code);
// Skips the case unless the page refuses a code that was never issued: only then does its answer say something.
void needs_judging_page(Test& t, const Waiting& waiting);
// True when coming to the page is all it takes to approve, as the target's description says.
bool arrival_approves(Test& t);

}  // namespace aauth::suites::ps

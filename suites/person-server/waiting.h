#pragma once

#include <optional>
#include <string>
#include <vector>

#include "suites/common/clarification_cases.h"
#include "suites/common/deferred.h"
#include "suites/common/waiting.h"

// Requests that a person has to decide (11.8), and the person's part in them.
namespace aauth::suites::ps {

// What an agent declares that it can do (11.7); nothing: it says nothing of it.
using Capabilities = std::optional<std::vector<std::string>>;

// Makes a request of which the person has to be asked, with the target's hook or by prompt=consent. The case is skipped
// when the target answers at once.
Waiting put_off(Test& t, const Endpoint& endpoint);
Waiting put_off(Test& t, const Player& player, mocks::SignedRequest request,
                const Capabilities& capabilities = std::vector<std::string>{"interaction"});
// The same answer alone, whatever it is, for a request with these capabilities.
Answer with_person_needed(Test& t, mocks::SignedRequest request, const std::vector<std::string>& capabilities);
Answer needing_person(Test& t, mocks::SignedRequest request, const Capabilities& capabilities);

// How this role puts requests off and asks questions, for the tables that all roles share.
Deferring deferring();
Clarifying clarifying();

// A request about which the person asks the agent something, with these capabilities of the agent: the target is told
// by its hook "clarify", before the request, or, where the hook takes {{location}}, of a request that waits already.
// Its answer is that with the question, if one was asked.
Waiting asked(Test& t, const Capabilities& capabilities);
// Skips the case where the hook makes the target ask, whatever the agent has declared.
void needs_asking_person(Test& t);
// Asks about a waiting request once more; false when the target does not. Skips the case where the hook cannot.
bool ask_again(Test& t, const Waiting& waiting);

// A poll by the agent that asked.
Answer poll(Test& t, const Waiting& waiting, std::string note = "poll");
Answer cancel(Test& t, const Waiting& waiting);

// Polls as the server asks to until something else than 202 comes.
Answer outcome(Test& t, const Waiting& waiting);

// The areas of the suite that are about waiting.
void consent_cases(Suite& suite);               // PS-CON
void question_cases(Suite& suite);              // what only a person server is asked about questions
void resource_interaction_cases(Suite& suite);  // PS-RIN
void waiting_cases(Suite& suite);               // all of them, and the tables
void guessing_cases(Suite& suite);              // last

}  // namespace aauth::suites::ps

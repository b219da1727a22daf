#pragma once

#include <functional>
#include <optional>
#include <string>

#include "suites/common/test.h"

// Requests that the target put off (11.8), and the person's part in them: what every suite needs of it.
namespace aauth::suites {

// A request that the target put off, as its agent sees it.
struct Waiting {
    Player player;
    Answer answer;                    // the 202
    std::string location, url, code;  // empty where the 202 has none
};

Waiting waiting_for(const Player& player, const Answer& answer);

// The seconds of Retry-After; nothing when it is absent or no number of seconds.
std::optional<int> retry_after(const Answer& answer);

// The person decides: "approve" or "deny". Skips the case when the target gives no way to.
void decide(Test& t, const Waiting& waiting, const std::string& decision);
// The same where the target may well say no; nothing is judged.
void try_to_decide(Test& t, const Waiting& waiting, const std::string& decision);

// Polls as the server asks to, five times a second at the most, until something else than 202 comes. Blocks the case
// when its time is over first.
Answer outcome(Test& t, const std::function<Answer()>& poll);

}  // namespace aauth::suites

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/httpsig/discovery.h"
#include "harness/protocol/draft.h"
#include "suites/interop/matrix.h"
#include "suites/interop/parties.h"

// Reads what went over the wire between two parties as a third one who knows the protocol.
namespace aauth::interop {

// Whether a request belongs to the doings of this agent: it carries, anywhere, a token for its key or in its name.
bool concerns(const http::Request& request, const std::string& agent_identifier, const std::string& key_x);

// An exchange as the matrix has it, with what is wrong with the request by our reading of the draft: its signature
// (11.3.4), or, of a response, that it is none that the draft has there. `fetch` gets the documents of the parties.
Exchange read_exchange(const Heard& heard, const protocol::Draft& draft, const httpsig::Discovery::Fetch& fetch);

// Where a pairing that did not end well broke, and by whose message: the first exchange with a problem, else the last one
// that was refused (whose request is right by our reading, so that it is the one who refused), else the agent, which
// stopped although nothing was wrong. Sets broke_at, at_fault and the reason of the cell.
void find_fault(PairingCell& cell, const std::string& agent_says);

}  // namespace aauth::interop

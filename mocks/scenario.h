#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http/message.h"
#include "harness/result.h"

// What an agent under test is told to do, and what it says came of it: the two JSON documents of suites/schema
// (scenario.schema.json, outcome.schema.json).
namespace aauth::mocks {

// One thing to do. The actions are described in suites/agent/README.md.
struct Step {
    std::string action = "request";
    std::string method = "GET", url;  // of a request
    http::Fields headers;
    std::string body;
    std::string parameters = "{}";    // of the other actions, and "as": a JSON object
};

struct AgentIdentity {
    std::string identifier;
    std::string private_jwk;  // JSON
    std::string token;        // agent token, compact
};

struct Scenario {
    std::string draft = "11";
    AgentIdentity agent;
    AgentIdentity sub_agent;    // identifier empty: there is none
    std::string person_server;  // its identifier; empty: none
    std::vector<std::string> capabilities;
    std::string refresh_url;    // a POST there gives {"agent_token"}; empty: there is no fresh one to be had
    std::map<std::string, std::string> addresses;  // identifier -> base URL to dial
    std::string ca_file;
    std::int64_t deadline = 30;         // seconds for all of it
    std::string clarification;          // the answer to every question; empty: the agent cannot answer, and withdraws
    bool asks_anew = false;             // a question that it cannot answer makes it change what it asks for (7.5.2.2)
    std::string interaction_url;        // a POST {"url"} there brings the person to a URL; empty: it is only reported
    std::string token_request = "{}";   // what requests for tokens say beside the tokens: a JSON object
    std::vector<Step> steps;
};
std::string to_json(const Scenario& scenario);
// Errors: "bad_scenario".
Result<Scenario> parse_scenario(std::string_view text);

// What came of a step: the response that the agent would hand on to its caller, or the error that it reports.
struct StepResult {
    int status = 0;
    http::Fields headers;
    std::string body;
    std::string error, message;  // a code (any word) and a sentence; empty where there is a response

    bool succeeded() const { return error.empty() && status >= 200 && status < 300 && status != 202; }
};

struct Outcome {
    std::vector<StepResult> results;        // one for each step
    std::vector<std::string> interactions;  // URLs that the person was sent to, with their codes
};
std::string to_json(const Outcome& outcome);
// Errors: "bad_outcome", with what is wrong.
Result<Outcome> parse_outcome(std::string_view text);

}  // namespace aauth::mocks

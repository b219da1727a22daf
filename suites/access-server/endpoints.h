#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "suites/common/auth_server.h"
#include "suites/common/suite.h"
#include "suites/common/test.h"
#include "suites/common/token_cases.h"
#include "suites/common/waiting.h"

// How the cases of this suite call the access server under test: as a person server of ours, for an agent of ours
// (9.1).
namespace aauth::suites::as {

// The token endpoint, with a conforming request of our person server. Accepted means the token, or a 202 or 402 that
// says where to wait for it.
Endpoint token_endpoint();
AuthServer auth_server();

// The body of a conforming request.
nlohmann::json token_body(Test& t, const Player& player, const Ask& ask = {});
// A signed POST of a body by our person server, or another.
mocks::SignedRequest token_request(Test& t, const nlohmann::json& body);
mocks::SignedRequest token_request(Test& t, const nlohmann::json& body, const mocks::Party& by);

// The player as an agent of a person of this server, which its agent token names.
Player agent_at(Test& t, const Player& player, const mocks::PersonServer& server);
// A person token of our person server for our resource, edited.
std::string person_token(Test& t, const Player& player, const mocks::TokenEdit& edit = {});
// A change of one claim; null takes it away.
mocks::TokenEdit claim(std::string name, const nlohmann::json& value);

// A sub-agent of a player, and the body of its parent's request for it.
Player sub_agent(Test& t, const Player& parent, const mocks::TokenEdit& edit = {});
nlohmann::json sub_agent_body(Test& t, const Player& parent, const Player& helper);
// Skips the case where the answer to a conforming request with this optional parameter is invalid_request: an access
// server that does not serve it says so, and grants nothing.
void needs_parameter(Test& t, const std::string& parameter, const Answer& answer);

// A request that the access server puts off because of its scope, whose value the target description has under
// "scope.WHAT": payment, interaction, claims, clarification, approval. Skips the case where it has none, and blocks it
// where the target grants all the same.
Answer put_off(Test& t, const Player& player, const std::string& what, const std::string& more_scope = {});
// A poll by our person server.
Answer poll(Test& t, const Waiting& waiting, std::string note = "poll");

// The tokens of the body, for the tables of token_cases.
PresentedToken agent_token();
PresentedToken presented_person_token();
PresentedToken presented_auth_token();

// The areas of the suite, in the order of the draft.
void request_cases(Suite& suite);
void agent_token_cases(Suite& suite);
void presented_cases(Suite& suite);
void issued_cases(Suite& suite);
void subagent_cases(Suite& suite);
void chain_cases(Suite& suite);
void needs_cases(Suite& suite);
void deferred_cases(Suite& suite);
void guessing_cases(Suite& suite);  // last
void revocation_cases(Suite& suite);

}  // namespace aauth::suites::as

#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/protocol/draft.h"
#include "suites/common/auth_server.h"
#include "suites/common/suite.h"
#include "suites/common/test.h"

// How the cases of this suite call the person server under test.
namespace aauth::suites::ps {

// The endpoints, each with a conforming request. Accepted means the token, or a 202 that says where to wait for it.
Endpoint person_endpoint();  // 7.1
Endpoint auth_endpoint();    // 7.2, three-party
AuthServer auth_server();    // the same for the tables that an access server shares
Endpoint token_endpoint();   // the person token endpoint; the auth token endpoint in drafts without person tokens

// A signed POST of a JSON body to an endpoint.
mocks::SignedRequest person_request(Test& t, const Player& player, const nlohmann::json& body);
mocks::SignedRequest auth_request(Test& t, const Player& player, const nlohmann::json& body);

// What a conforming person token request says.
nlohmann::json person_body(Test& t);
// The body of an auth token request. In drafts with presented_token that token goes along.
nlohmann::json auth_body(Test& t, const Player& player, const Ask& ask = {});
// The resource token alone.
std::string resource_token(Test& t, const Player& player, const Ask& ask);

// The answer that a request ends with: where it is a 202 the person approves and the agent polls. Skips the case when
// nobody can answer for the person.
Answer settled(Test& t, const Player& player, Answer answer);

// A token that the target issued, by a real request; the case is blocked when there is none.
jose::Jwt person_token(Test& t, const Player& player, const std::string& resource = {}, const BodyEdit& edit = {});
jose::Jwt auth_token(Test& t, const Player& player, const Ask& ask = {}, const BodyEdit& edit = {});
// A person token that can be shown to a resource so that an auth token comes of it: within a mission for that resource
// where the target description says that the target asks for one (`mission.required`).
jose::Jwt presentable_token(Test& t, const Player& player, const std::string& resource = {}, const BodyEdit& edit = {});
// A mission of the player that the person has approved, for our resource, and another where one is named; empty where
// the target asks for none.
std::string mission_of(Test& t, const Player& player, const std::string& resource = {});
// The token that the player shows our resource: its person token, or its agent token in drafts without person tokens.
std::string shown_to_resource(Test& t, const Player& player);

// A sub-agent of a player, as its own agent provider would make it (10.2.1).
Player sub_agent(Test& t, const Player& parent);

// Sends the conforming request as a control and gives a changed body to the same endpoint.
Answer changed_person(Test& t, const BodyEdit& change);
Answer changed_ask(Test& t, const Ask& ask, const BodyEdit& change = {});

// Lets real time pass until this many seconds since the epoch are over. For slow cases only.
void wait_until(Test& t, std::int64_t seconds);

// The areas of the suite, in the order of the draft.
void metadata_cases(Suite& suite);
void key_cases(Suite& suite);
void person_token_cases(Suite& suite);
void person_request_cases(Suite& suite);
void resource_parameter_cases(Suite& suite);
void subagent_cases(Suite& suite);
void chaining_upstream_cases(Suite& suite);  // PS-CHN-001: what is verified of an upstream token
void chaining_issued_cases(Suite& suite);    // PS-CHN-060: what is issued from it
void person_cases(Suite& suite);             // PS-PSN: two persons
void auth_token_cases(Suite& suite);
void auth_request_cases(Suite& suite);
void resource_token_cases(Suite& suite);
void presented_token_cases(Suite& suite);
void pending_cases(Suite& suite);
void polling_cases(Suite& suite);
void code_cases(Suite& suite);
void pending_post_cases(Suite& suite);
void error_cases(Suite& suite);
void requirement_cases(Suite& suite);
void revocation_cases(Suite& suite);
void governance_cases(Suite& suite);

}  // namespace aauth::suites::ps

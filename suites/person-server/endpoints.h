#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/protocol/draft.h"
#include "suites/common/suite.h"
#include "suites/common/test.h"

// How the cases of this suite call the person server under test.
namespace aauth::suites::ps {

using TextEdit = std::function<std::string(std::string)>;
using BodyEdit = std::function<void(nlohmann::json&)>;

// The endpoints, each with a conforming request. Accepted means the token, or a 202 that says where to wait for it.
Endpoint person_endpoint();  // 7.1
Endpoint auth_endpoint();    // 7.2, three-party
Endpoint token_endpoint();   // the person token endpoint; the auth token endpoint in drafts without person tokens

// A signed POST of a JSON body to an endpoint.
mocks::SignedRequest person_request(Test& t, const Player& player, const nlohmann::json& body);
mocks::SignedRequest auth_request(Test& t, const Player& player, const nlohmann::json& body);

// What a conforming person token request says.
nlohmann::json person_body(Test& t);
// A resource of ours, and a second one that the target knows too.
std::string our_resource(Test& t);
mocks::Resource& second_resource(Test& t);

// What an auth token request is made from, every part of it open to change.
struct Ask {
    std::string scope = "data.read";
    mocks::TokenEdit edit;                  // of the resource token's header and claims
    TextEdit reshape;                       // of the finished resource token
    std::string presented;                  // to the resource; default: the player's person token for our resource
    mocks::Resource* issuer = nullptr;      // of the resource token; default: our resource
    const jose::SigningKey* key = nullptr;  // that it is bound to; default: the player's
    bool exact = false;                     // as the draft has it, without the accommodation that the target asks for
};
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
// The token that the player shows our resource: its person token, or its agent token in drafts without person tokens.
std::string shown_to_resource(Test& t, const Player& player);

// Sends the conforming request as a control and gives a changed body to the same endpoint.
Answer changed_person(Test& t, const BodyEdit& change);
Answer changed_ask(Test& t, const Ask& ask, const BodyEdit& change = {});

// Error codes that go with a refusal, and the requirement that says so.
struct Codes {
    std::string requirement;
    std::vector<std::string> any_of;
};
// A request for a token has to be refused: nothing issued, nothing pending, and a status 4xx. Judged as `requirement`,
// and the code in a check of its own.
void refused(Test& t, const Answer& answer, std::string_view requirement, const Codes& codes = {});
// The same at most as a warning.
void better_refused(Test& t, const Answer& answer, std::string_view requirement);

// True when a token request was accepted: a token came, or a 202.
bool granted(const Answer& answer);

// The drafts that have something, as `only_for` wants them.
std::vector<std::string> drafts_with(const std::function<bool(const protocol::Draft&)>& feature);

// Lets real time pass until this many seconds since the epoch are over. For slow cases only.
void wait_until(Test& t, std::int64_t seconds);

// The areas of the suite, in the order of the draft.
void metadata_cases(Suite& suite);
void key_cases(Suite& suite);
void person_token_cases(Suite& suite);
void person_request_cases(Suite& suite);
void resource_parameter_cases(Suite& suite);
void subagent_cases(Suite& suite);
void auth_token_cases(Suite& suite);
void auth_request_cases(Suite& suite);
void resource_token_cases(Suite& suite);
void presented_token_cases(Suite& suite);
void pending_cases(Suite& suite);
void polling_cases(Suite& suite);
void code_cases(Suite& suite);
void pending_post_cases(Suite& suite);
void error_cases(Suite& suite);
void revocation_cases(Suite& suite);
void governance_cases(Suite& suite);

}  // namespace aauth::suites::ps

#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "suites/common/suite.h"
#include "suites/common/test.h"

// Auth token endpoints: of a person server (7.2) and of an access server (9.1), which verify the same tokens and issue the
// same kind.
namespace aauth::suites {

using TextEdit = std::function<std::string(std::string)>;
using BodyEdit = std::function<void(nlohmann::json&)>;

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

// The auth token endpoint under test, as the tables that both kinds share see it.
struct AuthServer {
    std::string prefix;    // of ids: "PS"
    std::string response;   // the requirement that says what a grant is
    std::string presented;  // the one by which presented_token is required
    Endpoint endpoint;
    // The body of a conforming request, and the request with a body.
    std::function<nlohmann::json(Test&, const Player&, const Ask&)> body;
    std::function<mocks::SignedRequest(Test&, const Player&, const nlohmann::json&)> request;
    // What the player shows our resource (default), or another: its person token for it, or its agent token in drafts
    // without them.
    std::function<std::string(Test&, const Player&, const std::string& resource)> shown;
    // The answer that a request ends with: where it is a 202 what it asks for is done, and it is polled.
    std::function<Answer(Test&, const Player&, Answer)> settled;
};

// An auth token that the target issued, by a real request; the case is blocked when there is none.
jose::Jwt auth_token(Test& t, const AuthServer& server, const Player& player, const Ask& ask = {},
                     const BodyEdit& edit = {});
// Sends the conforming request as a control and gives a changed body to the same endpoint.
Answer changed_ask(Test& t, const AuthServer& server, const Ask& ask, const BodyEdit& change = {});

// The resource token of a request for this recipient. `ask.presented` is given.
std::string resource_token(Test& t, const Player& player, const Ask& ask, const std::string& recipient);

// A resource of ours, and a second one that the target knows too.
std::string our_resource(Test& t);
mocks::Resource& second_resource(Test& t);

// True when a token request was accepted: a token came, or a 202.
bool granted(const Answer& answer);

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

// Blocks the case when the answer to a conforming request says that the server's policy refuses it (7.2.2), which says
// nothing of what it would issue.
void needs_permissive_policy(Test& t, const Answer& answer);
// The exp of a token that we or the target minted, in seconds since the epoch; 0 for none.
std::int64_t expiry_of(const std::string& token);

// The drafts that have something, as `only_for` wants them.
std::vector<std::string> drafts_with(const std::function<bool(const protocol::Draft&)>& feature);

// The tables, with ids PREFIX-RES-, -PRE-, -AUT-.
void resource_token_cases(Suite& suite, const AuthServer& server);   // 6.7.2
void presented_token_cases(Suite& suite, const AuthServer& server);  // 6.7.2 step 3
void auth_token_cases(Suite& suite, const AuthServer& server);       // 9.4.1

}  // namespace aauth::suites

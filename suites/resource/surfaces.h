#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suites/common/suite.h"
#include "suites/common/test.h"

// Where the resource under test can be called, one URL per mode of access (section 6), and how the cases call it.
namespace aauth::suites::rs {

enum class Mode {
    Agent,    // decides by the agent's identity (6.1)
    Person,   // wants the person's identity (6.4)
    Data,     // wants an auth token, asks by 401 (6.5)
    Write,    // wants an auth token with another scope than Data
    Managed,  // runs its own interaction and gives a session token (6.2, 6.3)
    Held,     // wants an auth token, holds the invocation (6.5.1)
};

// What the target has. The target description names the URLs (values "url.agent" and so on); when it names none, the
// target's own URL is asked once per run which mode it has.
struct Surfaces {
    std::vector<std::pair<Mode, std::string>> urls;
    std::string scope, other_scope;  // that Data and Write need; empty when unknown
    std::string explanation;         // what the target's URL did when it was asked

    const std::string* url(Mode mode) const;
};
const Surfaces& surfaces(Test& t);

bool has(Test& t, Mode mode);
// The URL of a mode; the case is skipped when the target has none.
std::string url_of(Test& t, Mode mode);
// The URL under the target's identifier, where the one given is that at which it is dialled.
std::string named(Test& t, const std::string& text);
std::string scope_of(Test& t, Mode mode);  // skips the case when it is not known

// Tokens of our person server for the player at this resource.
std::string person_token(Test& t, const Player& player, const mocks::TokenEdit& edit = {});
std::string auth_token(Test& t, const Player& player, const std::string& scope, const mocks::TokenEdit& edit = {});
// The same of another person server.
std::string person_token_of(mocks::PersonServer& server, Test& t, const Player& player,
                            const mocks::TokenEdit& edit = {});
std::string auth_token_of(mocks::PersonServer& server, Test& t, const Player& player, const std::string& scope,
                          const mocks::TokenEdit& edit = {});
// What shows the resource for whom an auth token would be: the person token; the agent token in drafts without one.
std::string identity_token(Test& t, const Player& player, const mocks::TokenEdit& edit = {});

// A signed request of the resource: t.request, with what additional_signature_components asks for, and created so that
// no two requests in a row are the same.
mocks::SignedRequest request(Test& t, std::string method, std::string_view url, const Player& player,
                             std::string token = {});
// The same to a mode's URL, with the method and body that the target description gives (default: GET).
mocks::SignedRequest call(Test& t, Mode mode, const Player& player, std::string token = {});
// The unsigned one.
Answer call_plain(Test& t, Mode mode, http::Fields fields = {}, std::string note = "unsigned");
// Sends it.
Answer called(Test& t, Mode mode, const Player& player, std::string token, std::string note = {});

// True when the invocation itself was served: 2xx, and not a 202.
bool served(const Answer& answer);
// True when the token was verified: served, put off, or challenged with a resource token.
bool recognized(const Answer& answer);
// The resource token of a challenge or of the authorization endpoint's answer; nothing when there is none.
std::optional<jose::Jwt> resource_token_in(const Answer& answer);

// Endpoints for cases that alter one thing of a request. Each skips the case when the target has no URL for it.
Endpoint agent_endpoint();    // an agent token
Endpoint person_endpoint();   // a person token
Endpoint auth_endpoint();     // an auth token
Endpoint basic_endpoint();    // the least that the target asks for
Endpoint authorize_endpoint();  // a person token, and a body

// The body of a conforming request to the authorization endpoint, and the request.
nlohmann::json authorize_body(Test& t);
mocks::SignedRequest authorize(Test& t, const Player& player, const nlohmann::json& body, std::string token = {});

// The areas of the suite, in the order of the draft.
void challenge_cases(Suite& suite);
void access_cases(Suite& suite);
void managed_cases(Suite& suite);
void guessing_cases(Suite& suite);  // last
void session_cases(Suite& suite);
void held_cases(Suite& suite);
void authorize_cases(Suite& suite);
void authorize_error_cases(Suite& suite);
void resource_token_cases(Suite& suite);
void step_up_cases(Suite& suite);
void metadata_cases(Suite& suite);
void jwks_cases(Suite& suite);
void profile_cases(Suite& suite);
void identifier_cases(Suite& suite);
void revocation_cases(Suite& suite);
void revoked_cases(Suite& suite);
void own_revocation_cases(Suite& suite);
void hostile_cases(Suite& suite);
void chaining_cases(Suite& suite);
void link_cases(Suite& suite);

}  // namespace aauth::suites::rs

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/http/server.h"
#include "mocks/access_server.h"
#include "suites/person-server/endpoints.h"

// Four-party mode (section 9) as these cases play it: the agent, our resource, and an access server of ours whose every
// answer a case decides, around the person server under test.
namespace aauth::suites::ps {

// A call of the person server to the access server, about one token request.
struct Call {
    const http::Request& request;
    const nlohmann::json& body;  // null when it is no JSON object
    int turn = 0;                // how many calls this step has answered before
};

// One step of what an access server does: what it answers, or nothing once it has what it wanted, and the next step's
// turn has come. The last step stays.
using Step = std::function<std::optional<http::Reply>(const Call&)>;

// Steps. The first of a request answers the POST to the token endpoint; those after a 202 or 402 answer its pending
// URL.
Step answers(int status, const std::string& body, const std::string& media_type = "application/json");
Step fails(int status, const std::string& error);  // a problem
// 202 with a requirement, for so many calls, with further members of the body.
Step waits(const std::string& requirement, int calls = 2);
// These give up after some calls, lest a case that waits for them never ends.
Step asks_for_claims(const std::vector<std::string>& names);  // until they are posted
Step asks_question(const std::string& question);              // until it is answered, or the request withdrawn
Step asks_for_payment();                                      // until it is polled

// A player, its token for our resource, and the access server: a token request between them, as often as a case wants.
class FourParty {
public:
    // With the control: an access server that grants at once. Skips the case when the target does not federate, which
    // shows when no call comes; Blocked when one came and no auth token was handed on.
    explicit FourParty(Test& t);
    // With an access server of the case's own, and no control.
    FourParty(Test& t, mocks::AccessServer& server);
    ~FourParty();
    FourParty(const FourParty&) = delete;
    FourParty& operator=(const FourParty&) = delete;

    // Sends a token request that the access server answers by these steps, and gives the target's first answer.
    Answer ask(std::vector<Step> steps, const BodyEdit& change = {});
    // The same up to the last answer: where it is a 202, the person approves if the target's own consent is wanted, the
    // agent answers questions, and polls.
    Answer outcome(std::vector<Step> steps, const BodyEdit& change = {});
    Answer outcome_of(Answer answer);

    // The auth token for the request on its way, edited.
    std::string auth_token(const mocks::TokenEdit& edit = {}) const;
    Step grants(const mocks::TokenEdit& edit = {}) const;
    Step grants_text(std::function<std::string(std::string)> change) const;  // the compact token changed

    // The call to the token endpoint; ends the case with a failed check on its first requirement when none came. And
    // one to the pending URL with this method; nothing when none came.
    mocks::Seen call();
    std::optional<mocks::Seen> call_at_pending(const std::string& method);
    int times_asked() const;  // at the token endpoint
    std::optional<mocks::Seen> received(const mocks::ExchangeLog::Wanted& wanted, const std::string& note,
                                        std::chrono::milliseconds limit);

    Test& t;
    mocks::AccessServer& server;
    Player player;
    Ask wanted;                   // of the resource token; its aud is the server
    std::string presented;        // what it was obtained with
    std::string resource_token;   // of the last request
    std::vector<Answer> answers;  // of the target to the agent, since the last request

private:
    Answer sent(const mocks::SignedRequest& request, const std::string& note);
    std::string id() const;  // of the last request: the jti of its resource token

    std::vector<std::string> ids_;  // of all
    std::uint64_t before_ = 0;      // the last entry of the access server's log before the last request
};

// True when this answer hands on an auth token.
bool handed_on(const Answer& answer);

// The areas of the suite that are about federation.
void federation_cases(Suite& suite);           // PS-FED-001: what the access server is sent
void federation_waiting_cases(Suite& suite);   // PS-FED-030: what it may ask for
void federation_error_cases(Suite& suite);     // PS-FED-050: what it refuses, and what is no answer
void federation_delivery_cases(Suite& suite);  // PS-FED-090: what is verified of its auth token

}  // namespace aauth::suites::ps

#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "suites/common/suite.h"
#include "suites/common/waiting.h"

// Deferred responses (11.8) and the interaction page (11.6.3), tested alike for every role that puts requests off.
namespace aauth::suites {

// How requests of one role are put off, and who polls.
struct Deferring {
    std::string prefix;                        // of case ids: "PS-DEF-"
    std::map<std::string, std::string> older;  // number -> id, of cases that have another one
    bool alone = true;                         // making the target ask changes it for everybody
    std::function<Waiting(Test&)> put_off;     // a request that waits for the person
    // A request to the pending URL by the one that asked, and by somebody else of the same kind.
    std::function<mocks::SignedRequest(Test&, const std::string& method, const Waiting&)> request;
    std::function<mocks::SignedRequest(Test&, const std::string& method, const Waiting&)> stranger;
    std::function<bool(const Answer&)> done;  // the final answer gives what was asked for
    // Has a token revoked that the request depends on, so that the one that asked can still poll. Skips the case where
    // the target takes no revocations. Gives what `detail` is to name: "resource token".
    std::function<std::string(Test&, Waiting&)> revoke;

    std::string id(const std::string& number) const;
};

// One sentence about them.
struct DeferredRow {
    const char* number;
    const char* title;
    Covers covers;
    std::function<void(Test&, const Deferring&)> body;
    const char* because = "";
    bool alone = false;
};
void add_deferred(Suite& suite, const Deferring& deferring, const std::vector<DeferredRow>& rows);

// One sentence about the 202 of a request that waits for the person.
struct PendingRow {
    const char *number, *title, *requirement, *fault;
    void (*expect)(Test&, const Waiting&);
};
const std::vector<PendingRow>& pending_rows();  // 01 to 11

void deferred_response_cases(Suite& suite, const Deferring& deferring);    // 001 to 022, 11.8.2: all of these rows
void deferred_difference_cases(Suite& suite, const Deferring& deferring);  // 020 to 022: two of them, compared
void deferred_polling_cases(Suite& suite, const Deferring& deferring);     // 030 to 038, 11.8.3
void deferred_withdrawal_cases(Suite& suite, const Deferring& deferring);  // 040 to 043, 7.5.2.3
void deferred_code_cases(Suite& suite, const Deferring& deferring);        // 050 to 056, 11.6.3.1
void deferred_end_cases(Suite& suite, const Deferring& deferring);         // 070 to 079, 11.9.4
void deferred_callback_cases(Suite& suite, const Deferring& deferring, Covers also = {});  // 080 to 082, 7.3
void deferred_guessing_cases(Suite& suite, const Deferring& deferring);  // 090: last, the page may shut out who guesses

// What their bodies are written with.
Answer poll(Test& t, const Deferring& deferring, const Waiting& waiting, std::string note = "poll");
Answer poll_by_stranger(Test& t, const Deferring& deferring, const Waiting& waiting);
Answer outcome(Test& t, const Deferring& deferring, const Waiting& waiting);
// A request for which the owner's control poll showed that it waits.
Waiting being_polled(Test& t, const Deferring& deferring);
bool pending(const Answer& answer);
// A request whose interaction page tells good codes from bad ones.
Waiting with_page(Test& t, const Deferring& deferring);
// requirement=approval has to come with Location and Retry-After (11.6.4). Skips the case when the answer asks for
// something else.
void expect_approval(Test& t, const Answer& answer);
// Our resource revokes the resource token of the request at the target, for `revoke`.
std::string revoke_resource_token(Test& t, Waiting& waiting);
// The decision "abandon" or "expire", which not every target's hook knows; skips the case otherwise.
void decide_unusually(Test& t, const Waiting& waiting, const std::string& decision);

// The person's browser comes to the interaction page with a code; nothing is signed.
Answer arrive(Test& t, const Waiting& waiting, const std::string& code, const std::string& callback = {});
// Skips the case unless the page refuses a code that was never issued: only then does its answer say something.
void needs_judging_page(Test& t, const Waiting& waiting);
// True when coming to the page is all it takes to approve, as the target's description says.
bool arrival_approves(Test& t);

}  // namespace aauth::suites

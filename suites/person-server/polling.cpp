#include <nlohmann/json.hpp>

#include "suites/person-server/claims.h"
#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// Polling, the person's decision, and withdrawing a request (11.8.3, 13.2, 7.5.2.3).
namespace aauth::suites::ps {

namespace {

bool pending_or_done(const Answer& answer) { return answer.status() == 202 || granted(answer); }

void expect_gone(Test& t, const Answer& answer, std::string_view requirement = {}) {
    t.expect(answer, requirement).status(410);
}

// A request for which the owner's control poll showed that it waits.
Waiting being_polled(Test& t) {
    const auto waiting = put_off(t, auth_endpoint());
    const auto control = poll(t, waiting, "control: poll by the agent that asked");
    if (!pending_or_done(control)) t.blocked("the agent's own poll got " + control.summary());
    return waiting;
}

}  // namespace

void polling_cases(Suite& suite) {
    suite.area("Polling", "11.8.3");

    suite
        .add("PS-DEF-030", "a poll before the decision is answered 202", {{"deferred.status-202", "poll-200-pending"}},
             [](Test& t) {
                 const auto answer = poll(t, put_off(t, auth_endpoint()));
                 if (granted(answer) && answer.status() == 200) t.skip("the person server decided meanwhile");
                 t.expect(answer).status(202);
             })
        .alone();
    suite
        .add("PS-DEF-031", "a poll without a signature is refused", {{"deferred.signed-poll", "poll-unsigned"}},
             [](Test& t) {
                 const auto waiting = being_polled(t);
                 const auto answer = t.send_plain("GET", waiting.location, {}, {}, "poll without a signature");
                 t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "4xx",
                                       answer.summary());
             })
        .alone();
    suite
        .add("PS-DEF-032", "a poll by another agent learns nothing and gets nothing",
             {{"deferred.other-agent", "poll-any-agent"}},
             [](Test& t) {
                 const auto waiting = being_polled(t);
                 const auto early = poll_as(t, waiting, t.player());
                 t.expect(early).that(!pending_or_done(early) && early.status() >= 400, "answer while pending", "4xx",
                                      early.summary());
                 decide(t, waiting, "approve");
                 const auto late = poll_as(t, waiting, t.player());
                 t.expect(late).that(!pending_or_done(late) && late.status() >= 400, "answer after approval", "4xx",
                                     late.summary());
             })
        .because("The pending URL stands in logs; only the agent that asked may have what comes out of it.")
        .alone();
    suite
        .add("PS-DEF-033", "after approval the poll gives the auth token", {{"deferred.get", "token-lost"}},
             [](Test& t) {
                 const auto waiting = put_off(t, auth_endpoint());
                 decide(t, waiting, "approve");
                 const auto answer = outcome(t, waiting);
                 t.expect(answer).status(200).jwt("auth_token");
             })
        .alone();
    suite
        .add("PS-DEF-034", "after approval the poll gives the person token", {{"deferred.get", "token-lost"}},
             [](Test& t) {
                 const auto waiting = put_off(t, person_endpoint());
                 decide(t, waiting, "approve");
                 const auto answer = outcome(t, waiting);
                 t.expect(answer).status(200).jwt("person_token");
             })
        .alone()
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite
        .add("PS-DEF-035", "after the token was given the pending URL is gone",
             {{"deferred.gone-after-terminal", "poll-repeats"}},
             [](Test& t) {
                 const auto waiting = put_off(t, auth_endpoint());
                 decide(t, waiting, "approve");
                 if (outcome(t, waiting).status() != 200) t.blocked("no token came after approval");
                 expect_gone(t, poll(t, waiting, "poll again"));
             })
        .because("A token is handed out once; a second reader of the URL gets nothing.")
        .alone();
    suite
        .add("PS-DEF-036", "a denial is polled as 403 denied", {{"deferred.denied", "poll-denied-400"}},
             [](Test& t) {
                 const auto waiting = put_off(t, auth_endpoint());
                 decide(t, waiting, "deny");
                 const auto answer = outcome(t, waiting);
                 t.expect(answer).status(403).member_is("error", "denied");
                 t.expect(answer, "sig.403-no-signature-error")
                     .no_header("Signature-Error")
                     .no_header("Accept-Signature-Scheme");
             })
        .alone();
    suite
        .add("PS-DEF-037", "after a denial the pending URL is gone, and no token comes from it",
             {{"deferred.gone-after-terminal", "poll-repeats"}},
             [](Test& t) {
                 const auto waiting = put_off(t, auth_endpoint());
                 decide(t, waiting, "deny");
                 const auto denied = outcome(t, waiting);
                 t.expect(denied).that(!granted(denied), "answer after the denial", "no token", denied.summary());
                 expect_gone(t, poll(t, waiting, "poll again"));
             })
        .alone();
    suite
        .add("PS-DEF-038", "two requests of one agent wait and end independently",
             {{"auth-endpoint.concurrent", "decides-for-all"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto first = put_off(t, player, auth_endpoint().request(t, player));
                 const auto second = put_off(t, player, auth_endpoint().request(t, player));
                 t.check({}, first.location != second.location, "pending URLs", "two different ones", first.location);
                 decide(t, second, "approve");
                 const auto done = outcome(t, second);
                 t.expect(done).status(200);
                 const auto waiting = poll(t, first, "poll of the request that nobody decided");
                 t.expect(waiting).status(202);
             })
        .alone();

    suite.area("Withdrawing a request", "7.5.2.3");
    suite
        .add("PS-DEF-040", "after a DELETE the pending URL is gone", {{"clarification.cancel", "delete-ignored"}},
             [](Test& t) {
                 const auto waiting = being_polled(t);
                 const auto deleted = cancel(t, waiting);
                 t.expect(deleted).that(deleted.status() >= 200 && deleted.status() < 300, "answer to DELETE", "2xx",
                                        deleted.summary());
                 expect_gone(t, poll(t, waiting, "poll after the DELETE"));
             })
        .alone();
    suite
        .add("PS-DEF-041", "a withdrawn request cannot be approved any more",
             {{"clarification.cancel", "cancel-revived"}},
             [](Test& t) {
                 const auto waiting = being_polled(t);
                 if (cancel(t, waiting).status() >= 300) t.blocked("the DELETE was not accepted");
                 try_to_decide(t, waiting, "approve");
                 expect_gone(t, poll(t, waiting, "poll after DELETE and approval"));
             })
        .because("The agent said that it does not want the token; a late click must not make one.")
        .alone();
    suite
        .add("PS-DEF-042", "a POST after a DELETE finds the pending URL gone",
             {{"clarification.cancel", "delete-ignored"}},
             [](Test& t) {
                 const auto waiting = being_polled(t);
                 if (cancel(t, waiting).status() >= 300) t.blocked("the DELETE was not accepted");
                 auto request = t.request("POST", waiting.location, waiting.player);
                 request.body(R"({"action": "clarification_response", "clarification_response": "because"})");
                 const auto answer = t.send(request, "POST after the DELETE");
                 t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "410",
                                       answer.summary());
                 expect_gone(t, poll(t, waiting, "poll after the POST"));
             })
        .alone();
    suite
        .add("PS-DEF-043", "a DELETE by another agent changes nothing",
             {{"clarification.cancel-other-agent", "cancel-any-agent"}},
             [](Test& t) {
                 const auto waiting = being_polled(t);
                 auto theirs = waiting;
                 theirs.player = t.player();
                 const auto answer = cancel(t, theirs);
                 t.expect(answer).that(answer.status() >= 400, "answer", "refused", answer.summary());
                 const auto after = poll(t, waiting, "poll by the agent that asked");
                 t.expect(after).that(pending_or_done(after), "poll of the owner", "still pending", after.summary());
             })
        .alone();
}

}  // namespace aauth::suites::ps

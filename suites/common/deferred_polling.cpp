#include <nlohmann/json.hpp>

#include "suites/common/deferred.h"

// Polling, the decision, and withdrawing a request (11.8.3, 13.2, 7.5.2.3).
namespace aauth::suites {

namespace {

void expect_client_error(Test& t, const Answer& answer, const char* what) {
    t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, what, "4xx", answer.summary());
}

void expect_nothing(Test& t, const Deferring& deferring, const Answer& answer, const char* what) {
    const bool nothing = !pending(answer) && !deferring.done(answer) && answer.status() >= 400;
    t.expect(answer).that(nothing, what, "4xx", answer.summary());
}

void expect_gone(Test& t, const Deferring& deferring, const Waiting& waiting, const char* note) {
    const auto answer = poll(t, deferring, waiting, note);
    t.expect(answer).status(410);
}

Answer approved(Test& t, const Deferring& deferring, const Waiting& waiting) {
    decide(t, waiting, "approve");
    auto answer = outcome(t, deferring, waiting);
    if (!deferring.done(answer)) t.blocked("after approval came " + answer.summary());
    return answer;
}

Answer cancel(Test& t, const Deferring& deferring, const Waiting& waiting) {
    return t.send(deferring.request(t, "DELETE", waiting), "the one that asked withdraws its request");
}

// Withdrawing is an answer to a question (7.5.2): who asks none need not take a DELETE.
void needs_withdrawal(Test& t, const Answer& deleted) {
    const bool asks = t.world().hook("clarify") != nullptr || t.target().values.count("scope.clarification") > 0;
    const bool unknown = deleted.status() == 404 || deleted.status() == 405 || deleted.status() == 501;
    if (unknown && !asks) t.skip("the target asks no questions, and takes no DELETE at its pending URLs");
}

// A request that was withdrawn.
Waiting withdrawn(Test& t, const Deferring& deferring) {
    auto waiting = being_polled(t, deferring);
    const auto deleted = cancel(t, deferring, waiting);
    needs_withdrawal(t, deleted);
    if (deleted.status() >= 300) t.blocked("the DELETE was not accepted");
    return waiting;
}

}  // namespace

void deferred_polling_cases(Suite& suite, const Deferring& deferring) {
    suite.area("Polling", "11.8.3");
    add_deferred(
        suite, deferring,
        {
            {"030",
             "a poll before the decision is answered 202",
             {{"deferred.status-202", "poll-later-200"}},
             [](Test& t, const Deferring& d) {
                 const auto answer = poll(t, d, d.put_off(t));
                 if (d.done(answer) && !answer.header("Location")) t.skip("the server decided meanwhile");
                 t.expect(answer).status(202);
             }},
            {"031",
             "a poll without a signature is refused",
             {{"deferred.signed-poll", "poll-unsigned"}},
             [](Test& t, const Deferring& d) {
                 const auto waiting = being_polled(t, d);
                 auto request = d.request(t, "GET", waiting);
                 expect_client_error(t, t.send(request.unsigned_(), "poll without a signature"), "answer");
             }},
            {"032",
             "a poll by another agent learns nothing and gets nothing",
             {{"deferred.other-agent", "poll-any-agent"}},
             [](Test& t, const Deferring& d) {
                 const auto waiting = being_polled(t, d);
                 expect_nothing(t, d, poll_by_stranger(t, d, waiting), "answer while pending");
                 decide(t, waiting, "approve");
                 expect_nothing(t, d, poll_by_stranger(t, d, waiting), "answer after approval");
             },
             "The pending URL stands in logs; only the one that asked may have what comes out of it."},
            {"033",
             "after approval the poll gives what was asked for",
             {{"deferred.get", "approval-lost"}},
             [](Test& t, const Deferring& d) {
                 const auto waiting = d.put_off(t);
                 decide(t, waiting, "approve");
                 const auto answer = outcome(t, d, waiting);
                 t.expect(answer).status(200).that(d.done(answer), "answer", "what was asked for", answer.summary());
             }},
            {"035",
             "after the final answer the pending URL is gone",
             {{"deferred.gone-after-terminal", "poll-repeats"}},
             [](Test& t, const Deferring& d) {
                 const auto waiting = d.put_off(t);
                 approved(t, d, waiting);
                 expect_gone(t, d, waiting, "poll again");
             },
             "A token is handed out once; a second reader of the URL gets nothing."},
            {"036",
             "a denial is polled as 403 denied",
             {{"deferred.denied", "poll-denied-400"}},
             [](Test& t, const Deferring& d) {
                 const auto waiting = d.put_off(t);
                 decide(t, waiting, "deny");
                 const auto answer = outcome(t, d, waiting);
                 t.expect(answer).status(403).member_is("error", "denied");
                 t.expect(answer, "sig.403-no-signature-error")
                     .no_header("Signature-Error")
                     .no_header("Accept-Signature-Scheme");
             }},
            {"037",
             "after a denial the pending URL is gone, and nothing comes from it",
             {{"deferred.gone-after-terminal", "poll-repeats"}},
             [](Test& t, const Deferring& d) {
                 const auto waiting = d.put_off(t);
                 decide(t, waiting, "deny");
                 const auto denied = outcome(t, d, waiting);
                 t.expect(denied).that(!d.done(denied), "answer after the denial", "a refusal", denied.summary());
                 expect_gone(t, d, waiting, "poll again");
             }},
            {"039",
             "a poll that prefers to wait is answered like any other",
             {{"deferred.prefer-wait", "wait-refused"}},
             [](Test& t, const Deferring& d) {
                 const auto waiting = being_polled(t, d);
                 auto request = d.request(t, "GET", waiting);
                 const auto answer = t.send(request.header("Prefer", "wait=1"), "poll with Prefer: wait=1");
                 const bool fine = pending(answer) || d.done(answer);
                 t.expect(answer).that(fine, "answer", "202, or what was asked for", answer.summary());
             }},
        });
}

void deferred_withdrawal_cases(Suite& suite, const Deferring& deferring) {
    suite.area("Withdrawing a request", "7.5.2.3");
    add_deferred(suite, deferring,
                 {
                     {"040",
                      "after a DELETE the pending URL is gone",
                      {{"clarification.cancel", "delete-ignored"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = being_polled(t, d);
                          const auto deleted = cancel(t, d, waiting);
                          needs_withdrawal(t, deleted);
                          t.expect(deleted).that(deleted.status() >= 200 && deleted.status() < 300, "answer to DELETE",
                                                 "2xx", deleted.summary());
                          expect_gone(t, d, waiting, "poll after the DELETE");
                      }},
                     {"041",
                      "a withdrawn request cannot be approved any more",
                      {{"clarification.cancel", "cancel-revived"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = withdrawn(t, d);
                          try_to_decide(t, waiting, "approve");
                          expect_gone(t, d, waiting, "poll after DELETE and approval");
                      },
                      "The one that asked does not want it any more; a late click must not make a token."},
                     {"042",
                      "a POST after a DELETE finds the pending URL gone",
                      {{"clarification.cancel", "delete-ignored"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = withdrawn(t, d);
                          auto request = d.request(t, "POST", waiting);
                          request.body(R"({"action": "clarification_response", "clarification_response": "because"})");
                          expect_client_error(t, t.send(request, "POST after the DELETE"), "answer");
                          expect_gone(t, d, waiting, "poll after the POST");
                      }},
                     {"043",
                      "a DELETE by another agent changes nothing",
                      {{"clarification.cancel-other-agent", "cancel-any-agent"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = being_polled(t, d);
                          const auto answer =
                              t.send(d.stranger(t, "DELETE", waiting), "somebody else withdraws the request");
                          t.expect(answer).that(answer.status() >= 400, "answer", "refused", answer.summary());
                          const auto after = poll(t, d, waiting, "poll by the one that asked");
                          t.expect(after).that(pending(after) || d.done(after), "poll of the owner", "still pending",
                                               after.summary());
                      }},
                 });
}

}  // namespace aauth::suites

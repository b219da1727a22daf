#include "suites/resource/waiting.h"

// An invocation that is held until the auth token comes (6.5.1).
namespace aauth::suites::rs {

namespace {

std::string good_token(Test& t, const Player& player) { return auth_token(t, player, scope_of(t, Mode::Held)); }

// A held invocation that the player's auth token has completed.
struct Completed {
    Waiting waiting;
    std::string token;
    Answer result;
};

Completed completed(Test& t) {
    const auto waiting = held(t);
    const auto token = good_token(t, waiting.player);
    const auto result = poll(t, waiting, token, "the first poll with an auth token");
    if (!served(result)) t.blocked("a poll with a valid auth token got " + result.summary());
    return {waiting, token, result};
}

void expect_not_executed(Test& t, const Answer& answer, std::string_view requirement = {}) {
    t.expect(answer, requirement)
        .that(!served(answer) && answer.status() < 500, "answer", "not the result", answer.summary());
}

void first_answers(Suite& suite) {
    suite.add("RS-HLD-001", "a held invocation is a full deferred response with the resource token in it",
              {{"requirement.deferred.form", "challenge-no-resource-token"},
               {"deferred.status-202", "pending-no-status"},
               {"deferred.location", "pending-no-location"},
               {"deferred.same-origin", "pending-other-origin"},
               {"deferred.retry-after", "pending-no-retry-after"},
               {"deferred.no-store", "pending-cacheable"}},
              [](Test& t) {
                  const auto answer = held(t).answer;
                  t.expect(answer, "requirement.deferred.form").requirement("auth-token");
                  t.expect(answer, "requirement.deferred.form")
                      .that(resource_token_in(answer).has_value(), "resource-token", "a JWT", answer.summary());
                  expect_deferred(t, answer);
              })
        .only_for({"11", "11-2026-08"});
    suite.add("RS-HLD-002", "the pending URL of a held invocation cannot be guessed",
              {{"deferred.unguessable", "pending-guessable"}}, [](Test& t) {
                  expect_unguessable(t, held(t).location, held(t).location);
              })
        .only_for({"11", "11-2026-08"});
}

void executions(Suite& suite) {
    suite.add("RS-HLD-003", "a poll that shows only who the person is leaves the invocation pending",
              {{"requirement.deferred.executes", "held-any-token"}}, [](Test& t) {
                  const auto waiting = held(t);
                  const auto answer = poll(t, waiting, identity_token(t, waiting.player));
                  expect_not_executed(t, answer);
                  t.prefer(answer).status(202);
              });
    suite.add("RS-HLD-004", "the invocation runs on the first poll with a valid auth token",
              {{"requirement.deferred.executes", "held-forever"}}, [](Test& t) {
                  const auto waiting = held(t);
                  const auto answer = poll(t, waiting, good_token(t, waiting.player));
                  t.expect(answer).that(served(answer), "answer", "the invocation's response", answer.summary());
              });
    suite.add("RS-HLD-005", "the same auth token presented again gets the stored result, and nothing runs twice",
              {{"requirement.deferred.once", "ignore resource.held-once"}}, [](Test& t) {
                  const auto done = completed(t);
                  const auto again = poll(t, done.waiting, done.token, "the same auth token again");
                  t.expect(again).status(done.result.status());
                  t.expect(again).that(again.response.body == done.result.response.body, "body", "the stored result",
                                       again.response.body.substr(0, 200));
              })
        .because("The first response may have been lost on the way: the agent cannot tell.");
    suite.add("RS-HLD-006", "after completion another auth token gets 410 at the pending URL",
              {{"deferred.gone-after-terminal", "held-again"}}, [](Test& t) {
                  const auto done = completed(t);
                  const auto answer = poll(t, done.waiting, good_token(t, done.waiting.player), "another auth token");
                  t.expect(answer).status(410);
              })
        .only_for({"11", "11-2026-08"});
    suite.add("RS-HLD-007", "an auth token without the scope does not run the invocation",
              {{"auth-token.scope-enforced", "ignore-scope"}}, [](Test& t) {
                  const auto waiting = held(t);
                  const auto token = auth_token(t, waiting.player, "aauth-conformance-other");
                  expect_not_executed(t, poll(t, waiting, token, "an auth token for another scope"));
                  const auto answer = poll(t, waiting, good_token(t, waiting.player), "control: the right scope");
                  if (!served(answer)) t.blocked("a poll with a valid auth token got " + answer.summary());
              })
        .only_for({"11", "11-2026-08"});
}

void strangers(Suite& suite) {
    suite.add("RS-HLD-010", "another agent's poll does not run the invocation",
              {{"deferred.other-agent", "held-any-agent"}}, [](Test& t) {
                  const auto waiting = held(t);
                  const auto other = t.player();
                  const auto request = poll_request(t, waiting, other, good_token(t, other));
                  const auto answer = t.send(request, "another agent with an auth token of its own");
                  expect_not_executed(t, answer);
                  t.expect(answer).that(answer.status() != 202, "status", "not 202", answer.summary());
              })
        .only_for({"11", "11-2026-08"});
    suite.add("RS-HLD-011", "a poll without a signature is refused", {{"deferred.signed-poll", "held-unsigned"}},
              [](Test& t) {
                  const auto waiting = held(t);
                  auto request = poll_request(t, waiting, waiting.player);
                  const auto answer = t.send(request.unsigned_(), "an unsigned poll");
                  t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "refused",
                                        answer.summary());
              })
        .only_for({"11", "11-2026-08"});
}

}  // namespace

void held_cases(Suite& suite) {
    suite.area("Deferred delivery", "6.5.1");
    first_answers(suite);
    executions(suite);
    strangers(suite);
}

}  // namespace aauth::suites::rs

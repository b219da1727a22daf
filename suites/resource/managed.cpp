#include "harness/protocol/identifiers.h"
#include "suites/resource/waiting.h"

// A resource that runs its own interaction (6.2, 11.6.3).
namespace aauth::suites::rs {

namespace {

void challenges(Suite& suite) {
    suite.add("RS-MAN-001", "a call that needs the person is answered 202 with requirement=interaction",
              {{"session-token.interaction-first", "pending-no-requirement"},
               {"interaction.url", "interaction-url-query"},
               {"interaction.code", "interaction-no-code"},
               {"interaction.location", "pending-no-location"}},
              [](Test& t) {
                  const auto waiting = interaction(t);
                  const auto& answer = waiting.answer;
                  t.expect(answer, "session-token.interaction-first").requirement("interaction").required();
                  const auto problem = protocol::endpoint_problem(waiting.url, t.world().reach());
                  t.expect(answer, "interaction.url")
                      .that(!problem, "url", "https, without query or fragment",
                            waiting.url + " " + problem.value_or(""));
                  t.expect(answer, "interaction.code").requirement_parameter("code");
                  t.expect(answer, "interaction.location").header("Location").header("Retry-After");
              });
    suite.add("RS-MAN-002", "the 202 is a full deferred response",
              {{"deferred.status-202", "pending-no-status"},
               {"deferred.location", "pending-no-location"},
               {"deferred.same-origin", "pending-other-origin"},
               {"deferred.retry-after", "pending-no-retry-after"},
               {"deferred.no-store", "pending-cacheable"}},
              [](Test& t) { expect_deferred(t, interaction(t).answer); });
    suite.add("RS-MAN-003", "the interaction code is Crockford base32 of eight symbols or more",
              {{"interaction.code-alphabet", "code-alphabet"}, {"interaction.code-length", "code-short"}}, [](Test& t) {
                  const auto code = interaction(t).code;
                  const auto folded = protocol::folded_code(code);
                  auto bare = code;
                  std::erase(bare, '-');
                  const bool symbols = !bare.empty() && bare == folded && !protocol::code_problem(bare + "00000000");
                  t.check("interaction.code-alphabet", symbols, "code", "Crockford base32 in upper case", code);
                  t.check("interaction.code-length", bare.size() >= 8, "code", "eight symbols or more", code);
              })
        .because("A person reads it from one screen and types it into another.");
    suite.add("RS-MAN-004", "two calls get two codes and two pending URLs that cannot be guessed",
              {{"interaction.code-random", "code-fixed"}, {"deferred.unguessable", "pending-guessable"}}, [](Test& t) {
                  const auto one = interaction(t);
                  const auto other = interaction(t);
                  t.check("interaction.code-random", one.code != other.code, "codes", "different", one.code);
                  expect_unguessable(t, one.location, other.location);
              });
}

void polls(Suite& suite) {
    suite.add("RS-MAN-005", "another agent's poll learns nothing", {{"deferred.other-agent", "poll-any-agent"}},
              [](Test& t) {
                  const auto waiting = interaction(t);
                  const auto own = poll(t, waiting);
                  if (own.status() != 202) t.blocked("the agent's own poll got " + own.summary());
                  const auto answer = t.send(poll_request(t, waiting, t.player()), "another agent polls");
                  t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "refused",
                                        answer.summary());
              });
    suite.add("RS-MAN-006", "a poll without a signature is refused", {{"deferred.signed-poll", "poll-unsigned"}},
              [](Test& t) {
                  const auto waiting = interaction(t);
                  auto request = poll_request(t, waiting, waiting.player);
                  const auto answer = t.send(request.unsigned_(), "an unsigned poll");
                  t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "refused",
                                        answer.summary());
              });
    suite.add("RS-MAN-007", "a call that the person declined ends with 403 denied",
              {{"deferred.denied", "poll-denied-400"}}, [](Test& t) {
                  const auto waiting = interaction(t);
                  decide(t, waiting, "deny");
                  const auto answer = outcome(t, waiting);
                  t.expect(answer).status(403).problem({"denied"});
              });
    suite.add("RS-MAN-008", "after its terminal response the pending URL answers 410",
              {{"deferred.gone-after-terminal", "poll-repeats"}}, [](Test& t) {
                  const auto waiting = interaction(t);
                  decide(t, waiting, "approve");
                  const auto first = outcome(t, waiting);
                  if (!served(first)) t.blocked("an approved call got " + first.summary());
                  t.expect(poll(t, waiting, {}, "a poll after the end")).status(410);
              });
}

// The page at the interaction URL, opened with the code in another writing.
struct CodeRow {
    const char* id;
    const char* title;
    Covers covers;
    std::string (*write)(std::string);
};

void codes(Suite& suite) {
    const CodeRow rows[] = {
        {"RS-MAN-010", "a code is accepted without its hyphens", {{"interaction.code-hyphens", "code-hyphens-matter"}},
         [](std::string code) {
             std::erase(code, '-');
             return code;
         }},
        {"RS-MAN-011", "a code is accepted in lower case", {{"interaction.code-case", "code-case-sensitive"}},
         [](std::string code) { return http::lowercase(code); }},
    };
    for (const auto& row : rows) {
        suite.add(row.id, row.title, row.covers, [row](Test& t) {
            const auto waiting = interaction(t);
            const auto unknown = t.send_plain("GET", waiting.url + "?code=" + protocol::new_interaction_code());
            if (unknown.status() < 400) t.skip("the page answers an unknown code like a known one");
            const auto answer =
                t.send_plain("GET", waiting.url + "?code=" + row.write(waiting.code), {}, {}, "the person");
            t.expect(answer).that(answer.status() < 400, "page", "as for the code as written", answer.summary());
        });
    }
    suite.add("RS-MAN-012", "a code that was used is refused afterwards",
              {{"interaction.code-single-use", "code-reusable"}}, [](Test& t) {
                  const auto waiting = interaction(t);
                  const auto url = waiting.url + "?code=" + waiting.code;
                  const auto first = t.send_plain("GET", url, {}, {}, "the person");
                  if (first.status() >= 400) t.blocked("the page refused the code: " + first.summary());
                  const auto answer = t.send_plain("GET", url, {}, {}, "somebody else");
                  t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "page", "refused",
                                        answer.summary());
              });
}

}  // namespace

void managed_cases(Suite& suite) {
    suite.area("Resource-managed authorization", "6.2");
    challenges(suite);
    polls(suite);
    codes(suite);
}

}  // namespace aauth::suites::rs

#include <fmt/core.h>
#include <algorithm>

#include "harness/protocol/identifiers.h"
#include "suites/common/deferred.h"

// The interaction page and its code (11.6.3.1). A visit with the code is what a person's browser does first.
namespace aauth::suites {

namespace {

std::string without_hyphens(std::string code) {
    std::erase(code, '-');
    return code;
}

std::string hyphened(const std::string& code) {
    auto bare = without_hyphens(code);
    for (const std::size_t at : {6u, 4u, 2u}) {
        if (at < bare.size()) bare.insert(at, "-");
    }
    return bare;
}

// 1 as I or L, 0 as O: what people read.
std::string aliased(std::string code) {
    std::replace(code.begin(), code.end(), '1', 'I');
    std::replace(code.begin(), code.end(), '0', 'O');
    return code;
}

// The page takes the code in this other spelling.
void expect_taken(Test& t, const Waiting& waiting, const std::string& spelling) {
    const auto answer = arrive(t, waiting, spelling);
    t.expect(answer).that(answer.status() < 400, "answer to the other spelling",
                          fmt::format("{} accepted like {}", spelling, waiting.code), answer.summary());
}

}  // namespace

void deferred_code_cases(Suite& suite, const Deferring& deferring) {
    suite.area("Interaction code", "11.6.3.1");
    add_deferred(suite, deferring,
                 {
                     {"050",
                      "a code is accepted once, and then refused with invalid_code",
                      {{"interaction.code-single-use", "code-reusable"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = with_page(t, d);
                          const auto first = arrive(t, waiting, waiting.code);
                          if (first.status() >= 400) t.blocked("the first visit with the code got " + first.summary());
                          const auto again = arrive(t, waiting, waiting.code);
                          const bool coded = again.status() == 410 || again.text("error") == "invalid_code";
                          t.expect(again).that(again.status() >= 400 && coded, "second visit", "410 invalid_code",
                                               again.summary());
                      },
                      "A code that was read over somebody's shoulder must be worth nothing afterwards."},
                     {"051",
                      "a code is accepted in lower case",
                      {{"interaction.code-case", "code-case-sensitive"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = with_page(t, d);
                          const bool upper = std::any_of(waiting.code.begin(), waiting.code.end(),
                                                         [](char c) { return c >= 'A' && c <= 'Z'; });
                          expect_taken(t, waiting, upper ? http::lowercase(waiting.code) : waiting.code);
                      },
                      "People type codes as they like."},
                     {"052",
                      "a code is accepted without its hyphens",
                      {{"interaction.code-hyphens", "code-hyphens-matter"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = with_page(t, d);
                          expect_taken(t, waiting, without_hyphens(waiting.code));
                      }},
                     {"053",
                      "a code is accepted with hyphens in other places",
                      {{"interaction.code-hyphens", "code-hyphens-matter"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = with_page(t, d);
                          expect_taken(t, waiting, hyphened(waiting.code));
                      }},
                     {"054",
                      "I is read as 1 and O as 0 in a code",
                      {{"interaction.code-aliases", "code-no-aliases"}},
                      [](Test& t, const Deferring& d) {
                          auto waiting = with_page(t, d);
                          for (int tries = 0; tries < 30 && aliased(waiting.code) == waiting.code; ++tries) {
                              waiting = d.put_off(t);
                          }
                          if (aliased(waiting.code) == waiting.code) t.skip("no code with 0 or 1 came in 30 requests");
                          expect_taken(t, waiting, aliased(waiting.code));
                      }},
                     {"056",
                      "once the person has come the pending URL says interacting",
                      {{"interaction.status-interacting", "never-interacting"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = with_page(t, d);
                          if (arrival_approves(t)) t.skip("by its description, coming to the target's page approves");
                          arrive(t, waiting, waiting.code);
                          t.expect(poll(t, d, waiting, "poll after the visit")).member_is("status", "interacting");
                      }},
                 });
}

void deferred_guessing_cases(Suite& suite, const Deferring& deferring) {
    suite.area("Interaction code", "11.6.3.1");
    add_deferred(suite, deferring,
                 {{"090",
                   "who guesses at codes is stopped before long",
                   {{"interaction.code-rate-limit", "codes-unlimited"}},
                   [](Test& t, const Deferring& d) {
                       constexpr int most = 60;
                       const auto waiting = with_page(t, d);
                       for (int i = 0; i < most; ++i) {
                           const auto guess = arrive(t, waiting, protocol::new_interaction_code());
                           if (guess.status() == 429) return void(t.expect(guess).status(429));
                       }
                       // Whose interaction it is that has failed, nothing says; a page that keeps the guesser out will
                       // do.
                       const auto answer = arrive(t, waiting, waiting.code);
                       auto refused = t.expect(answer);
                       refused.that(answer.status() >= 400, "the right code after 60 wrong ones", "refused",
                                    answer.summary());
                       if (!refused.good()) return;
                       t.prefer(answer).that(answer.text("error") == "invalid_code" || answer.status() == 429,
                                             "the right code after 60 wrong ones", "invalid_code", answer.summary());
                   },
                   "Codes are short enough for people, and so for programs that try them all.",
                   true}});
}

}  // namespace aauth::suites

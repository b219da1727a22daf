#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// The interaction page and its code (11.6.3.1). A visit with the code is what a person's browser does first.
namespace aauth::suites::ps {

namespace {

std::string without_hyphens(std::string code) {
    code.erase(std::remove(code.begin(), code.end(), '-'), code.end());
    return code;
}

std::string lowered(const std::string& code) { return http::lowercase(code); }

std::string hyphened(const std::string& code) {
    auto bare = without_hyphens(code);
    for (const int at : {6, 4, 2}) {
        if (static_cast<std::size_t>(at) < bare.size()) bare.insert(static_cast<std::size_t>(at), "-");
    }
    return bare;
}

// 1 as I or L, 0 as O: what people read.
std::string aliased(std::string code) {
    std::replace(code.begin(), code.end(), '1', 'I');
    std::replace(code.begin(), code.end(), '0', 'O');
    return code;
}

// A request whose interaction page tells good codes from bad ones.
Waiting with_page(Test& t) {
    auto waiting = put_off(t, auth_endpoint());
    if (waiting.url.empty() || waiting.code.empty()) t.skip("the target does not ask by requirement=interaction");
    needs_judging_page(t, waiting);
    return waiting;
}

// The page takes the code in this other spelling.
void expect_taken(Test& t, const Waiting& waiting, const std::string& spelling) {
    const auto answer = arrive(t, waiting, spelling);
    t.expect(answer).that(answer.status() < 400, "answer to the other spelling", fmt::format("{} accepted like {}", spelling, waiting.code),
                          answer.summary());
}

}  // namespace

void code_cases(Suite& suite) {
    suite.area("Interaction code", "11.6.3.1");

    suite
        .add("PS-DEF-050", "a code is accepted once, and then refused with invalid_code",
             {{"interaction.code-single-use", "code-reusable"}},
             [](Test& t) {
                 const auto waiting = with_page(t);
                 const auto first = arrive(t, waiting, waiting.code);
                 if (first.status() >= 400) t.blocked("the first visit with the code got " + first.summary());
                 const auto again = arrive(t, waiting, waiting.code);
                 const bool coded = again.status() == 410 || again.text("error") == "invalid_code";
                 t.expect(again).that(again.status() >= 400 && coded, "second visit", "410 invalid_code",
                                      again.summary());
             })
        .because("A code that was read over somebody's shoulder must be worth nothing afterwards.")
        .alone();
    suite
        .add("PS-DEF-051", "a code is accepted in lower case", {{"interaction.code-case", "code-case-sensitive"}},
             [](Test& t) {
                 const auto waiting = with_page(t);
                 const auto upper =
                     std::any_of(waiting.code.begin(), waiting.code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
                 const auto swapped = upper ? lowered(waiting.code) : waiting.code;
                 expect_taken(t, waiting, swapped);
             })
        .because("People type codes as they like.")
        .alone();
    suite
        .add("PS-DEF-052", "a code is accepted without its hyphens",
             {{"interaction.code-hyphens", "code-hyphens-matter"}},
             [](Test& t) {
                 const auto waiting = with_page(t);
                 expect_taken(t, waiting, without_hyphens(waiting.code));
             })
        .alone();
    suite
        .add("PS-DEF-053", "a code is accepted with hyphens in other places",
             {{"interaction.code-hyphens", "code-hyphens-matter"}},
             [](Test& t) {
                 const auto waiting = with_page(t);
                 expect_taken(t, waiting, hyphened(waiting.code));
             })
        .alone();
    suite
        .add("PS-DEF-054", "I is read as 1 and O as 0 in a code", {{"interaction.code-aliases", "code-no-aliases"}},
             [](Test& t) {
                 auto waiting = with_page(t);
                 for (int tries = 0; tries < 30 && aliased(waiting.code) == waiting.code; ++tries) {
                     waiting = put_off(t, auth_endpoint());
                 }
                 if (aliased(waiting.code) == waiting.code) t.skip("no code with 0 or 1 came in 30 requests");
                 expect_taken(t, waiting, aliased(waiting.code));
             })
        .alone();
    suite
        .add("PS-DEF-055", "the code alone approves nothing", {{"interaction.code-not-credential", "page-approves"}},
             [](Test& t) {
                 const auto waiting = with_page(t);
                 if (arrival_approves(t)) t.skip("by its description, coming to the target's page approves");
                 arrive(t, waiting, waiting.code);
                 const auto answer = poll(t, waiting, "poll after the visit");
                 t.expect(answer).that(!(granted(answer) && answer.status() == 200), "poll after the visit", "no token",
                                       answer.summary());
             })
        .because("The agent knows the code, so the code cannot stand for the person.")
        .alone();
    suite
        .add("PS-DEF-056", "once the person has come the pending URL says interacting",
             {{"interaction.status-interacting", "never-interacting"}},
             [](Test& t) {
                 const auto waiting = with_page(t);
                 if (arrival_approves(t)) t.skip("by its description, coming to the target's page approves");
                 arrive(t, waiting, waiting.code);
                 t.expect(poll(t, waiting, "poll after the visit")).member_is("status", "interacting");
             })
        .alone();
}

}  // namespace aauth::suites::ps

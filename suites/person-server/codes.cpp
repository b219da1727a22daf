#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// The interaction page and its code (11.6.3.1).
namespace aauth::suites::ps {

void code_cases(Suite& suite) {
    deferred_code_cases(suite, deferring());
    add_deferred(suite, deferring(),
                 {{"055",
                   "the code alone approves nothing",
                   {{"interaction.code-not-credential", "page-approves"}},
                   [](Test& t, const Deferring& d) {
                       const auto waiting = with_page(t, d);
                       if (arrival_approves(t)) t.skip("by its description, coming to the target's page approves");
                       arrive(t, waiting, waiting.code);
                       const auto answer = poll(t, waiting, "poll after the visit");
                       t.expect(answer).that(!d.done(answer), "poll after the visit", "no token", answer.summary());
                   },
                   "The agent knows the code, so the code cannot stand for the person."}});
}

}  // namespace aauth::suites::ps

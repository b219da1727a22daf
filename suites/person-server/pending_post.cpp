#include <nlohmann/json.hpp>

#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// POST to the pending URL (7.5.2) of a person server.
namespace aauth::suites::ps {

void pending_post_cases(Suite& suite) {
    suites::pending_post_cases(suite, clarifying());
    add_deferred(suite, deferring(),
                 {{"062",
                   "an answer by the agent does not stand for the person's approval",
                   {{"interaction.code-not-credential", "post-approves"}},
                   [](Test& t, const Deferring& d) {
                       const auto waiting = d.put_off(t);
                       const auto control = poll(t, waiting, "control: poll");
                       if (control.status() != 202) t.blocked("the agent's poll got " + control.summary());
                       const auto answer = post(t, d, waiting, clarification_response("Because I need it"),
                                                "the agent explains itself");
                       const auto after = poll(t, waiting, "poll after the POST");
                       t.expect(after).that(!d.done(after), "poll after the POST", "no token", after.summary());
                       if (answer.status() != 202) return;
                       // Whether the 202 to a POST is a pending response like the first, no section says.
                       t.prefer(answer, "deferred.location").header("Location");
                       t.prefer(answer, "deferred.retry-after").header("Retry-After");
                       t.prefer(answer, "deferred.no-store").cache_control_no_store();
                   },
                   "Otherwise the agent consents to its own request."}});
}

}  // namespace aauth::suites::ps

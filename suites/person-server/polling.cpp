#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// Polling, the person's decision, and withdrawing a request (11.8.3, 13.2, 7.5.2.3).
namespace aauth::suites::ps {

void polling_cases(Suite& suite) {
    deferred_polling_cases(suite, deferring());
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
    deferred_withdrawal_cases(suite, deferring());
}

}  // namespace aauth::suites::ps

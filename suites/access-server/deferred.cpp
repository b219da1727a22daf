#include <nlohmann/json.hpp>

#include "mocks/person_server.h"
#include "suites/access-server/endpoints.h"
#include "suites/common/clarification_cases.h"

// Requests of a person server that the access server puts off: polling, the person's part, questions (9.1.2, 11.8).
namespace aauth::suites::as {

namespace {

// A request that waits for something, named as for put_off.
Waiting waiting_because(Test& t, const std::string& what, const std::string& more_scope = {}) {
    const auto player = t.player();
    const auto answer = put_off(t, player, what, more_scope);
    if (answer.status() != 202) t.blocked("a conforming request got " + answer.summary());
    return waiting_for(player, answer);
}

Clarifying clarifying() {
    Clarifying made;
    made.prefix = "AS-DEF-";
    made.alone = false;
    made.put_off = [](Test& t) { return waiting_because(t, "interaction"); };
    made.request = [](Test& t, const std::string& method, const Waiting& waiting) {
        return t.request_by(t.world().person_server(), method, waiting.location, nullptr);
    };
    made.stranger = [](Test& t, const std::string& method, const Waiting& waiting) {
        auto& other = t.world().another_person_server();
        t.world().trust(other);
        return t.request_by(other, method, waiting.location, nullptr);
    };
    made.done = [](const Answer& answer) { return answer.status() == 200 && !answer.text("auth_token").empty(); };
    made.revoke = revoke_resource_token;
    made.server = auth_server();
    made.asked = [](Test& t) { return waiting_because(t, "clarification", wide); };
    made.open = made.asked;
    return made;
}

}  // namespace

void deferred_cases(Suite& suite) {
    const auto how = clarifying();
    deferred_response_cases(suite, how);
    deferred_polling_cases(suite, how);
    deferred_withdrawal_cases(suite, how);
    deferred_code_cases(suite, how);
    deferred_end_cases(suite, how);
    deferred_callback_cases(suite, how);
    pending_post_cases(suite, how);
    clarification_cases(suite, how);
}

void guessing_cases(Suite& suite) { deferred_guessing_cases(suite, clarifying()); }

}  // namespace aauth::suites::as

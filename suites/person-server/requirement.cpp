#include <string>

#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// How a person server says what it waits for, and what a refusal of its carries (11.6, 11.3.4).
namespace aauth::suites::ps {

void requirement_cases(Suite& suite) {
    suite.area("Requirements and refusals", "11.6");
    suite
        .add("PS-NED-001", "AAuth-Requirement comes with 202, or with 402 where there is something to pay",
             {{"requirement.status", "poll-200-pending"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto answer = with_person_needed(t, token_endpoint().request(t, player), {"interaction"});
                 if (!answer.header("AAuth-Requirement")) t.skip("the target asked for nothing: " + answer.summary());
                 t.expect(answer).status_in({202, 402});
             })
        .alone();
    suite
        .add("PS-NED-002", "no requirement of AAuth is conveyed in WWW-Authenticate",
             {{"requirement.not-www-authenticate", "requirement-in-www-authenticate"}},
             [](Test& t) {
                 const auto field = put_off(t, token_endpoint()).answer.header("WWW-Authenticate").value_or("absent");
                 const bool conveyed = field.find("requirement=") != std::string::npos || field.rfind("AAuth", 0) == 0;
                 t.check({}, !conveyed, "WWW-Authenticate", "without AAuth's requirements", field);
             })
        .because("An agent reads AAuth-Requirement; WWW-Authenticate may stand beside it for clients of other kinds.")
        .alone();
    suite
        .add("PS-NED-003", "a 403 after the signature verified carries no field about signatures",
             {{"sig.403-no-signature-error", "forbidden-signature-error"}},
             [](Test& t) {
                 const auto waiting = put_off(t, token_endpoint());
                 decide(t, waiting, "deny");
                 const auto answer = outcome(t, waiting);
                 if (answer.status() != 403) t.blocked("a denial was answered " + answer.summary());
                 for (const char* name : {"Signature-Error", "Accept-Signature-Scheme", "Accept-Signature-Alg"}) {
                     t.expect(answer).no_header(name);
                 }
             })
        .alone();
}

}  // namespace aauth::suites::ps

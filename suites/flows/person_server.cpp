#include <nlohmann/json.hpp>

#include "mocks/resource.h"
#include "suites/flows/flows.h"
#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// What a person server is there for, each as one conversation: the agent asks it, our resource checks what it issued.
namespace aauth::suites::flows {

namespace {

// Our resource, called by an agent that shows this token. It verifies the token as 7.1.4 and 9.4.3 say.
Answer at_our_resource(Test& t, const Player& player, const std::string& path, const jose::Jwt& token) {
    const auto url = t.world().resource().url(path);
    return t.send(t.request("GET", url, player, token.compact()), "our resource is shown the token");
}

void expect_served(Test& t, const Answer& answer, std::string_view requirement) {
    t.expect(answer, requirement).that(answer.status() == 200, "our resource", "serves the agent", answer.summary());
}

void person_flow(Suite& suite) {
    suite
        .add("PS-FLOW-001", "person identity: the agent gets a person token that our resource takes",
             {{"person-token.aud", "alter person-token.aud"}, {"person-token.dwk", "alter person-token.dwk"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto token = ps::person_token(t, player);
                 const auto answer = at_our_resource(t, player, "/person", token);
                 expect_served(t, answer, "person-token.aud");
                 expect_served(t, answer, "person-token.dwk");
             })
        .because(
            "The agent says for which resource; the token (7.1) is good there and nowhere else, under the agent's "
            "own key.");
}

void three_party_flow(Suite& suite) {
    suite
        .add("PS-FLOW-010",
             "three-party: for the resource's challenge the agent gets an auth token that opens the resource",
             {{"auth-token.aud", "alter auth-token.aud"}, {"auth-token.scope-not-broader", "auth-token-broader-scope"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto token = ps::auth_token(t, player);
                 expect_served(t, at_our_resource(t, player, "/data", token), "auth-token.aud");
                 const auto scope = token.claim_string("scope").value_or("");
                 const bool narrow = scope.empty() || scope == Ask().scope;
                 t.check("auth-token.scope-not-broader", narrow, "scope", Ask().scope + ", as the resource asked",
                         scope);
             })
        .because(
            "The resource token says what the resource wants consent for; the person server checks it against the "
            "token that the resource was shown (6.7.2), asks the person, and grants (9.4).");
}

void deferred_flow(Suite& suite) {
    suite
        .add("PS-FLOW-020",
             "deferred consent: the person is asked while the agent polls, and the token comes at the end",
             {{"deferred.status-202", "poll-200-pending"}, {"deferred.get", "token-lost"}},
             [](Test& t) {
                 const auto waiting = ps::put_off(t, ps::token_endpoint());
                 const auto first = ps::poll(t, waiting, "a poll before the person has decided");
                 t.expect(first, "deferred.status-202").status(202).required();
                 decide(t, waiting, "approve");
                 const auto answer = ps::outcome(t, waiting);
                 t.expect(answer, "deferred.get").that(granted(answer), "answer", "the token", answer.summary());
             })
        .because(
            "A 202 (11.8) says where the person goes and where the agent waits; nothing is issued before the person "
            "has decided.")
        .alone();
}

}  // namespace

void of_person_server(Suite& suite) {
    suite.area("Flows", "4.3");
    person_flow(suite);
    three_party_flow(suite);
    deferred_flow(suite);
    four_party_flow_at_person_server(suite);
    mission_flow(suite);
    chaining_flows_at_person_server(suite);
}

}  // namespace aauth::suites::flows

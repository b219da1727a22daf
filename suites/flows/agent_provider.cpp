#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"
#include "suites/agent-provider/given.h"
#include "suites/flows/flows.h"

// What an agent provider is there for: the agent that it vouches for is known wherever it goes.
namespace aauth::suites::flows {

namespace {

// The agent of the target, as the one who sends requests.
Player agent_of(Test& t) {
    const auto given = ap::agent_token(t);
    if (!given.key) t.skip("the agent's private key is not given: private_jwk, or a hook that takes {{jwk}}");
    if (given.token.claim_string("ps") != t.person_server_identifier()) t.skip("the agent has another person server");
    return {{given.sub, *given.key}, given.token.compact()};
}

mocks::SignedRequest person_token_request(Test& t, const Player& player) {
    auto& server = t.world().person_server();
    const auto url = json::string_member(server.metadata(), t.draft().person_token_endpoint_field).value_or("");
    auto request = t.request("POST", url, player);
    request.body(json::dump({{"resource", t.world().resource().identifier()}}));
    return request;
}

}  // namespace

void of_agent_provider(Suite& suite) {
    suite.area("Flows", "4.3");
    suite
        .add("AP-FLOW-001",
             "the agent token carries an agent into our resource, and to a person token at our person server",
             {{"agent-token.cnf", "alter agent-token.cnf"}, {"agent-token.dwk", "alter agent-token.dwk"}},
             [](Test& t) {
                 const auto player = agent_of(t);
                 const auto expect_taken = [&](const Answer& answer, const char* who) {
                     for (const char* requirement : {"agent-token.cnf", "agent-token.dwk"}) {
                         t.expect(answer, requirement)
                             .that(answer.status() == 200, who, "takes the agent token", answer.summary());
                     }
                 };
                 const auto url = t.world().resource().url("/agent");
                 expect_taken(t.send(t.request("GET", url, player), "the agent calls our resource"), "our resource");
                 if (!t.draft().person_tokens) return;
                 const auto answer = t.send(person_token_request(t, player), "the agent asks our person server");
                 expect_taken(answer, "our person server");
             })
        .because(
            "Both look the provider's keys up, verify the token (5.3.3), and find in it the key that the agent "
            "signs with.");
}

}  // namespace aauth::suites::flows

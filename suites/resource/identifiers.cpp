#include "suites/common/auth_server.h"
#include "suites/resource/waiting.h"

// Agents as the resource tells them apart (5.2).
namespace aauth::suites::rs {

void identifier_cases(Suite& suite) {
    suite.area("Agent identifiers", "5.2");
    suite
        .add("RS-ID-001", "agents whose names differ in case only are two agents",
             {{"id.agent.compare", "fold-agent-case"}},
             [](Test& t) {
                 const auto waiting = interaction(t);
                 const auto own = poll(t, waiting);
                 if (own.status() != 202) t.blocked("the agent's own poll got " + own.summary());
                 auto& provider = t.world().agent_provider();
                 Player other{t.player().agent, {}};
                 other.agent.identifier = waiting.player.agent.identifier;
                 other.agent.identifier.replace(0, 7, "aauth:A");
                 other.token = provider.agent_token(other.agent, t.person_server_identifier());
                 const auto answer = t.send(poll_request(t, waiting, other), "a poll by the other agent");
                 t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "refused",
                                       answer.summary());
             })
        .only_for(drafts_with([](const protocol::Draft& draft) { return draft.uppercase_local_part; }))
        .because("Whoever folds case lets one of them have what is the other's.");
}

}  // namespace aauth::suites::rs

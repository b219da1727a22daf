#include <nlohmann/json.hpp>

#include "suites/person-server/endpoints.h"

// Verification of the resource token as only a person server does it (6.7.2, 9.3).
namespace aauth::suites::ps {

using nlohmann::json;

void resource_token_cases(Suite& suite) {
    suites::resource_token_cases(suite, auth_server());

    suite.add("PS-RES-030", "a resource token for another recipient gives no auth token",
              {{"resource-token.verify-aud", "ignore auth-endpoint.aud"}}, [](Test& t) {
                  Ask ask;
                  ask.edit = [](json&, json& claims) { claims["aud"] = "https://as.aauth-conformance.invalid"; };
                  const auto answer = changed_ask(t, ask);
                  // Another aud asks for federation, which cannot succeed here: as_unreachable is as good as a refusal.
                  const bool token = !answer.text("auth_token").empty();
                  t.expect(answer).that(!token && answer.status() != 200, "answer", "no auth token", answer.summary());
              });
    suite.add("PS-RES-048", "a person token that the server does not know is answered with unknown_person_token",
              {{"auth-endpoint.unknown-person-token", "error-wrong-code"}}, [](Test& t) {
                  Ask ask;
                  ask.edit = [](json&, json& claims) {
                      claims["presented_jti"] = "00000000-0000-4000-8000-000000000000";
                  };
                  const auto answer = changed_ask(t, ask);
                  t.expect(answer).status(400).member_is("error", "unknown_person_token");
              });
    suite
        .add("PS-RES-049", "a resource token stays good after the person token it names has expired",
             {{"person-endpoint.record", "forgets-expired"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto until = t.now() + 4;
                 auto brief = player;
                 brief.token = t.world().agent_provider().agent_token(
                     player.agent, t.person_server_identifier(), [=](json&, json& claims) { claims["exp"] = until; });
                 Ask ask;
                 ask.presented = presentable_token(t, brief).compact();
                 const auto body = auth_body(t, player, ask);
                 wait_until(t, until + 1);
                 const auto answer = t.send(auth_request(t, player, body), "after the person token has expired");
                 t.expect(answer).that(granted(answer), "answer", "accepted", answer.summary());
             })
        .slow()
        .only_for(drafts_with([](const auto& draft) { return draft.person_tokens && !draft.presented_token; }));
}

}  // namespace aauth::suites::ps

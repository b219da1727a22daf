#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/identifiers.h"
#include "suites/common/rows.h"
#include "suites/person-server/missions.h"

// The interaction endpoint: an agent reaches the person through the person server (7.6).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

// An interaction that our resource wants of the person.
json relayed(Test& t, const char* type) {
    return {{"type", type},
            {"description", "The resource needs you to *confirm*"},
            {"url", our_resource(t) + "/interaction"},
            {"code", protocol::new_interaction_code()}};
}

// The deferred answer to such a request. Skips the case when the target has no channel.
Waiting relay(Test& t, const Player& player, const json& body) {
    const auto answer = post_to(t, "interaction_endpoint", player, body);
    if (answer.status() == 424 || answer.text("error") == "user_unreachable") {
        t.skip("the target has no channel to its person: " + answer.summary());
    }
    t.expect(answer, "relay.deferred").status(202).header("Location").required();
    return waiting_for(player, answer);
}

// The person follows the link: on the page of the 202 where there is one, else by the target's hook.
void engage(Test& t, const Waiting& waiting) {
    const auto requirement = protocol::parse_requirement(waiting.answer.response.fields);
    if (requirement && requirement->value == "interaction" && t.world().hook("engage") == nullptr) {
        arrive(t, waiting, waiting.code);
    } else {
        t.hook("engage", {{"location", waiting.location}});
    }
}

// The answer to a request for whose agent the target has no channel to the person: by its hook, or because it never
// has.
Answer without_channel(Test& t, json body, const std::vector<std::string>& capabilities) {
    t.needs("interaction_endpoint");
    const auto player = t.player();
    body["capabilities"] = capabilities;
    const bool can = t.world().hook("channel") != nullptr;
    if (can) t.hook("channel", {{"agent", player.agent.identifier}, {"available", "no"}});
    const auto answer = post_to(t, "interaction_endpoint", player, body);
    if (answer.status() < 300 && !can) t.skip("the target has a channel to its person: " + answer.summary());
    return answer;
}

}  // namespace

void relay_cases(Suite& suite) {
    suite.area("Interaction endpoint", "7.6.2");

    for (const auto& [number, type] : {std::pair{30, "interaction"}, std::pair{31, "payment"}}) {
        suite.add(case_id("PS-GOV", number), fmt::format("the relay of a resource's {} is a deferred response", type),
                  {{"relay.deferred", "relay-at-once"}}, [type = type](Test& t) {
                      const auto waiting = relay(t, t.player(), relayed(t, type));
                      const auto status = poll(t, waiting).text("status");
                      t.expect(waiting.answer).that(!status.empty(), "status at the pending URL", "a string", "absent");
                  });
    }
    suite
        .add("PS-GOV-032", "a relay says interacting, or that it is done, once the person follows the link",
             {{"relay.interacting", "relay-never-interacting"}},
             [](Test& t) {
                 const auto waiting = relay(t, t.player(), relayed(t, "interaction"));
                 engage(t, waiting);
                 const auto answer = poll(t, waiting, "after the person followed the link");
                 const bool told = answer.status() == 200 || answer.text("status") == "interacting";
                 t.expect(answer).that(told, "answer", "202 with status interacting, or 200",
                                       fmt::format("{}, status {}", answer.status(), answer.text("status")));
             })
        .because("The agent stops asking the person when it hears that.");
    suite
        .add("PS-GOV-033", "a relay ends when max_wait has passed", {{"relay.max-wait", "relay-waits-on"}},
             [](Test& t) {
                 auto body = relayed(t, "interaction");
                 body["max_wait"] = 3;
                 const auto waiting = relay(t, t.player(), body);
                 t.world().pass(5);
                 t.expect(poll(t, waiting, "two seconds after max_wait")).status_not(202);
             })
        .slow();
    suite.add("PS-GOV-034", "without a channel to the person a relay is answered 424 interaction_unavailable",
              {{"relay.unavailable", "relay-unavailable-503"}}, [](Test& t) {
                  const auto answer = without_channel(t, relayed(t, "interaction"), {"interaction"});
                  // A server that takes no capabilities here may find that nobody can reach the person.
                  if (answer.text("error") == "user_unreachable") {
                      return void(t.prefer(answer).status(424).problem({"interaction_unavailable"}));
                  }
                  t.expect(answer).status(424).problem({"interaction_unavailable"});
              });
    suite.add("PS-GOV-035", "where nobody can reach the person a question is answered 403 user_unreachable",
              {{"relay.unreachable", "relay-unreachable-denied"}}, [](Test& t) {
                  const json question{{"type", "question"}, {"question", "Which of the two?"}};
                  t.expect(without_channel(t, question, {})).status(403).problem({"user_unreachable"});
              });
    suite.add("PS-GOV-036", "a question is answered 200 with the person's answer",
              {{"relay.question", "relay-no-answer"}}, [](Test& t) {
                  const auto player = t.player();
                  const json question{{"type", "question"}, {"question", "May I take the *refundable* option?"}};
                  const auto first = post_to(t, "interaction_endpoint", player, question);
                  if (first.status() == 424 || first.text("error") == "user_unreachable") {
                      t.skip("the target has no channel to its person");
                  }
                  t.expect(settled(t, player, first)).status(200).member_string("answer");
              });
}

}  // namespace aauth::suites::ps

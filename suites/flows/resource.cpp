#include <nlohmann/json.hpp>

#include "suites/flows/conversation.h"
#include "suites/flows/flows.h"
#include "suites/resource/waiting.h"

// The access modes of a resource (section 4.3, 6), each as one conversation from the first call to the answer.
namespace aauth::suites::flows {

namespace {

using rs::Mode;

// The token that shows the resource for whom the agent comes.
std::string identity(Test& t, const Player& player) {
    return t.draft().person_tokens ? person_token_from_ours(t, player, t.world().identifier()) : player.token;
}

// The auth token that our person server gives for the resource token of this answer. Ends the case when there is none.
std::string granted_for(Test& t, const Player& player, const Answer& asked, const std::string& shown) {
    const auto challenge = rs::resource_token_in(asked);
    if (!t.check({}, challenge.has_value(), "resource-token", "a JWT", asked.summary())) throw engine::Stop{};
    return auth_token_from_ours(t, player, challenge->compact(), shown);
}

void identity_flow(Suite& suite) {
    suite
        .add("RS-FLOW-001", "identity: an agent that is asked who it is shows its agent token and is served",
             {{"requirement.agent-token", "challenge-no-requirement"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto stranger = rs::call_plain(t, Mode::Agent, {}, "a call that shows nothing");
                 t.expect(stranger).status(401).requirement("agent-token").required();
                 const auto answer = rs::called(t, Mode::Agent, player, player.token, "the same with the agent token");
                 expect_served(t, answer, "requirement.agent-token");
             })
        .because(
            "The resource decides by which agent calls (6.1). The agent signs with the key in its agent token, "
            "which its agent provider issued.");
}

void managed_flow(Suite& suite) {
    suite
        .add("RS-FLOW-010",
             "resource-managed: the resource asks the person itself, and lets the agent in with a session token",
             {{"session-token.interaction-first", "pending-no-requirement"},
              {"session-token.bound-to-agent", "session-forgotten"}},
             [](Test& t) {
                 const auto waiting = rs::interaction(t);
                 t.expect(waiting.answer).status(202).requirement("interaction").required();
                 decide(t, waiting, "approve");
                 const auto answer = rs::outcome(t, waiting);
                 expect_served(t, answer, "session-token.interaction-first");
                 const auto session = answer.response.fields.first("AAuth-Access");
                 if (!session) return;  // a resource need not start a session
                 auto again = rs::call(t, Mode::Managed, waiting.player);
                 again.header("Authorization", "AAuth " + *session).also_cover("authorization");
                 expect_served(t, t.send(again, "the next call, in the session"), "session-token.bound-to-agent");
             })
        .because(
            "The resource keeps accounts and consent of its own (6.2): the agent polls while the person is at the "
            "resource's page, and its session token (6.3) is good only under its own signature.");
}

void person_flow(Suite& suite) {
    suite
        .add("RS-FLOW-020",
             "person identity: an agent that is asked for whom it comes shows a person token and is served",
             {{"requirement.person-token", "challenge-no-requirement"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto asked = rs::called(t, Mode::Person, player, player.token, "a call with the agent token");
                 t.expect(asked).status(401).requirement("person-token").required();
                 const auto token = person_token_from_ours(t, player, t.world().identifier());
                 const auto answer = rs::called(t, Mode::Person, player, token, "the same with the person token");
                 expect_served(t, answer, "requirement.person-token");
             })
        .because(
            "The resource decides by the person (6.4). The person server issues a token for this resource alone, "
            "with a name of the person that no other resource sees.");
}

void three_party_flow(Suite& suite) {
    suite
        .add("RS-FLOW-030",
             "three-party: the resource's challenge gets an auth token from the person server, which opens it",
             {{"requirement.auth-token", "challenge-no-resource-token"},
              {"auth-token.accepted", "auth-token-wants-mission"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto shown = identity(t, player);
                 const auto asked = rs::called(t, Mode::Data, player, shown, "a call that shows the person");
                 t.expect(asked).status(401).requirement("auth-token").required();
                 const auto token = granted_for(t, player, asked, shown);
                 const auto answer = rs::called(t, Mode::Data, player, token, "the same with the auth token");
                 expect_served(t, answer, "auth-token.accepted");
             })
        .because(
            "The resource says in a resource token what it wants consent for (6.5); the person server, after the "
            "person's consent, says in an auth token what was granted (7.2).");
}

void held_flow(Suite& suite) {
    suite
        .add("RS-FLOW-040", "deferred delivery: a call that is held runs when the agent polls with the auth token",
             {{"requirement.deferred.form", "challenge-no-resource-token"},
              {"requirement.deferred.executes", "held-forever"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto shown = identity(t, player);
                 const auto asked = rs::called(t, Mode::Held, player, shown, "a call that is held");
                 t.expect(asked).status(202).requirement("auth-token").header("Location").required();
                 const auto token = granted_for(t, player, asked, shown);
                 const auto answer = rs::poll(t, waiting_for(player, asked), token, "a poll with the auth token");
                 expect_served(t, answer, "requirement.deferred.executes");
             })
        .because("The resource keeps the request instead of having it sent twice (6.5.1).")
        .only_for({"11", "11-2026-08"});
}

}  // namespace

void of_resource(Suite& suite) {
    suite.area("Flows", "4.3");
    identity_flow(suite);
    managed_flow(suite);
    person_flow(suite);
    three_party_flow(suite);
    held_flow(suite);
    four_party_flow_at_resource(suite);
    chaining_flows_at_resource(suite);
}

}  // namespace aauth::suites::flows

#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "suites/flows/conversation.h"
#include "suites/flows/flows.h"
#include "suites/person-server/chaining.h"
#include "suites/resource/chaining.h"

// More than one agent: a resource that calls another one for its caller (10.1), and a parent that asks for its
// sub-agent (10.2).
namespace aauth::suites::flows {

namespace {

using nlohmann::json;

// One of our resources is called by the holder of this token.
Answer at(Test& t, const mocks::Resource& resource, const Player& player, const std::string& token) {
    return t.send(t.request("GET", resource.url("/data"), player, token), "a resource of ours is shown the token");
}

json grant_body(const std::string& resource_token, const std::string& presented) {
    return {{"resource_token", resource_token}, {"presented_token", presented}};
}

void chain_at_person_server(Suite& suite) {
    suite
        .add("PS-FLOW-050", "call chaining: a resource that was called gets tokens to call on for the same person",
             {{"chain.upstream-cnf-not-compared", "upstream-cnf-compared"}, {"chain.upstream-reuse", "upstream-once"}},
             [](Test& t) {
                 // An agent has called our first resource with its auth token. To answer, that resource calls a second
                 // one.
                 const auto made = ps::chain(t);
                 const auto identified = t.send(ps::chained(t, made, made.upstream), "a person token for the second");
                 needs_permissive_policy(t, identified);
                 const auto shown = ps::settled(t, made.agent, identified).text("person_token");
                 t.expect(identified, "chain.upstream-cnf-not-compared")
                     .that(!shown.empty(), "answer", "a person token", identified.summary())
                     .required();
                 // The second resource asks for an auth token, like of any agent.
                 const auto challenge = at(t, *made.downstream, made.agent, shown);
                 const auto asked = rs::resource_token_in(challenge);
                 if (!asked) t.blocked("our resource does not take that person token: " + challenge.summary());
                 auto body = grant_body(asked->compact(), shown);
                 body["upstream_token"] = made.upstream;
                 const auto asked_for = t.send(ps::auth_request(t, made.agent, body), "an auth token for the second");
                 needs_permissive_policy(t, asked_for);
                 const auto granted = ps::settled(t, made.agent, asked_for);
                 t.expect(granted, "chain.upstream-reuse").status(200).jwt("auth_token").required();
                 const auto served = at(t, *made.downstream, made.agent, granted.text("auth_token"));
                 t.expect(served, "chain.upstream-reuse").status(200);
             })
        .because(
            "The resource acts as an agent under its own key, and sends the token that it was shown as "
            "upstream_token (9.4.5): evidence of whom it acts for, and of nothing else.")
        .only_for(drafts_with(&protocol::Draft::presented_token));
}

void sub_agent_at_person_server(Suite& suite) {
    suite
        .add("PS-FLOW-060", "sub-agents: the parent asks, and the sub-agent calls the resource under its own key",
             {{"subagent.parent-mediated", "subagent-ignored"}},
             [](Test& t) {
                 const auto parent = t.player();
                 const auto helper = ps::sub_agent(t, parent);
                 const auto for_helper = [&](json body) {
                     body["subagent_token"] = helper.token;
                     return body;
                 };
                 const auto shown =
                     ps::presentable_token(t, parent, {}, [&](json& body) { body = for_helper(body); }).compact();
                 // The sub-agent shows it, and hands the resource token that it gets back to its parent.
                 const auto challenge = at(t, t.world().resource(), helper, shown);
                 const auto asked = rs::resource_token_in(challenge);
                 t.expect(challenge)
                     .that(asked.has_value(), "our resource, called by the sub-agent", "takes the person token",
                           challenge.summary())
                     .required();
                 const auto body = for_helper(grant_body(asked->compact(), shown));
                 const auto granted = ps::settled(t, parent, t.send(ps::auth_request(t, parent, body)));
                 t.expect(granted).status(200).jwt("auth_token").required();
                 const auto served = at(t, t.world().resource(), helper, granted.text("auth_token"));
                 t.expect(served).that(served.status() == 200, "our resource", "serves the sub-agent",
                                       served.summary());
             })
        .because(
            "A sub-agent never talks to the person server (10.2.3): its parent asks in its place and so keeps the "
            "say over what it may do.")
        .only_for(drafts_with(&protocol::Draft::presented_token));
}

// The agent calls the target without anything, is told to get consent, and calls again with the auth token.
Answer called_with_consent(Test& t, rs::Chained& chain) {
    const auto& player = chain.player;
    const auto target = t.world().identifier();
    const auto shown = t.draft().person_tokens ? person_token_from_ours(t, player, target) : player.token;
    const auto challenge = chain.call(shown, "a call that says who the person is");
    const auto asked = rs::resource_token_in(challenge);
    if (!asked) t.blocked("a conforming call got " + challenge.summary());
    chain.upstream = auth_token_from_ours(t, player, asked->compact(), shown);
    return chain.call({}, "the same call with the person's consent");
}

void chain_at_resource(Suite& suite) {
    suite
        .add("RS-FLOW-060", "call chaining: the resource serves the agent by calling another resource for it",
             {{"chain.own-agent-token", "chain-agent-token-other-issuer"}},
             [](Test& t) {
                 rs::Chained chain(t);
                 const auto answer = called_with_consent(t, chain);
                 t.expect(answer).that(rs::served(answer), "answer", "served", answer.summary());
                 // Our second resource was called with an auth token of the target's own.
                 const auto called = t.received(
                     chain.downstream, [](const mocks::Seen& seen) { return seen.response.status == 200; },
                     "the target calls our resource");
                 t.check({}, called.has_value(), "our downstream resource", "serves the target",
                         "it was not called so");
             })
        .because(
            "The resource becomes an agent (10.1.1): with an agent token of its own it asks the person server that "
            "the caller's token names, and the person stays the same all along.");
}

void interaction_at_resource(Suite& suite) {
    suite
        .add("RS-FLOW-070", "interaction chaining: what the person has to decide downstream is put to the caller",
             {{"chain.interaction-result", "chain-result-lost"}},
             [](Test& t) {
                 rs::Chained chain(t);
                 chain.server.ask_about(chain.downstream.identifier());
                 const auto waiting = waiting_for(chain.player, called_with_consent(t, chain));
                 t.expect(waiting.answer).status(202).requirement("interaction").required();
                 const auto answer = rs::result_of(t, chain, waiting, "approve");
                 t.expect(answer).that(rs::served(answer), "the last poll", "the result of the call", answer.summary());
             })
        .because(
            "The agent knows only the resource that it called (10.1.2): it sends the person there, polls there, and "
            "gets its result there.");
}

}  // namespace

void chaining_flows_at_person_server(Suite& suite) {
    chain_at_person_server(suite);
    sub_agent_at_person_server(suite);
}

void chaining_flows_at_resource(Suite& suite) {
    chain_at_resource(suite);
    interaction_at_resource(suite);
}

}  // namespace aauth::suites::flows

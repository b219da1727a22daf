#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/identifiers.h"
#include "mocks/access_server.h"
#include "mocks/agent_provider.h"
#include "suites/common/issued_tokens.h"
#include "suites/common/revocation_requests.h"
#include "suites/person-server/chaining.h"
#include "suites/person-server/missions.h"

// What is issued for a chained request (7.1, 9.4.1, 10.1.1.2), and when the agent that called first is at an end (9.4.5
// step 4).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

std::string sub_of(const jose::Jwt& token) { return token.claim_string("sub").value_or("absent"); }
std::string sub_of(const std::string& token) { return sub_of(*jose::Jwt::decode(token)); }

// How the caller's person is known to the downstream resource when the caller asks for itself.
std::string own_sub(Test& t, const Chain& made) {
    if (t.draft().person_tokens) return sub_of(person_token(t, made.caller, made.downstream->identifier()));
    Ask ask;
    ask.issuer = made.downstream;
    ask.presented = made.caller.token;
    return sub_of(auth_token(t, made.caller, ask));
}

// A token issued downstream has not the sub of the upstream token. Skips the case where the target gives a person one
// sub at all resources, which it may.
void expect_another_sub(Test& t, const Chain& made, const jose::Jwt& token) {
    const auto upstream = sub_of(made.upstream);
    if (own_sub(t, made) == upstream) t.skip("the target gives a person one sub at all resources");
    t.check("chain.no-sub-copied", sub_of(token) != upstream, "sub of the downstream token",
            "another than the upstream token's", sub_of(token));
}

void sub_cases(Suite& suite) {
    suite
        .add("PS-CHN-060", "a chained person token is for the person of the upstream token",
             {{"person-endpoint.upstream-person", "sub-per-agent"}},
             [](Test& t) {
                 const auto made = chain(t);
                 const auto token = chained_token(t, made);
                 const auto own = own_sub(t, made);
                 t.check({}, sub_of(token) == own, "sub", own + ", as the caller is known there", sub_of(token));
             })
        .because("The downstream resource has to see the same person whether the agent calls it or has it called.")
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite
        .add("PS-CHN-061", "the upstream token's sub does not appear in the chained token",
             {{"chain.no-sub-copied", "upstream-sub-copied"}},
             [](Test& t) {
                 const auto made = chain(t);
                 expect_another_sub(t, made, chained_token(t, made));
             })
        .because("The same value at two resources lets them tell each other who the person is.");
    suite
        .add("PS-CHN-062", "the upstream token's sub does not appear in the downstream auth token",
             {{"chain.no-sub-copied", "upstream-sub-copied"}},
             [](Test& t) {
                 const auto made = chain(t);
                 expect_another_sub(t, made, downstream_auth_token(t, made));
             })
        .only_for(drafts_with(&protocol::Draft::person_tokens));
}

void lifetime_cases(Suite& suite) {
    suite.add("PS-CHN-063", "a chained person token expires no later than the upstream token",
              {{"person-token.exp-upstream", "person-token-outlives-upstream"}}, [](Test& t) {
                  const auto made = chain_until(t, t.now() + 600);
                  expect_expires_by(t, chained_token(t, made), expiry_of(made.upstream));
              });
    suite
        .add("PS-CHN-064", "a chained auth token expires no later than the upstream token of its own request",
             {{"auth-token.exp-upstream", "auth-token-outlives-upstream"}},
             [](Test& t) {
                 const auto made = chain(t);
                 const auto shown = chained_token(t, made).compact();
                 auto brief = made.caller;
                 brief.token = t.world().agent_provider().agent_token(
                     brief.agent, t.person_server_identifier(),
                     [until = t.now() + 600](json&, json& claims) { claims["exp"] = until; });
                 const auto upstream = upstream_auth_token(t, brief, *made.intermediary);
                 const auto body = chained_auth_body(t, made, shown, upstream);
                 auto answer = t.send(auth_request(t, made.agent, body), "with an upstream token that ends sooner");
                 answer = settled(t, made.agent, std::move(answer));
                 if (answer.status() != 200) t.blocked("a conforming chained request got " + answer.summary());
                 expect_expires_by(t, *answer.jwt("auth_token"), expiry_of(upstream));
             })
        .because("The person token that is shown downstream may have come of an earlier upstream token.");
}

// Walks a chain of act claims: agent identifiers and nothing else.
std::string odd_in_act(Test& t, const json& act) {
    for (const auto& [name, value] : act.items()) {
        if (name == "act" && value.is_object()) {
            if (const auto odd = odd_in_act(t, value); !odd.empty()) return odd;
        } else if (name != "agent" || !value.is_string() ||
                   protocol::agent_identifier_problem(value.get<std::string>(), t.draft(), t.world().reach())) {
            return name;
        }
    }
    return {};
}

json act_of(Test& t, const jose::Jwt& token, std::string_view requirement) {
    const auto* act = aauth::json::member(token.payload(), "act");
    t.check(requirement, act != nullptr && act->is_object(), "act of the downstream token", "there, an object",
            act == nullptr ? "absent" : aauth::json::dump(*act));
    return act != nullptr && act->is_object() ? *act : json::object();
}

void act_cases(Suite& suite) {
    const auto drafts = drafts_with(&protocol::Draft::resource_token_names_agent);
    suite
        .add("PS-CHN-065", "act of the downstream token is the intermediary, with the act before it nested in it",
             {{"chain.act", "upstream-act-dropped"}},
             [](Test& t) {
                 auto made = chain(t);
                 const auto first = made.agent.agent.identifier;
                 // The downstream resource calls on in its turn.
                 made.upstream = chained_token(t, made).compact();
                 made.intermediary = made.downstream;
                 made.downstream = &second_resource(t);
                 made.agent = agent_of(t, *made.intermediary);
                 const auto act = act_of(t, chained_token(t, made), "chain.act");
                 const auto agent = aauth::json::string_member(act, "agent").value_or("absent");
                 t.check("chain.act", agent == made.agent.agent.identifier, "act.agent", made.agent.agent.identifier,
                         agent);
                 const auto* inner = aauth::json::member(act, "act");
                 const auto before =
                     inner == nullptr ? "absent" : aauth::json::string_member(*inner, "agent").value_or("absent");
                 t.check("chain.act", before == first, "act.act.agent", first, before);
             })
        .only_for(drafts);
    suite
        .add("PS-CHN-066", "act of a chained token names agents only", {{"chain.act-no-person", "upstream-act-person"}},
             [](Test& t) {
                 const auto odd = odd_in_act(t, act_of(t, chained_token(t, chain(t)), "chain.act"));
                 t.check({}, odd.empty(), "members of act", "agent and act, with agent identifiers",
                         odd.empty() ? "as expected" : odd);
             })
        .only_for(drafts);
}

// Auth tokens of the caller for the intermediary that our access server made, by way of the target.
std::string federated_token(Test& t, const Chain& made, mocks::AccessServer& server) {
    Ask ask;
    ask.issuer = made.intermediary;
    ask.presented = upstream_person_token(t, made.caller, *made.intermediary);
    ask.edit = [&](json&, json& claims) { claims["aud"] = server.identifier(); };
    const auto body = auth_body(t, made.caller, ask);
    const auto answer = settled(t, made.caller, t.send(auth_request(t, made.caller, body), "a federated auth token"));
    const auto token = answer.text("auth_token");
    if (token.empty()) t.skip("the target got no auth token from our access server: " + answer.summary());
    return token;
}

void caller_cases(Suite& suite) {
    suite
        .add("PS-CHN-070", "an auth token of an access server that the person server asked is taken as upstream token",
             {{"chain.upstream-issuer-ps", "upstream-three-party-only"}},
             [](Test& t) {
                 auto made = chain(t);
                 made.upstream = federated_token(t, made, t.world().access_server());
                 const auto answer = t.send(chained(t, made, made.upstream), "chained on a four-party auth token");
                 needs_permissive_policy(t, answer);
                 t.expect(answer).that(granted(answer), "answer", "accepted", answer.summary());
             })
        .only_for(drafts_with(&protocol::Draft::upstream_person_token));
    suite
        .add("PS-CHN-071", "an upstream token whose agent the person server cannot tell is refused",
             {{"chain.caller-unknown", "ignore upstream.caller"}},
             [](Test& t) {
                 auto made = chain(t);
                 auto& server = t.world().access_server();
                 made.upstream = federated_token(t, made, server);
                 chained_token(t, made);
                 // Of the same access server for the same person, but never seen by the target, for a key it does not
                 // know.
                 const auto key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
                 const auto resource_token =
                     made.intermediary->resource_token(made.upstream, key, server.identifier(), "data.read");
                 const auto other = server.auth_token(resource_token, key);
                 const auto answer = t.send(chained(t, made, other), "with a token that the target did not hand on");
                 refused(t, answer, {}, {"chain.caller-unknown", {"invalid_upstream_token"}});
             })
        .only_for(drafts_with(&protocol::Draft::upstream_person_token));
}

// Where something that the chain rests on was revoked.
void revoked_cases(Suite& suite) {
    const auto drafts = drafts_with(&protocol::Draft::upstream_person_token);
    suite
        .add("PS-CHN-072", "an upstream token whose issuer has revoked it is refused with revoked_upstream_token",
             {{"chain.upstream-revoked", "ignore upstream.revoked"}},
             [](Test& t) {
                 auto made = chain(t);
                 auto& server = t.world().access_server();
                 made.upstream = federated_token(t, made, server);
                 chained_token(t, made);
                 revoked(t, server, made.upstream);
                 const auto answer = t.send(chained(t, made, made.upstream), "with the revoked token");
                 refused(t, answer, {}, {"chain.upstream-revoked", {"revoked_upstream_token"}});
             })
        .only_for(drafts);
    suite
        .add("PS-CHN-073", "after the calling agent's agent token was revoked nothing is issued for its calls",
             {{"chain.caller-revoked", "ignore upstream.revoked"}},
             [](Test& t) {
                 const auto made = chain(t);
                 chained_token(t, made);
                 revoked(t, t.world().agent_provider(), made.caller.token);
                 const auto answer = t.send(chained(t, made, made.upstream), "after the revocation");
                 refused(t, answer, {}, {"chain.caller-revoked", {"revoked_upstream_token"}});
             })
        .because("A stolen agent would go on by way of every resource that it has called.")
        .only_for(drafts);
    suite
        .add("PS-CHN-074", "mission_s256 of the upstream token is copied into the chained person token",
             {{"person-endpoint.upstream-mission", "upstream-mission-dropped"}},
             [](Test& t) {
                 const auto mission = new_mission(t);
                 auto made = chain_of(t, mission.player);
                 made.upstream = person_token(t, mission.player, made.intermediary->identifier(), [&](json& body) {
                                     body = naming(t, mission.s256, body);
                                 }).compact();
                 const auto found = chained_token(t, made).claim_string("mission_s256").value_or("absent");
                 t.check({}, found == mission.s256, "mission_s256", mission.s256, found);
             })
        .because("That is how the end of a mission reaches what was started in it.")
        .only_for(drafts);
}

}  // namespace

void chaining_issued_cases(Suite& suite) {
    suite.area("Call chaining", "10.1");
    sub_cases(suite);
    lifetime_cases(suite);
    act_cases(suite);
    caller_cases(suite);
    revoked_cases(suite);
}

}  // namespace aauth::suites::ps

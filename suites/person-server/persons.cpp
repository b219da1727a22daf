#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/person-server/chaining.h"

// Two persons of the target: to whom an agent belongs (13.14), and how persons are told apart (14.1).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

constexpr auto hook_name = "approve-as-another";

std::string sub_of(const jose::Jwt& token) { return token.claim_string("sub").value_or("absent"); }

// The agent asks for a token of our resource, and a second person of the target approves. What came of it: where that
// person may not, the first one is asked.
Answer approved_by_another(Test& t, const Player& player) {
    const auto waiting = put_off(t, player, token_endpoint().request(t, player));
    try {
        t.hook(hook_name,
               {{"code", waiting.code}, {"url", waiting.url}, {"location", waiting.location}, {"decision", "approve"}});
    } catch (const engine::HarnessError&) {
        // The target may refuse to let that person decide.
    }
    const auto answer = poll(t, waiting, "a poll after the second person's decision");
    if (answer.status() != 202) return answer;
    try_to_decide(t, waiting, "approve");
    return outcome(t, waiting);
}

std::optional<jose::Jwt> token_in(Test& t, const Answer& answer) {
    return answer.jwt(t.draft().person_tokens ? "person_token" : "auth_token");
}

// The same for an agent that belongs to nobody yet, so that it is the second person's afterwards.
jose::Jwt token_of_another(Test& t, const Player& player) {
    const auto answer = approved_by_another(t, player);
    const auto token = token_in(t, answer);
    if (!token) t.blocked("an agent that a second person approved got " + answer.summary());
    return *token;
}

// The first person's token for the same resource.
jose::Jwt token_of_first(Test& t, const Player& player) {
    const auto answer = settled(t, player, t.send(token_endpoint().request(t, player), "a token of the first person"));
    const auto token = token_in(t, answer);
    if (!token) t.blocked("a conforming token request got " + answer.summary());
    return *token;
}

}  // namespace

void person_cases(Suite& suite) {
    suite.area("Persons", "13.14, 14.1");
    suite
        .add("PS-PSN-001", "two persons have different subs at one resource",
             {{"directed.unique", "sub-of-all-persons"}},
             [](Test& t) {
                 const auto one = sub_of(token_of_first(t, t.player()));
                 const auto other = sub_of(token_of_another(t, t.player()));
                 t.check({}, one != other, "sub of the second person", "another than " + one, other);
             })
        .because("A resource keeps a person's records by iss and sub alone.")
        .alone();
    suite
        .add("PS-PSN-002", "an agent of one person cannot be claimed by another",
             {{"binding.one-person", "second-person-claims"}},
             [](Test& t) {
                 const auto other = sub_of(token_of_another(t, t.player()));
                 const auto player = t.player();
                 const auto one = sub_of(token_of_first(t, player));
                 if (one == other) t.blocked("the target gives both persons one sub");
                 const auto answer = approved_by_another(t, player);
                 const auto token = token_in(t, answer);
                 t.check({}, !token || sub_of(*token) == one, "what the second person's approval gave",
                         "no token, or one of the first person", token ? "sub " + sub_of(*token) : "");
             })
        .because(
            "Otherwise whoever gets hold of a link takes over an agent that already holds the first person's tokens.")
        .alone();
    suite
        .add("PS-PSN-003", "a chained request does not bind the intermediary's agent to the person",
             {{"chain.no-binding", "upstream-binds"}},
             [](Test& t) {
                 const auto made = chain(t);
                 const auto one = sub_of(token_of_first(t, made.caller));
                 chained_token(t, made);
                 const auto other = sub_of(token_of_another(t, made.agent));
                 t.check({}, other != one, "sub of the intermediary's own token, which a second person approved",
                         "the second person's", other == one ? "the sub of the person that the chain was for" : other);
             })
        .because("An intermediary acts for all whose requests it serves, and belongs to none of them.")
        .alone();
    suite
        .add("PS-PSN-004", "a chained request is for the person of the upstream token, not the intermediary's own",
             {{"chain.no-binding", "upstream-person-of-intermediary"},
              {"person-endpoint.upstream-person", "upstream-person-of-intermediary"}},
             [](Test& t) {
                 auto made = chain(t);
                 token_of_another(t, made.agent);
                 const auto one = sub_of(person_token(t, made.caller, made.downstream->identifier()));
                 const auto got = sub_of(chained_token(t, made));
                 t.check("chain.no-binding", got == one, "sub", one + ", the caller's person", got);
                 t.check("person-endpoint.upstream-person", got == one, "sub", one + ", the caller's person", got);
             })
        .alone()
        .only_for(drafts_with(&protocol::Draft::upstream_person_token));
}

}  // namespace aauth::suites::ps

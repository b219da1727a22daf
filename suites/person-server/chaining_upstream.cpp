#include <nlohmann/json.hpp>

#include "mocks/access_server.h"
#include "mocks/agent_provider.h"
#include "mocks/person_server.h"
#include "suites/person-server/chaining.h"

// Verification of upstream_token (9.4.5).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;
using Wrong = std::function<json(Test&, const Chain&)>;

// The code of a refusal; the codes for upstream tokens came with the published -11, as did presented_token.
Codes code(Test& t, std::string requirement, const std::string& kind = "invalid") {
    if (!t.draft().presented_token) return {};
    return {std::move(requirement), {kind + "_upstream_token"}};
}

// The chained request with a good upstream token, then with another one.
Answer wrong_one(Test& t, const Wrong& wrong) {
    const auto made = chain(t);
    chained_token(t, made);
    return t.send(chained(t, made, wrong(t, made)), "the same with another upstream_token");
}

// An auth token of an access server of ours that the target never dealt with, for this person of the target.
std::string stray_auth_token(Test& t, const Chain& chain, const std::string& sub) {
    auto& server = t.world().another_access_server();
    t.world().trust(server);
    const auto resource_token =
        chain.intermediary->resource_token(chain.upstream, chain.caller.agent.key, server.identifier(), "data.read");
    return server.auth_token(resource_token, chain.caller.agent.key, [&](json&, json& claims) {
        claims["ps"] = t.person_server_identifier();
        claims["sub"] = sub;
    });
}

std::string sub_of(const std::string& token) { return jose::Jwt::decode(token)->claim_string("sub").value_or(""); }

void accepted_cases(Suite& suite) {
    suite
        .add("PS-CHN-001", "a chained request is accepted although the upstream token is bound to the caller's key",
             {{"chain.upstream-cnf-not-compared", "upstream-cnf-compared"}},
             [](Test& t) {
                 const auto made = chain(t);
                 const auto answer = t.send(chained(t, made, made.upstream), "a chained request");
                 needs_permissive_policy(t, answer);
                 t.expect(answer).that(granted(answer), "answer", "accepted", answer.summary());
             })
        .because("The intermediary signs with its own key; the upstream token only says whom it acts for.")
        .only_for(drafts_with(&protocol::Draft::presented_token));
    suite
        .add("PS-CHN-002", "a person token is taken as upstream token",
             {{"chain.upstream-typ", "refuse-upstream-person"}},
             [](Test& t) {
                 const auto made = chain_on_identity(t);
                 const auto answer = t.send(chained(t, made, made.upstream), "a chained request");
                 needs_permissive_policy(t, answer);
                 t.expect(answer).that(granted(answer), "answer", "accepted", answer.summary());
             })
        .because("A resource may serve on the person's identity alone, and still have to call on.")
        .only_for(drafts_with(&protocol::Draft::upstream_person_token));
    suite
        .add("PS-CHN-004", "one upstream token serves any number of downstream requests",
             {{"chain.upstream-reuse", "upstream-once"}},
             [](Test& t) {
                 auto made = chain(t);
                 chained_token(t, made);
                 for (int again = 0; again < 3; ++again) {
                     const auto answer = t.send(chained(t, made, made.upstream), "once more with the same token");
                     t.expect(answer).that(granted(answer), "answer", "accepted", answer.summary());
                 }
             })
        .because("An intermediary may have to call several resources to serve one request.");
}

struct Row {
    const char *number, *title, *requirement, *fault;
    Wrong wrong;
};

void refused_rows(Suite& suite) {
    const Row rows[] = {
        {"010", "an agent token as upstream token is refused", "chain.upstream-typ", "ignore upstream.typ",
         [](Test&, const Chain& made) { return made.caller.token; }},
        {"011", "a resource token as upstream token is refused", "chain.upstream-typ", "ignore upstream.typ",
         [](Test& t, const Chain& made) {
             return made.intermediary->resource_token(made.upstream, made.caller.agent.key,
                                                      t.person_server_identifier(), "data.read");
         }},
        {"020", "an upstream token with a corrupted signature is refused", "chain.upstream-verified",
         "ignore upstream.verified", [](Test&, const Chain& made) { return jose::corrupt_signature(made.upstream); }},
        {"021", "an upstream token that another key signed is refused", "chain.upstream-verified",
         "ignore upstream.verified",
         [](Test&, const Chain& made) {
             const auto jwt = jose::Jwt::decode(made.upstream);
             return jose::mint(jwt->header(), jwt->payload(), jose::SigningKey::generate(crypto::Algorithm::Ed25519));
         }},
        {"023", "an upstream token that is no string is refused", "chain.upstream-verified", "ignore upstream.verified",
         [](Test&, const Chain&) { return json::object(); }},
        {"030", "an upstream token for another resource than the intermediary is refused", "chain.upstream-aud",
         "ignore upstream.aud",
         [](Test& t, const Chain& made) { return upstream_auth_token(t, made.caller, *made.downstream); }},
        {"031", "an upstream token of another person server is refused", "chain.upstream-issuer-ps",
         "ignore upstream.issuer",
         [](Test& t, const Chain& made) {
             auto& server = t.world().another_person_server();
             t.world().trust(server);
             const auto named = [&](json&, json& claims) {
                 if (t.draft().resource_token_names_agent) claims["agent"] = made.caller.agent.identifier;
             };
             return server.auth_token(made.intermediary->identifier(), made.caller.agent.key, "data.read", named);
         }},
    };
    for (const auto& row : rows) {
        suite.add(std::string("PS-CHN-") + row.number, row.title, {{row.requirement, row.fault}},
                  [row](Test& t) { refused(t, wrong_one(t, row.wrong), row.requirement, code(t, row.requirement)); });
    }
}

void issuer_cases(Suite& suite) {
    const auto drafts = drafts_with(&protocol::Draft::upstream_person_token);
    suite
        .add("PS-CHN-032", "an agent of another provider cannot use a token that was shown to a resource",
             {{"chain.upstream-aud", "ignore upstream.aud"}},
             [](Test& t) {
                 auto made = chain(t);
                 chained_token(t, made);
                 made.agent = t.player();
                 const auto answer = t.send(chained(t, made, made.upstream), "the same by another agent");
                 refused(t, answer, {}, code(t, "chain.upstream-aud"));
             })
        .because("That the intermediary is its own agent provider is all that ties it to the token that it was shown.");
    suite
        .add("PS-CHN-033", "an auth token of an access server that the person server never asked is refused",
             {{"chain.upstream-issuer-ps", "ignore upstream.issuer"}},
             [](Test& t) {
                 const auto answer = wrong_one(t, [](Test& test, const Chain& made) {
                     return json(stray_auth_token(test, made, sub_of(made.upstream)));
                 });
                 refused(t, answer, {});
             })
        .because("Otherwise any access server could make tokens that stand for any person it has seen.")
        .only_for(drafts);
    suite
        .add("PS-CHN-034", "an upstream token for whose aud and sub the person server has no record is refused",
             {{"person-endpoint.upstream-no-record", "ignore upstream.issuer"}},
             [](Test& t) {
                 const auto answer = wrong_one(t, [](Test& test, const Chain& made) {
                     return json(stray_auth_token(test, made, "nobody-of-this-name"));
                 });
                 refused(t, answer, {});
             })
        .only_for(drafts);
    suite
        .add("PS-CHN-035", "a person token is refused where the upstream token has to be an auth token",
             {{"chain.upstream-typ", "ignore upstream.typ"}},
             [](Test& t) {
                 const auto answer = wrong_one(t, [](Test& test, const Chain& made) {
                     return json(upstream_person_token(test, made.caller, *made.intermediary));
                 });
                 refused(t, answer, {});
             })
        .only_for(drafts_with(
            [](const protocol::Draft& draft) { return draft.person_tokens && !draft.upstream_person_token; }));
}

// The requests at the auth token endpoint, whose control is the one before it.
void auth_endpoint_rows(Suite& suite) {
    const struct {
        const char *number, *title, *requirement, *fault;
        Wrong wrong;
    } rows[] = {
        {"040", "an upstream token with a corrupted signature is refused at the auth token endpoint",
         "chain.upstream-verified", "ignore upstream.verified",
         [](Test&, const Chain& made) { return jose::corrupt_signature(made.upstream); }},
        {"041", "an upstream token for another resource is refused at the auth token endpoint", "chain.upstream-aud",
         "ignore upstream.aud",
         [](Test& t, const Chain& made) { return upstream_auth_token(t, made.caller, *made.downstream); }},
    };
    for (const auto& row : rows) {
        suite
            .add(std::string("PS-CHN-") + row.number, row.title, {{row.requirement, row.fault}},
                 [requirement = row.requirement, wrong = row.wrong](Test& t) {
                     const auto made = chain(t);
                     const auto shown = chained_token(t, made).compact();
                     const auto control = chained_auth_body(t, made, shown, made.upstream);
                     if (const auto answer = t.send(auth_request(t, made.agent, control), "control");
                         !granted(answer)) {
                         needs_permissive_policy(t, answer);
                         t.blocked("a conforming chained request got " + answer.summary());
                     }
                     const auto body = chained_auth_body(t, made, shown, wrong(t, made));
                     const auto answer = t.send(auth_request(t, made.agent, body), "with another upstream_token");
                     refused(t, answer, requirement, code(t, requirement));
                 })
            .only_for(drafts_with(&protocol::Draft::person_tokens));
    }
}

void expired_cases(Suite& suite) {
    suite
        .add("PS-CHN-050", "an expired upstream token is refused",
             {{"chain.upstream-expired", "ignore auth-token.exp"}},
             [](Test& t) {
                 const auto made = chain_until(t, t.now() + 20);
                 chained_token(t, made);
                 t.world().pass(21);
                 const auto answer = t.send(chained(t, made, made.upstream), "after the upstream token has expired");
                 refused(t, answer, {}, code(t, "chain.upstream-expired", "expired"));
             })
        .slow();
    suite
        .add("PS-CHN-051", "a pending downstream request ends with expired when its upstream token does",
             {{"chain.pending-expired", "upstream-waits-on"}},
             [](Test& t) {
                 // It waits beside the other cases, which a hook that switches consent would catch too.
                 if (t.target().defer.given() && t.world().hook("advance") == nullptr) {
                     t.skip("the target's consent is switched for all cases at once");
                 }
                 const auto made = chain_until(t, t.now() + 20);
                 chained_token(t, made);
                 const auto waiting = put_off(t, made.agent, chained(t, made, made.upstream));
                 t.world().pass(21);
                 const auto answer = poll(t, waiting, "a poll after the upstream token has expired");
                 t.expect(answer).status(408).problem({"expired"});
             })
        .because("What the caller may do ends with its token, and so does what is done for it.")
        .slow();
}

}  // namespace

void chaining_upstream_cases(Suite& suite) {
    suite.area("Upstream token", "9.4.5");
    accepted_cases(suite);
    refused_rows(suite);
    issuer_cases(suite);
    auth_endpoint_rows(suite);
    expired_cases(suite);
}

}  // namespace aauth::suites::ps

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/agent_provider.h"
#include "mocks/person_server.h"
#include "suites/access-server/endpoints.h"
#include "suites/common/issued_tokens.h"
#include "suites/common/revocation_requests.h"

// What the access server issues in four-party mode (9.4.1) and for an intermediary (9.4.5, 10.1), beside what every
// auth token is.
namespace aauth::suites::as {

namespace {

using nlohmann::json;

constexpr const char* mission_s256 = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

// An auth token whose resource token has a claim, which the presented token has too.
jose::Jwt issued_with(Test& t, const std::string& name, const json& value) {
    const auto player = t.player();
    Ask ask;
    ask.presented = t.draft().presented_token ? person_token(t, player, claim(name, value)) : "";
    ask.edit = claim(name, value);
    return auth_token(t, auth_server(), player, ask);
}

void copied_case(Suite& suite, const char* number, const char* name, const char* requirement, const char* fault,
                 const char* value) {
    suite
        .add(std::string("AS-AUT-") + number, std::string(name) + " of the resource token is copied",
             {{requirement, fault}},
             [=](Test& t) {
                 const auto found = issued_with(t, name, value).claim_string(name).value_or("absent");
                 t.check({}, found == value, name, value, found);
             })
        .only_for(drafts_with(&protocol::Draft::person_tokens));
}

// A token that a calling agent showed the intermediary, our agent provider, whose agents ask downstream.
std::string upstream_person_token(Test& t, const mocks::TokenEdit& edit) {
    const auto caller = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
    return t.world().person_server().person_token(t.world().agent_provider().identifier(), caller, edit);
}

std::string upstream_auth_token(Test& t, const mocks::TokenEdit& edit) {
    const auto caller = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
    const auto intermediary = t.world().agent_provider().identifier();
    const auto named = [&](json& header, json& claims) {
        if (t.draft().resource_token_names_agent) claims["agent"] = "aauth:caller@" + protocol::domain_of(intermediary);
        if (edit) edit(header, claims);
    };
    return t.world().person_server().auth_token(intermediary, caller, "data.read", named);
}

// The control with a good upstream token, then the same with another.
Answer with_upstream(Test& t, const std::string& upstream) {
    const auto player = t.player();
    auto body = token_body(t, player);
    body["upstream_token"] = upstream_auth_token(t, {});
    const auto control = t.send(token_request(t, body), "control: a good upstream_token");
    needs_parameter(t, "upstream_token", control);
    if (!token_endpoint().accepted(control)) t.blocked("a request with a good upstream_token got " + control.summary());
    body = token_body(t, player);
    body["upstream_token"] = upstream;
    return t.send(token_request(t, body), "the same with another upstream_token");
}

// An auth token for an intermediary with this upstream token.
jose::Jwt chained_token(Test& t, const std::string& upstream) {
    const auto player = t.player();
    auto body = token_body(t, player);
    body["upstream_token"] = upstream;
    const auto first = t.send(token_request(t, body), "a request with an upstream_token");
    needs_parameter(t, "upstream_token", first);
    const auto answer = auth_server().settled(t, player, first);
    const auto token = answer.jwt("auth_token");
    if (!token) t.blocked("a request with a good upstream_token got " + answer.summary());
    return *token;
}

// The drafts before the published -11 name no codes for upstream tokens.
void refused_upstream(Test& t, const Answer& answer, const std::string& requirement, const char* code) {
    refused(t, answer, requirement, t.draft().presented_token ? Codes{requirement, {code}} : Codes{});
}

void expect_accepted(Test& t, const Answer& answer, std::string_view requirement) {
    t.expect(answer, requirement).that(token_endpoint().accepted(answer), "answer", "accepted", answer.summary());
}

}  // namespace

void issued_cases(Suite& suite) {
    // The drafts in which tokens name the agent, and the mission by its approver and hash.
    const auto names_agent = drafts_with(&protocol::Draft::resource_token_names_agent);
    suites::auth_token_cases(suite, auth_server());
    suite
        .add("AS-AUT-024", "the sub of an auth token is that of the presented token and the resource token",
             {{"auth-token.sub", "auth-token-sub-other"}, {"directed.same-everywhere", "auth-token-sub-other"}},
             [](Test& t) {
                 const auto wanted = t.world().person_server().directed_sub(our_resource(t));
                 const auto found = auth_token(t, auth_server(), t.player()).claim_string("sub").value_or("absent");
                 t.check("auth-token.sub", found == wanted, "sub", wanted, found);
                 t.check("directed.same-everywhere", found == wanted, "sub", wanted, found);
             })
        .because("The resource knows the person by this value and by no other.")
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite
        .add("AS-AUT-031", "an auth token expires no later than the presented token",
             {{"auth-token.exp-presented", "auth-token-outlives-presented"}},
             [](Test& t) {
                 const auto until = t.now() + 300;
                 const auto player = t.player();
                 Ask ask;
                 ask.presented = person_token(t, player, claim("exp", until));
                 expect_expires_by(t, auth_token(t, auth_server(), player, ask), until);
             })
        .because("A person token is where the person server bounds all that is built on it.");
    copied_case(suite, "040", "mission_s256", "auth-token.mission", "auth-token-no-mission", mission_s256);
    copied_case(suite, "041", "tenant", "auth-token.tenant", "auth-token-no-tenant", "example-corp");
    suite.add(
        "AS-AUT-042", "agent is the agent that asked, and without a chain there is no act",
        {{"auth-token.agent", "alter auth-token.agent"}, {"auth-token.act-absent", "add auth-token.act"}}, [](Test& t) {
            const auto player = t.player();
            const auto token = auth_token(t, auth_server(), player);
            const auto agent = token.claim_string("agent").value_or("absent");
            t.check("auth-token.agent", agent == player.agent.identifier, "agent", player.agent.identifier, agent);
            const bool alone = aauth::json::member(token.payload(), "act") == nullptr;
            t.check("auth-token.act-absent", alone, "act", "absent", "present");
        });
    suite
        .add("AS-AUT-044", "the mission of the resource token is copied where its approver is the person server",
             {{"auth-token.mission", "auth-token-no-mission"}},
             [](Test& t) {
                 Ask ask;
                 const json mission{{"approver", t.person_server_identifier()}, {"s256", mission_s256}};
                 ask.edit = claim("mission", mission);
                 const auto token = auth_token(t, auth_server(), t.player(), ask);
                 const auto* found = aauth::json::member(token.payload(), "mission");
                 t.check({}, found != nullptr && *found == mission, "mission", aauth::json::dump(mission),
                         found == nullptr ? "absent" : aauth::json::dump(*found));
             })
        .only_for(names_agent);
    suite
        .add("AS-AUT-045", "a resource token whose mission another person server approved is refused",
             {{"resource-token.verify-mission", "ignore auth-endpoint.mission-approver"}},
             [](Test& t) {
                 Ask ask;
                 ask.edit = claim("mission", {{"approver", "https://ps.example"}, {"s256", mission_s256}});
                 refused(t, changed_ask(t, auth_server(), ask), {});
             })
        .only_for(names_agent);
    suite.add("AS-AUT-043", "an auth token has a sub or a scope",
              {{"auth-token.sub-or-scope", "omit auth-token.scope"}}, [](Test& t) {
                  const auto token = auth_token(t, auth_server(), t.player());
                  const bool either = token.claim_string("sub") || token.claim_string("scope");
                  t.check({}, either, "sub or scope", "present", "both absent");
              });
}

void chain_cases(Suite& suite) {
    suite.area("Call chaining", "9.4.5");
    suite
        .add("AS-CHN-001", "an auth token of the person's server is taken as upstream_token, whose key is not compared",
             {{"chain.upstream-cnf-not-compared", "upstream-cnf-compared"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(token_endpoint(), player);
                 auto body = token_body(t, player);
                 body["upstream_token"] = upstream_auth_token(t, {});
                 const auto answer = t.send(token_request(t, body), "the same for an intermediary");
                 needs_parameter(t, "upstream_token", answer);
                 expect_accepted(t, answer, {});
             })
        .because("The token says for whom the intermediary acts; its key is the calling agent's.");
    suite
        .add("AS-CHN-002", "a person token is taken as upstream_token",
             {{"chain.upstream-typ", "upstream-person-refused"}},
             [](Test& t) { expect_accepted(t, with_upstream(t, upstream_person_token(t, {})), {}); })
        .only_for(drafts_with(&protocol::Draft::presented_token));
    suite.add("AS-CHN-003", "an agent token as upstream_token is refused",
              {{"chain.upstream-typ", "ignore upstream.verified"}}, [](Test& t) {
                  refused_upstream(t, with_upstream(t, t.player().token), "chain.upstream-typ",
                                   "invalid_upstream_token");
              });
    suite.add("AS-CHN-004", "an upstream_token with a corrupted signature is refused",
              {{"chain.upstream-verified", "ignore upstream.verified"}}, [](Test& t) {
                  const auto answer = with_upstream(t, jose::corrupt_signature(upstream_auth_token(t, {})));
                  refused_upstream(t, answer, "chain.upstream-verified", "invalid_upstream_token");
              });
    suite.add("AS-CHN-005", "an upstream_token that is no JWT is refused",
              {{"chain.upstream-verified", "ignore upstream.verified"}}, [](Test& t) {
                  refused_upstream(t, with_upstream(t, "no.token"), "chain.upstream-verified",
                                   "invalid_upstream_token");
              });
    suite.add("AS-CHN-006", "an expired upstream_token is refused",
              {{"chain.upstream-expired", "ignore auth-token.exp"}}, [](Test& t) {
                  const auto past = t.now() - 600;
                  const auto answer = with_upstream(t, upstream_auth_token(t, [past](json&, json& claims) {
                                                        claims["iat"] = past - 60;
                                                        claims["exp"] = past;
                                                    }));
                  refused_upstream(t, answer, "chain.upstream-expired", "expired_upstream_token");
              });
    suite
        .add("AS-CHN-007", "an upstream_token for another than the intermediary is refused",
             {{"chain.upstream-aud", "ignore upstream.aud"}},
             [](Test& t) {
                 const auto answer = with_upstream(t, upstream_auth_token(t, claim("aud", our_resource(t))));
                 refused_upstream(t, answer, "chain.upstream-aud", "invalid_upstream_token");
             })
        .because("Otherwise anybody who saw a token could go on with it.");
    suite
        .add("AS-CHN-008", "an upstream_token of another person server than the one that signed is refused",
             {{"chain.upstream-issuer-as", "ignore upstream.issuer"}},
             [](Test& t) {
                 auto& other = t.world().another_person_server();
                 t.world().trust(other);
                 const auto caller = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
                 const auto foreign = other.auth_token(t.world().agent_provider().identifier(), caller, "data.read");
                 refused_upstream(t, with_upstream(t, foreign), "chain.upstream-issuer-as", "invalid_upstream_token");
             })
        // In the earlier copies whom the server trusts is its own affair.
        .only_for(drafts_with(&protocol::Draft::presented_token));
    suite.add("AS-CHN-009", "one upstream_token serves several requests", {{"chain.upstream-reuse", "upstream-once"}},
              [](Test& t) {
                  const auto upstream = upstream_auth_token(t, {});
                  for (int i = 0; i < 3; ++i) {
                      auto body = token_body(t, t.player());
                      body["upstream_token"] = upstream;
                      const auto answer = t.send(token_request(t, body), "a request with the same upstream_token");
                      if (i == 0) needs_parameter(t, "upstream_token", answer);
                      expect_accepted(t, answer, {});
                  }
              });
    suite
        .add("AS-CHN-010", "the sub of the upstream_token is not in the auth token",
             {{"chain.no-sub-copied", "upstream-sub-copied"}},
             [](Test& t) {
                 const auto upstream = upstream_auth_token(t, claim("sub", "upstream-sub-of-this-person"));
                 const auto token = chained_token(t, upstream);
                 const bool copied = token.payload_text().find("upstream-sub-of-this-person") != std::string::npos;
                 t.check({}, !copied, "claims", "without the upstream sub", copied ? "with it" : "without");
             })
        .because("The same value at two resources is what pairwise identifiers are there to prevent.");
    suite.add("AS-CHN-011", "an auth token expires no later than the upstream_token",
              {{"auth-token.exp-upstream", "auth-token-outlives-upstream"}}, [](Test& t) {
                  const auto until = t.now() + 300;
                  const auto upstream = upstream_auth_token(t, claim("exp", until));
                  const auto token = chained_token(t, upstream);
                  expect_expires_by(t, token, until);
              });
    suite
        .add("AS-CHN-013", "an upstream_token that its issuer has revoked is refused",
             {{"chain.upstream-revoked", "ignore upstream.revoked"}},
             [](Test& t) {
                 const auto upstream = upstream_auth_token(t, {});
                 revoked(t, t.world().person_server(), upstream);
                 refused_upstream(t, with_upstream(t, upstream), "chain.upstream-revoked", "revoked_upstream_token");
             })
        .because("What was taken from the calling agent is not to be had through the intermediary either.");
    suite.add("AS-CHN-012", "act names the intermediary, with the act of the upstream_token in it, and agents only",
              {{"chain.act", "upstream-act-dropped"},
               {"auth-token.act", "upstream-act-dropped"},
               {"chain.act-no-person", "upstream-act-person"}},
              [](Test& t) {
                  const auto player = t.player();
                  const json earlier{{"agent", "aauth:caller@caller.example"}};
                  const auto upstream = upstream_auth_token(t, claim("act", earlier));
                  const auto token =
                      auth_token(t, auth_server(), player, {}, [&](json& body) { body["upstream_token"] = upstream; });
                  const auto* act = aauth::json::member(token.payload(), "act");
                  const json found = act == nullptr ? json() : *act;
                  const json wanted{{"agent", player.agent.identifier}, {"act", earlier}};
                  for (const char* requirement : {"chain.act", "auth-token.act"}) {
                      const bool nested = aauth::json::member(found, "act") != nullptr &&
                                          found.value("agent", "") == player.agent.identifier &&
                                          found["act"] == earlier;
                      t.check(requirement, nested, "act", aauth::json::dump(wanted), aauth::json::dump(found));
                  }
                  const bool person = aauth::json::dump(found).find("\"sub\"") != std::string::npos;
                  t.check("chain.act-no-person", !person, "act", "no sub", aauth::json::dump(found));
              });
}

}  // namespace aauth::suites::as

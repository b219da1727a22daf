#include <nlohmann/json.hpp>

#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "suites/common/server_signature.h"
#include "suites/person-server/federation.h"

// How a person server finds the access server, and what it sends there (9.1.1, 9.3).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

// A request that the access server granted, and the call that it got.
mocks::Seen granted_call(Test& t) {
    FourParty f(t);
    f.outcome({f.grants()});
    return f.call();
}

std::string member_of(const mocks::Seen& seen, const char* name) {
    const auto body = aauth::json::parse_object(seen.request.body);
    return body ? aauth::json::string_member(*body, name).value_or("absent") : "absent";
}

// A member of the call has to be this token.
void expect_sent(Test& t, const mocks::Seen& seen, const char* name, const std::string& token) {
    const auto sent = member_of(seen, name);
    t.check({}, sent == token, name, "the token of the agent's request",
            sent == token ? "that token" : sent.substr(0, 80));
}

void found(Test& t) {
    FourParty f(t);
    const auto answer = f.outcome({f.grants()});
    const auto seen = f.call();
    t.check({}, seen.request.path() == "/elsewhere/token", "path of the call", "/elsewhere/token, as the metadata says",
            seen.request.path().substr(0, 100));
    t.expect(answer).that(handed_on(answer), "answer", "the access server's auth token", answer.summary());
}

void signed_post(Test& t) {
    const auto seen = granted_call(t);
    // How a server signs the earlier drafts do not say.
    const bool verified = expect_server_signature(t, seen);
    const bool is_signed =
        verified || (!t.draft().server_signs_jwks_uri && seen.request.fields.contains("Signature-Input"));
    t.check({}, seen.request.method == "POST" && is_signed, "call", "a POST signed by the person server",
            seen.request.method + (is_signed ? ", signed" : ", not so signed"));
    const auto type = protocol::media_type(seen.request.fields);
    t.check({}, type == "application/json", "Content-Type", "application/json", type);
}

void own_call(Test& t) {
    const auto seen = granted_call(t);
    const auto field = seen.request.fields.combined("Signature-Key").value_or("");
    t.check({}, field.find("=jwt;") == std::string::npos, "Signature-Key", "the person server's own key",
            field.substr(0, 60));
}

void agent_token(Test& t) {
    FourParty f(t);
    f.outcome({f.grants()});
    const auto sent = jose::Jwt::decode(member_of(f.call(), "agent_token"));
    const auto sub = sent ? sent->claim_string("sub").value_or("") : std::string();
    t.check({}, sub == f.player.agent.identifier, "agent_token", "an agent token of " + f.player.agent.identifier,
            sent ? "one of " + sub : sent.error().message);
}

void for_sub_agent(Test& t) {
    FourParty f(t);
    const auto helper = sub_agent(t, f.player);
    const auto add = [&](json& body) { body["subagent_token"] = helper.token; };
    f.presented = t.draft().person_tokens ? presentable_token(t, f.player, {}, add).compact() : helper.token;
    f.wanted.key = &helper.agent.key;
    const auto answer = f.outcome({f.grants([&](json&, json& claims) {
                                      if (!t.draft().resource_token_names_agent) return;
                                      claims["agent"] = helper.agent.identifier;
                                      claims["act"] = {{"agent", f.player.agent.identifier}};
                                  })},
                                  add);
    needs_permissive_policy(t, answer);
    if (answer.status() == 400 && answer.text("error") == "invalid_request") {
        t.skip("the target federates no requests with a subagent_token: it answered " + answer.summary());
    }
    const auto seen = f.call();
    expect_sent(t, seen, "subagent_token", helper.token);
    expect_sent(t, seen, "agent_token", f.player.token);
    t.expect(answer).that(handed_on(answer), "answer", "the auth token, bound to the sub-agent's key",
                          answer.summary());
}

// The last auth token of the access server is what the agent presented, for a step-up: that one the case can let
// expire.
void expired_token(Test& t) {
    FourParty f(t);
    f.wanted.presented = f.auth_token();
    if (const auto control = f.outcome({f.grants()}); !handed_on(control)) {
        t.blocked("a step-up with an auth token of the access server got " + control.summary());
    }
    f.wanted.presented = f.auth_token([&](json&, json& claims) {
        claims["iat"] = t.now() - 1200;
        claims["exp"] = t.now() - 600;
    });
    const auto answer = f.ask({f.grants()});
    const auto seen = f.received([](const auto&) { return true; }, "the call", std::chrono::milliseconds(200));
    t.check({}, !seen, "call to the access server", "none", seen ? "it came with the expired token" : "none");
    refused(t, answer, "as-endpoint.presented-unexpired",
            {"as-endpoint.presented-unexpired", {"expired_presented_token"}});
}

void revoked_token(Test& t) {
    FourParty f(t);
    t.hook("revoke", {{"token", f.presented}});
    const auto answer = f.ask({f.grants()});
    const auto seen = f.received([](const auto&) { return true; }, "the call", std::chrono::milliseconds(200));
    t.check({}, !seen, "call to the access server", "none", seen ? "it came with the revoked token" : "none");
    refused(t, answer, "as-endpoint.presented-not-revoked",
            {"as-endpoint.presented-not-revoked", {"revoked_presented_token"}});
}

}  // namespace

void federation_cases(Suite& suite) {
    suite.area("Federation: the request to the access server", "9.1.1");
    suite
        .add("PS-FED-001", "an access server is found by its metadata and called at the endpoint named there",
             {{"federation.discovery", "federation-guesses-endpoint"}}, found)
        .because("Whoever guesses the endpoint works with one access server and fails with the next.");
    suite.add("PS-FED-002", "the call to an access server is a signed POST of JSON",
              {{"as-endpoint.signed-post", "server-unsigned"}}, signed_post);
    server_signature_cases(suite, "PS-FED", 3, "the call to an access server", granted_call);
    suite.add("PS-FED-006", "the person server calls in its own name, not the agent's",
              {{"federation.only-ps", "federation-relays-signature"}}, own_call);
    suite.add("PS-FED-007", "the access server gets the agent's resource_token as it is",
              {{"as-endpoint.resource-token", "federation-omit resource_token"}}, [](Test& t) {
                  FourParty f(t);
                  f.outcome({f.grants()});
                  expect_sent(t, f.call(), "resource_token", f.resource_token);
              });
    suite.add("PS-FED-008", "the access server gets an agent_token of the agent that asked",
              {{"as-endpoint.agent-token", "federation-omit agent_token"}}, agent_token);
    suite.add("PS-FED-009", "the access server gets the agent's presented_token as it is",
              {{"as-endpoint.presented-token", "federation-omit presented_token"}}, [](Test& t) {
                  FourParty f(t);
                  f.outcome({f.grants()});
                  expect_sent(t, f.call(), "presented_token", f.presented);
              });
    suite.add("PS-FED-010", "for a sub-agent the access server gets the subagent_token beside its parent's agent_token",
              {{"subagent.parent-mediated", "federation-omit subagent_token"}}, for_sub_agent);
    suite.add("PS-FED-011", "an expired presented token never reaches the access server",
              {{"as-endpoint.presented-unexpired", "ignore auth-token.exp"}}, expired_token);
    suite.add("PS-FED-012", "a revoked person token never reaches the access server",
              {{"as-endpoint.presented-not-revoked", "ignore person-token.revoked"}}, revoked_token);
}

}  // namespace aauth::suites::ps

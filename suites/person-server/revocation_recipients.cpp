#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/resource.h"
#include "suites/common/revocation_cascade.h"
#include "suites/common/revocation_requests.h"
#include "suites/common/rows.h"
#include "suites/common/server_signature.h"
#include "suites/person-server/federation.h"
#include "suites/person-server/revocations.h"

// At whom a person server revokes what it issued, in three-party and in four-party mode.
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

void expect_told(Test& t, std::string_view requirement, const std::string& whom, bool told) {
    t.check(requirement, told, "revocation at " + whom, "came", told ? "came" : "none came");
}

// A person token that our access server was shown, and the auth token that it issued.
struct Federated {
    mocks::AccessServer& server;
    Player player;
    jose::Jwt person, auth;
};

Federated federated(Test& t) {
    auto& server = t.world().another_access_server();
    t.world().trust(server);
    FourParty parties(t, server);
    const auto answer = parties.outcome({parties.grants()});
    const auto token = answer.jwt("auth_token");
    if (!token) t.skip("the target does not federate: it answered " + answer.summary());
    return {server, parties.player, *jose::Jwt::decode(parties.presented), *token};
}

void agent_cases(Suite& suite) {
    const auto provider = [](Test& t) -> mocks::AgentProvider& { return t.world().agent_provider(); };
    suite
        .add("PS-REV-070", "when an agent token is revoked the agent's person tokens are revoked at their resources",
             {{"revocation.agent-cascade", "cascade-not-resource"}},
             [provider](Test& t) {
                 auto& resource = own_resource(t);
                 const auto player = t.player();
                 const auto token = presentable_token(t, player, resource.identifier());
                 revoked(t, provider(t), player.token);
                 expect_told(t, {}, "the resource", revoked_at(t, resource, jti_of(token)).has_value());
             })
        .only_for(drafts_with([](const protocol::Draft& draft) { return draft.revocation_cascades; }))
        .because("Nobody else knows where a stolen agent's tokens open doors.");
    suite.add("PS-REV-071", "when an agent token is revoked the agent's auth tokens are revoked at their resources",
              {{"revocation.agent-cascade", "cascade-not-auth"}}, [provider](Test& t) {
                  auto& resource = own_resource(t);
                  const auto player = t.player();
                  Ask ask;
                  ask.issuer = &resource;
                  ask.presented = auth_server().shown(t, player, resource.identifier());
                  const auto token = auth_token(t, player, ask);
                  revoked(t, provider(t), player.token);
                  expect_told(t, {}, "the resource", revoked_at(t, resource, jti_of(token)).has_value());
              });
    suite
        .add("PS-REV-072", "the cascade takes what the agent got with another of its agent tokens too",
             {{"revocation.agent-cascade", "cascade-by-token"}},
             [provider](Test& t) {
                 auto& resource = own_resource(t);
                 const auto player = t.player();
                 const auto token = presentable_token(t, player, resource.identifier());
                 auto renewed = player;
                 renewed.token = provider(t).agent_token(player.agent, t.person_server_identifier());
                 t.control(token_endpoint(), renewed);
                 revoked(t, provider(t), renewed.token);
                 expect_told(t, {}, "the resource", revoked_at(t, resource, jti_of(token)).has_value());
             })
        .only_for(drafts_with([](const protocol::Draft& draft) { return draft.revocation_cascades; }));
    suite.add("PS-REV-073", "a resource that fails does not keep the others from being told",
              {{"revocation.unreachable-party", "cascade-gives-up"}}, [provider](Test& t) {
                  auto& broken = own_resource(t, [](const http::Request&) { return answering(503); });
                  auto& resource = own_resource(t);
                  const auto player = t.player();
                  const auto first = presentable_token(t, player, broken.identifier());
                  const auto token = presentable_token(t, player, resource.identifier());
                  revoked(t, provider(t), player.token);
                  if (!revoked_at(t, broken, jti_of(first))) t.skip("the target revokes nothing at the first resource");
                  expect_told(t, {}, "the second resource", revoked_at(t, resource, jti_of(token)).has_value());
              });
}

void recipient_cases(Suite& suite) {
    suite
        .add("PS-REV-074", "a person token is revoked at its resource and at the access server that was shown it",
             {{"revocation.person-token-recipients", "cascade-not-resource"},
              {"revocation.person-token-recipients", "cascade-not-access-server"}},
             [](Test& t) {
                 const auto shown = federated(t);
                 const bool has_to = taken_back(t, shown.player, shown.person.compact());
                 const auto jti = jti_of(shown.person);
                 const bool resource = revoked_at(t, t.world().resource(), jti).has_value();
                 const bool server = revoked_at(t, shown.server, jti).has_value();
                 if (!has_to && !resource && !server) t.skip("the target has no hook \"revoke\", and revokes nothing");
                 expect_told(t, {}, "the resource in aud", resource);
                 expect_told(t, {}, "the access server", server);
             })
        .because("An access server that is not told goes on issuing auth tokens against it.");
    suite
        .add("PS-REV-075", "what an access server issued is revoked by way of the person token, not at the resource",
             {{"revocation.federated-path", "cascade-not-access-server"},
              {"revocation.federated-path", "federated-at-resource"}},
             [](Test& t) {
                 const auto shown = federated(t);
                 const bool has_to = taken_back(t, shown.player, shown.person.compact());
                 const bool server = revoked_at(t, shown.server, jti_of(shown.person)).has_value();
                 if (!has_to && !server) t.skip("the target has no hook \"revoke\", and revokes nothing");
                 expect_told(t, {}, "the access server", server);
                 const auto stray = revoked_at(t, t.world().resource(), jti_of(shown.auth), 0, {});
                 t.check({}, !stray, "revocation of the access server's token at the resource", "none",
                         stray ? "the target's" : "none");
             })
        .only_for(drafts_with([](const protocol::Draft& draft) { return draft.revocation_cascades; }))
        .because("Only the issuer's revocation counts at the resource, and the issuer is the access server.");
    suite.add("PS-REV-076", "an auth token that the target issued is revoked at its resource",
              {{"revocation.auth-token-recipient", "cascade-not-auth"}}, [](Test& t) {
                  auto& resource = own_resource(t);
                  const auto player = t.player();
                  Ask ask;
                  ask.issuer = &resource;
                  ask.presented = auth_server().shown(t, player, resource.identifier());
                  const auto token = auth_token(t, player, ask);
                  const bool has_to = taken_back(t, player, token.compact());
                  const bool told = revoked_at(t, resource, jti_of(token)).has_value();
                  if (!has_to && !told) t.skip("the target has no hook \"revoke\", and revokes nothing");
                  expect_told(t, {}, "the resource", told);
              });
}

// What our access server answers to the revocation of the person token.
void report_cases(Suite& suite) {
    suite.add("PS-REV-077", "an answer of the access server that cannot be read counts as none: it is told again",
              {{"revocation.report-read", "report-unread"}}, [](Test& t) {
                  const auto shown = federated(t);
                  shown.server.revocations().answer_with(
                      [](const http::Request&) { return answering(200, "{\"downstream\": ["); });
                  auto& provider = t.world().agent_provider();
                  revoked(t, provider, shown.player.token);
                  const auto first = revoked_at(t, shown.server, jti_of(shown.person));
                  if (!first) t.skip("the target revokes nothing at the access server");
                  shown.server.revocations().answer_with({});
                  revoked(t, provider, shown.player.token);
                  const auto second = revoked_at(t, shown.server, jti_of(shown.person), first->number);
                  expect_told(t, {}, "the access server, the second time", second.has_value());
              });
    suite.add("PS-REV-078", "a revocation that the access server puts off is polled with a GET signed by the target",
              {{"revocation.poll-signed", "revoke-polls-unsigned"}}, [](Test& t) {
                  const auto shown = federated(t);
                  auto& server = shown.server;
                  const auto location = server.url("/revocations/put-off");
                  server.revocations().answer_with([location](const http::Request& request) {
                      auto reply = answering(request.method == "POST" ? 202 : 200);
                      reply.response.fields.add("Retry-After", "0");
                      if (request.method == "POST") reply.response.fields.add("Location", location);
                      return reply;
                  });
                  revoked(t, t.world().agent_provider(), shown.player.token);
                  if (!revoked_at(t, server, jti_of(shown.person))) t.skip("the target revokes nothing there");
                  const auto polled = t.received(
                      server, [](const mocks::Seen& seen) { return seen.request.path() == "/revocations/put-off"; },
                      "the target polls");
                  t.check({}, polled && polled->request.method == "GET", "poll", "a GET",
                          polled ? polled->request.method : "none came");
                  if (polled)
                      t.check({}, expect_server_signature(t, *polled), "signature of the poll", "the target's", "");
              });
}

}  // namespace

std::string jti_of(const jose::Jwt& token) { return token.claim_string("jti").value_or(""); }

bool taken_back(Test& t, const Player& player, const std::string& token) {
    if (t.world().hook("revoke") != nullptr) {
        t.hook("revoke", {{"token", token}});
        return true;
    }
    revoked(t, t.world().agent_provider(), player.token);
    return false;
}

void revocation_recipient_cases(Suite& suite) {
    agent_cases(suite);
    recipient_cases(suite);
    report_cases(suite);
}

}  // namespace aauth::suites::ps

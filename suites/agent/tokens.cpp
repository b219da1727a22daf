#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// Which token an agent presents to whom (5.3.2, 6, 7.1.3, 9.4.2).
namespace aauth::suites::ag {

namespace {

using protocol::TokenKind;

// The token that this party granted first, in this member of its answer.
std::string granted(const Scene& scene, const std::string& path, const std::string& member, std::size_t number = 0) {
    std::size_t seen = 0;
    for (const auto& received : scene.at(scene.person_server(), path)) {
        const auto token = received.answered(member);
        if (!token.empty() && seen++ == number) return token;
    }
    return {};
}

// This token is what the last request below the path presented, and the answer was what the agent handed on.
void presented_at_last(Test& t, const Scene& scene, const std::string& path, const std::string& token,
                       std::string_view requirement = {}) {
    const auto all = scene.at(scene.resource(), path);
    const bool right = !all.empty() && all.back().token && all.back().token->compact() == token && !token.empty();
    t.check(requirement, right, "last request to " + path, "presents the token that was granted",
            all.empty() ? "there was none" : all.back().summary());
}

void agent_tokens(Suite& suite) {
    suite.add("AG-TOK-001", "an agent presents its agent token under the jwt scheme",
              {{"agent-token.presented", "scheme-hwk"}}, [](Test& t) {
                  Scene scene(t, begins_with_agent_token());
                  scene.get("/agent").run();
                  const auto received = scene.first(scene.resource(), "/agent");
                  const bool own = received.token && received.token->compact() == scene.scenario.agent.token;
                  t.check({}, received.scheme == "jwt" && own, "Signature-Key", "jwt with the agent token",
                          received.summary());
                  scene.served();
              });
    suite.add("AG-TOK-002", "an agent without a valid agent token takes no part",
              {{"agent-token.before-participating", "expired-agent-token"}}, [](Test& t) {
                  control(t, "/data");
                  Setting setting;
                  setting.agent_token = [](nlohmann::json&, nlohmann::json& claims) {
                      claims["exp"] = claims["iat"].get<std::int64_t>() - 10;
                      claims["iat"] = claims["iat"].get<std::int64_t>() - 4000;
                  };
                  Scene scene(t, setting);
                  scene.get("/data").run();
                  for (const auto& received : scene.everything()) {
                      t.check({}, !received.shows(TokenKind::Agent), "token presented", "not the expired agent token",
                              received.summary());
                  }
                  scene.not_served();
              });
    suite.add("AG-TOK-003", "asked for an agent token, the agent presents it in place of the other that it had shown",
              {{"requirement.agent-token.retry", "agent-token-unfollowed"}}, [](Test& t) {
                  control(t, "/agent");
                  Scene scene(t);
                  // Whoever holds a person token or an auth token for this resource may well show it here first.
                  scene.get(t.draft().person_tokens ? "/person" : "/data").get("/agent").run();
                  if (!scene.result(0).succeeded()) t.blocked("the first call was not served: " + scene.said(0));
                  presented_at_last(t, scene, "/agent", scene.scenario.agent.token);
                  scene.served({}, 1);
              });
}

void person_tokens(Suite& suite) {
    suite.add("AG-TOK-011", "asked for a person token, the agent gets one for this resource and presents that",
              {{"requirement.person-token.retry", "challenges-unfollowed"}}, [](Test& t) {
                  Scene scene(t, begins_with_agent_token());
                  scene.get("/person").run();
                  const auto asked = scene.first(scene.person_server(), "/person");
                  t.check({}, asked.text("resource") == scene.resource().identifier(), "resource of the request",
                          scene.resource().identifier(), asked.text("resource"));
                  presented_at_last(t, scene, "/person", granted(scene, "/person", "person_token"));
                  scene.served();
              });
    suite.add("AG-TOK-012", "a person token stands in the place of the agent token",
              {{"requirement.person-token.retry", "agent-token-always"}}, [](Test& t) {
                  Scene scene(t);
                  scene.get("/person").run();
                  presented_at_last(t, scene, "/person", granted(scene, "/person", "person_token"));
                  for (const auto& received : scene.at(scene.resource(), "/person")) {
                      t.check({}, received.scheme == "jwt", "scheme", "jwt", received.summary());
                  }
              });
    suite
        .add("AG-TOK-013", "each resource gets a person token of its own",
             {{"requirement.person-token.retry", "person-token-shared"}},
             [](Test& t) {
                 control(t, "/person");
                 Scene scene(t);
                 auto& other = scene.another_resource();
                 scene.get("/person").get(other.url("/person")).run();
                 if (!scene.result(0).succeeded()) t.blocked("the first call was not served: " + scene.said(0));
                 for (const auto& received : scene.at(other)) {
                     const auto aud = received.token ? received.token->claim_string("aud").value_or("") : "";
                     t.check({}, !received.shows(TokenKind::Person) || aud == other.identifier(), "aud of the token",
                             other.identifier(), aud);
                 }
                 scene.served({}, 1);
             })
        .because("Two resources that saw the same token could tell that the person is the same.");
    suite.add("AG-TOK-014", "an agent without a person server surfaces that a person token is wanted",
              {{"requirement.person-token.no-ps", "no-ps-served"}}, [](Test& t) {
                  control(t, "/agent");
                  auto setting = begins_with_agent_token();
                  setting.has_person_server = false;
                  Scene scene(t, setting);
                  scene.get("/person").run();
                  scene.first(scene.resource(), "/person");
                  scene.untouched(scene.person_server(), "/");
                  scene.not_served();
              });
    suite.add("AG-TOK-015", "a person token is used again for the same resource",
              {{"person-endpoint.cached", "person-token-each-time"}}, [](Test& t) {
                  Scene scene(t);
                  scene.get("/person").get("/person").get("/person").run();
                  if (!scene.result(0).succeeded()) t.blocked("the first call was not served: " + scene.said(0));
                  const auto count = scene.at(scene.person_server(), "/person").size();
                  t.check({}, count == 1, "requests for a person token", "one for three calls", std::to_string(count));
              });
}

void auth_tokens(Suite& suite) {
    suite.add("AG-TOK-021", "the resource token of a challenge goes to the person server, and the auth token back",
              {{"requirement.auth-token.retry", "challenges-unfollowed"}}, [](Test& t) {
                  Scene scene(t);
                  scene.get("/data").run();
                  const auto asked = scene.first(scene.person_server(), "/token");
                  const auto token = asked.text("resource_token");
                  const auto challenges = scene.at(scene.resource(), "/data");
                  const bool theirs = std::any_of(challenges.begin(), challenges.end(), [&](const Received& received) {
                      const auto field = received.seen.response.fields.combined("AAuth-Requirement").value_or("");
                      return !token.empty() && field.find(token) != std::string::npos;
                  });
                  t.check({}, theirs, "resource_token", "that of the challenge", token.substr(0, 60));
                  presented_at_last(t, scene, "/data", granted(scene, "/token", "auth_token"));
                  scene.served();
              });
    suite.add("AG-TOK-022", "a call that was challenged is made again as it was, method, query and body",
              {{"requirement.auth-token.retry", "retry-bodiless"}}, [](Test& t) {
                  Scene scene(t);
                  const std::string body = R"({"text": "hello"})";
                  scene.call("POST", "/write?a=b", body).run();
                  scene.first(scene.person_server(), "/token");
                  for (const auto& received : scene.at(scene.resource(), "/write")) {
                      const auto& request = received.request();
                      const bool same = request.method == "POST" && request.query() == "a=b" && request.body == body;
                      t.check({}, same, "request", "POST /write?a=b with its body",
                              received.summary() + " " + request.body);
                  }
                  scene.served();
              });
    suite.add("AG-TOK-023", "once it has an auth token the agent presents that on further calls",
              {{"auth-token.presented", "auth-token-unused"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.get("/data").get("/data").run();
                  if (scene.at(scene.person_server(), "/token").empty()) t.blocked("no auth token was asked for");
                  const auto all = scene.at(scene.resource(), "/data");
                  const auto count = scene.at(scene.person_server(), "/token").size();
                  t.check({}, count == 1, "token requests", "one for two calls", std::to_string(count));
                  presented_at_last(t, scene, "/data", granted(scene, "/token", "auth_token"));
              });
    suite.add("AG-TOK-024", "a call that needs more than the auth token grants is stepped up",
              {{"requirement.auth-token.step-up", "step-up-unfollowed"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.get("/data").get("/write").run();
                  if (!scene.result(0).succeeded()) t.blocked("the first call was not served: " + scene.said(0));
                  const auto second = granted(scene, "/token", "auth_token", 1);
                  t.check({}, !second.empty(), "second token request", "there is one", "there is none");
                  presented_at_last(t, scene, "/write", second);
                  scene.served({}, 1);
              });
    suite.add("AG-TOK-025", "after a step-up the new auth token is used",
              {{"requirement.auth-token.step-up", "old-token-after-step-up"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.get("/data").get("/write").run();
                  if (!scene.result(0).succeeded()) t.blocked("the first call was not served: " + scene.said(0));
                  scene.served({}, 1);
              });
    suite.add("AG-TOK-026", "an agent never calls an access server", {{"federation.only-ps", "calls-access-server"}},
              [](Test& t) {
                  Scene scene(t);
                  auto& access_server = scene.access_server();
                  scene.get("/federated?access_server=" + access_server.identifier()).run();
                  scene.first(scene.resource(), "/federated");
                  for (const auto& received : scene.at(access_server)) {
                      const auto bound = received.token ? json::member(received.token->payload(), "cnf") : nullptr;
                      const auto* jwk = bound == nullptr ? nullptr : json::member(*bound, "jwk");
                      const auto print = jwk == nullptr ? failure("none", "") : jose::thumbprint(*jwk);
                      const bool agent = print && *print == scene.agent().key.thumbprint();
                      t.check({}, !agent, "request at the access server", "none of the agent's", received.summary());
                  }
                  const auto asked = scene.at(scene.person_server(), "/token").size();
                  t.check({}, asked > 0, "token requests at the person server", "at least one", std::to_string(asked));
              });
    suite.add("AG-TOK-027", "the authorization endpoint is asked with a person token",
              {{"authz-endpoint.person-token", "authorize-agent-token"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t, begins_with_agent_token());
                  scene.act("authorize", {{"resource", scene.resource().identifier()}, {"scope", "data.read"}}).run();
                  const auto received = scene.first(scene.resource(), "/authorize");
                  t.check({}, received.shows(TokenKind::Person), "token presented", "a person token",
                          received.summary());
                  t.check({}, received.text("scope") == "data.read", "scope", "data.read", received.text("scope"));
              });
    suite.add("AG-TOK-028", "an authorization endpoint is called by a signed POST under the agent token",
              {{"authz-endpoint.agent-token", "unsigned-at /authorize"}}, [](Test& t) {
                  Scene scene(t);
                  scene.act("authorize", {{"resource", scene.resource().identifier()}, {"scope", "data.read"}}).run();
                  const auto received = scene.first(scene.resource(), "/authorize");
                  const bool good = received.request().method == "POST" && received.shows(TokenKind::Agent);
                  t.check({}, good, "request", "a POST under the agent token", received.summary());
              });
    suite.add("AG-TOK-029", "what the authorization endpoint gave is used at the resource",
              {{"auth-token.presented", "auth-token-unused"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.act("authorize", {{"resource", scene.resource().identifier()}, {"scope", "data.read"}})
                      .get("/data")
                      .run();
                  if (!scene.result(0).succeeded()) t.blocked("the authorization did not succeed: " + scene.said(0));
                  presented_at_last(t, scene, "/data", granted(scene, "/token", "auth_token"));
                  scene.served({}, 1);
              });
}

void access_modes(Suite& suite) {
    const auto with_mode = [](const char* mode) {
        Setting setting;
        setting.resource.access_mode = mode;
        return setting;
    };
    suite.area("Access modes", "11.2.4");
    suite.add("AG-TOK-031", "where access_mode is auth-token the first call presents a person token",
              {{"meta.resource.access-mode-auth-token", "access-mode-ignored"}}, [with_mode](Test& t) {
                  Scene scene(t, with_mode("auth-token"));
                  scene.get("/data").run();
                  const auto received = scene.first(scene.resource(), "/data");
                  t.check({}, received.shows(TokenKind::Person), "first request", "presents a person token",
                          received.summary());
              });
    suite.add("AG-TOK-032", "an access_mode that the agent does not know counts as none",
              {{"meta.resource.access-mode-unknown", "access-mode-unknown-fails"}}, [with_mode](Test& t) {
                  control(t, "/data");
                  Scene scene(t, with_mode("x-invented"));
                  scene.get("/data").run();
                  scene.served();
              });
    suite.add("AG-TOK-033", "an agent without a person server leaves a resource alone that takes auth tokens only",
              {{"agent.no-ps-skips", "no-ps-calls"}}, [with_mode](Test& t) {
                  control(t, "/data");
                  auto setting = with_mode("auth-token");
                  setting.has_person_server = false;
                  Scene scene(t, setting);
                  scene.get("/data").run();
                  scene.untouched(scene.resource(), "/data");
                  scene.not_served();
              });
}

}  // namespace

void token_cases(Suite& suite) {
    suite.area("Which token to whom", "11.3.2");
    agent_tokens(suite);
    person_tokens(suite);
    auth_tokens(suite);
    access_modes(suite);
}

}  // namespace aauth::suites::ag

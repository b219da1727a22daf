#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/agent_provider.h"
#include "mocks/person_server.h"
#include "suites/access-server/endpoints.h"
#include "suites/common/issued_tokens.h"

// The tokens that come with a request: beside what the shared tables say of them, what is the access server's own
// (9.1.1, 10.2, 11.9.3).
namespace aauth::suites::as {

namespace {

using nlohmann::json;

// The control, and then a request whose presented token is edited; the resource token fits it.
Answer with_presented(Test& t, const mocks::TokenEdit& edit) {
    const auto player = t.player();
    t.control(token_endpoint(), player);
    Ask ask;
    ask.presented = person_token(t, player, edit);
    return t.send(token_request(t, token_body(t, player, ask)), "the same with another presented_token");
}

// The control with a good sub-agent, then the same with another subagent_token.
Answer with_subagent_token(Test& t,
                           const std::function<std::string(Test&, const Player& parent, const Player& helper)>& make) {
    const auto parent = t.player();
    const auto helper = sub_agent(t, parent);
    auto body = sub_agent_body(t, parent, helper);
    const auto control = t.send(token_request(t, body), "control: a good subagent_token");
    needs_parameter(t, "subagent_token", control);
    if (!token_endpoint().accepted(control)) t.blocked("a request with a good subagent_token got " + control.summary());
    body = sub_agent_body(t, parent, helper);
    body["subagent_token"] = make(t, parent, helper);
    return t.send(token_request(t, body), "the same with another subagent_token");
}

std::function<std::string(Test&, const Player&, const Player&)> edited(const mocks::TokenEdit& edit) {
    return [edit](Test& t, const Player& parent, const Player& helper) {
        return t.world().agent_provider().sub_agent_token(helper.agent, parent.agent, t.person_server_identifier(),
                                                          edit);
    };
}

mocks::TokenEdit header(std::string name, const json& value) {
    return [name = std::move(name), value](json& members, json&) { members[name] = value; };
}

mocks::TokenEdit without_alg() {
    return [](json&, json& claims) { claims["cnf"]["jwk"].erase("alg"); };
}

// The code of the parameter: named after it in the published -11, after the agent token before.
Codes code(Test& t, const std::string& kind, const std::string& requirement) {
    return {t.draft().subagent_parameter == "subagent_token" ? requirement : "auth-endpoint.agent-token-codes",
            {kind + "_" + t.draft().subagent_parameter}};
}

}  // namespace

void agent_token_cases(Suite& suite) { token_cases(suite, "AS-AGT", agent_token()); }

void presented_cases(Suite& suite) {
    suites::presented_token_cases(suite, auth_server());
    suite
        .add("AS-PRE-020", "a presented_token that expired is refused with expired_presented_token",
             {{"auth-endpoint.presented-expired", "ignore person-token.exp"}},
             [](Test& t) {
                 const auto past = t.now() - 600;
                 const auto answer = with_presented(t, [past](json&, json& claims) {
                     claims["iat"] = past - 60;
                     claims["exp"] = past;
                 });
                 refused(t, answer, {}, {"auth-endpoint.presented-expired", {"expired_presented_token"}});
             })
        .because("The agent gets a fresh one when it is told that this is all that is wrong.");
    suite
        .add("AS-PRE-021", "a presented_token that lives two hours is refused",
             {{"auth-endpoint.presented-lifetime", "ignore person-token.ceiling"}},
             [](Test& t) {
                 const auto answer = with_presented(t, claim("exp", t.now() + 7200));
                 refused(t, answer, {}, {"auth-endpoint.presented-lifetime", {"invalid_presented_token"}});
             })
        .because("Its exp bounds the auth token, and bounds nothing when it is far away.");
    suite
        .add("AS-PRE-022", "a resource token that leaves out the mission of the presented token is refused",
             {{"resource-token.verify-mission", "ignore auth-endpoint.presented-mission"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(token_endpoint(), player);
                 Ask ask;
                 ask.presented =
                     person_token(t, player, claim("mission_s256", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
                 ask.edit = claim("mission_s256", nullptr);
                 const auto answer = t.send(token_request(t, token_body(t, player, ask)), "without the mission");
                 refused(t, answer, {}, {"resource-token.verify-mission", {"invalid_resource_token"}});
             })
        .because("An agent that could strip the mission would be free of its limits.")
        .only_for(drafts_with(&protocol::Draft::presented_token));
    suite
        .add("AS-PRE-023", "a resource token that leaves out the tenant of the presented token is refused",
             {{"resource-token.verify-tenant", "ignore auth-endpoint.presented-tenant"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(token_endpoint(), player);
                 Ask ask;
                 ask.presented = person_token(t, player, claim("tenant", "example-corp"));
                 ask.edit = claim("tenant", nullptr);
                 const auto answer = t.send(token_request(t, token_body(t, player, ask)), "without the tenant");
                 refused(t, answer, {}, {"resource-token.verify-tenant", {"invalid_resource_token"}});
             })
        .only_for(drafts_with(&protocol::Draft::presented_token));
    token_cases(suite, "AS-PPT", presented_person_token());
    token_cases(suite, "AS-PAT", presented_auth_token());
}

void subagent_cases(Suite& suite) {
    suite.area("Sub-agents", "10.2");
    suite
        .add("AS-SUB-001", "with subagent_token the auth token is bound to the sub-agent's key",
             {{"as-endpoint.subagent-binding", "alter auth-token.cnf"}, {"subagent.auth-cnf", "alter auth-token.cnf"}},
             [](Test& t) {
                 const auto parent = t.player();
                 const auto helper = sub_agent(t, parent);
                 const auto first = t.send(token_request(t, sub_agent_body(t, parent, helper)));
                 needs_parameter(t, "subagent_token", first);
                 const auto answer = auth_server().settled(t, parent, first);
                 const auto token = answer.jwt("auth_token");
                 t.expect(answer).status(200).jwt("auth_token").required();
                 for (const char* requirement : {"as-endpoint.subagent-binding", "subagent.auth-cnf"}) {
                     expect_bound_to(t, *token, helper.agent.key, requirement);
                 }
                 if (!t.draft().resource_token_names_agent) return;
                 const auto* act = aauth::json::member(token->payload(), "act");
                 const auto actor =
                     act == nullptr ? "absent" : aauth::json::string_member(*act, "agent").value_or("no string");
                 t.check("as-endpoint.subagent-binding", actor == parent.agent.identifier, "act.agent",
                         parent.agent.identifier, actor);
             })
        .because("The sub-agent shows the token itself, under its own key.");
    suite.add("AS-SUB-002", "agent_jkt is compared with the sub-agent's key, not with its parent's",
              {{"resource-token.verify-agent-jkt", "subagent-ignored"}}, [](Test& t) {
                  const auto parent = t.player();
                  const auto answer = t.send(token_request(t, sub_agent_body(t, parent, sub_agent(t, parent))));
                  needs_parameter(t, "subagent_token", answer);
                  t.expect(answer).that(token_endpoint().accepted(answer), "answer", "accepted", answer.summary());
              });
    suite.add("AS-SUB-003", "a resource token of the parent beside a subagent_token is refused",
              {{"resource-token.verify-agent-jkt", "ignore auth-endpoint.agent-jkt"}}, [](Test& t) {
                  const auto parent = t.player();
                  const auto helper = sub_agent(t, parent);
                  const auto control = t.send(token_request(t, sub_agent_body(t, parent, helper)), "control");
                  needs_parameter(t, "subagent_token", control);
                  if (!token_endpoint().accepted(control)) t.blocked("the control got " + control.summary());
                  Ask ask;
                  if (t.draft().resource_token_names_agent) ask.edit = claim("agent", helper.agent.identifier);
                  auto body = token_body(t, parent, ask);
                  body["subagent_token"] = helper.token;
                  refused(t, t.send(token_request(t, body), "with the parent's resource token"), {});
              });
    suite.add("AS-SUB-004", "an expired subagent_token is refused",
              {{"subagent.token-expired", "ignore agent-token.exp"}}, [](Test& t) {
                  const auto answer = with_subagent_token(t, edited(claim("exp", t.now() - 3600)));
                  refused(t, answer, {}, code(t, "expired", "subagent.token-expired"));
              });
    const struct {
        const char *number, *title;
        mocks::TokenEdit edit;
    } rows[] = {
        {"010", "a subagent_token without exp is refused", claim("exp", nullptr)},
        {"011", "a subagent_token with another dwk is refused", claim("dwk", "aauth-person.json")},
        {"012", "a subagent_token with another typ is refused", header("typ", "aa-person+jwt")},
        {"013", "a subagent_token without cnf is refused", claim("cnf", nullptr)},
        {"014", "a subagent_token whose cnf key has no alg is refused", without_alg()},
        {"015", "a subagent_token whose kid is not published is refused", header("kid", "nobody-has-this-kid")},
    };
    for (const auto& row : rows) {
        suite.add(std::string("AS-SUB-") + row.number, row.title,
                  {{"subagent.token-verified", "ignore subagent.verified"}}, [edit = row.edit](Test& t) {
                      refused(t, with_subagent_token(t, edited(edit)), {},
                              code(t, "invalid", "subagent.token-verified"));
                  });
    }
    suite.add("AS-SUB-016", "a subagent_token with a corrupted signature is refused",
              {{"subagent.token-verified", "ignore subagent.verified"}}, [](Test& t) {
                  const auto answer = with_subagent_token(t, [](Test&, const Player&, const Player& helper) {
                      return jose::corrupt_signature(helper.token);
                  });
                  refused(t, answer, {}, code(t, "invalid", "subagent.token-verified"));
              });
    suite.add("AS-SUB-017", "a subagent_token that is no JWT is refused",
              {{"subagent.token-verified", "ignore subagent.verified"}}, [](Test& t) {
                  const auto answer = with_subagent_token(
                      t, [](Test&, const Player&, const Player&) { return std::string("no.token"); });
                  refused(t, answer, {}, code(t, "invalid", "subagent.token-verified"));
              });
}

}  // namespace aauth::suites::as

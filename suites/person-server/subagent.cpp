#include <nlohmann/json.hpp>

#include "suites/common/issued_tokens.h"
#include "suites/person-server/endpoints.h"

// Sub-agents, for whom their parent asks (10.2).
namespace aauth::suites::ps {

using nlohmann::json;

Player sub_agent(Test& t, const Player& parent) {
    auto& provider = t.world().agent_provider();
    const auto& name = parent.agent.identifier;
    auto identifier = name;
    identifier.insert(name.find('@'), "+helper");
    Player made{{identifier, jose::SigningKey::generate(crypto::Algorithm::Ed25519)}, {}};
    made.token = provider.sub_agent_token(made.agent, parent.agent, t.person_server_identifier());
    return made;
}

namespace {

// The parent's request for a token of its sub-agent: for a person token, or for an auth token in drafts without them.
mocks::SignedRequest request_for(Test& t, const Player& parent, const Player& helper, const json& subagent_token) {
    if (t.draft().person_tokens) {
        auto body = person_body(t);
        body["subagent_token"] = subagent_token;
        return person_request(t, parent, body);
    }
    auto body = auth_body(t, helper);
    body["subagent_token"] = subagent_token;
    return auth_request(t, parent, body);
}

// The control with a good subagent_token, then the wrong one. `wrong` is given the sub-agent of the control, so that in
// drafts whose resource token names the agent only the token that is tested is wrong.
Answer wrong_one(Test& t, const std::function<json(Test&, const Player& parent, const Player& helper)>& wrong) {
    const auto parent = t.player();
    const auto helper = sub_agent(t, parent);
    const auto control = t.send(request_for(t, parent, helper, helper.token), "control: a good subagent_token");
    if (!granted(control)) t.blocked("a request with a good subagent_token got " + control.summary());
    return t.send(request_for(t, parent, helper, wrong(t, parent, helper)), "the same with a wrong subagent_token");
}

// The code of the parameter: named after it in the published -11, after the agent token before.
Codes code(Test& t, const std::string& kind, const std::string& requirement) {
    return {t.draft().subagent_parameter == "subagent_token" ? requirement : "auth-endpoint.agent-token-codes",
            {kind + "_" + t.draft().subagent_parameter}};
}

mocks::TokenEdit claim(const std::string& name, const json& value) {
    return [=](json&, json& claims) { claims[name] = value; };
}

std::function<json(Test&, const Player&, const Player&)> edited(const mocks::TokenEdit& edit) {
    return [edit](Test& t, const Player& parent, const Player& helper) {
        return json(
            t.world().agent_provider().sub_agent_token(helper.agent, parent.agent, t.person_server_identifier(), edit));
    };
}

mocks::TokenEdit key(const json& jwk) {
    return [jwk](json&, json& claims) { claims["cnf"] = {{"jwk", jwk}}; };
}

}  // namespace

void subagent_cases(Suite& suite) {
    suite.area("Sub-agents", "10.2");
    const auto person_drafts = drafts_with(&protocol::Draft::person_tokens);

    suite
        .add("PS-SUB-001", "a sub-agent's own request for a token is refused",
             {{"subagent.own-request-refused", "sub-agent-signs"}},
             [](Test& t) {
                 const auto parent = t.player();
                 t.control(token_endpoint(), parent);
                 const auto helper = sub_agent(t, parent);
                 refused(t, t.send(token_endpoint().request(t, helper), "the same by a sub-agent"), {});
             })
        .because("A sub-agent lives on its parent's consent and cannot ask for more.");
    suite.add("PS-SUB-002", "a sub-agent's own request at the auth token endpoint is refused",
              {{"subagent.own-request-refused", "sub-agent-signs"}}, [](Test& t) {
                  const auto parent = t.player();
                  t.control(auth_endpoint(), parent);
                  const auto helper = sub_agent(t, parent);
                  Ask ask;
                  ask.presented = helper.token;
                  const auto with_helper = [&](json& body) { body["subagent_token"] = helper.token; };
                  if (t.draft().person_tokens) ask.presented = presentable_token(t, parent, {}, with_helper).compact();
                  refused(t, t.send(auth_request(t, helper, auth_body(t, helper, ask)), "by a sub-agent"), {});
              });
    suite.add("PS-SUB-003", "a person token for a sub-agent is bound to the sub-agent's key",
              {{"person-endpoint.subagent", "subagent-ignored"}}, [](Test& t) {
                  const auto parent = t.player();
                  const auto helper = sub_agent(t, parent);
                  const auto answer = settled(t, parent, t.send(request_for(t, parent, helper, helper.token)));
                  t.expect(answer).status(200).jwt("person_token").required();
                  expect_bound_to(t, *answer.jwt("person_token"), helper.agent.key);
              });
    suite.add("PS-SUB-004", "the parent gets an auth token that is bound to the sub-agent's key",
              {{"subagent.parent-mediated", "subagent-ignored"}, {"subagent.auth-cnf", "alter auth-token.cnf"}},
              [](Test& t) {
                  const auto parent = t.player();
                  const auto helper = sub_agent(t, parent);
                  Ask ask;
                  ask.key = &helper.agent.key;
                  ask.presented = helper.token;
                  const auto with_helper = [&](json& body) { body["subagent_token"] = helper.token; };
                  if (t.draft().person_tokens) ask.presented = presentable_token(t, parent, {}, with_helper).compact();
                  auto body = auth_body(t, parent, ask);
                  with_helper(body);
                  const auto answer = settled(t, parent, t.send(auth_request(t, parent, body)));
                  needs_permissive_policy(t, answer);
                  t.expect(answer, "subagent.parent-mediated").status(200).jwt("auth_token").required();
                  expect_bound_to(t, *answer.jwt("auth_token"), helper.agent.key, "subagent.auth-cnf");
              });
    suite.add("PS-SUB-005", "a resource token bound to the parent's key is refused for a sub-agent",
              {{"subagent.resource-token-key", "ignore auth-endpoint.agent-jkt"}}, [](Test& t) {
                  const auto parent = t.player();
                  t.control(auth_endpoint(), parent);
                  const auto helper = sub_agent(t, parent);
                  Ask ask;
                  if (!t.draft().person_tokens) ask.presented = helper.token;
                  auto body = auth_body(t, parent, ask);
                  body["subagent_token"] = helper.token;
                  refused(t, t.send(auth_request(t, parent, body), "the same for a sub-agent"), {},
                          {"jwt.parameter-fails-code", {"invalid_resource_token"}});
              });
    suite.add("PS-SUB-006", "a subagent_token is taken although its key is not the one that signed",
              {{"subagent.cnf-not-compared", "subagent-cnf-compared"}}, [](Test& t) {
                  const auto parent = t.player();
                  const auto helper = sub_agent(t, parent);
                  const auto answer = t.send(request_for(t, parent, helper, helper.token), "for a sub-agent");
                  needs_permissive_policy(t, answer);
                  t.expect(answer).that(granted(answer), "answer", "accepted", answer.summary());
              });

    suite
        .add("PS-SUB-010", "a subagent_token of another parent is refused",
             {{"person-endpoint.subagent-parent", "ignore subagent.parent"}},
             [](Test& t) {
                 const auto answer = wrong_one(t, [](Test& test, const Player&, const Player&) {
                     return json(sub_agent(test, test.player()).token);
                 });
                 refused(t, answer, {}, code(t, "invalid", "person-endpoint.subagent-parent"));
             })
        .because("Otherwise any agent could get tokens for the sub-agents of others.")
        .only_for(person_drafts);
    suite
        .add("PS-SUB-011", "a subagent_token without parent_agent is refused",
             {{"person-endpoint.subagent-parent", "ignore subagent.parent"}},
             [](Test& t) {
                 const auto answer = wrong_one(t, edited([](json&, json& claims) { claims.erase("parent_agent"); }));
                 refused(t, answer, {}, code(t, "invalid", "person-endpoint.subagent-parent"));
             })
        .only_for(person_drafts);
    suite.add("PS-SUB-012", "a subagent_token of another parent is refused at the auth token endpoint",
              {{"auth-endpoint.subagent-parent", "grant-anyway"}}, [](Test& t) {
                  const auto parent = t.player();
                  t.control(auth_endpoint(), parent);
                  auto body = auth_body(t, parent);
                  body["subagent_token"] = sub_agent(t, t.player()).token;
                  refused(t, t.send(auth_request(t, parent, body)), {},
                          code(t, "invalid", "auth-endpoint.subagent-parent"));
              });
    suite.add("PS-SUB-013", "a subagent_token of another agent provider is refused",
              {{"subagent.iss", "ignore subagent.issuer"}}, [](Test& t) {
                  const auto answer = wrong_one(t, [](Test& test, const Player& parent, const Player& helper) {
                      auto& other = test.world().another_agent_provider();
                      test.world().trust(other);
                      return json(other.sub_agent_token(helper.agent, parent.agent, test.person_server_identifier()));
                  });
                  refused(t, answer, {}, code(t, "invalid", "subagent.iss"));
              });
    suite.add("PS-SUB-014", "an expired subagent_token is refused",
              {{"subagent.token-expired", "ignore agent-token.exp"}}, [](Test& t) {
                  const auto answer = wrong_one(t, edited(claim("exp", t.now() - 3600)));
                  refused(t, answer, {}, code(t, "expired", "subagent.token-expired"));
              });

    const struct {
        const char *number, *title;
        mocks::TokenEdit edit;
    } rows[] = {
        {"020", "a subagent_token without exp is refused", [](json&, json& claims) { claims.erase("exp"); }},
        {"021", "a subagent_token with another dwk is refused", claim("dwk", "aauth-person.json")},
        {"022", "a subagent_token without dwk is refused", [](json&, json& claims) { claims.erase("dwk"); }},
        {"023", "a subagent_token whose ps is no server identifier is refused", claim("ps", "https://ps.example/a?b")},
        {"024", "a subagent_token with another typ is refused",
         [](json& header, json&) { header["typ"] = "aa-person+jwt"; }},
        {"025", "a subagent_token whose kid is not published is refused",
         [](json& header, json&) { header["kid"] = "nobody-has-this-kid"; }},
        {"026", "a subagent_token without cnf is refused", [](json&, json& claims) { claims.erase("cnf"); }},
        {"027", "a subagent_token with an empty cnf key is refused", key(json::object())},
        {"028", "a subagent_token whose cnf key is a string is refused", key("key")},
        {"029", "a subagent_token whose cnf key has no alg is refused",
         key({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}})},
        {"030", "a subagent_token whose cnf key has the polymorphic EdDSA identifier is refused",
         key({{"kty", "OKP"},
              {"crv", "Ed25519"},
              {"alg", "EdDSA"},
              {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}})},
        {"031", "a subagent_token with a symmetric cnf key is refused",
         key({{"kty", "oct"}, {"alg", "HS256"}, {"k", "AAAA"}})},
    };
    for (const auto& row : rows) {
        suite.add(std::string("PS-SUB-") + row.number, row.title,
                  {{"subagent.token-verified", "ignore subagent.verified"}}, [edit = row.edit](Test& t) {
                      refused(t, wrong_one(t, edited(edit)), {}, code(t, "invalid", "subagent.token-verified"));
                  });
    }
    suite.add("PS-SUB-032", "a subagent_token with a corrupted signature is refused",
              {{"subagent.token-verified", "ignore subagent.verified"}}, [](Test& t) {
                  const auto answer = wrong_one(t, [](Test&, const Player&, const Player& helper) {
                      return json(jose::corrupt_signature(helper.token));
                  });
                  refused(t, answer, {}, code(t, "invalid", "subagent.token-verified"));
              });
    suite.add("PS-SUB-033", "a subagent_token that is no JWT is refused",
              {{"subagent.token-verified", "ignore subagent.verified"}}, [](Test& t) {
                  const auto answer =
                      wrong_one(t, [](Test&, const Player&, const Player&) { return json("no.token"); });
                  refused(t, answer, {}, code(t, "invalid", "subagent.token-verified"));
              });
    suite.add("PS-SUB-034", "a subagent_token from the future is refused",
              {{"jwt.iat-future", "ignore agent-token.iat"}}, [](Test& t) {
                  refused(t, wrong_one(t, edited([at = t.now() + 3600](json&, json& claims) {
                                           claims["iat"] = at;
                                           claims["exp"] = at + 3600;
                                       })),
                          {});
              });
    suite.add("PS-SUB-035", "a subagent_token with an empty cnf key is refused at the auth token endpoint",
              {{"subagent.token-verified", "ignore subagent.verified"}}, [](Test& t) {
                  const auto parent = t.player();
                  t.control(auth_endpoint(), parent);
                  const auto helper = sub_agent(t, parent);
                  Ask ask;
                  if (!t.draft().person_tokens) ask.presented = helper.token;
                  auto body = auth_body(t, parent, ask);
                  body["subagent_token"] = edited(key(json::object()))(t, parent, helper);
                  refused(t, t.send(auth_request(t, parent, body)), {}, code(t, "invalid", "subagent.token-verified"));
              });
}

}  // namespace aauth::suites::ps

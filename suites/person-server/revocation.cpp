#include <nlohmann/json.hpp>

#include "mocks/resource.h"
#include "suites/common/revocation_cascade.h"
#include "suites/common/revocation_cases.h"
#include "suites/common/revocation_requests.h"
#include "suites/person-server/revocations.h"
#include "suites/person-server/waiting.h"

// The revocation endpoint as agent providers and resources use it (11.12), and tokens that were revoked there.
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

mocks::AgentProvider& our_provider(Test& t) { return t.world().agent_provider(); }

RevocationServer revocation_server() {
    RevocationServer server;
    server.prefix = "PS-REV";
    server.revocable = [](Test& t) {
        const auto player = t.player();
        const auto use = [&t, player] { return t.send(token_endpoint().request(t, player), "with the agent token"); };
        return Revocable{&our_provider(t), player.token, use};
    };
    server.works = granted;
    server.another = [](Test& t) -> mocks::Party& { return t.world().another_agent_provider(); };
    return server;
}

CascadeServer cascade_server() {
    CascadeServer server;
    server.prefix = "PS-REV";
    server.issue = [](Test& t, mocks::Resource& resource) {
        const auto player = t.player();
        const auto token = presentable_token(t, player, resource.identifier());
        return Cascading{&our_provider(t), player.token, token.claim_string("jti").value_or("")};
    };
    server.another = revocation_server().another;
    return server;
}

void token_cases(Suite& suite) {
    suite
        .add("PS-REV-001", "a revoked agent token is refused with revoked_jwt",
             {{"revocation.agent-token-denied", "revoke-forgotten"},
              {"sig.jwt.revoked", "revoke-forgotten"},
              {"revocation.said-revoked", "revoke-forgotten"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(token_endpoint(), player);
                 revoked(t, our_provider(t), player.token);
                 const auto answer = t.send(token_endpoint().request(t, player), "with the revoked agent token");
                 t.expect(answer).that(!granted(answer), "answer", "refused", answer.summary());
                 t.expect(answer, "sig.jwt.revoked").status(401).signature_error({"revoked_jwt"});
                 t.expect(answer, "revocation.said-revoked").signature_error({"revoked_jwt"});
             })
        .because("Revoking is what an agent provider does when an agent's key was stolen.");
    suite.add("PS-REV-024", "a new agent token of an agent whose old one was revoked works for the same person",
              {{"revocation.binding-unchanged", "revoke-agent"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto before = person_token(t, player).claim_string("sub").value_or("");
                  revoked(t, our_provider(t), player.token);
                  auto again = player;
                  again.token = our_provider(t).agent_token(player.agent, t.person_server_identifier());
                  const auto answer = settled(t, again, t.send(person_request(t, again, person_body(t))));
                  t.expect(answer).status(200).jwt("person_token").required();
                  const auto after = answer.jwt("person_token")->claim_string("sub").value_or("");
                  t.check({}, before == after, "sub", before, after);
              });
    suite.add("PS-REV-031", "a revoked subagent_token is refused with revoked_subagent_token",
              {{"subagent.token-revoked", "revoke-forgotten"}}, [](Test& t) {
                  const auto parent = t.player();
                  auto helper = parent.agent;
                  helper.identifier.insert(helper.identifier.find('@'), "+helper");
                  helper.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
                  auto body = person_body(t);
                  const auto token =
                      our_provider(t).sub_agent_token(helper, parent.agent, t.person_server_identifier());
                  body["subagent_token"] = token;
                  const auto control = t.send(person_request(t, parent, body), "control: the subagent_token as it is");
                  if (!granted(control)) t.blocked("a good subagent_token got " + control.summary());
                  revoked(t, our_provider(t), token);
                  refused(t, t.send(person_request(t, parent, body), "after the revocation"), {},
                          {"subagent.token-revoked", {"revoked_subagent_token"}});
              });
}

}  // namespace

void revocation_cases(Suite& suite) {
    suite.area("Revocation", "11.12");
    token_cases(suite);
    revocation_endpoint_cases(suite, revocation_server());
    revoked_resource_token_cases(suite, "PS-REV", auth_server(), [](Test& t) {
        const auto waiting = put_off(t, auth_endpoint());
        return PutOffRequest{waiting.answer, [&t, waiting] { return poll(t, waiting); }};
    });
    cascade_cases(suite, cascade_server());
    revocation_recipient_cases(suite);
    revocation_chain_cases(suite);
}

}  // namespace aauth::suites::ps

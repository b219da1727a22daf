#include <nlohmann/json.hpp>

#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "harness/protocol/metadata.h"
#include "mocks/resource.h"
#include "suites/person-server/endpoints.h"

// The revocation endpoint as agent providers and resources use it (11.12).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

// A revocation signed by one of our servers in its own right.
mocks::SignedRequest revocation(Test& t, const mocks::Party& party, protocol::Role role, const json& body) {
    t.needs("revocation_endpoint");
    auto request = mocks::signed_request("POST", t.world().url(t.world().endpoint("revocation_endpoint")), party.key(),
                                         {}, t.now());
    request.signature_key =
        httpsig::jwks_uri_member(party.identifier(), protocol::document_name(role), party.key().kid);
    return request.body(aauth::json::dump(body));
}

json naming(const std::string& token) {
    const auto jwt = jose::Jwt::decode(token);
    return {{"jti", jwt->claim_string("jti").value_or("")}, {"exp", jwt->claim_integer("exp").value_or(0)}};
}

// Our agent provider revokes; the case is skipped when the target takes revocations from others only.
Answer revoke(Test& t, const json& body) {
    const auto answer =
        t.send(revocation(t, t.world().agent_provider(), protocol::Role::AgentProvider, body), "revocation");
    if (answer.text("error") == "unsupported_iss") t.skip("the target takes no revocations from our agent provider");
    return answer;
}

// An agent whose token worked until it was revoked.
Player revoked_player(Test& t) {
    const auto player = t.player();
    t.control(token_endpoint(), player);
    if (const auto answer = revoke(t, naming(player.token)); answer.status() != 200) {
        t.blocked("the revocation got " + answer.summary());
    }
    return player;
}

json unknown(Test& t) { return {{"jti", "0f1e2d3c-aauth-conformance"}, {"exp", t.now() + 600}}; }

void malformed(Suite& suite, const char* id, const char* title, const std::function<void(json&)>& change) {
    suite
        .add(id, title, {{"revocation.body", "revoke-unchecked"}},
             [change](Test& t) {
                 if (const auto control = revoke(t, unknown(t)); control.status() != 200) {
                     t.blocked("a conforming revocation got " + control.summary());
                 }
                 auto body = unknown(t);
                 change(body);
                 t.expect(revoke(t, body)).status(400).member_is("error", "invalid_request");
             })
        .only_for(drafts_with(&protocol::Draft::server_signs_jwks_uri));
}

}  // namespace

void revocation_cases(Suite& suite) {
    suite.area("Revocation", "11.12");
    // Earlier drafts do not say under which scheme an agent provider signs.
    const auto drafts = drafts_with(&protocol::Draft::server_signs_jwks_uri);

    suite
        .add("PS-REV-001", "a revoked agent token is refused with revoked_jwt",
             {{"revocation.agent-token-denied", "revoke-forgotten"},
              {"sig.jwt.revoked", "revoke-forgotten"},
              {"revocation.said-revoked", "revoke-forgotten"}},
             [](Test& t) {
                 const auto player = revoked_player(t);
                 const auto answer = t.send(token_endpoint().request(t, player), "with the revoked agent token");
                 t.expect(answer).that(!granted(answer), "answer", "refused", answer.summary());
                 t.expect(answer, "sig.jwt.revoked").status(401).signature_error({"revoked_jwt"});
                 t.expect(answer, "revocation.said-revoked").signature_error({"revoked_jwt"});
             })
        .because("Revoking is what an agent provider does when an agent's key was stolen.")
        .only_for(drafts);
    suite
        .add("PS-REV-002", "a recorded revocation is answered 200 with an empty body",
             {{"revocation.response-200", "revoke-404"},
              {"revocation.empty-body", "revoke-body"},
              {"revocation.ps-no-report", "revoke-body"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(token_endpoint(), player);
                 const auto answer = revoke(t, naming(player.token));
                 t.expect(answer).status(200);
                 for (const char* id : {"revocation.empty-body", "revocation.ps-no-report"}) {
                     t.expect(answer, id)
                         .that(answer.response.body.empty(), "body", "empty", answer.response.body.substr(0, 100));
                 }
             })
        .only_for(drafts);
    suite
        .add("PS-REV-003", "a revocation of a token that nobody knows is answered 200",
             {{"revocation.response-200", "revoke-404"}, {"revocation.no-404", "revoke-404"}},
             [](Test& t) {
                 const auto answer = revoke(t, unknown(t));
                 t.expect(answer).status(200);
                 t.expect(answer, "revocation.no-404").status_not(404);
             })
        .only_for(drafts);
    suite
        .add("PS-REV-004", "a repeated revocation is answered like the first",
             {{"revocation.idempotent", "revoke-once"}},
             [](Test& t) {
                 const auto body = unknown(t);
                 if (revoke(t, body).status() != 200) t.blocked("the first revocation was not answered 200");
                 t.expect(revoke(t, body)).status(200);
             })
        .only_for(drafts);
    suite
        .add("PS-REV-005", "a 200 without a body has no Content-Type", {{"revocation.no-body-no-type", "revoke-typed"}},
             [](Test& t) {
                 const auto answer = revoke(t, unknown(t));
                 if (answer.response.body.empty()) t.expect(answer).no_header("Content-Type");
                 if (!answer.response.body.empty()) t.expect(answer).media_type("application/json");
             })
        .only_for(drafts);

    malformed(suite, "PS-REV-010", "a revocation without jti is answered 400 invalid_request",
              [](json& body) { body.erase("jti"); });
    malformed(suite, "PS-REV-011", "a revocation without exp is answered 400 invalid_request",
              [](json& body) { body.erase("exp"); });
    malformed(suite, "PS-REV-012", "a revocation whose jti is no string is answered 400 invalid_request",
              [](json& body) { body["jti"] = 7; });

    suite
        .add("PS-REV-020", "a revocation signed by an agent is refused",
             {{"revocation.agent-refused", "revoke-by-agent"}},
             [](Test& t) {
                 if (revoke(t, unknown(t)).status() != 200) t.blocked("a conforming revocation was not answered 200");
                 const auto player = t.player();
                 auto request = t.request("POST", t.world().endpoint("revocation_endpoint"), player);
                 request.body(aauth::json::dump(naming(player.token)));
                 const auto answer = t.send(request, "revocation by an agent");
                 t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "4xx",
                                       answer.summary());
             })
        .because("An agent that can revoke could silence others.")
        .only_for(drafts);
    suite
        .add("PS-REV-021", "an unsigned revocation is refused", {{"revocation.signed-post", "revoke-unsigned"}},
             [](Test& t) {
                 if (revoke(t, unknown(t)).status() != 200) t.blocked("a conforming revocation was not answered 200");
                 auto request = revocation(t, t.world().agent_provider(), protocol::Role::AgentProvider, unknown(t));
                 const auto answer = t.send(request.unsigned_(), "without a signature");
                 t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "4xx",
                                       answer.summary());
             })
        .only_for(drafts);
    suite
        .add("PS-REV-022", "a revocation that does not cover its body is refused",
             {{"revocation.components", "ignore sig.components.content-digest"}},
             [](Test& t) {
                 if (revoke(t, unknown(t)).status() != 200) t.blocked("a conforming revocation was not answered 200");
                 auto request = revocation(t, t.world().agent_provider(), protocol::Role::AgentProvider, unknown(t));
                 const auto answer = t.send(request.uncover("content-digest"), "without content-digest");
                 t.expect(answer).status(401);
             })
        .only_for(drafts);
    suite
        .add("PS-REV-023", "an agent provider cannot revoke the tokens of another",
             {{"revocation.own-namespace", "revoke-any"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(token_endpoint(), player);
                 auto& other = t.world().another_agent_provider();
                 t.world().trust(other);
                 auto body = naming(player.token);
                 body["iss"] = t.world().agent_provider().identifier();
                 t.send(revocation(t, other, protocol::Role::AgentProvider, body),
                        "revocation by another agent provider");
                 const auto answer = t.send(token_endpoint().request(t, player), "with the agent token");
                 t.expect(answer).that(granted(answer), "answer", "accepted as before", answer.summary());
             })
        .only_for(drafts);
    suite
        .add("PS-REV-024", "a new agent token of an agent whose old one was revoked works for the same person",
             {{"revocation.binding-unchanged", "revoke-agent"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto before = person_token(t, player).claim_string("sub").value_or("");
                 if (revoke(t, naming(player.token)).status() != 200) t.blocked("the revocation was not answered 200");
                 auto again = player;
                 again.token = t.world().agent_provider().agent_token(player.agent, t.person_server_identifier());
                 const auto answer = settled(t, again, t.send(person_request(t, again, person_body(t))));
                 t.expect(answer).status(200).jwt("person_token").required();
                 const auto after = answer.jwt("person_token")->claim_string("sub").value_or("");
                 t.check({}, before == after, "sub", before, after);
             })
        .only_for(drafts);
    suite
        .add("PS-REV-030", "a revoked resource token is refused with revoked_resource_token",
             {{"revocation.resource-token-refused", "revoke-forgotten"},
              {"auth-endpoint.revoked-resource-token", "error-wrong-code"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto body = auth_body(t, player);
                 const auto control = t.send(auth_request(t, player, body), "control: the resource token as it is");
                 if (!granted(control)) t.blocked("a conforming auth token request got " + control.summary());
                 const auto token = body["resource_token"].get<std::string>();
                 const auto answer =
                     t.send(revocation(t, t.world().resource(), protocol::Role::Resource, naming(token)));
                 if (answer.text("error") == "unsupported_iss")
                     t.skip("the target takes no revocations from our resource");
                 if (answer.status() != 200) t.blocked("the revocation got " + answer.summary());
                 refused(t, t.send(auth_request(t, player, body), "after the revocation"), {},
                         {"auth-endpoint.revoked-resource-token", {"revoked_resource_token"}});
             })
        .only_for(drafts);
    suite
        .add("PS-REV-031", "a revoked subagent_token is refused with revoked_subagent_token",
             {{"subagent.token-revoked", "revoke-forgotten"}},
             [](Test& t) {
                 const auto parent = t.player();
                 auto helper = parent.agent;
                 helper.identifier.insert(helper.identifier.find('@'), "+helper");
                 helper.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
                 auto body = person_body(t);
                 const auto token =
                     t.world().agent_provider().sub_agent_token(helper, parent.agent, t.person_server_identifier());
                 body["subagent_token"] = token;
                 const auto control = t.send(person_request(t, parent, body), "control: the subagent_token as it is");
                 if (!granted(control)) t.blocked("a good subagent_token got " + control.summary());
                 if (revoke(t, naming(token)).status() != 200) t.blocked("the revocation was not answered 200");
                 refused(t, t.send(person_request(t, parent, body), "after the revocation"), {},
                         {"subagent.token-revoked", {"revoked_subagent_token"}});
             })
        .only_for(drafts);
}

}  // namespace aauth::suites::ps

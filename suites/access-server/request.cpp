#include <nlohmann/json.hpp>

#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "mocks/agent_provider.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"
#include "suites/access-server/endpoints.h"

// Who calls the token endpoint, with what (9.1.1, 9.3).
namespace aauth::suites::as {

namespace {

using nlohmann::json;

// The control, and a request with the same body that somebody else makes: it has to be refused.
void refused_from(Test& t, const std::function<void(Test&, mocks::SignedRequest&)>& change) {
    const auto answer = t.altered(token_endpoint(), [&](auto& request) { change(t, request); });
    refused(t, answer, {});
}

void signs_as(mocks::SignedRequest& request, const mocks::Party& party, std::string_view document) {
    request.key = party.key();
    request.signature_key = httpsig::jwks_uri_member(party.identifier(), document, party.key().kid);
}

void caller_cases(Suite& suite) {
    suite.add("AS-REQ-001", "an unsigned request is refused", {{"as-endpoint.signed-post", "unsigned-calls"}},
              [](Test& t) { refused_from(t, [](Test&, auto& request) { request.unsigned_(); }); });
    suite
        .add("AS-REQ-002", "a request that the agent signs under its agent token is refused",
             {{"as-endpoint.agents-refused", "agents-call"}, {"as-endpoint.signed-post", "agents-call"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(token_endpoint(), player);
                 auto request = token_endpoint().request(t, player);
                 request.key = player.agent.key;
                 request.signature_key = httpsig::jwt_member(player.token);
                 const auto answer = t.send(request, "the same, signed by the agent");
                 refused(t, answer, "as-endpoint.agents-refused");
                 // The earlier copies ask for a signed request, and not for the scheme.
                 if (t.draft().server_signs_jwks_uri) refused(t, answer, "as-endpoint.signed-post");
             })
        .because("The person server is where the person's consent is; an agent that comes by itself has none.")
        .only_for(drafts_with([](const auto& draft) { return draft.server_signs_jwks_uri; }));
    suite
        .add("AS-REQ-003", "a request that an agent provider signs in its own right is refused",
             {{"as-endpoint.agents-refused", "ignore as-endpoint.caller"}},
             [](Test& t) {
                 refused_from(t, [](Test& test, auto& request) {
                     auto& provider = test.world().agent_provider();
                     signs_as(request, provider, protocol::agent_document);
                 });
             })
        .because("An intermediary is its own agent provider, and asks through the person server all the same.");
    suite.add("AS-REQ-004", "a request that a resource signs in its own right is refused",
              {{"as-endpoint.agents-refused", "ignore as-endpoint.caller"}}, [](Test& t) {
                  refused_from(t, [](Test& test, auto& request) {
                      signs_as(request, test.world().resource(), protocol::resource_document);
                  });
              });
}

void parameter_cases(Suite& suite) {
    const struct {
        const char *absent, *odd, *member, *requirement;
    } rows[] = {{"AS-REQ-010", "AS-REQ-011", "resource_token", "as-endpoint.resource-token"},
                {"AS-REQ-012", "AS-REQ-013", "agent_token", "as-endpoint.agent-token"}};
    for (const auto& row : rows) {
        const std::string name = row.member;
        suite.add(row.absent, "a request without " + name + " is refused with invalid_request",
                  {{row.requirement, "grant-anyway"}, {"error.invalid-request", "error-wrong-code"}}, [name](Test& t) {
                      const auto answer = changed_ask(t, auth_server(), {}, [&](json& body) { body.erase(name); });
                      refused(t, answer, {}, {"error.invalid-request", {"invalid_request"}});
                  });
        suite.add(row.odd, "a request whose " + name + " is no string is refused", {{row.requirement, "grant-anyway"}},
                  [name](Test& t) {
                      const auto answer = changed_ask(t, auth_server(), {}, [&](json& body) { body[name] = 7; });
                      refused(t, answer, {});
                  });
    }
    const struct {
        const char *number, *title, *body;
    } malformed[] = {{"014", "a body that is not JSON is refused with invalid_request", "resource_token=eyJ"},
                     {"015", "a body that is cut off is refused with invalid_request", "{\"resource_token\":\"e"},
                     {"016", "a body that is a JSON array is refused with invalid_request", "[]"}};
    for (const auto& row : malformed) {
        suite.add(std::string("AS-REQ-") + row.number, row.title, {{"error.invalid-request", "error-wrong-code"}},
                  [text = std::string(row.body)](Test& t) {
                      const auto answer = t.altered(token_endpoint(), [&](auto& request) { request.body(text); });
                      refused(t, answer, {}, {"error.invalid-request", {"invalid_request"}});
                  });
    }
    suite
        .add("AS-RES-030", "a resource token for another recipient is refused",
             {{"resource-token.verify-aud", "ignore auth-endpoint.aud"}},
             [](Test& t) {
                 Ask ask;
                 ask.edit = claim("aud", "https://as.aauth-conformance.invalid");
                 refused(t, changed_ask(t, auth_server(), ask), {});
             })
        .because("Its resource chose another server to decide.");
    suite
        .add("AS-RES-035", "a resource token that names another person server than the one that signed is refused",
             {{"resource-token.verify-ps", "ignore auth-endpoint.ps-self"},
              {"as-endpoint.presented-ps-signer", "ignore auth-endpoint.ps-self"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(token_endpoint(), player);
                 auto& other = t.world().another_person_server();
                 t.world().trust(other);
                 Ask ask;
                 ask.presented = other.person_token(our_resource(t), player.agent.key);
                 const auto answer = t.send(token_request(t, token_body(t, player, ask)),
                                            "a request with the tokens of another person server's person");
                 refused(t, answer, "resource-token.verify-ps");
                 const std::vector<std::string> codes{"invalid_presented_token", "invalid_resource_token"};
                 refused(t, answer, "as-endpoint.presented-ps-signer", {"as-endpoint.presented-ps-signer", codes});
             })
        .because("One person server could speak for the people of another.")
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite.add("AS-SIG-150", "a key that only keyid names is not used",
              {{"sig.keyid.key-from-signature-key", "key-from-keyid"}}, [](Test& t) {
                  const auto second = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
                  auto& server = t.world().another_person_server();
                  const auto player = agent_at(t, t.player(), server);
                  auto keys = server.jwks();
                  keys["keys"].push_back(second.public_jwk());
                  t.world().trust(server, {}, aauth::json::dump(keys));
                  Ask ask;
                  ask.presented =
                      t.draft().person_tokens ? server.person_token(our_resource(t), player.agent.key) : player.token;
                  auto request = token_request(t, token_body(t, player, ask), server);
                  const auto control = t.send(request, "control: by another person server with two keys");
                  if (!token_endpoint().accepted(control)) t.blocked("the control got " + control.summary());
                  request = token_request(t, token_body(t, player, ask), server);
                  request.key = second;
                  request.signing.parameters.set("keyid", second.kid);
                  const auto answer = t.send(request, "signed by the key that keyid names, not Signature-Key");
                  t.expect_refusal(answer, token_endpoint(), {});
              });
}

}  // namespace

void request_cases(Suite& suite) {
    suite.area("Token request", "9.1.1");
    caller_cases(suite);
    parameter_cases(suite);
}

}  // namespace aauth::suites::as

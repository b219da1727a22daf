#include <nlohmann/json.hpp>

#include "mocks/person_server.h"
#include "mocks/resource.h"
#include "suites/common/auth_server.h"

// Verification of presented_token beside the resource token (6.7.2 step 3, 11.9.3).
namespace aauth::suites {

namespace {

using nlohmann::json;

const char* const invalid = "invalid_presented_token";

// An auth token request in which the resource token fits `ask.presented`, and `sent` goes along as presented_token.
Answer presenting(Test& t, const AuthServer& server, const Player& player, const Ask& ask, const json& sent) {
    t.control(server.endpoint, player);
    auto body = server.body(t, player, ask);
    body["presented_token"] = sent;
    return t.send(server.request(t, player, body), "with another presented_token");
}

std::string shown(Test& t, const AuthServer& server, const Player& player) {
    return server.shown(t, player, our_resource(t));
}

void step_up(Test& t, const AuthServer& server) {
    const auto player = t.player();
    Ask first;
    first.scope = "data.read";
    Ask second;
    second.scope = "data.write";
    second.presented = auth_token(t, server, player, first).compact();
    const auto answer = t.send(server.request(t, player, server.body(t, player, second)), "a step-up");
    t.expect(answer).that(granted(answer), "answer", "accepted", answer.summary());
}

}  // namespace

void presented_token_cases(Suite& suite, const AuthServer& server) {
    const auto& prefix = server.prefix;
    suite.area("Presented token verification", "6.7.2");
    const auto drafts = drafts_with(&protocol::Draft::presented_token);

    suite
        .add(prefix + "-PRE-001", "a request without presented_token is refused with invalid_request",
             {{server.presented, "ignore auth-endpoint.presented-present"},
              {"error.invalid-request", "error-wrong-code"}},
             [server](Test& t) {
                 const auto answer = changed_ask(t, server, {}, [](json& body) { body.erase("presented_token"); });
                 refused(t, answer, {}, {"error.invalid-request", {"invalid_request"}});
             })
        .only_for(drafts);
    suite.add(prefix + "-PRE-002", "a presented_token that is no string is refused",
              {{server.presented, "grant-anyway"}}, [server](Test& t) {
                  const auto answer = changed_ask(t, server, {}, [](json& body) { body["presented_token"] = 7; });
                  refused(t, answer, {}, {"error.invalid-request", {"invalid_request", invalid}});
              });

    const struct {
        const char *number, *title, *requirement, *fault;
        std::function<json(Test&, const Player&, const std::string&)> sent;
    } rows[] = {
        {"003", "a presented_token that is no JWT is refused", "auth-endpoint.presented-verified", "grant-anyway",
         [](Test&, const Player&, const std::string&) { return json("no.token"); }},
        {"004", "an agent token as presented_token is refused", "auth-endpoint.presented-typ", "grant-anyway",
         [](Test&, const Player& player, const std::string&) { return json(player.token); }},
        {"005", "the resource token itself as presented_token is refused", "auth-endpoint.presented-typ",
         "grant-anyway",
         [server](Test& t, const Player& player, const std::string& presented) {
             Ask ask;
             ask.presented = presented;
             return json(server.body(t, player, ask).at("resource_token"));
         }},
        {"006", "a presented_token with a corrupted signature is refused", "auth-endpoint.presented-signature",
         "ignore person-token.signature",
         [](Test&, const Player&, const std::string& presented) { return json(jose::corrupt_signature(presented)); }},
        {"007", "a presented_token that was changed and signed by another key is refused",
         "auth-endpoint.presented-signature", "ignore person-token.signature",
         [](Test&, const Player&, const std::string& presented) {
             const auto jwt = jose::Jwt::decode(presented);
             return json(
                 jose::mint(jwt->header(), jwt->payload(), jose::SigningKey::generate(crypto::Algorithm::Ed25519)));
         }},
    };
    for (const auto& row : rows) {
        suite
            .add(prefix + "-PRE-" + row.number, row.title,
                 {{row.requirement, row.fault}, {"jwt.parameter-fails-code", "error-wrong-code"}},
                 [server, requirement = row.requirement, sent = row.sent](Test& t) {
                     const auto player = t.player();
                     Ask ask;
                     ask.presented = shown(t, server, player);
                     const auto answer = presenting(t, server, player, ask, sent(t, player, ask.presented));
                     refused(t, answer, requirement, {"jwt.parameter-fails-code", {invalid}});
                 })
            .only_for(drafts);
    }

    suite
        .add(prefix + "-PRE-008", "a presented_token for another resource is refused",
             {{"auth-endpoint.presented-aud", "ignore auth-endpoint.presented-aud"}},
             [server](Test& t) {
                 const auto player = t.player();
                 Ask ask;
                 ask.presented = server.shown(t, player, second_resource(t).identifier());
                 const auto answer = presenting(t, server, player, ask, ask.presented);
                 refused(t, answer, {}, {"auth-endpoint.presented-aud", {invalid}});
             })
        .because("Otherwise one resource could use the visit of a person to another.");
    suite
        .add(prefix + "-PRE-009", "a presented_token bound to another key is refused",
             {{"auth-endpoint.presented-cnf", "ignore auth-endpoint.presented-cnf"}},
             [server](Test& t) {
                 const auto player = t.player();
                 Ask ask;
                 // The same agent with another key, so that nothing but cnf is wrong.
                 auto rekeyed = player;
                 rekeyed.agent.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
                 rekeyed.token = t.world().agent_provider().agent_token(rekeyed.agent, t.person_server_identifier());
                 ask.presented = shown(t, server, rekeyed);
                 const auto answer = presenting(t, server, player, ask, ask.presented);
                 refused(t, answer, {}, {"auth-endpoint.presented-cnf", {invalid}});
             })
        .because("An agent must not build on a token that another agent presented.");
    suite
        .add(prefix + "-PRE-010", "another token than presented_jti names is refused",
             {{"resource-token.verify-presented-jti", "ignore auth-endpoint.presented-jti"}},
             [server](Test& t) {
                 const auto player = t.player();
                 Ask ask;
                 ask.presented = shown(t, server, player);
                 const auto answer = presenting(t, server, player, ask, shown(t, server, player));
                 refused(t, answer, {}, {"resource-token.verify-presented-jti", {"invalid_resource_token"}});
             })
        .only_for(drafts);
    suite
        .add(prefix + "-PRE-011", "a presented_token of another person server is refused",
             {{"resource-token.verify-presented-ps", "ignore auth-endpoint.presented-issuer"}},
             [server](Test& t) {
                 const auto player = t.player();
                 Ask ask;
                 auto& other = t.world().another_person_server();
                 t.world().trust(other);
                 ask.presented = other.person_token(our_resource(t), player.agent.key);
                 ask.edit = [ps = t.person_server_identifier()](json&, json& claims) { claims["ps"] = ps; };
                 const auto answer = presenting(t, server, player, ask, ask.presented);
                 // Discovery of that server's keys may fail as well, which makes the presented token the invalid one.
                 refused(t, answer, {}, {"resource-token.verify-presented-ps", {"invalid_resource_token", invalid}});
             })
        .only_for(drafts);
    suite
        .add(prefix + "-PRE-012", "an auth token is taken as presented_token on a step-up",
             {{"auth-endpoint.presented-verified", "refuse-step-up"}}, [server](Test& t) { step_up(t, server); })
        .because("An agent that needs more scope comes with the auth token that it has.")
        .only_for(drafts);
}

}  // namespace aauth::suites

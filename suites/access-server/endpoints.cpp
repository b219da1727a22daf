#include "suites/access-server/endpoints.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"

namespace aauth::suites::as {

namespace {

using nlohmann::json;

bool accepted(const Answer& answer) {
    return granted(answer) || (answer.status() == 402 && answer.header("Location").has_value());
}

// A person server that signs a request also signs the person token that it presents.
std::string person_token_of(mocks::PersonServer& server, Test& t, const Player& player, const mocks::TokenEdit& edit) {
    return server.person_token(our_resource(t), player.agent.key, edit);
}

// The body whose resource token fits one token, and that presents another.
json presenting(Test& t, const Player& player, const std::string& good, const std::string& sent) {
    Ask ask;
    ask.presented = t.draft().person_tokens ? good : player.token;
    auto body = token_body(t, player, ask);
    if (t.draft().presented_token) body["presented_token"] = sent;
    return body;
}

// All tokens of a player that a table alters have one jti, so that one resource token fits them all.
mocks::TokenEdit with_jti_of(const Player& player, const mocks::TokenEdit& edit) {
    return [jti = "jti-" + player.agent.key.thumbprint(), edit](json& header, json& claims) {
        claims["jti"] = jti;
        if (edit) edit(header, claims);
    };
}

Answer settled(Test& t, const Player& player, Answer answer) {
    if (answer.status() != 202) return answer;
    const auto waiting = waiting_for(player, answer);
    decide(t, waiting, "approve");
    return outcome(t, [&] { return poll(t, waiting); });
}

}  // namespace

mocks::SignedRequest token_request(Test& t, const json& body, const mocks::Party& by) {
    const auto url = t.world().endpoint(t.draft().auth_token_endpoint_field);
    if (url.empty()) t.blocked("the target's metadata names no " + t.draft().auth_token_endpoint_field);
    return t.request_by(by, "POST", url, body);
}

mocks::SignedRequest token_request(Test& t, const json& body) {
    return token_request(t, body, t.world().person_server());
}

Player agent_at(Test& t, const Player& player, const mocks::PersonServer& server) {
    auto made = player;
    made.token = t.world().agent_provider().agent_token(player.agent, server.identifier());
    return made;
}

std::string person_token(Test& t, const Player& player, const mocks::TokenEdit& edit) {
    return person_token_of(t.world().person_server(), t, player, edit);
}

mocks::TokenEdit claim(std::string name, const json& value) {
    return [name = std::move(name), value](json&, json& claims) {
        if (value.is_null()) {
            claims.erase(name);
        } else {
            claims[name] = value;
        }
    };
}

json token_body(Test& t, const Player& player, const Ask& ask) {
    auto named = ask;
    if (named.presented.empty()) named.presented = t.draft().person_tokens ? person_token(t, player) : player.token;
    json body{{"resource_token", resource_token(t, player, named, t.world().identifier())},
              {"agent_token", player.token}};
    if (t.draft().presented_token) body["presented_token"] = named.presented;
    return body;
}

Endpoint token_endpoint() {
    Endpoint endpoint;
    endpoint.name = "token endpoint";
    endpoint.by_server = true;
    endpoint.request = [](Test& t, const Player& player) { return token_request(t, token_body(t, player)); };
    endpoint.accepted = accepted;
    return endpoint;
}

AuthServer auth_server() {
    AuthServer server;
    server.prefix = "AS";
    server.response = "as-endpoint.response";
    server.presented = "as-endpoint.presented-token";
    server.endpoint = token_endpoint();
    server.body = token_body;
    server.request = [](Test& t, const Player&, const json& body) { return token_request(t, body); };
    server.shown = [](Test& t, const Player& player, const std::string& resource) {
        if (!t.draft().person_tokens) return player.token;
        return t.world().person_server().person_token(resource, player.agent.key);
    };
    server.settled = settled;
    return server;
}

Player sub_agent(Test& t, const Player& parent, const mocks::TokenEdit& edit) {
    auto identifier = parent.agent.identifier;
    identifier.insert(identifier.find('@'), "+helper");
    Player made{{identifier, jose::SigningKey::generate(crypto::Algorithm::Ed25519)}, {}};
    made.token =
        t.world().agent_provider().sub_agent_token(made.agent, parent.agent, t.person_server_identifier(), edit);
    return made;
}

json sub_agent_body(Test& t, const Player& parent, const Player& helper) {
    auto body = token_body(t, helper);
    body["agent_token"] = parent.token;
    body["subagent_token"] = helper.token;
    return body;
}

void needs_parameter(Test& t, const std::string& parameter, const Answer& answer) {
    if (answer.status() == 400 && answer.text("error") == "invalid_request") {
        t.skip("the target serves no " + parameter + ": it answered " + answer.summary());
    }
}

Answer put_off(Test& t, const Player& player, const std::string& what, const std::string& more_scope) {
    const auto& values = t.target().values;
    const auto scope = values.find("scope." + what);
    if (scope == values.end()) t.skip("the target's description has no value \"scope." + what + "\"");
    Ask ask;
    ask.scope = scope->second + (more_scope.empty() ? "" : " " + more_scope);
    const auto answer = t.send(token_request(t, token_body(t, player, ask)), "a request for which it needs " + what);
    if (!answer.text("auth_token").empty()) t.blocked("the target grants the scope " + ask.scope + " at once");
    return answer;
}

Answer poll(Test& t, const Waiting& waiting, std::string note) {
    if (waiting.location.empty()) t.blocked("the answer has no Location");
    return t.send(t.request_by(t.world().person_server(), "GET", waiting.location, nullptr), std::move(note));
}

PresentedToken agent_token() {
    auto presented = presented_agent_token(token_endpoint());
    presented.parameter =
        PresentedToken::Parameter{[](Test& t, const Player& player, const std::string& token) {
                                      Ask ask;
                                      // Where the resource token names the agent, it names the one of this token.
                                      if (t.draft().resource_token_names_agent) ask.presented = token;
                                      auto body = token_body(t, player, ask);
                                      body["agent_token"] = token;
                                      return token_request(t, body);
                                  },
                                  "agent_token", "as-endpoint.agent-token-verified", "auth-endpoint.agent-token-codes"};
    return presented;
}

PresentedToken presented_person_token() {
    PresentedToken presented;
    presented.kind = protocol::TokenKind::Person;
    presented.endpoint = token_endpoint();
    presented.parameter = PresentedToken::Parameter{
        [](Test& t, const Player& player, const std::string& token) {
            const auto good = person_token(t, player, with_jti_of(player, {}));
            return token_request(t, presenting(t, player, good, token));
        },
        "presented_token", "auth-endpoint.presented-verified", "jwt.parameter-fails-code", true};
    presented.mint = [](Test& t, const Player& player, const mocks::TokenEdit& edit) {
        return person_token(t, player, with_jti_of(player, edit));
    };
    presented.other = [](Test& t, const Player& player, crypto::Algorithm algorithm) {
        auto& server = t.world().another_person_server(algorithm);
        const auto mint = [&server, &t, player](const mocks::TokenEdit& edit) {
            return person_token_of(server, t, player, with_jti_of(player, edit));
        };
        const auto place = [&server](Test& test, const Player& who, const std::string& token) {
            const auto good = person_token_of(server, test, who, with_jti_of(who, {}));
            return token_request(test, presenting(test, agent_at(test, who, server), good, token), server);
        };
        return PresentedToken::Other{server, mint, place};
    };
    return presented;
}

PresentedToken presented_auth_token() {
    const auto minted = [](Test& t, const Player& player, const mocks::TokenEdit& edit) {
        return t.world().person_server().auth_token(our_resource(t), player.agent.key, "data.read",
                                                    with_jti_of(player, edit));
    };
    PresentedToken presented;
    presented.kind = protocol::TokenKind::Auth;
    presented.endpoint = token_endpoint();
    presented.parameter = PresentedToken::Parameter{
        [minted](Test& t, const Player& player, const std::string& token) {
            return token_request(t, presenting(t, player, minted(t, player, {}), token));
        },
        "presented_token", "auth-endpoint.presented-verified", "jwt.parameter-fails-code", true};
    presented.mint = minted;
    return presented;
}

}  // namespace aauth::suites::as

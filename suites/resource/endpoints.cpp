#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/person_server.h"
#include "suites/resource/surfaces.h"

namespace aauth::suites::rs {

namespace {

// additional_signature_components, as far as it is an array of strings.
std::vector<std::string> additional_components(Test& t) {
    std::vector<std::string> names;
    const auto* declared = json::member(t.world().metadata(), "additional_signature_components");
    if (declared == nullptr || !declared->is_array()) return names;
    for (const auto& entry : *declared) {
        if (entry.is_string()) names.push_back(entry.get<std::string>());
    }
    return names;
}

Endpoint endpoint(std::string name, std::function<mocks::SignedRequest(Test&, const Player&)> request) {
    Endpoint made;
    made.name = std::move(name);
    made.server = false;
    made.request = std::move(request);
    made.accepted = recognized;
    return made;
}

}  // namespace

std::string person_token_of(mocks::PersonServer& server, Test& t, const Player& player, const mocks::TokenEdit& edit) {
    if (!t.draft().person_tokens) t.skip("this draft has no person tokens");
    return server.person_token(t.world().identifier(), player.agent.key, edit);
}

std::string auth_token_of(mocks::PersonServer& server, Test& t, const Player& player, const std::string& scope,
                          const mocks::TokenEdit& edit) {
    const bool names_agent = t.draft().resource_token_names_agent;
    return server.auth_token(t.world().identifier(), player.agent.key, scope,
                             [&](nlohmann::json& header, nlohmann::json& claims) {
                                 if (names_agent) {
                                     claims["agent"] = player.agent.identifier;
                                     claims.erase("ps");
                                     if (t.draft().actor_required) claims["act"] = {{"sub", player.agent.identifier}};
                                 }
                                 if (edit) edit(header, claims);
                             });
}

std::string person_token(Test& t, const Player& player, const mocks::TokenEdit& edit) {
    return person_token_of(t.world().person_server(), t, player, edit);
}

std::string auth_token(Test& t, const Player& player, const std::string& scope, const mocks::TokenEdit& edit) {
    return auth_token_of(t.world().person_server(), t, player, scope, edit);
}

std::string identity_token(Test& t, const Player& player, const mocks::TokenEdit& edit) {
    if (t.draft().person_tokens) return person_token(t, player, edit);
    if (!edit) return player.token;
    return t.world().agent_provider().agent_token(player.agent, t.person_server_identifier(), edit);
}

mocks::SignedRequest request(Test& t, std::string method, std::string_view url, const Player& player,
                             std::string token) {
    auto plan = t.request(std::move(method), url, player, std::move(token));
    for (const auto& name : additional_components(t)) {
        // A field that the request lacks cannot be covered.
        if (name.rfind('@', 0) == 0 || plan.request.fields.contains(name)) plan.uncover(name).also_cover(name);
    }
    return plan;
}

Endpoint agent_endpoint() {
    return endpoint("URL for agents", [](Test& t, const Player& player) {
        const bool data = !t.draft().person_tokens && has(t, Mode::Data);
        const auto mode = has(t, Mode::Agent)     ? Mode::Agent
                          : has(t, Mode::Managed) ? Mode::Managed
                          : data                  ? Mode::Data
                                                  : Mode::Agent;
        return call(t, mode, player);
    });
}

Endpoint person_endpoint() {
    return endpoint("URL for persons", [](Test& t, const Player& player) {
        const auto token = person_token(t, player);
        if (has(t, Mode::Person)) return call(t, Mode::Person, player, token);
        if (has(t, Mode::Data)) return call(t, Mode::Data, player, token);
        if (has(t, Mode::Held)) return call(t, Mode::Held, player, token);
        if (t.world().has("authorization_endpoint")) return authorize(t, player, authorize_body(t), token);
        return call(t, Mode::Person, player, token);
    });
}

Endpoint auth_endpoint() {
    auto made = endpoint("URL for auth tokens", [](Test& t, const Player& player) {
        const auto mode = has(t, Mode::Data) || !has(t, Mode::Held) ? Mode::Data : Mode::Held;
        return call(t, mode, player, auth_token(t, player, scope_of(t, mode)));
    });
    made.accepted = served;
    return made;
}

Endpoint basic_endpoint() {
    return endpoint("resource", [](Test& t, const Player& player) {
        if (has(t, Mode::Agent)) return agent_endpoint().request(t, player);
        if (has(t, Mode::Data)) return auth_endpoint().request(t, player);
        if (has(t, Mode::Person) || has(t, Mode::Held)) return person_endpoint().request(t, player);
        return agent_endpoint().request(t, player);
    });
}

nlohmann::json authorize_body(Test& t) {
    auto scope = surfaces(t).scope;
    const auto* described = json::member(t.world().metadata(), "scope_descriptions");
    if (scope.empty() && described != nullptr && described->is_object() && !described->empty()) {
        scope = described->begin().key();
    }
    if (scope.empty()) t.skip("no scope of the target is known");
    return {{"scope", scope}};
}

mocks::SignedRequest authorize(Test& t, const Player& player, const nlohmann::json& body, std::string token) {
    t.needs("authorization_endpoint");
    if (token.empty()) token = identity_token(t, player);
    const auto url = t.world().endpoint("authorization_endpoint");
    if (url.empty()) t.skip("the target's metadata names no authorization_endpoint");
    auto plan = request(t, "POST", url, player, std::move(token));
    plan.body(json::dump(body));
    return plan;
}

Endpoint authorize_endpoint() {
    return endpoint("authorization endpoint",
                    [](Test& t, const Player& player) { return authorize(t, player, authorize_body(t)); });
}

}  // namespace aauth::suites::rs

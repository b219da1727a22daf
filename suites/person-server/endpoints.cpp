#include "suites/person-server/endpoints.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/resource.h"
#include "suites/person-server/waiting.h"

namespace aauth::suites::ps {

namespace {

std::string endpoint_url(Test& t, const std::string& member) {
    if (member.empty()) t.skip("this draft has no such endpoint");
    const auto url = t.world().endpoint(member);
    if (url.empty()) t.blocked("the target's metadata names no " + member);
    return url;
}

mocks::SignedRequest post(Test& t, const std::string& url, const Player& player, const nlohmann::json& body) {
    auto request = t.request("POST", url, player);
    request.body(json::dump(body));
    return request;
}

Answer asked(Test& t, const Player& player, mocks::SignedRequest request, const std::string& note) {
    return settled(t, player, t.send(request, note));
}

}  // namespace

mocks::SignedRequest person_request(Test& t, const Player& player, const nlohmann::json& body) {
    return post(t, endpoint_url(t, t.draft().person_token_endpoint_field), player, body);
}

mocks::SignedRequest auth_request(Test& t, const Player& player, const nlohmann::json& body) {
    return post(t, endpoint_url(t, t.draft().auth_token_endpoint_field), player, body);
}

nlohmann::json person_body(Test& t) { return {{"resource", our_resource(t)}}; }

Endpoint person_endpoint() {
    Endpoint endpoint;
    endpoint.name = "person token endpoint";
    endpoint.request = [](Test& t, const Player& player) { return person_request(t, player, person_body(t)); };
    endpoint.accepted = granted;
    return endpoint;
}

Endpoint auth_endpoint() {
    Endpoint endpoint;
    endpoint.name = "auth token endpoint";
    endpoint.request = [](Test& t, const Player& player) { return auth_request(t, player, auth_body(t, player)); };
    endpoint.accepted = granted;
    return endpoint;
}

Endpoint token_endpoint() {
    auto endpoint = person_endpoint();
    endpoint.name = "token endpoint";
    endpoint.request = [](Test& t, const Player& player) {
        return t.draft().person_tokens ? person_request(t, player, person_body(t))
                                       : auth_request(t, player, auth_body(t, player));
    };
    return endpoint;
}

AuthServer auth_server() {
    AuthServer server;
    server.prefix = "PS";
    server.response = "auth-endpoint.response";
    server.presented = "auth-endpoint.presented-token";
    server.endpoint = auth_endpoint();
    server.body = auth_body;
    server.request = auth_request;
    server.shown = [](Test& t, const Player& player, const std::string& resource) {
        return t.draft().person_tokens ? presentable_token(t, player, resource).compact() : player.token;
    };
    server.settled = settled;
    return server;
}

std::string shown_to_resource(Test& t, const Player& player) {
    return t.draft().person_tokens ? presentable_token(t, player).compact() : player.token;
}

jose::Jwt presentable_token(Test& t, const Player& player, const std::string& resource, const BodyEdit& edit) {
    const auto mission = mission_of(t, player, resource);
    return person_token(t, player, resource, [&](nlohmann::json& body) {
        if (!mission.empty()) body["mission_s256"] = mission;
        if (edit) edit(body);
    });
}

std::string mission_of(Test& t, const Player& player, const std::string& resource) {
    const auto& values = t.target().values;
    const auto wanted = values.find("mission.required");
    if (wanted == values.end() || wanted->second == "false") return {};
    t.needs("mission_endpoint");
    auto resources = nlohmann::json::array({our_resource(t)});
    if (!resource.empty() && resource != our_resource(t)) resources.push_back(resource);
    return t.remembered("mission of " + player.agent.identifier + " for " + json::dump(resources), [&] {
        const nlohmann::json proposal{{"description", "# aauth-conformance"}, {"resources", resources}};
        const auto endpoint = t.world().endpoint("mission_endpoint");
        const auto answer = asked(t, player, post(t, endpoint, player, proposal), "a mission");
        const auto mission = answer.text("s256");
        if (mission.empty()) t.blocked("a mission proposal got " + answer.summary());
        return mission;
    });
}

std::string resource_token(Test& t, const Player& player, const Ask& ask) {
    auto named = ask;
    if (named.presented.empty()) named.presented = shown_to_resource(t, player);
    return suites::resource_token(t, player, named, t.person_server_identifier());
}

nlohmann::json auth_body(Test& t, const Player& player, const Ask& ask) {
    auto named = ask;
    if (named.presented.empty()) named.presented = shown_to_resource(t, player);
    nlohmann::json body{{"resource_token", resource_token(t, player, named)}};
    if (t.draft().presented_token) body["presented_token"] = named.presented;
    return body;
}

Answer settled(Test& t, const Player& player, Answer answer) {
    if (answer.status() != 202) return answer;
    const auto waiting = waiting_for(player, answer);
    // Where it waits for an access server alone there is nothing that the person could decide.
    try_to_decide(t, waiting, "approve");
    return outcome(t, waiting);
}

jose::Jwt person_token(Test& t, const Player& player, const std::string& resource, const BodyEdit& edit) {
    auto body = person_body(t);
    if (!resource.empty()) body["resource"] = resource;
    if (edit) edit(body);
    const auto answer = asked(t, player, person_request(t, player, body), "a person token");
    auto token = answer.jwt("person_token");
    if (!token) t.blocked("a conforming person token request got " + answer.summary());
    return *token;
}

jose::Jwt auth_token(Test& t, const Player& player, const Ask& ask, const BodyEdit& edit) {
    return suites::auth_token(t, auth_server(), player, ask, edit);
}

Answer changed_person(Test& t, const BodyEdit& change) {
    const auto player = t.player();
    t.control(person_endpoint(), player);
    auto body = person_body(t);
    change(body);
    return t.send(person_request(t, player, body), "the same with one change");
}

Answer changed_ask(Test& t, const Ask& ask, const BodyEdit& change) {
    return suites::changed_ask(t, auth_server(), ask, change);
}

void wait_until(Test& t, std::int64_t seconds) {
    t.world().pass(std::max<std::int64_t>(seconds + 1 - t.now(), 0));
}

}  // namespace aauth::suites::ps

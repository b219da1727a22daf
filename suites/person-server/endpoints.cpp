#include "suites/person-server/endpoints.h"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

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

// An accommodation of the target description: "presented_jti=person_token_jti" makes resource tokens carry a claim
// under a second name as well.
void copy_claims(const engine::Target& target, nlohmann::json& claims) {
    const auto wanted = target.values.find("accommodate.resource-token.copy");
    if (wanted == target.values.end()) return;
    const auto equals = wanted->second.find('=');
    if (equals == std::string::npos) return;
    const auto* value = json::member(claims, wanted->second.substr(0, equals));
    if (value != nullptr) claims[wanted->second.substr(equals + 1)] = nlohmann::json(*value);
}

Answer asked(Test& t, const Player& player, mocks::SignedRequest request, const std::string& note) {
    return settled(t, player, t.send(request, note));
}

}  // namespace

bool granted(const Answer& answer) {
    const bool token = !answer.text("person_token").empty() || !answer.text("auth_token").empty();
    return (answer.status() == 200 && token) || (answer.status() == 202 && answer.header("Location").has_value());
}

mocks::SignedRequest person_request(Test& t, const Player& player, const nlohmann::json& body) {
    return post(t, endpoint_url(t, t.draft().person_token_endpoint_field), player, body);
}

mocks::SignedRequest auth_request(Test& t, const Player& player, const nlohmann::json& body) {
    return post(t, endpoint_url(t, t.draft().auth_token_endpoint_field), player, body);
}

std::string our_resource(Test& t) { return t.world().resource().identifier(); }

mocks::Resource& second_resource(Test& t) {
    auto& resource = t.world().another_resource();
    t.world().trust(resource);
    return resource;
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

std::string shown_to_resource(Test& t, const Player& player) {
    return t.draft().person_tokens ? person_token(t, player).compact() : player.token;
}

std::string resource_token(Test& t, const Player& player, const Ask& ask) {
    const auto presented = ask.presented.empty() ? shown_to_resource(t, player) : ask.presented;
    auto& issuer = ask.issuer == nullptr ? t.world().resource() : *ask.issuer;
    const auto& key = ask.key == nullptr ? player.agent.key : *ask.key;
    const auto edit = [&](nlohmann::json& header, nlohmann::json& claims) {
        if (ask.edit) ask.edit(header, claims);
        if (!ask.exact) copy_claims(t.target(), claims);
    };
    const auto token = issuer.resource_token(presented, key, t.person_server_identifier(), ask.scope, edit);
    return ask.reshape ? ask.reshape(token) : token;
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
    decide(t, waiting, "approve");
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
    auto body = auth_body(t, player, ask);
    if (edit) edit(body);
    const auto answer = asked(t, player, auth_request(t, player, body), "an auth token");
    auto token = answer.jwt("auth_token");
    if (!token) t.blocked("a conforming auth token request got " + answer.summary());
    return *token;
}

Answer changed_person(Test& t, const BodyEdit& change) {
    const auto player = t.player();
    t.control(person_endpoint(), player);
    auto body = person_body(t);
    change(body);
    return t.send(person_request(t, player, body), "the same with one change");
}

Answer changed_ask(Test& t, const Ask& ask, const BodyEdit& change) {
    const auto player = t.player();
    t.control(auth_endpoint(), player);
    auto body = auth_body(t, player, ask);
    if (change) change(body);
    return t.send(auth_request(t, player, body), "the same with one change");
}

void refused(Test& t, const Answer& answer, std::string_view requirement, const Codes& codes) {
    const bool good = !granted(answer) && answer.status() >= 400 && answer.status() < 500;
    t.check(requirement, good, "answer", "refused with a status 4xx", answer.summary());
    if (!good || codes.requirement.empty()) return;
    const auto error = answer.text("error");
    const bool among = std::find(codes.any_of.begin(), codes.any_of.end(), error) != codes.any_of.end();
    t.check(codes.requirement, among, "error", fmt::format("{}", fmt::join(codes.any_of, " or ")),
            error.empty() ? answer.summary() : error);
}

void better_refused(Test& t, const Answer& answer, std::string_view requirement) {
    const bool good = !granted(answer) && answer.status() >= 400 && answer.status() < 500;
    t.check_preferred(requirement, good, "answer", "refused with a status 4xx", answer.summary());
}

std::vector<std::string> drafts_with(const std::function<bool(const protocol::Draft&)>& feature) {
    std::vector<std::string> ids;
    for (const auto& draft : protocol::all_drafts()) {
        if (feature(draft)) ids.push_back(draft.id);
    }
    return ids;
}

void wait_until(Test& t, std::int64_t seconds) {
    while (t.now() <= seconds) {
        if (t.record().remaining().count() <= 0) throw engine::HarnessError{"the case ran into its deadline"};
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}

}  // namespace aauth::suites::ps

#include "suites/common/auth_server.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/resource.h"

namespace aauth::suites {

namespace {

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

}  // namespace

bool granted(const Answer& answer) {
    const bool token = !answer.text("person_token").empty() || !answer.text("auth_token").empty();
    return (answer.status() == 200 && token) || (answer.status() == 202 && answer.header("Location").has_value());
}

std::string our_resource(Test& t) { return t.world().resource().identifier(); }

mocks::Resource& second_resource(Test& t) {
    auto& resource = t.world().another_resource();
    t.world().trust(resource);
    return resource;
}

std::string resource_token(Test& t, const Player& player, const Ask& ask, const std::string& recipient) {
    auto& issuer = ask.issuer == nullptr ? t.world().resource() : *ask.issuer;
    const auto& key = ask.key == nullptr ? player.agent.key : *ask.key;
    const auto edit = [&](nlohmann::json& header, nlohmann::json& claims) {
        if (ask.edit) ask.edit(header, claims);
        if (!ask.exact) copy_claims(t.target(), claims);
    };
    const auto token = issuer.resource_token(ask.presented, key, recipient, ask.scope, edit);
    return ask.reshape ? ask.reshape(token) : token;
}

jose::Jwt auth_token(Test& t, const AuthServer& server, const Player& player, const Ask& ask, const BodyEdit& edit) {
    auto body = server.body(t, player, ask);
    if (edit) edit(body);
    const auto answer = server.settled(t, player, t.send(server.request(t, player, body), "an auth token"));
    auto token = answer.jwt("auth_token");
    if (!token) t.blocked("a conforming auth token request got " + answer.summary());
    return *token;
}

Answer changed_ask(Test& t, const AuthServer& server, const Ask& ask, const BodyEdit& change) {
    const auto player = t.player();
    t.control(server.endpoint, player);
    auto body = server.body(t, player, ask);
    if (change) change(body);
    return t.send(server.request(t, player, body), "the same with one change");
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

std::int64_t expiry_of(const std::string& token) {
    const auto jwt = jose::Jwt::decode(token);
    return jwt ? jwt->claim_integer("exp").value_or(0) : 0;
}

void needs_permissive_policy(Test& t, const Answer& answer) {
    const auto error = answer.text("error");
    if (answer.status() == 403 && (error == "access_denied" || error == "denied")) {
        t.blocked("the target's policy refuses a conforming request: " + answer.summary());
    }
}

std::vector<std::string> drafts_with(const std::function<bool(const protocol::Draft&)>& feature) {
    std::vector<std::string> ids;
    for (const auto& draft : protocol::all_drafts()) {
        if (feature(draft)) ids.push_back(draft.id);
    }
    return ids;
}

}  // namespace aauth::suites

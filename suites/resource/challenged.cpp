#include "suites/resource/challenged.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"

namespace aauth::suites::rs {

Challenged challenged(Test& t, const Player& player, const std::string& presented, const Answer& answer) {
    auto token = resource_token_in(answer);
    if (!token) t.blocked("the answer carries no resource token: " + answer.summary());
    return {player, *jose::Jwt::decode(presented), answer, *token};
}

Challenged challenged(Test& t, const Player& player, const std::string& presented) {
    const bool data = has(t, Mode::Data);
    const bool endpoint = !data && !has(t, Mode::Held) && !t.world().endpoint("authorization_endpoint").empty();
    if (!endpoint) {
        const auto mode = data ? Mode::Data : Mode::Held;
        return challenged(t, player, presented, called(t, mode, player, presented, "a call that needs consent"));
    }
    const auto answer = t.send(authorize(t, player, authorize_body(t), presented), "a request for a scope");
    if (!resource_token_in(answer) && recognized(answer)) t.skip("the target issues no resource tokens");
    return challenged(t, player, presented, answer);
}

Challenged challenged(Test& t) {
    const auto player = t.player();
    return challenged(t, player, identity_token(t, player));
}

void expect_copied(Test& t, const std::string& claim, const std::string& value) {
    const auto player = t.player();
    const auto edit = [&](nlohmann::json&, nlohmann::json& claims) { claims[claim] = value; };
    const auto found =
        challenged(t, player, person_token(t, player, edit)).token.claim_string(claim).value_or("absent");
    t.check({}, found == value, claim + " of the resource token", value, found);
}

nlohmann::json published_jwks(Test& t) {
    if (t.world().metadata().is_null()) t.skip("the resource publishes no metadata");
    const auto url = t.world().endpoint("jwks_uri");
    if (url.empty()) t.blocked("the target's metadata names no jwks_uri");
    const auto answer = t.send_plain("GET", url, {{"Accept", "application/json"}}, {}, "the target's JWKS");
    auto document = answer.json();
    if (answer.status() != 200 || !document) t.blocked("the JWKS could not be read: " + answer.summary());
    return *document;
}

std::optional<jose::Jwk> published_key(Test& t, const std::string& kid) {
    auto keys = jose::parse_jwks(published_jwks(t), t.draft().jwk);
    if (!keys) t.blocked("the JWKS could not be read: " + keys.error().message);
    const auto found = keys->with_kid(kid);
    return found.size() == 1 ? std::optional<jose::Jwk>(*found.front()) : std::nullopt;
}

}  // namespace aauth::suites::rs

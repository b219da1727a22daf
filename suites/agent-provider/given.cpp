#include "suites/agent-provider/given.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/json/json.h"

namespace aauth::suites::ap {

namespace {

// What a hook or a file gave: {"agent_token": "...", "private_jwk": {...}}, or the token alone.
Given read(Test& t, const std::string& text, const std::optional<jose::SigningKey>& ours) {
    const auto answer = json::parse_object(text);
    auto compact = answer ? json::string_member(*answer, "agent_token").value_or("") : text;
    while (!compact.empty() && (compact.back() == '\n' || compact.back() == '\r')) compact.pop_back();
    auto token = jose::Jwt::decode(compact);
    if (!token) t.blocked("the target gives no agent token: " + token.error().message);
    engine::Exchange shown;
    shown.from = t.target().role;
    shown.to = "harness";
    shown.request = "(a hook or file of the target description)";
    shown.note = "an agent token that the target gave";
    shown.tokens.push_back({"agent_token", compact, json::pretty(token->header()), json::pretty(token->payload())});
    t.record().exchange(std::move(shown));
    Given given{*token, token->claim_string("sub").value_or(""), std::nullopt, false};
    const auto* own = answer ? json::member(*answer, "private_jwk") : nullptr;
    if (own != nullptr) {
        auto key = jose::parse_private_jwk(*own);
        if (!key) throw engine::HarnessError{"private_jwk cannot be read: " + key.error().message};
        given.key = *key;
    } else if (ours) {
        given.key = ours;
        given.ours = true;
    }
    return given;
}

// Calls one of the hooks with a fresh key of ours, which it uses where it names {{jwk}}.
Given called(Test& t, const char* name, std::map<std::string, std::string> values, crypto::Algorithm algorithm) {
    const auto* hook = t.world().hook(name);
    if (hook == nullptr) t.skip(std::string("the target description has no hook ") + name);
    const auto key = jose::SigningKey::generate(algorithm);
    values["jwk"] = json::dump(key.public_jwk());
    const bool takes = (hook->url + hook->body + hook->command).find("{{jwk}}") != std::string::npos;
    return read(t, t.hook(name, values), takes ? std::optional(key) : std::nullopt);
}

}  // namespace

Given new_agent_token(Test& t, crypto::Algorithm algorithm) {
    return called(t, "agent-token", {{"ps", t.person_server_identifier()}}, algorithm);
}

Given agent_token(Test& t, crypto::Algorithm algorithm) {
    const auto path = t.target().values.find("agent-token-file");
    if (t.world().hook("agent-token") != nullptr || path == t.target().values.end()) {
        return new_agent_token(t, algorithm);
    }
    std::ifstream file(path->second, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw engine::HarnessError{"the file of value agent-token-file cannot be read: " + path->second};
    return read(t, text.str(), std::nullopt);
}

Given sub_agent_token(Test& t, const Given& parent) {
    return called(t, "subagent-token",
                  {{"parent", parent.sub}, {"agent", parent.sub}, {"ps", t.person_server_identifier()}},
                  crypto::Algorithm::Ed25519);
}

Given rotated(Test& t, const Given& agent) {
    return called(t, "rotate-key", {{"agent", agent.sub}, {"ps", t.person_server_identifier()}},
                  crypto::Algorithm::Ed25519);
}

nlohmann::json signing_key(Test& t, const Given& given) {
    const auto kid = given.token.header_string("kid");
    const auto uri = t.world().endpoint("jwks_uri");
    if (uri.empty()) t.blocked("the metadata names no jwks_uri");
    const auto answer = t.send_plain("GET", uri, {{"Accept", "application/json"}}, {}, "the target's JWKS");
    const auto body = answer.json();
    const auto* keys = body ? json::member(*body, "keys") : nullptr;
    if (keys == nullptr || !keys->is_array()) t.blocked("the JWKS could not be read: " + answer.summary());
    for (const auto& key : *keys) {
        if (kid && json::string_member(key, "kid") == *kid) return key;
    }
    t.blocked("the target publishes no key with the kid of its token: " + kid.value_or("absent"));
}

}  // namespace aauth::suites::ap

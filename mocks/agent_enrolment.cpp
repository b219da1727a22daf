#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/tokens.h"
#include "mocks/agent_provider.h"
#include "mocks/issue.h"

// The routes for tests by which an agent provider under test is made to issue tokens.
namespace aauth::mocks {

namespace {

// "aauth:a@ap.example" and "+b" give "aauth:a+b@ap.example".
std::string extended(std::string identifier, const std::string& suffix) {
    return identifier.insert(identifier.find('@'), suffix);
}

}  // namespace

std::string AgentProvider::new_name(const std::string& parent) const {
    const auto& broken = faults();
    const auto fresh = enrol().identifier;
    if (!parent.empty()) {
        if (broken.on("subagent-name-plain")) return fresh;
        if (broken.on("subagent-name-no-discriminator")) return extended(parent, "+");
        return extended(broken.on("subagent-name-other") ? fresh : parent, "+" + fresh.substr(6, fresh.find('@') - 6));
    }
    const auto domain = fresh.substr(fresh.find('@'));
    if (broken.on("agent-name-other-domain")) return fresh + ".example";
    if (broken.on("agent-name-space")) return extended(fresh, " x");
    if (broken.on("agent-name-empty")) return "aauth:" + domain;
    if (broken.on("agent-name-long")) return "aauth:" + std::string(256, 'a') + domain;
    return broken.on("agent-name-plus") ? extended(fresh, "+x") : fresh;
}

std::optional<AgentProvider::Enrolled> AgentProvider::known(const nlohmann::json& body, std::string_view member) const {
    const std::scoped_lock lock(mutex_);
    const auto found = enrolled_.find(json::string_member(body, member).value_or(""));
    return found == enrolled_.end() ? std::nullopt : std::optional<Enrolled>(found->second);
}

http::Reply AgentProvider::give(const std::string& identifier, Enrolled agent, const nlohmann::json& body) {
    nlohmann::json answer;
    const auto* given = json::member(body, "jwk");
    if (given != nullptr) {
        const auto key = jose::parse_jwk(*given, draft().jwk);
        if (!key) return problem_reply("invalid_request", "jwk: " + key.error().message);
        const bool edwards = key->algorithm == crypto::Algorithm::Ed25519;
        if (faults().on(edwards ? "agent-key-no-ed25519" : "agent-key-no-es256")) {
            return problem_reply("invalid_request", "a key for this algorithm is not taken");
        }
        agent.jwk = json::dump(*given);
    } else if (agent.jwk.empty()) {
        const auto key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
        agent.jwk = json::dump(key.public_jwk());
        answer["private_jwk"] = key.private_jwk();
    }
    auto bound = json::parse(agent.jwk).value();
    bound.erase("kid");
    auto claims = this->claims(identifier, {{"jwk", bound}}, agent.person_server);
    if (!agent.parent.empty()) {
        claims["parent_agent"] = faults().on("subagent-other-parent") ? enrol().identifier : agent.parent;
        if (faults().on("subagent-other-issuer")) claims["iss"] = this->identifier() + ".example";
    }
    {
        const std::scoped_lock lock(mutex_);
        if (enrolled_.size() < 10000) enrolled_[identifier] = std::move(agent);
    }
    answer["agent_token"] = issue(draft(), protocol::TokenKind::Agent, claims, key(), faults());
    return json_reply(200, answer);
}

http::Reply AgentProvider::enrolment(const nlohmann::json& body) {
    return give(new_name({}), {json::string_member(body, "ps").value_or(""), {}, {}}, body);
}

http::Reply AgentProvider::sub_enrolment(const nlohmann::json& body) {
    const auto parent = known(body, "parent");
    if (!parent) return problem_reply("not_found", "there is no such agent", 404);
    if (!parent->parent.empty() && !faults().on("subagent-nesting")) {
        return problem_reply("denied", "a sub-agent has no sub-agents", 403);
    }
    const auto name = json::string_member(body, "parent").value_or("");
    Enrolled agent{parent->person_server, name, faults().on("subagent-parent-key") ? parent->jwk : std::string()};
    return give(new_name(name), agent, faults().on("subagent-parent-key") ? nlohmann::json::object() : body);
}

http::Reply AgentProvider::rotation(const nlohmann::json& body) {
    auto agent = known(body, "agent");
    if (!agent) return problem_reply("not_found", "there is no such agent", 404);
    const bool renames = faults().on("rotation-renames"), keeps = faults().on("rotation-old-key");
    if (!keeps) agent->jwk.clear();
    const auto name = renames ? new_name(agent->parent) : json::string_member(body, "agent").value_or("");
    return give(name, *agent, keeps ? nlohmann::json::object() : body);
}

}  // namespace aauth::mocks

#include "mocks/revocations_issued.h"

#include <utility>

namespace aauth::mocks {

namespace {

constexpr std::size_t most_kept = 5000;

// Keeps the newest of a map that is filled in this order.
template <class Value>
void put(std::map<std::string, Value>& kept, std::deque<std::string>& order, const std::string& name, Value value) {
    if (!kept.insert_or_assign(name, std::move(value)).second) return;
    order.push_back(name);
    if (order.size() <= most_kept) return;
    kept.erase(order.front());
    order.pop_front();
}

}  // namespace

void IssuedTokens::add(IssuedToken token) {
    const std::scoped_lock lock(mutex_);
    const auto name = token.name();
    put(tokens_, order_, name, std::move(token));
}

std::optional<IssuedToken> IssuedTokens::find(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    const auto found = tokens_.find(name);
    return found == tokens_.end() ? std::nullopt : std::optional(found->second);
}

void IssuedTokens::presented_to(const std::string& name, const std::string& access_server) {
    const std::scoped_lock lock(mutex_);
    std::set<std::string> walked;
    for (auto at = tokens_.find(name); at != tokens_.end() && walked.insert(at->first).second;
         at = tokens_.find(at->second.presented)) {
        if (at->second.kind == protocol::TokenKind::Person) at->second.access_servers.insert(access_server);
    }
}

template <class Wanted>
std::vector<IssuedToken> IssuedTokens::all(const Wanted& wanted) const {
    std::vector<IssuedToken> found;
    for (const auto& name : order_) {
        const auto& token = tokens_.at(name);
        if (wanted(token)) found.push_back(token);
    }
    return found;
}

std::vector<IssuedToken> IssuedTokens::of_agent(const std::string& agent) const {
    const std::scoped_lock lock(mutex_);
    return all([&](const IssuedToken& token) { return token.agents.count(agent) != 0; });
}

std::vector<IssuedToken> IssuedTokens::under_mission(const std::string& mission) const {
    const std::scoped_lock lock(mutex_);
    return all([&](const IssuedToken& token) { return !mission.empty() && token.mission == mission; });
}

std::vector<IssuedToken> IssuedTokens::descending_from(const std::string& name, bool chains) const {
    const std::scoped_lock lock(mutex_);
    std::set<std::string> names{name};
    // A token is issued after the one that it goes back to, so that one walk in order finds all.
    return all([&](const IssuedToken& token) {
        const bool goes_back = names.count(token.presented) != 0 || (chains && names.count(token.upstream) != 0);
        if (goes_back) names.insert(token.name());
        return goes_back;
    });
}

void IssuedTokens::accepted(const std::string& agent_token, const std::string& agent) {
    const std::scoped_lock lock(mutex_);
    put(agent_tokens_, agent_order_, agent_token, agent);
}

std::string IssuedTokens::agent_of(const std::string& agent_token) const {
    const std::scoped_lock lock(mutex_);
    const auto found = agent_tokens_.find(agent_token);
    return found == agent_tokens_.end() ? std::string() : found->second;
}

std::vector<std::string> IssuedTokens::agent_tokens(const std::string& agent) const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, whose] : agent_tokens_) {
        if (whose == agent) names.push_back(name);
    }
    return names;
}

}  // namespace aauth::mocks

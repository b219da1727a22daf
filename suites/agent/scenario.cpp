#include "suites/agent/scenario.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent/performance.h"

namespace aauth::suites::ag {

namespace {

// The scenario as readers of the report see it.
std::string shown(const mocks::Scenario& scenario) {
    auto public_part = scenario;
    public_part.agent.private_jwk = public_part.sub_agent.private_jwk = "{}";
    for (auto& step : public_part.steps) {
        auto parameters = json::parse(step.parameters).value_or(nlohmann::json::object());
        if (parameters.is_object()) parameters.erase("private_jwk");
        step.parameters = json::dump(parameters);
    }
    return json::pretty(json::parse(mocks::to_json(public_part)).value_or(nullptr));
}

}  // namespace

void Scene::run() {
    engine::Exchange exchange;
    exchange.from = "harness";
    exchange.to = "agent";
    exchange.note = "the scenario, and what the agent's program printed";
    exchange.request = shown(scenario);
    const auto performance = perform(t_.world(), scenario, network_);
    exchange.response = performance.printed;
    exchange.failure = performance.failure;
    if (performance.supported) t_.record().exchange(std::move(exchange));
    if (!performance.supported) t_.skip("the agent's program does not support this (exit code 127)");
    collect();
    failure_ = performance.failure;
    if (failure_.empty()) take(performance.printed);
    none_.error = "no_outcome";
    none_.message = failure_;
    for (const auto& result : outcome_.results) {
        if (result.error == "not_supported")
            t_.skip("the agent does not support this: " + result.message.substr(0, 200));
    }
}

void Scene::take(const std::string& printed) {
    auto outcome = mocks::parse_outcome(printed);
    if (!outcome) {
        failure_ = "what it printed is no outcome: " + outcome.error().message;
    } else if (outcome->results.size() != scenario.steps.size()) {
        failure_ = fmt::format("it printed {} results for {} steps", outcome->results.size(), scenario.steps.size());
    } else {
        outcome_ = std::move(*outcome);
    }
}

void Scene::collect() {
    const auto from = [this](const auto& parties) {
        for (const auto& party : parties) {
            for (auto& seen : party->log().all()) arrived_.emplace_back(party.get(), taken_apart(std::move(seen)));
        }
    };
    from(providers_);
    from(resources_);
    from(person_servers_);
    from(access_servers_);
    std::sort(arrived_.begin(), arrived_.end(),
              [](const auto& a, const auto& b) { return a.second.seen.order < b.second.seen.order; });
    std::size_t number = 0;
    for (auto& [party, received] : arrived_) {
        received.exchange = t_.note(*party, received.seen, fmt::format("request {} of the agent", ++number));
    }
}

const mocks::StepResult& Scene::result(std::size_t step) const {
    return step < outcome_.results.size() ? outcome_.results[step] : none_;
}

std::string Scene::said(std::size_t step) const {
    const auto& result = this->result(step);
    if (!result.error.empty()) return fmt::format("error {}: {}", result.error, result.message).substr(0, 500);
    return fmt::format("status {}", result.status);
}

std::vector<Received> Scene::everything() const {
    std::vector<Received> all;
    for (const auto& [party, received] : arrived_) all.push_back(received);
    return all;
}

std::vector<Received> Scene::at(const mocks::Party& party, const std::string& path) const {
    std::vector<Received> some;
    for (const auto& [where, received] : arrived_) {
        if (where == &party && received.request().path().rfind(path, 0) == 0) some.push_back(received);
    }
    return some;
}

Received Scene::first(const mocks::Party& party, const std::string& path, std::string_view requirement) const {
    const auto some = at(party, path);
    if (!some.empty()) return some.front();
    t_.check(requirement, false, "request", fmt::format("one to {} of the {}", path, protocol::name(party.role())),
             "none came; the agent said: " + said());
    throw engine::Stop{};
}

bool Scene::served(std::string_view requirement, std::size_t step) const {
    return t_.check(requirement, result(step).succeeded(), "outcome", "the request is served", said(step));
}

bool Scene::not_served(std::string_view requirement, std::size_t step) const {
    return t_.check(requirement, !result(step).succeeded(), "outcome", "an error", said(step));
}

void Scene::arrived(std::string_view requirement) const {
    if (!arrived_.empty()) return;
    t_.check(requirement, false, "requests", "at least one", "none came; the agent said: " + said());
    throw engine::Stop{};
}

bool Scene::untouched(const mocks::Party& party, const std::string& path, std::string_view requirement) const {
    const auto some = at(party, path);
    return t_.check(requirement, some.empty(), "requests",
                    fmt::format("none to {} of the {}", path, protocol::name(party.role())),
                    some.empty() ? "none" : some.front().summary());
}

std::string asks_for_person(const Test& t) { return t.draft().person_tokens ? "/person" : "/data"; }

void control(Test& t, const std::string& path) {
    const auto why = t.world().once("control " + path, [&]() -> std::string {
        Scene scene(t, begins_with_agent_token());
        scene.get(path).run();
        return scene.result().succeeded() ? "" : scene.said();
    });
    if (!why.empty())
        t.blocked(fmt::format("the control failed: with nothing odd, GET {} was not served: {}", path, why));
}

}  // namespace aauth::suites::ag

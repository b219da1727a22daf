#include "suites/interop/pairing.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/process/process.h"
#include "mocks/agent_provider.h"
#include "mocks/network.h"
#include "mocks/scenario.h"
#include "suites/interop/watch.h"

namespace aauth::interop {

namespace {

constexpr std::int64_t deadline = 25;  // seconds for one scenario

// One cell to be filled: indices into the contenders; none: -1.
struct Plan {
    const Flow* flow = nullptr;
    const Contender* agent = nullptr;
    const Contender* resource = nullptr;
    const Contender* person_server = nullptr;
    const Contender* access_server = nullptr;
};

bool offers(const Contender& contender, const Flow& flow) {
    if (contender.role == "resource") return contender.target.values.count(flow.path) > 0;
    const auto& features = contender.target.features;
    const bool says = std::any_of(features.begin(), features.end(), [](const std::string& feature) {
        return std::any_of(flows().begin(), flows().end(), [&](const Flow& known) { return known.name == feature; });
    });
    return !says || std::find(features.begin(), features.end(), flow.name) != features.end();
}

std::vector<const Contender*> of_role(const std::vector<Contender>& all, const std::string& role, bool needed) {
    if (!needed) return {nullptr};
    std::vector<const Contender*> chosen;
    for (const auto& contender : all) {
        if (contender.role == role) chosen.push_back(&contender);
    }
    return chosen;
}

std::vector<Plan> plans(const PairingOptions& options) {
    std::vector<Plan> all;
    for (const auto& flow : flows()) {
        if (!options.flows.empty() &&
            std::find(options.flows.begin(), options.flows.end(), flow.name) == options.flows.end()) {
            continue;
        }
        for (const auto* agent : of_role(options.contenders, "agent", true)) {
            for (const auto* resource : of_role(options.contenders, "resource", true)) {
                for (const auto* person_server : of_role(options.contenders, "person-server", flow.person_server)) {
                    for (const auto* access_server : of_role(options.contenders, "access-server", flow.access_server)) {
                        all.push_back({&flow, agent, resource, person_server, access_server});
                    }
                }
            }
        }
    }
    return all;
}

// The newest draft that all have; nullptr when there is none.
const protocol::Draft* common_draft(const std::vector<const Contender*>& parties) {
    for (const auto& draft : protocol::drafts_with_vectors()) {
        const bool all = std::all_of(parties.begin(), parties.end(), [&](const Contender* party) {
            return std::find(party->drafts.begin(), party->drafts.end(), draft.id) != party->drafts.end();
        });
        if (all) return &draft;
    }
    return nullptr;
}

// What plays: the parties that run, our agent provider, and the wire between them.
class Table {
public:
    Table(const lab::Lab& lab, const PairingOptions& options)
        : options_(options), lab_(lab), network_(client_options(lab)), parties_(lab, wire_, options.launch, options.program) {}

    PairingCell play(const Plan& plan) {
        PairingCell cell;
        cell.flow = plan.flow->name;
        std::vector<const Contender*> parties;
        const auto add = [&](std::string& peer, const Contender* contender) {
            if (contender == nullptr) return;
            peer = contender->peer;
            parties.push_back(contender);
        };
        add(cell.agent, plan.agent);
        add(cell.resource, plan.resource);
        add(cell.person_server, plan.person_server);
        add(cell.access_server, plan.access_server);
        for (const auto* party : parties) {
            if (offers(*party, *plan.flow)) continue;
            cell.reason = fmt::format("{} does not do this as {}", party->peer, party->role);
            return cell;
        }
        const auto* draft = common_draft(parties);
        if (draft == nullptr) {
            cell.reason = "no draft that all of them speak";
            return cell;
        }
        cell.draft = draft->id;
        try {
            perform(plan, *draft, cell);
        } catch (const std::exception& problem) {
            cell.outcome = Outcome::Unsupported;
            cell.reason = problem.what();
        }
        return cell;
    }

private:
    static http::ClientOptions client_options(const lab::Lab& lab) {
        http::ClientOptions options;
        options.ca_file = lab.bundle();
        return options;
    }

    // Throws what keeps the party from running.
    std::string started(const Contender* contender, const protocol::Draft& draft, const std::string& access_server,
                        const Running** running = nullptr) {
        if (contender == nullptr) return {};
        auto found = parties_.get(*contender, draft.id, access_server);
        if (!found) throw std::runtime_error(found.error().message);
        if (running != nullptr) *running = *found;
        return (*found)->identifier;
    }

    mocks::AgentProvider& agent_provider(const protocol::Draft& draft) {
        const std::scoped_lock lock(mutex_);
        auto& kept = providers_[draft.id];
        if (kept) return *kept;
        const auto name = lab_.fresh("ap");
        const auto ca = lab_.ca();
        if (!name || !ca) throw std::runtime_error("no place in the lab for our agent provider");
        mocks::PartyOptions place;
        place.draft = &draft;
        place.identifier = name->identifier();
        place.address = name->address;
        place.port = 443;
        place.ca = *ca;
        place.reach = protocol::Reach::Strict;
        place.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
        auto made = std::make_unique<mocks::AgentProvider>(network_, place);
        if (auto begun = made->start(); !begun) throw std::runtime_error("our agent provider: " + begun.error().message);
        kept = std::move(made);
        return *kept;
    }

    void perform(const Plan& plan, const protocol::Draft& draft, PairingCell& cell) {
        const auto access_server = started(plan.access_server, draft, {});
        const auto person_server = started(plan.person_server, draft, {});
        const Running* resource = nullptr;
        started(plan.resource, draft, access_server, &resource);

        auto& provider = agent_provider(draft);
        const auto agent = provider.enrol();
        mocks::Scenario scenario;
        scenario.draft = draft.id;
        scenario.agent = {agent.identifier, agent.key.private_jwk().dump(), provider.agent_token(agent, person_server)};
        scenario.person_server = person_server;
        scenario.ca_file = lab_.bundle();
        scenario.deadline = deadline;
        if (plan.person_server != nullptr && wants_mission(*plan.person_server)) {
            mocks::Step mission;
            mission.action = "propose-mission";
            mission.parameters = nlohmann::json{{"description", "Read the person's data"},
                                                {"resources", {resource->identifier}}}.dump();
            scenario.steps.push_back(mission);
        }
        auto described = resource->target;
        fill_places(described, {{"access_server", access_server}});
        mocks::Step step;
        step.url = resource->identifier + path_of(described.values.at(plan.flow->path));
        scenario.steps.push_back(step);

        const auto says = told(*plan.agent, scenario, cell);
        const auto key_x = agent.key.public_jwk().at("x").get<std::string>();
        const auto heard = wire_.all([&](const Heard& one) { return concerns(one.request, agent.identifier, key_x); });
        for (const auto& one : heard) {
            cell.exchanges.push_back(
                read_exchange(one, draft, [this](const std::string& url) { return network_.fetch(url); }));
        }
        if (cell.outcome == Outcome::Red) find_fault(cell, says);
        if (cell.outcome == Outcome::Green) cell.reason = remark(cell);
    }

    // What a reader of a green cell should know all the same.
    static std::string remark(const PairingCell& cell) {
        for (const auto& exchange : cell.exchanges) {
            if (!exchange.problem.empty()) return "it went well although " + exchange.problem;
        }
        return {};
    }

    // Whether it issues only within a mission, which an agent has to propose first.
    static bool wants_mission(const Contender& person_server) {
        const auto& values = person_server.target.values;
        const auto found = values.find("mission.required");
        return found != values.end() && found->second == "true";
    }

    // The path of a URL that a description gives.
    static std::string path_of(const std::string& url) {
        const auto parsed = http::Url::parse(url);
        return parsed ? parsed->request_target() : url;
    }

    // Runs the agent and sets the outcome; what it says of a failure.
    std::string told(const Contender& agent, const mocks::Scenario& scenario, PairingCell& cell) {
        auto target = agent.target;
        fill_places(target, {{"program", options_.program}, {"draft", scenario.draft}});
        const auto words = process::split(target.command);
        if (!words) throw std::runtime_error("the agent's command: " + words.error().message);
        process::Command command;
        command.arguments = *words;
        command.directory = target.launch.directory;
        command.environment = target.launch.environment;
        const auto done = process::run(command, mocks::to_json(scenario), std::chrono::seconds(deadline + 5));
        cell.outcome = Outcome::Red;
        if (!done) return done.error().message;
        if (done->exit.code == 127) {
            cell.outcome = Outcome::Unsupported;
            cell.reason = fmt::format("{} does not do this as agent", cell.agent);
            return {};
        }
        const auto outcome = mocks::parse_outcome(done->output);
        if (!outcome || outcome->results.empty()) {
            return outcome ? "no result" : outcome.error().message + "; it " + process::describe(done->exit) + " " +
                                               done->errors.substr(0, 300);
        }
        // Every step has to go well; the last is the request to the resource.
        const auto failed = std::find_if(outcome->results.begin(), outcome->results.end(),
                                         [](const mocks::StepResult& one) { return !one.succeeded(); });
        const bool well = failed == outcome->results.end() && outcome->results.size() == scenario.steps.size();
        const auto& result = well || failed == outcome->results.end() ? outcome->results.back() : *failed;
        if (result.error == "not_supported") {
            cell.outcome = Outcome::Unsupported;
            cell.reason = fmt::format("{} does not do this as agent: {}", cell.agent, result.message);
            return {};
        }
        if (well) cell.outcome = Outcome::Green;
        return result.error.empty() ? fmt::format("status {}", result.status) : result.error + ": " + result.message;
    }

    const PairingOptions& options_;
    const lab::Lab& lab_;
    mocks::Network network_;
    Wire wire_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<mocks::AgentProvider>> providers_;
    Parties parties_;  // last: stops first
};

}  // namespace

std::vector<PairingCell> run_pairings(const lab::Lab& lab, const PairingOptions& options) {
    const auto planned = plans(options);
    std::vector<PairingCell> cells(planned.size());
    Table table(lab, options);
    std::atomic<std::size_t> next{0};
    std::mutex telling;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1u, options.threads); ++i) {
        threads.emplace_back([&] {
            for (std::size_t at = next++; at < planned.size(); at = next++) {
                cells[at] = table.play(planned[at]);
                if (!options.done) continue;
                const std::scoped_lock lock(telling);
                options.done(cells[at]);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    return cells;
}

}  // namespace aauth::interop

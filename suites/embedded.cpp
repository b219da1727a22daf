#include "suites/embedded.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <thread>
#include <type_traits>

#include "mocks/access_server.h"
#include "mocks/agent_provider.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"
#include "suites/common/suite.h"
#include "suites/common/world.h"

namespace aauth::suites {

EmbeddedTarget::EmbeddedTarget(const std::string& suite, const std::string& draft, protocol::Faults faults, bool named) {
    const auto* found = protocol::find_draft(draft);
    if (found == nullptr) throw std::runtime_error("there is no draft " + draft);
    const auto set_up = [&](mocks::PartyOptions& options) {
        options.draft = found;
        options.faults = std::move(faults);
        options.name = "aauth-conformance mock " + suite;
        if (!named) return;
        options.identifier = "https://target.test";
        options.reach = protocol::Reach::Strict;
    };
    const auto make = [&](auto options, auto type) {
        set_up(options);
        party_ = std::make_unique<typename decltype(type)::type>(network_, options);
    };
    if (suite == "resource") {
        mocks::ResourceOptions options;
        // Declarations that cases can hold it to.
        options.signature_window = 120;
        options.additional_signature_components = {"@target-uri"};
        make(options, std::type_identity<mocks::Resource>());
    } else if (suite == "access-server") {
        make(mocks::AccessServerOptions{}, std::type_identity<mocks::AccessServer>());
    } else if (suite == "agent-provider") {
        make(mocks::PartyOptions{}, std::type_identity<mocks::AgentProvider>());
    } else {
        make(mocks::PersonServerOptions{}, std::type_identity<mocks::PersonServer>());
    }
    if (auto started = party_->start(); !started) throw std::runtime_error(started.error().message);
    target_.name = "aauth-conformance mock";
    target_.role = suite;
    target_.url = party_->base();
    target_.draft = draft;
    target_.consent = "auto";
    target_.approve.url = party_->base() + "/mock/decide";
    target_.approve.body = R"({"code": {{code}}, "location": {{location}}, "decision": {{decision}}})";
    if (named) {
        target_.identifier = party_->identifier();
        target_.identifiers = {{"agent-provider", "https://ap.test"},
                               {"resource", "https://rs.test"},
                               {"person-server", "https://ps.test"},
                               {"access-server", "https://as.test"}};
        target_.trust.url = party_->base() + "/mock/reach";
        target_.trust.body = R"({"identifier": {{issuer}}, "address": "{{address}}"})";
        target_.features.emplace_back("discovery");
    }
    if (suite == "resource") {
        target_.url = party_->base() + "/data";
        for (const char* path : {"agent", "person", "data", "write", "held", "managed"}) {
            target_.values[std::string("url.") + path] = party_->url("/") + path;
        }
        target_.values["scope"] = "data.read";
        target_.values["other-scope"] = "data.write";
        target_.values["account"] = "work";
    }
}

EmbeddedTarget::~EmbeddedTarget() { party_->stop(); }

namespace {

std::string timestamp() {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(
                                                     std::chrono::system_clock::now())));
}

// A case applies when the draft has one of the requirements that it covers.
bool applies(const engine::Case& made, const World& world) {
    const auto& drafts = made.drafts;
    if (!drafts.empty() && std::find(drafts.begin(), drafts.end(), world.draft().id) == drafts.end()) return false;
    return std::any_of(made.covers.begin(), made.covers.end(), [&](const engine::Covered& covered) {
        return world.requirements().find(covered.requirement) != nullptr;
    });
}

}  // namespace

Result<engine::RunResult> run_suite(const std::string& suite, const engine::Target& target,
                                    engine::RunOptions options) {
    const auto began = std::chrono::steady_clock::now();
    engine::RunResult run;
    run.started = timestamp();
    auto world = World::start(target);
    if (!world) return tl::unexpected(world.error());
    auto cases = suite_cases(suite, world->get());
    cases.erase(std::remove_if(cases.begin(), cases.end(), [&](const auto& made) { return !applies(made, **world); }),
                cases.end());
    options.draft = target.draft;
    if (options.whose.empty()) options.whose = fmt::format("{} {} {}", suite, target.draft, target.url);
    auto results = engine::run(cases, options);
    if (!results) return tl::unexpected(results.error());
    run.cases = std::move(*results);
    run.suite = suite;
    run.tool_version = AAUTH_VERSION;
    run.target_name = target.name.empty() ? (*world)->identifier() : target.name;
    run.target_url = target.url;
    run.draft = target.draft;
    run.draft_title = (*world)->draft().title;
    run.notes = (*world)->notes();
    std::set<std::string> named;
    for (const auto& made : cases) {
        for (const auto& covered : made.covers) named.insert(covered.requirement);
    }
    for (const auto& result : run.cases) {
        for (const auto& check : result.checks) named.insert(check.requirement);
    }
    for (const auto& requirement : (*world)->requirements().all()) {
        if (named.count(requirement.id) != 0) run.requirements.push_back(requirement);
    }
    run.elapsed_us = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began)
                         .count();
    return run;
}

namespace {

void try_fault(FaultRow& row, const std::string& draft, std::optional<engine::Level> level) {
    EmbeddedTarget embedded(row.suite, draft, protocol::Faults{row.fault}, true);
    // One case alone does not disturb others when it makes time pass.
    auto target = embedded.target();
    target.hooks["advance"].url = embedded.party().base() + "/mock/advance";
    target.hooks["advance"].body = R"({"seconds": {{seconds}}})";
    engine::RunOptions options;
    options.threads = 1;
    options.only = row.case_id;
    options.slow = true;
    auto run = run_suite(row.suite, target, options);
    if (!run) {
        row.observed = run.error().message;
        return;
    }
    for (const auto& result : run->cases) {
        if (result.id != row.case_id) continue;
        row.observed = fmt::format("{}: {}", engine::name(result.verdict), result.reason);
        for (const auto& check : result.checks) {
            const bool weighty = check.level == engine::Level::Must || level != engine::Level::Must;
            if (!check.passed && check.requirement == row.requirement && weighty) row.caught = true;
        }
    }
}

}  // namespace

std::vector<FaultRow> fault_matrix(const std::string& suite, const std::string& draft, const std::string& only,
                                   unsigned threads) {
    const auto* found = protocol::find_draft(draft);
    if (found == nullptr) throw std::logic_error("there is no draft " + draft);
    const auto& requirements = catalogue(*found);
    std::vector<FaultRow> rows;
    for (const auto& made : suite_cases(suite, nullptr)) {
        const bool wanted = only.empty() || engine::glob_matches(only, made.id);
        const bool drafted = made.drafts.empty() ||
                             std::find(made.drafts.begin(), made.drafts.end(), draft) != made.drafts.end();
        if (!wanted || !drafted) continue;
        for (const auto& covered : made.covers) {
            if (requirements.find(covered.requirement) == nullptr) continue;
            rows.push_back({suite, made.id, covered.requirement, covered.fault, false, "not run"});
        }
    }
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < std::max(threads, 1u); ++i) {
        workers.emplace_back([&] {
            for (std::size_t at = next++; at < rows.size(); at = next++) {
                const auto* requirement = requirements.find(rows[at].requirement);
                try {
                    try_fault(rows[at], draft, requirement->level);
                } catch (const std::exception& error) {
                    rows[at].observed = error.what();
                }
            }
        });
    }
    for (auto& worker : workers) worker.join();
    return rows;
}

}  // namespace aauth::suites

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
#include "suites/common/drafts.h"
#include "suites/common/suite.h"
#include "suites/common/world.h"

namespace aauth::suites {

namespace {

struct TestHook {
    const char *name, *path, *body;
};
// Every target gets all of them; where its party has no such route, no case asks.
constexpr TestHook test_hooks[] = {
    {"advance", "/mock/advance", R"({"seconds": {{seconds}}})"},
    {"revoke", "/mock/revoke", R"({"token": {{token}}})"},
    {"agent-token", "/mock/agent-token", R"({"ps": {{ps}}, "jwk": {{jwk}}})"},
    {"subagent-token", "/mock/subagent-token", R"({"parent": {{parent}}, "jwk": {{jwk}}})"},
    {"approve-as-another", "/mock/decide-as-another",
     R"({"code": {{code}}, "location": {{location}}, "decision": {{decision}}})"},
    {"end-mission", "/mock/mission", R"({"s256": {{s256}}, "reason": {{reason}}})"},
    {"channel", "/mock/channel", R"({"agent": {{agent}}, "available": {{available}}})"},
    {"engage", "/mock/engage", R"({"location": {{location}}})"},
    {"lifetime", "/mock/lifetime", R"({"seconds": {{seconds}}})"},
    {"new-resource", "/mock/new-resource", R"({"resource": {{resource}}})"},
    {"clarify", "/mock/ask", R"({"location": {{location}}, "question": {{question}}})"},
    {"rotate-key", "/mock/rotate-key", R"({"agent": {{agent}}, "jwk": {{jwk}}})"},
};

}  // namespace

EmbeddedTarget::EmbeddedTarget(const std::string& suite, const std::string& draft, protocol::Faults faults, bool named) {
    const auto* found = protocol::find_draft(draft);
    if (found == nullptr) throw std::runtime_error("there is no draft " + draft);
    target_.name = "aauth-conformance mock";
    target_.role = suite;
    target_.draft = draft;
    const std::map<std::string, std::string> names = {{"agent-provider", "https://ap.test"},
                                                      {"resource", "https://rs.test"},
                                                      {"person-server", "https://ps.test"},
                                                      {"access-server", "https://as.test"}};
    if (suite == "agent") {
        const auto& all = faults.names();
        target_.in_process.emplace(all.begin(), all.end());
        if (named) target_.identifiers = names;
        return;
    }
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
        mocks::PersonServerOptions options;
        if (named) options.pin = "2580";  // who can be reached by others has to know its person (13.13)
        make(std::move(options), std::type_identity<mocks::PersonServer>());
    }
    if (auto started = party_->start(); !started) throw std::runtime_error(started.error().message);
    using Tls = http::TlsVersion;
    if (party_->faults().on("tls-old-accepted")) ca_.speak(Tls::Tls1_0, Tls::Tls1_3);
    if (party_->faults().on("tls-old-only")) ca_.speak(Tls::Tls1_0, Tls::Tls1_1);
    auto tls = party_->start_tls(ca_);
    if (!tls) throw std::runtime_error(tls.error().message);
    target_.url = party_->base();
    target_.values["url.tls"] = *tls;
    target_.values["fetch.seconds"] = "4";
    target_.values["action.denied"] = "DeleteAccount";
    for (const auto& [name, path, body] : test_hooks) {
        target_.hooks[name].url = party_->base() + path;
        target_.hooks[name].body = body;
    }
    target_.consent = "auto";
    target_.approve.url = party_->base() + "/mock/decide";
    target_.approve.body = R"({"code": {{code}}, "location": {{location}}, "decision": {{decision}}})";
    if (named) {
        target_.identifier = party_->identifier();
        target_.identifiers = names;
        target_.trust.url = party_->base() + "/mock/reach";
        target_.trust.body = R"({"identifier": {{issuer}}, "address": "{{address}}"})";
        target_.features.emplace_back("discovery");
        if (suite == "person-server") target_.values["person.form"] = "pin=2580";
    }
    if (suite == "access-server") {
        for (const char* need : {"payment", "interaction", "claims", "clarification", "approval"}) {
            target_.values[std::string("scope.") + need] = std::string("needs-") + need;
        }
        target_.values["scope.denied"] = "forbidden";
        target_.values["scope.claim"] = "email";
    }
    if (suite == "resource") {
        target_.url = party_->base() + "/data";
        for (const char* path : {"agent", "person", "data", "write", "held", "managed"}) {
            target_.values[std::string("url.") + path] = party_->url("/") + path;
        }
        if (!found->accept_fields) target_.values["url.pseudonym"] = party_->url("/pseudonym");
        target_.values["scope"] = "data.read";
        target_.values["other-scope"] = "data.write";
        target_.values["url.chain"] = party_->url("/chain?downstream={{downstream}}");
        target_.values["url.federated"] = party_->url("/federated?access_server={{access_server}}");
        target_.values["url.approval"] = party_->url("/approved");
        target_.values["url.identity"] = party_->url("/identity");
        target_.values["url.account"] = party_->url("/account?account={{account}}");
        target_.values["url.login-hint"] = party_->url("/hinted");
        target_.values["account"] = "work";
        target_.values["other-account"] = "home";
    }
}

EmbeddedTarget::~EmbeddedTarget() {
    if (party_) party_->stop();
}

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
    if (!runs_for(suite, (*world)->draft())) return failure("bad_target", why_not(suite, (*world)->draft()));
    auto cases = suite_cases(suite, world->get());
    cases.erase(std::remove_if(cases.begin(), cases.end(), [&](const auto& made) { return !applies(made, **world); }),
                cases.end());
    // A clock that is put forward goes forward for everybody.
    const bool one_clock = (*world)->hook("advance") != nullptr;
    for (auto& made : cases) made.exclusive = made.exclusive || (made.slow && one_clock);
    options.draft = target.draft;
    const auto& place = target.url.empty() ? target.command : target.url;
    if (options.whose.empty()) options.whose = fmt::format("{} {} {}", suite, target.draft, place);
    auto results = engine::run(cases, options);
    if (!results) return tl::unexpected(results.error());
    run.cases = std::move(*results);
    run.suite = suite;
    run.tool_version = AAUTH_VERSION;
    run.target_name = !target.name.empty() ? target.name : suite == "agent" ? place : (*world)->identifier();
    run.target_url = place;
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
    const auto& target = embedded.target();
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
    if (!runs_for(suite, *found)) return rows;
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

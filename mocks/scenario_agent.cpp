#include "mocks/scenario_agent.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"

// The steps of a scenario, and what all of them share. Faults:
//   "link-any-form" (a link of another form is fetched), "ignore meta.issuer-match", "link-issuer-unchecked",
//   "authorize-agent-token" (no person token at the authorization endpoint), "rotation-keeps-tokens",
//   "prints-garbage" (what it says is no outcome), "jwks-guessed" (keys are fetched from a place of its own choice)
namespace aauth::mocks {

namespace {

http::ClientOptions client_options(const Scenario& scenario) {
    http::ClientOptions options;
    options.connect_timeout = std::chrono::seconds(3);
    options.total_timeout = std::chrono::seconds(std::clamp<std::int64_t>(scenario.deadline, 1, 60));
    options.ca_file = scenario.ca_file;
    for (const auto& [identifier, base] : scenario.addresses) options.addresses.entries[identifier] = {base, true};
    return options;
}

StepResult error_result(const Error& error) { return {0, {}, {}, error.code, error.message}; }

std::string text(const nlohmann::json& object, const char* name) {
    return json::string_member(object, name).value_or("");
}

}  // namespace

ScenarioAgent::Pace ScenarioAgent::real_pace() {
    return {[] {
                return std::chrono::duration_cast<std::chrono::seconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                    .count();
            },
            [](std::int64_t seconds) { std::this_thread::sleep_for(std::chrono::seconds(seconds)); }};
}

Result<std::unique_ptr<ScenarioAgent>> ScenarioAgent::make(Scenario scenario, protocol::Faults faults, Pace pace) {
    const auto* draft = protocol::find_draft(scenario.draft);
    if (draft == nullptr) return failure("bad_scenario", "there is no draft " + scenario.draft);
    const auto identity = [](const AgentIdentity& agent) -> Result<Identity> {
        const auto jwk = json::parse(agent.private_jwk);
        auto key = jwk ? jose::parse_private_jwk(*jwk) : failure("bad_scenario", "private_jwk is no JSON");
        if (!key) return failure("bad_scenario", "private_jwk: " + key.error().message);
        return Identity{agent.identifier, *key, agent.token};
    };
    auto self = identity(scenario.agent);
    if (!self) return tl::unexpected(self.error());
    std::unique_ptr<ScenarioAgent> agent(new ScenarioAgent(std::move(scenario), std::move(faults), std::move(pace), *self));
    if (!agent->scenario_.sub_agent.identifier.empty()) {
        auto child = identity(agent->scenario_.sub_agent);
        if (!child) return tl::unexpected(child.error());
        agent->sub_agent_ = *child;
    }
    return agent;
}

ScenarioAgent::ScenarioAgent(Scenario scenario, protocol::Faults faults, Pace pace, Identity self)
    : scenario_(std::move(scenario)),
      faults_(std::move(faults)),
      pace_(std::move(pace)),
      draft_(*protocol::find_draft(scenario_.draft)),
      reach_(protocol::Reach::Loopback),
      self_(std::move(self)),
      until_(pace_.now() + scenario_.deadline),
      network_(client_options(scenario_)) {
    const auto token = jose::Jwt::decode(self_.token);
    const auto provider = token ? token->claim_string("iss").value_or("") : std::string();
    if (protocol::is_server_identifier(provider, protocol::Reach::Strict)) reach_ = protocol::Reach::Strict;
    network_.set_clock(pace_.now);
    httpsig::Discovery::Rules rules;
    rules.jwk = draft_.jwk;
    if (!checks("sig.algorithm")) rules.jwk = {false, true};
    rules.check_issuer = checks("meta.issuer-match");
    rules.https_only = reach_ == protocol::Reach::Strict;
    const auto fetch = [this](const std::string& url) -> Result<httpsig::Document> {
        const auto known = url.find("/.well-known/");
        const bool document = url.find("/.well-known/aauth-") != std::string::npos;
        if (!document || !on("jwks-guessed")) return network_.fetch(url);
        const auto issuer = url.substr(0, known);
        return httpsig::Document{
            200, json::dump({{"issuer", issuer}, {"jwks_uri", issuer + "/.well-known/jwks.json"}}), {}, {}};
    };
    keys_ = std::make_unique<httpsig::Discovery>(fetch,
                                                 [this] { return now(); }, rules);
}

ScenarioAgent::~ScenarioAgent() = default;

Result<void> ScenarioAgent::wait(std::int64_t seconds) {
    if (now() + seconds >= until_) return failure("deadline", "there is no time left to wait");
    if (seconds > 0) pace_.wait(seconds);
    return {};
}

Outcome ScenarioAgent::perform() {
    for (const auto& step : scenario_.steps) outcome_.results.push_back(perform(step));
    return outcome_;
}

StepResult ScenarioAgent::result_of(const Answer& answer) {
    if (!answer) return error_result(answer.error());
    return {answer->status, answer->fields, answer->body, {}, {}};
}

StepResult ScenarioAgent::perform(const Step& step) {
    const auto parameters = json::parse(step.parameters).value_or(nlohmann::json::object());
    as_sub_agent_ = text(parameters, "as") == "sub-agent";
    const auto algorithm = acting().key.algorithm;
    const bool unable = (algorithm == crypto::Algorithm::Ed25519 && on("refuse-ed25519")) ||
                        (algorithm == crypto::Algorithm::ES256 && on("refuse-es256"));
    if (unable) return error_result({"unsupported_algorithm", "this agent cannot sign with its key"});
    if (step.action == "request") return request(step);
    if (step.action == "authorize") return authorize(parameters);
    if (step.action == "follow-link") return follow_link(parameters);
    if (step.action == "rotate-key") return rotate_key(parameters);
    if (step.action == "propose-mission") return propose_mission(parameters);
    if (step.action == "update-mission") return mission_action(parameters, "update");
    if (step.action == "complete-mission") return mission_action(parameters, "completion");
    if (step.action == "permission") return permission(parameters);
    if (step.action == "audit") return audit(parameters);
    if (step.action == "ask") return ask_person(parameters);
    return error_result({"not_supported", "this agent does not know how to " + step.action});
}

StepResult ScenarioAgent::request(const Step& step) {
    const auto url = http::Url::parse(step.url);
    if (!url) return error_result(url.error());
    Errand errand{{step.method, *url, {}, step.headers, step.body, true}, url->origin(), std::nullopt};
    return result_of(at_resource(errand));
}

StepResult ScenarioAgent::authorize(const nlohmann::json& step) {
    const auto resource = text(step, "resource");
    const auto document = metadata(resource, protocol::Role::Resource);
    if (!document) return error_result(document.error());
    const auto url = http::Url::parse(text(*document, "authorization_endpoint"));
    if (!url) return error_result({"no_endpoint", "the resource has no authorization endpoint"});
    nlohmann::json body{{"scope", text(step, "scope")}};
    if (const auto account = json::string_member(step, "account")) body["account"] = *account;
    Errand errand{{"POST", *url, {}, {{"Content-Type", "application/json"}}, json::dump(body), true}, resource, std::nullopt};
    if (draft_.person_tokens && !on("authorize-agent-token")) errand.wanted = protocol::TokenKind::Person;
    auto answer = at_resource(errand);
    const auto given = answer && answer->status == 200 ? json::parse_object(answer->body) : failure("none", "");
    const auto token = given ? json::string_member(*given, "resource_token") : std::nullopt;
    if (!token) return result_of(answer);
    if (auto done = authorized(errand, *token); !done) return error_result(done.error());
    return {200, {{"Content-Type", "application/json"}}, R"({"status":"authorized"})", {}, {}};
}

StepResult ScenarioAgent::rotate_key(const nlohmann::json& step) {
    const auto* jwk = json::member(step, "private_jwk");
    auto key = jwk == nullptr ? failure("bad_scenario", "there is no private_jwk") : jose::parse_private_jwk(*jwk);
    if (!key) return error_result(key.error());
    const auto old = self_.key.thumbprint();
    self_.key = *key;
    self_.token = text(step, "agent_token");
    if (on("rotation-keeps-tokens")) {
        for (auto* kept : {&person_tokens_, &auth_tokens_}) {
            for (const auto& [name, token] : std::map(*kept)) {
                if (name.second == old) (*kept)[{name.first, self_.key.thumbprint()}] = token;
            }
        }
    }
    return {200, {}, "{}", {}, {}};
}

StepResult ScenarioAgent::follow_link(const nlohmann::json& step) {
    const auto page = http::Url::parse(text(step, "url"));
    if (!page) return error_result(page.error());
    const auto transfer = network_.client()->send(*page, {});
    if (!transfer) return error_result(transfer.error());
    const auto suffix = "/.well-known/" + std::string(protocol::resource_document);
    for (const auto& line : transfer->response.fields.lines("Link")) {
        const auto open = line.find('<'), close = line.find('>');
        const bool ours = line.find("rel=\"aauth-resource\"") != std::string::npos;
        if (!ours || open != 0 || close == std::string::npos) continue;
        const auto target = line.substr(1, close - 1);
        const bool ends = target.size() > suffix.size() && target.ends_with(suffix);
        const auto identifier = ends ? target.substr(0, target.size() - suffix.size()) : target;
        const bool formed = ends && protocol::is_server_identifier(identifier, reach_);
        if (!formed && on("link-any-form")) {
            if (const auto elsewhere = http::Url::parse(target)) (void)network_.client()->send(*elsewhere, {});
        }
        if (!formed) return error_result({"invalid_link", "the link does not lead to a resource's metadata"});
        if (auto document = metadata(identifier, protocol::Role::Resource); !document) return error_result(document.error());
        return {200, {}, json::dump({{"resource", identifier}}), {}, {}};
    }
    return error_result({"no_link", "the page names no resource"});
}

Result<nlohmann::json> ScenarioAgent::metadata(const std::string& identifier, protocol::Role role) {
    const auto url = protocol::document_url(identifier, role);
    const auto kept = documents_.find(url);
    if (kept != documents_.end()) {
        if (kept->second.empty()) return failure("not_found", "there is no metadata at " + url);
        return json::parse(kept->second);
    }
    documents_[url].clear();
    const auto fetched = network_.fetch(url);
    if (!fetched) return tl::unexpected(fetched.error());
    if (fetched->status != 200) return failure("not_found", "there is no metadata at " + url);
    auto document = json::parse_object(fetched->body);
    if (!document) return failure("invalid_metadata", document.error().message);
    const auto issuer = json::string_member(*document, "issuer");
    if (!issuer && checks("meta.issuer-match")) return failure("issuer_missing", "metadata without an issuer");
    if (issuer != identifier && checks("meta.issuer-match")) {
        return failure("issuer_mismatch", "the metadata names another issuer");
    }
    documents_[url] = fetched->body;
    return document;
}

}  // namespace aauth::mocks

#include "mocks/scenario.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"

namespace aauth::mocks {

namespace {

constexpr int format = 1;  // of both documents

nlohmann::json parsed(const std::string& text) { return json::parse(text).value_or(nlohmann::json::object()); }

std::string text(const nlohmann::json& object, const char* name) {
    return json::string_member(object, name).value_or("");
}

nlohmann::json identity(const AgentIdentity& agent) {
    return {{"identifier", agent.identifier}, {"private_jwk", parsed(agent.private_jwk)}, {"agent_token", agent.token}};
}

AgentIdentity read_identity(const nlohmann::json& object) {
    const auto* key = json::member(object, "private_jwk");
    return {text(object, "identifier"), key == nullptr ? "" : json::dump(*key), text(object, "agent_token")};
}

nlohmann::json fields(const http::Fields& headers) {
    auto object = nlohmann::json::object();
    for (const auto& [name, ignored] : headers.all()) object[name] = headers.combined(name).value_or("");
    return object;
}

// False when a value is no string.
bool read_fields(const nlohmann::json& object, http::Fields& headers) {
    if (!object.is_object()) return false;
    for (const auto& [name, value] : object.items()) {
        if (!value.is_string()) return false;
        headers.add(name, value.get<std::string>());
    }
    return true;
}

nlohmann::json step_json(const Step& step) {
    auto object = parsed(step.parameters);
    object["do"] = step.action;
    if (step.action != "request") return object;
    object["method"] = step.method;
    object["url"] = step.url;
    if (!step.headers.empty()) object["headers"] = fields(step.headers);
    if (!step.body.empty()) object["body"] = step.body;
    return object;
}

Result<Step> read_step(const nlohmann::json& object) {
    Step step;
    step.action = text(object, "do");
    if (step.action.empty()) return failure("bad_scenario", "a step says nothing to do");
    step.parameters = json::dump(object);
    if (step.action != "request") return step;
    step.method = text(object, "method");
    step.url = text(object, "url");
    step.body = text(object, "body");
    const auto* headers = json::member(object, "headers");
    if (headers != nullptr && !read_fields(*headers, step.headers))
        return failure("bad_scenario", "headers: not texts");
    return step;
}

std::vector<std::string> texts(const nlohmann::json& object, const char* name) {
    std::vector<std::string> out;
    const auto* list = json::member(object, name);
    if (list == nullptr || !list->is_array()) return out;
    for (const auto& item : *list) {
        if (item.is_string()) out.push_back(item.get<std::string>());
    }
    return out;
}

}  // namespace

std::string to_json(const Scenario& scenario) {
    auto agent = identity(scenario.agent);
    agent["capabilities"] = scenario.capabilities;
    if (!scenario.person_server.empty()) agent["person_server"] = scenario.person_server;
    if (!scenario.refresh_url.empty()) agent["refresh_url"] = scenario.refresh_url;
    if (!scenario.sub_agent.identifier.empty()) agent["sub_agent"] = identity(scenario.sub_agent);
    nlohmann::json document{{"format", format},
                            {"draft", scenario.draft},
                            {"agent", agent},
                            {"deadline", scenario.deadline},
                            {"addresses", scenario.addresses},
                            {"token_request", parsed(scenario.token_request)}};
    if (!scenario.ca_file.empty()) document["ca_file"] = scenario.ca_file;
    auto& person = document["person"] = nlohmann::json::object();
    if (!scenario.clarification.empty()) person["clarification"] = scenario.clarification;
    if (scenario.asks_anew) person["asks_anew"] = true;
    if (!scenario.interaction_url.empty()) person["interaction_url"] = scenario.interaction_url;
    document["steps"] = nlohmann::json::array();
    for (const auto& step : scenario.steps) document["steps"].push_back(step_json(step));
    return json::dump(document);
}

Result<Scenario> parse_scenario(std::string_view input) {
    auto document = json::parse_object(input);
    if (!document) return failure("bad_scenario", document.error().message);
    if (json::integer_member(*document, "format") != format) return failure("bad_scenario", "the format is not 1");
    const auto* agent = json::member(*document, "agent");
    if (agent == nullptr) return failure("bad_scenario", "there is no agent");
    Scenario scenario;
    scenario.draft = text(*document, "draft");
    scenario.agent = read_identity(*agent);
    if (const auto* child = json::member(*agent, "sub_agent")) scenario.sub_agent = read_identity(*child);
    scenario.person_server = text(*agent, "person_server");
    scenario.refresh_url = text(*agent, "refresh_url");
    scenario.capabilities = texts(*agent, "capabilities");
    scenario.deadline = json::integer_member(*document, "deadline").value_or(scenario.deadline);
    scenario.ca_file = text(*document, "ca_file");
    if (const auto* addresses = json::member(*document, "addresses"); addresses != nullptr && addresses->is_object()) {
        for (const auto& [name, base] : addresses->items()) {
            if (base.is_string()) scenario.addresses[name] = base.get<std::string>();
        }
    }
    if (const auto* person = json::member(*document, "person")) {
        scenario.clarification = text(*person, "clarification");
        const auto* anew = json::member(*person, "asks_anew");
        scenario.asks_anew = anew != nullptr && *anew == true;
        scenario.interaction_url = text(*person, "interaction_url");
    }
    if (const auto* more = json::member(*document, "token_request")) scenario.token_request = json::dump(*more);
    const auto* steps = json::member(*document, "steps");
    if (steps == nullptr || !steps->is_array()) return failure("bad_scenario", "there are no steps");
    for (const auto& one : *steps) {
        auto step = read_step(one);
        if (!step) return tl::unexpected(step.error());
        scenario.steps.push_back(*step);
    }
    return scenario;
}

std::string to_json(const Outcome& outcome) {
    nlohmann::json document{{"format", format}, {"results", nlohmann::json::array()}};
    document["interactions"] = outcome.interactions;
    for (const auto& result : outcome.results) {
        nlohmann::json one;
        if (result.error.empty()) {
            one = {{"status", result.status}, {"headers", fields(result.headers)}, {"body", result.body}};
        } else {
            one["error"] = {{"code", result.error}, {"message", result.message}};
        }
        document["results"].push_back(one);
    }
    return json::dump(document);
}

namespace {

Result<StepResult> read_result(const nlohmann::json& object) {
    StepResult result;
    if (const auto* error = json::member(object, "error")) {
        result.error = text(*error, "code");
        result.message = text(*error, "message");
        if (result.error.empty()) return failure("bad_outcome", "an error has no code");
        return result;
    }
    const auto status = json::integer_member(object, "status");
    if (!status || *status < 100 || *status > 999) {
        return failure("bad_outcome", "a result has neither an error nor a status");
    }
    result.status = static_cast<int>(*status);
    result.body = text(object, "body");
    const auto* headers = json::member(object, "headers");
    if (headers != nullptr && !read_fields(*headers, result.headers)) {
        return failure("bad_outcome", "headers are no object of texts");
    }
    return result;
}

}  // namespace

Result<Outcome> parse_outcome(std::string_view input) {
    auto document = json::parse_object(input);
    if (!document) return failure("bad_outcome", document.error().message);
    if (json::integer_member(*document, "format") != format) return failure("bad_outcome", "the format is not 1");
    const auto* results = json::member(*document, "results");
    if (results == nullptr || !results->is_array()) return failure("bad_outcome", "there is no array of results");
    Outcome outcome;
    for (const auto& one : *results) {
        auto result = read_result(one);
        if (!result) return tl::unexpected(result.error());
        outcome.results.push_back(*result);
    }
    outcome.interactions = texts(*document, "interactions");
    return outcome;
}

}  // namespace aauth::mocks

#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/mission.h"
#include "mocks/scenario_agent.h"

// Missions (section 8), and what else an agent asks its person server for: permission (7.7), audit (7.8), questions
// (7.6). Faults:
//   "mission-unverified" (s256 is not compared with the blob), "mission-strict" (a member of the blob that it does not
//   know), "mission-capabilities-dropped", "mission-not-named", "mission-resources-unsaid", "mission-goes-on" (after it ended), "mission-reasons-known" (it has ended only for a known reason), "mission-header"
//   (AAuth-Mission is sent), "mission-uncovered", "mission-header-altered", "mission-header-dropped",
//   "mission-approver-path", "mission-rewritten" (the digest is taken of the members, written anew), "mission-tokens-unused"
//   (that came with the approval), "mission-not-found-served" (taken for done), "mission-no-action", "mission-no-description",
//   "mission-no-summary", "mission-url-guessed", "completion-by-relay", "completion-no-type", "permission-no-action", "permission-no-mission",
//   "permission-denied-done", "audit-no-mission", "audit-no-action", "ask-no-type"
namespace aauth::mocks {

namespace {

StepResult error_result(const Error& error) { return {0, {}, {}, error.code, error.message}; }

StepResult json_result(const nlohmann::json& body) {
    return {200, {{"Content-Type", "application/json"}}, json::dump(body), {}, {}};
}

std::string text(const nlohmann::json& object, const char* name) {
    return json::string_member(object, name).value_or("");
}

}  // namespace

nlohmann::json ScenarioAgent::mission_reference() const {
    if (mission_.empty()) return nlohmann::json::object();
    if (draft_.mission_by_digest) return {{"mission_s256", mission_}};
    return {{"mission", {{"approver", approver_}, {"s256", mission_}}}};
}

void ScenarioAgent::name_mission(Call& call) const {
    call.fields.erase("AAuth-Mission");
    if (mission_.empty() || (draft_.mission_by_digest && !on("mission-header"))) return;
    const auto presented = jose::Jwt::decode(call.token);
    if (presented && json::member(presented->payload(), "mission") != nullptr) return;
    auto reference = protocol::MissionReference{approver_, mission_};
    if (on("mission-header-altered")) reference.s256[0] = reference.s256[0] == 'A' ? 'B' : 'A';
    if (on("mission-approver-path")) reference.approver += "/mission";
    call.fields.set("AAuth-Mission", protocol::to_field(reference));
}

StepResult ScenarioAgent::propose_mission(const nlohmann::json& step) {
    nlohmann::json body = token_request();
    for (const char* name : {"description", "tools", "resources"}) {
        if (std::string_view(name) == "resources" && on("mission-resources-unsaid")) continue;
        if (const auto* member = json::member(step, name)) body[name] = *member;
    }
    auto answer = post_to_person_server("mission_endpoint", body);
    if (!answer) return error_result(answer.error());
    if (answer->status != 200) return result_of(answer);
    auto blob = answer->body;
    auto approved = json::parse_object(answer->body);
    if (!approved) return error_result(approved.error());
    auto s256 = text(*approved, "s256");
    if (draft_.mission_by_digest) {
        const auto bytes = protocol::mission_blob(text(*approved, "mission"));
        if (!bytes) return error_result(bytes.error());
        blob = *bytes;
    } else {
        const auto named = protocol::parse_mission(answer->fields);
        if (!named) return error_result(named.error());
        s256 = named->s256;
        approver_ = named->approver;
    }
    const auto mission = json::parse_object(blob);
    if (!mission) return error_result({"invalid_mission", mission.error().message});
    const auto hashed = on("mission-rewritten") ? json::dump(*mission) : blob;
    if (s256 != protocol::mission_digest(hashed) && !on("mission-unverified")) {
        return error_result({"invalid_mission", "s256 is not the digest of the mission"});
    }
    if (on("mission-strict") && mission->size() > 6) return error_result({"invalid_mission", "an unknown member"});
    mission_ = s256;
    const auto& source = draft_.mission_by_digest ? *approved : *mission;
    if (const auto* list = json::member(source, "capabilities"); list != nullptr && list->is_array()) {
        for (const auto& name : *list) {
            if (!name.is_string()) continue;
            const auto text = name.get<std::string>();
            // What is no token cannot stand in AAuth-Capabilities.
            const bool good = !protocol::to_token_list({text}).empty();
            if (good || on("capabilities-unchecked") || on("writes-raw")) mission_capabilities_.push_back(text);
        }
    }
    if (const auto* tokens = json::member(*approved, "person_tokens"); tokens != nullptr && tokens->is_object()) {
        for (const auto& [resource, token] : tokens->items()) {
            if (on("mission-tokens-unused") || !token.is_string() || !judged_person_token(token.get<std::string>(), resource)) continue;
            person_tokens_[{resource, acting().key.thumbprint()}] = token.get<std::string>();
        }
    }
    return json_result({{"s256", s256}, {"mission", *mission}});
}

StepResult ScenarioAgent::governance(const std::string& endpoint_name, nlohmann::json body) {
    if (mission_over_ && !on("mission-goes-on")) return error_result({"mission_terminated", "the mission is over"});
    auto answer = ask_person_server(endpoint_name, body);
    if (!answer && answer.error().code == "mission_not_found" && on("mission-not-found-served")) return json_result(body);
    return answer ? json_result(*answer) : error_result(answer.error());
}

StepResult ScenarioAgent::mission_action(const nlohmann::json& step, const std::string& action) {
    if (mission_.empty()) return error_result({"no_mission", "there is no mission"});
    const char* said = action == "update" ? "description" : "summary";
    nlohmann::json body{{"action", action}};
    if (const auto* member = json::member(step, said)) body[said] = *member;
    if (on("mission-no-action")) body.erase("action");
    if (on("mission-no-description") && action == "update") body.erase(said);
    if (on("mission-no-summary") && action == "completion") body.erase(said);
    if (!draft_.mission_by_digest || on("completion-by-relay")) {
        if (action == "update") return error_result({"not_supported", "this draft has no updates"});
        body["type"] = on("completion-no-type") ? "question" : "completion";
        body.erase("action");
        body.update(mission_reference());
        return governance("interaction_endpoint", body);
    }
    return governance(std::string("mission_endpoint/") + (on("mission-url-guessed") ? "mission/" : "") + mission_, body);
}

StepResult ScenarioAgent::permission(const nlohmann::json& step) {
    nlohmann::json body = step;
    body.erase("do");
    if (on("permission-no-action")) body.erase("action");
    if (!on("permission-no-mission")) body.update(mission_reference());
    auto result = governance("permission_endpoint", body);
    if (on("permission-denied-done") && result.succeeded()) result.body = R"({"permission": "granted"})";
    return result;
}

StepResult ScenarioAgent::audit(const nlohmann::json& step) {
    nlohmann::json body = step;
    body.erase("do");
    if (mission_.empty()) return error_result({"no_mission", "there is nothing to audit outside a mission"});
    if (!on("audit-no-mission")) body.update(mission_reference());
    if (on("audit-no-action")) body.erase("action");
    return governance("audit_endpoint", body);
}

StepResult ScenarioAgent::ask_person(const nlohmann::json& step) {
    nlohmann::json body{{"type", "question"}, {"question", text(step, "question")}};
    if (on("ask-no-type")) body.erase("type");
    body.update(mission_reference());
    return governance("interaction_endpoint", body);
}

}  // namespace aauth::mocks

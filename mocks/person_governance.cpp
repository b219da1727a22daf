#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "harness/json/json.h"
#include "mocks/person_server.h"

// The permission, audit and interaction endpoints (7.6 to 7.8) of a person server that has no missions and no channel of
// its own to its person.
namespace aauth::mocks {

tl::expected<nlohmann::json, http::Reply> PersonServer::agent_body(const http::Request& request) const {
    auto signed_by = verified(request, {});
    if (!signed_by) return tl::unexpected(signed_by.error());
    auto body = json::parse_object(request.body);
    if (!body) return tl::unexpected(problem_reply("invalid_request", body.error().message));
    return *body;
}

http::Reply PersonServer::permission_endpoint(const http::Request& request) {
    auto body = agent_body(request);
    if (!body) return body.error();
    if (!json::string_member(*body, "action") && !faults().on("permission-anything")) {
        return problem_reply("invalid_request", "action is missing or no string");
    }
    return json_reply(200, {{"permission", faults().on("permission-unclear") ? "perhaps" : "granted"}});
}

http::Reply PersonServer::audit_endpoint(const http::Request& request) {
    auto body = agent_body(request);
    if (!body) return body.error();
    if (faults().on("audit-anything")) return json_reply(201, nlohmann::json::object());
    const char* mission = draft().person_tokens ? "mission_s256" : "mission";
    if (json::member(*body, mission) == nullptr || !json::string_member(*body, "action")) {
        return problem_reply("invalid_request", "the mission or action is missing");
    }
    return problem_reply("mission_not_found", "this person server has no such mission");
}

http::Reply PersonServer::relay_endpoint(const http::Request& request) {
    auto body = agent_body(request);
    if (!body) return body.error();
    std::vector<std::string> types{"interaction", "payment", "question"};
    if (!draft().person_tokens) types.emplace_back("completion");
    const auto type = json::string_member(*body, "type").value_or("");
    const bool known = std::find(types.begin(), types.end(), type) != types.end();
    if (!known && !faults().on("relay-anything")) return problem_reply("invalid_request", "there is no such type");
    return problem_reply("interaction_unavailable", "this person server has no channel to its person");
}

}  // namespace aauth::mocks

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "harness/protocol/identifiers.h"
#include "mocks/person_server.h"

// The mission endpoint of a person server (section 8), and what missions mean at its other endpoints. For tests:
// /mock/mission {"s256", "reason"} ends a mission in the person's place. Faults:
//   "mission-anyone", "permission-anyone", "audit-anyone", "relay-anyone" (whoever signed, or nobody),
//   "mission-no-digest", "mission-padded", "mission-header", "mission-header-odd", "mission-any-resource",
//   "mission-more-resources", "mission-url-other", "mission-any-action", "mission-any-reference",
//   "mission-update-anything", "mission-update-no-digest", "mission-update-replaces", "mission-completion-anything",
//   "mission-completion-early", "mission-completion-ignored", "mission-completion-refused",
//   "mission-capabilities-forgotten", "mission-consent-forgotten", "person-token-outlives-mission",
//   "auth-token-outlives-mission", "accept-unknown-mission"
// and "ended-goes-on pending" beside those of missions.h.
namespace aauth::mocks {

namespace {

constexpr std::string_view mission_path = "/mission/";

bool is_text(const nlohmann::json& value) { return value.is_string() && !value.get_ref<const std::string&>().empty(); }

}  // namespace

tl::expected<std::string, http::Reply> PersonServer::named_mission(const nlohmann::json& body, const std::string& owner,
                                                                   const std::string& where) const {
    const bool of_token = where == "auth";
    // What the resource token says is wrong already, and a fault goes on with it.
    if (of_token && !faults().checks("auth-endpoint.presented-mission")) return std::string();
    const auto* reference = json::member(body, draft().mission_by_digest ? "mission_s256" : "mission");
    if (reference == nullptr) return std::string();
    const auto malformed = [&](const std::string& detail) {
        return tl::unexpected(
            problem_reply(of_token ? "invalid_resource_token" : "invalid_request", "mission: " + detail));
    };
    std::string s256;
    if (draft().mission_by_digest) {
        if (reference->is_string()) s256 = reference->get<std::string>();
    } else {
        s256 = json::string_member(*reference, "s256").value_or("");
        const auto approver = json::string_member(*reference, "approver");
        if (approver != identifier() && faults().checks("auth-endpoint.mission-approver")) {
            return malformed("its approver is not this person server");
        }
    }
    if (where == "person" && faults().on("accept-unknown-mission")) return s256.empty() ? json::dump(*reference) : s256;
    if (const auto problem = mission_reference_problem(s256)) return malformed(*problem);
    if (auto refused = missions_.refusal(s256, owner, where)) return tl::unexpected(*refused);
    return s256;
}

Interactions::Complete PersonServer::within(const Asked& asked, Interactions::Complete complete) {
    return [this, mission = asked.mission, consent = asked.consent, complete = std::move(complete)] {
        const auto refused =
            faults().on("accept-unknown-mission") ? std::nullopt : missions_.refusal(mission, {}, "pending");
        if (refused) return refused->response;
        if (!consent.empty() && !faults().on("mission-consent-forgotten")) missions_.agree(mission, consent);
        return complete();
    };
}

bool PersonServer::says_interaction(const Asked& asked, const nlohmann::json& body) const {
    if (const auto* said = json::member(body, "capabilities")) {
        return json::dump(*said).find("\"interaction\"") != std::string::npos;
    }
    const auto mission = missions_.find(asked.mission);
    if (!mission) return true;
    const auto& captured = mission->capabilities;
    const bool forgotten = faults().on("mission-capabilities-forgotten");
    return !forgotten && std::find(captured.begin(), captured.end(), "interaction") != captured.end();
}

http::Reply PersonServer::proposal_endpoint(const http::Request& request) {
    nlohmann::json body;
    auto asked = governed(request, "mission", body);
    if (!asked) return asked.error();
    if (!json::string_member(body, "description")) {
        return problem_reply("invalid_request", "description is missing or no string");
    }
    const auto* resources = json::member(body, "resources");
    if (resources != nullptr && !resources->is_array())
        return problem_reply("invalid_request", "resources is no array");
    for (const auto& resource : resources == nullptr ? nlohmann::json::array() : *resources) {
        const auto problem = is_text(resource)
                                 ? protocol::server_identifier_problem(resource.get<std::string>(), reach())
                                 : std::optional<std::string>("it is no string");
        if (problem && !faults().on("mission-any-resource")) {
            return problem_reply("invalid_request", "resources: " + *problem);
        }
    }
    return answer(*asked, body, [this, asked = *asked, body] { return approved_mission(asked, body); });
}

http::Response PersonServer::approved_mission(const Asked& asked, const nlohmann::json& proposal) {
    const bool separate = draft().mission_by_digest;
    const std::vector<std::string> capabilities{"interaction", "payment"};
    nlohmann::json blob{{"agent", asked.agent_identifier}, {"description", proposal["description"]}};
    if (const auto* tools = json::member(proposal, "tools")) blob["approved_tools"] = *tools;
    auto resources = separate ? proposal.value("resources", nlohmann::json::array()) : nlohmann::json::array();
    if (!resources.empty()) blob["approved_resources"] = resources;
    if (faults().on("mission-more-resources")) blob["approved_resources"] = {"https://unasked.example"};
    if (draft().mission_names_approver) blob["approver"] = identifier();
    if (!separate) blob["capabilities"] = capabilities;
    const auto mission = missions_.approve(asked.agent, blob, separate ? mission_lifetime_ : 0, capabilities);
    const auto approver = identifier() + (faults().on("mission-header-odd") ? "/" : "");
    const auto header = "approver=\"" + approver + "\"; s256=\"" + mission.s256 + "\"";
    if (!separate) {
        auto reply = json_reply(200, nlohmann::json::object());
        reply.response.body = mission.blob;
        if (!faults().on("mission-no-digest")) reply.response.fields.add("AAuth-Mission", header);
        return reply.response;
    }
    const auto encoded = crypto::base64url_encode(mission.blob) + (faults().on("mission-padded") ? "=" : "");
    nlohmann::json body{{"s256", mission.s256}, {"mission", encoded}, {"capabilities", capabilities}};
    if (faults().on("mission-no-digest")) body.erase("s256");
    auto within_it = asked;
    within_it.mission = mission.s256;
    for (const auto& resource : resources) {
        if (!is_text(resource) || !asked.request.token) continue;  // which only a faulty server gets here
        body["person_tokens"][resource.get<std::string>()] = issue_person_token(resource, within_it);
    }
    auto reply = json_reply(200, body);
    if (faults().on("mission-header")) reply.response.fields.add("AAuth-Mission", header);
    return reply.response;
}

http::Reply PersonServer::mission_endpoint(const http::Request& request) {
    nlohmann::json body;
    auto asked = governed(request, "mission", body);
    if (!asked) return asked.error();
    asked->mission = request.path().substr(mission_path.size());
    const auto malformed = mission_reference_problem(asked->mission);
    if (malformed && !faults().on("mission-any-reference")) {
        return problem_reply("invalid_request", "the mission in the path: " + *malformed);
    }
    if (malformed) return json_reply(200, nlohmann::json::object());
    if (auto refused = missions_.refusal_at_its_url(asked->mission, asked->agent)) return *refused;
    const auto action = json::string_member(body, "action").value_or("");
    if (action == "completion") return mission_completion(*asked, body);
    if (action == "update" || faults().on("mission-any-action")) return mission_update(*asked, body);
    return problem_reply("invalid_request", "action is missing or unknown");
}

http::Reply PersonServer::mission_update(const Asked& asked, const nlohmann::json& body) {
    const auto description = json::string_member(body, "description");
    const bool anything = faults().on("mission-update-anything") || faults().on("mission-any-action");
    if (!description && !anything) return problem_reply("invalid_request", "description is missing or no string");
    return answer(asked, body, [this, asked, description] {
        const auto bytes = json::dump({{"update", description.value_or("")}, {"accepted_at", network().now()}});
        const auto digest = missions_.record(asked.mission, bytes);
        if (faults().on("mission-update-replaces")) missions_.terminate(asked.mission, "superseded");
        if (faults().on("mission-update-no-digest")) return json_reply(200, nlohmann::json::object()).response;
        return json_reply(200, {{"s256", digest}}).response;
    });
}

http::Reply PersonServer::mission_completion(const Asked& asked, const nlohmann::json& body) {
    const auto summary = json::string_member(body, "summary");
    const bool required = draft().mission_by_digest && !faults().on("mission-completion-anything");
    if (!summary && required) return problem_reply("invalid_request", "summary is missing or no string");
    const auto end = [this, mission = asked.mission] {
        if (!faults().on("mission-completion-ignored")) missions_.terminate(mission, "completed");
        return json_reply(200, nlohmann::json::object()).response;
    };
    if (faults().on("mission-completion-refused")) return problem_reply("invalid_request", "missions do not end");
    if (faults().on("mission-completion-early")) missions_.terminate(asked.mission, "completed");
    Wants wants;
    wants.shown = {{"The agent reports", summary.value_or("(nothing)")}};
    const bool early = faults().on("mission-completion-early");
    return interactions_.defer(asked.agent, early ? Interactions::Complete(end) : within(asked, end), {},
                               std::move(wants));
}

}  // namespace aauth::mocks

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "harness/json/json.h"
#include "mocks/person_server.h"

// The permission, audit and interaction endpoints (7.6 to 7.8) of a person server. For tests: /mock/channel {"agent",
// "available"} says whether there is a channel to an agent's person ("no": none), /mock/engage {"location"} lets the
// person follow a relayed link. An action named DeleteAccount is never permitted. Faults:
//   "permission-unclear", "permission-anything", "permission-denied-403", "permission-deferred-200",
//   "permission-no-mission", "audit-anything", "audit-200", "relay-anything",
//   "relay-at-once", "relay-unavailable-503", "relay-unreachable-denied", "relay-no-answer", "relay-never-interacting",
//   "relay-waits-on" (max_wait)
namespace aauth::mocks {

namespace {

std::string last_part(const std::string& location) { return location.substr(location.rfind('/') + 1); }

}  // namespace

void PersonServer::governance_routes() {
    route("POST", "/permission", [this](const http::Request& request) { return permission_endpoint(request); });
    route("POST", "/audit", [this](const http::Request& request) { return audit_endpoint(request); });
    route("POST", "/relay", [this](const http::Request& request) { return relay_endpoint(request); });
    route("POST", "/mission", [this](const http::Request& request) { return proposal_endpoint(request); });
    if (draft().mission_by_digest) {
        route("POST", faults().on("mission-url-other") ? "/missions/*" : "/mission/*",
              [this](const http::Request& request) { return mission_endpoint(request); });
    }
    using Call = std::function<bool(const nlohmann::json& body)>;
    const auto mock = [this](const std::string& path, const Call& call) {
        route("POST", "/mock/" + path, [this, call](const http::Request& request) {
            const auto body = json::parse_object(request.body);
            if (!body || !call(*body)) return problem_reply("invalid_request", "a member is missing or names nothing");
            return json_reply(200, nlohmann::json::object());
        });
    };
    const auto text = [](const nlohmann::json& body, const char* name) {
        return json::string_member(body, name).value_or("");
    };
    mock("mission", [this, text](const nlohmann::json& body) {
        const auto s256 = text(body, "s256");
        if (!missions_.terminate(s256, text(body, "reason"))) return false;
        auto tokens = faults().on("mission-tokens-stay") ? std::vector<IssuedToken>() : tokens_.under_mission(s256);
        // An access server hears of the person token that it issued against; else the auth tokens are enough.
        std::erase_if(tokens, [](const IssuedToken& token) {
            return token.kind == protocol::TokenKind::Person && token.access_servers.empty();
        });
        revocations_.carry_out(revocations_of(std::move(tokens)));
        return true;
    });
    mock("channel", [this, text](const nlohmann::json& body) {
        const std::scoped_lock lock(mutex_);
        if (text(body, "available") == "no" && out_of_reach_.size() < 10000) out_of_reach_.insert(text(body, "agent"));
        if (text(body, "available") != "no") out_of_reach_.erase(text(body, "agent"));
        return true;
    });
    mock("engage", [this, text](const nlohmann::json& body) {
        const auto id = last_part(text(body, "location"));
        if (!faults().on("relay-never-interacting")) {
            interactions_.change(
                [&](Pending& pending) { pending.interacting = pending.interacting || pending.id == id; });
        }
        return true;
    });
}

tl::expected<PersonServer::Asked, http::Reply> PersonServer::governed(const http::Request& request,
                                                                      const std::string& where,
                                                                      nlohmann::json& body) const {
    const bool anyone = faults().on(where + "-anyone");
    protocol::SignatureRules rules;
    if (anyone) rules.tokens = {protocol::TokenKind::Agent, protocol::TokenKind::Person, protocol::TokenKind::Auth};
    auto signed_by = verified(request, rules);
    if (!signed_by && !anyone) return tl::unexpected(signed_by.error());
    auto parsed = json::parse_object(request.body);
    if (!parsed) return tl::unexpected(problem_reply("invalid_request", parsed.error().message));
    body = *parsed;
    if (!signed_by) {
        const jose::Jwk own{key().key.public_key(), key().algorithm, {}};
        return Asked{{{}, {}, own, {}, {}}, {}, {}, own, network().now()};
    }
    const auto& agent = *signed_by->token;
    return Asked{*signed_by, agent.claim("iss") + " " + agent.claim("sub"), agent.claim("sub"), signed_by->key,
                 agent.expires()};
}

http::Reply PersonServer::permission_endpoint(const http::Request& request) {
    nlohmann::json body;
    auto asked = governed(request, "permission", body);
    if (!asked) return asked.error();
    const auto action = json::string_member(body, "action");
    if (!action && !faults().on("permission-anything")) {
        return problem_reply("invalid_request", "action is missing or no string");
    }
    auto mission = named_mission(body, asked->agent, "permission");
    if (!mission) return mission.error();
    asked->mission = *mission;
    if (!mission->empty() && faults().on("permission-no-mission")) {
        return problem_reply("invalid_request", "there are no missions here");
    }
    if (action == "DeleteAccount") {
        if (faults().on("permission-denied-403")) return problem_reply("denied", "no agent deletes the account");
        return json_reply(200, {{"permission", "denied"}, {"reason", "No agent deletes the account."}});
    }
    auto reply = answer(*asked, body, [this] {
        return json_reply(200, {{"permission", faults().on("permission-unclear") ? "perhaps" : "granted"}}).response;
    });
    const bool hidden = reply.response.status == 202 && faults().on("permission-deferred-200");
    return hidden ? json_reply(200, {{"permission", "pending"}}) : reply;
}

http::Reply PersonServer::audit_endpoint(const http::Request& request) {
    nlohmann::json body;
    auto asked = governed(request, "audit", body);
    if (!asked) return asked.error();
    if (faults().on("audit-anything")) return json_reply(201, nlohmann::json::object());
    auto mission = named_mission(body, faults().on("audit-anyone") ? std::string() : asked->agent, "audit");
    if (!mission) return mission.error();
    if (mission->empty() || !json::string_member(body, "action")) {
        return problem_reply("invalid_request", "the mission or action is missing");
    }
    missions_.record(*mission, request.body);
    return json_reply(faults().on("audit-200") ? 200 : 201, nlohmann::json::object());
}

http::Reply PersonServer::relay_endpoint(const http::Request& request) {
    nlohmann::json body;
    auto asked = governed(request, "relay", body);
    if (!asked) return asked.error();
    std::vector<std::string> types{"interaction", "payment", "question"};
    if (!draft().mission_by_digest) types.emplace_back("completion");
    const auto type = json::string_member(body, "type").value_or("");
    const bool known = std::find(types.begin(), types.end(), type) != types.end();
    if (!known && !faults().on("relay-anything")) return problem_reply("invalid_request", "there is no such type");
    if (const auto* named = json::member(body, "mission"); named != nullptr && faults().on("mission-revives")) {
        missions_.revive(json::string_member(*named, "s256").value_or(""));
    }
    auto mission = named_mission(body, asked->agent, "relay");
    if (!mission) return mission.error();
    asked->mission = *mission;
    if (type != "completion" || draft().mission_by_digest) return relay(*asked, type, body);
    if (mission->empty()) return problem_reply("invalid_request", "mission is missing");
    return mission_completion(*asked, body);
}

http::Reply PersonServer::relay(const Asked& asked, const std::string& type, const nlohmann::json& body) {
    const auto on = [this](std::string_view fault) { return faults().on(fault); };
    std::unique_lock lock(mutex_);
    const bool reachable = out_of_reach_.count(asked.agent_identifier) == 0;
    lock.unlock();
    if (!reachable && (type == "question" || !says_interaction(asked, body))) {
        return problem_reply(on("relay-unreachable-denied") ? "denied" : "user_unreachable",
                             "the person is out of reach");
    }
    if (!reachable && on("relay-unavailable-503")) return problem_reply("server_error", "no channel", 503);
    if (!reachable) return problem_reply("interaction_unavailable", "this person server has no channel to its person");
    Wants wants;
    wants.need = Need::Approval;  // which the server gets through its own channel
    nlohmann::json result = nlohmann::json::object();
    if (type == "question") result["answer"] = "Yes, go ahead.";
    if (on("relay-no-answer")) result.erase("answer");
    if (on("relay-at-once")) return json_reply(200, result);
    wants.shown = {{"The agent asks", json::string_member(body, "question").value_or("")}};
    auto reply = interactions_.defer(
        asked.agent, [result] { return json_reply(200, result).response; }, {}, wants);
    const auto id = last_part(reply.response.fields.combined("Location").value_or(""));
    const auto most = json::integer_member(body, "max_wait");
    if (most && *most >= 0 && *most < 600 && !on("relay-waits-on")) {
        const auto until = network().now() + *most;
        interactions_.change([&](Pending& pending) { pending.until = pending.id == id ? until : pending.until; });
    }
    lock.lock();
    if (type != "question" && relays_.size() < 10000) relays_.insert(id);
    return reply;
}

http::Reply PersonServer::polled(const http::Request& request) {
    const auto verify = [this](const http::Request& r) { return owner(r); };
    auto reply = interactions_.poll(request, verify);
    const auto id = last_part(request.path());
    {
        const std::scoped_lock lock(mutex_);
        if (relays_.count(id) == 0) return reply;
    }
    // Once the agent has heard that the person follows the link, a relay can do no more.
    const auto body = json::parse_object(reply.response.body);
    if (body && json::string_member(*body, "status") == "interacting") {
        interactions_.change([&](Pending& pending) {
            if (pending.id == id && pending.decision == Decision::Waiting) pending.decision = Decision::Approved;
        });
    }
    return reply;
}

}  // namespace aauth::mocks

#include "suites/person-server/missions.h"

#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "harness/crypto/encoding.h"
#include "harness/json/json.h"

namespace aauth::suites::ps {

namespace {

// The s256 of the AAuth-Mission field of earlier drafts: approver="..."; s256="...".
std::string digest_in(const std::string& field) {
    const auto at = field.find("s256=\"");
    if (at == std::string::npos) return {};
    const auto start = at + 6;
    return field.substr(start, field.find('"', start) - start);
}

}  // namespace

nlohmann::json proposal(Test& t) {
    nlohmann::json body{{"description", "# aauth-conformance\n\nRead what is at the resource, and *report*."},
                        {"tools", {{{"name", "WebSearch"}, {"description", "Search the web"}}}}};
    if (t.draft().mission_by_digest) body["resources"] = {our_resource(t)};
    return body;
}

mocks::SignedRequest governance_request(Test& t, std::string_view endpoint, const Player& player,
                                        const nlohmann::json& body) {
    t.needs(endpoint);
    const auto url = t.world().endpoint(std::string(endpoint));
    if (url.empty()) t.blocked("the target's metadata names no " + std::string(endpoint));
    auto request = t.request("POST", url, player);
    request.body(json::dump(body));
    return request;
}

Answer post_to(Test& t, std::string_view endpoint, const Player& player, const nlohmann::json& body) {
    return t.send(governance_request(t, endpoint, player, body));
}

mocks::SignedRequest proposal_request(Test& t, const Player& player, const nlohmann::json& body) {
    return governance_request(t, "mission_endpoint", player, body);
}

Endpoint mission_endpoint() {
    Endpoint endpoint;
    endpoint.name = "mission endpoint";
    endpoint.request = [](Test& t, const Player& player) { return proposal_request(t, player, proposal(t)); };
    endpoint.accepted = [](const Answer& answer) { return answer.status() == 200 || answer.status() == 202; };
    return endpoint;
}

Mission approved(Test& t, const Player& player, const BodyEdit& edit) {
    auto body = proposal(t);
    if (edit) edit(body);
    const auto answer = settled(t, player, t.send(proposal_request(t, player, body), "a mission is proposed"));
    if (answer.status() != 200) t.blocked("a conforming proposal of a mission got " + answer.summary());
    Mission mission{player, {}, {}, answer};
    if (t.draft().mission_by_digest) {
        mission.s256 = answer.text("s256");
        mission.blob = crypto::base64url_decode(answer.text("mission")).value_or("");
    } else {
        mission.s256 = digest_in(answer.header("AAuth-Mission").value_or(""));
        mission.blob = answer.response.body;
    }
    return mission;
}

Mission new_mission(Test& t) {
    auto mission = approved(t, t.player());
    if (mission.s256.empty()) t.blocked("the approved mission has no s256: " + mission.approval.summary());
    return mission;
}

nlohmann::json terms(const Mission& mission) {
    return json::parse_object(mission.blob).value_or(nlohmann::json::object());
}

std::optional<std::int64_t> seconds_of(std::string_view timestamp) {
    std::tm parts{};
    int length = 0;
    const std::string text(timestamp.substr(0, 64));
    const int read = std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon,
                                 &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &length);
    if (read != 6 || length == 0) return std::nullopt;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    auto rest = text.substr(static_cast<std::size_t>(length));
    if (!rest.empty() && rest.front() == '.')
        rest.erase(0, std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
    int hours = 0, minutes = 0;
    char sign = '+';
    if (std::sscanf(rest.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3 && rest != "Z" && rest != "z") {
        return std::nullopt;
    }
    const std::int64_t offset = (hours * 60 + minutes) * 60;
    return timegm(&parts) - (sign == '-' ? -offset : offset);
}

std::int64_t expiry(Test& t, const Mission& mission) {
    const auto text = json::string_member(terms(mission), "expires_at");
    if (!text) t.skip("the target's missions have no expires_at");
    const auto seconds = seconds_of(*text);
    if (!seconds) t.blocked("expires_at cannot be read: " + *text);
    return *seconds;
}

nlohmann::json naming(Test& t, const std::string& s256, nlohmann::json body) {
    if (t.draft().mission_by_digest) {
        body["mission_s256"] = s256;
    } else {
        body["mission"] = {{"approver", t.world().identifier()}, {"s256", s256}};
    }
    return body;
}

Ask within(Test& t, const Mission& mission) {
    Ask ask;
    if (t.draft().person_tokens) {
        ask.presented = t.remembered("shown in " + mission.s256, [&] {
            const auto name = [&](nlohmann::json& body) { body = naming(t, mission.s256, body); };
            return person_token(t, mission.player, {}, name).compact();
        });
    } else {
        ask.edit = [&t, s256 = mission.s256](nlohmann::json&, nlohmann::json& claims) {
            claims = naming(t, s256, claims);
        };
    }
    return ask;
}

Answer act(Test& t, const Player& player, const std::string& s256, const nlohmann::json& body, std::string note) {
    t.needs("mission_endpoint");
    auto request = t.request("POST", t.world().endpoint("mission_endpoint") + "/" + s256, player);
    request.body(json::dump(body));
    return t.send(request, std::move(note));
}

Answer update(Test& t, const Mission& mission) {
    const nlohmann::json body{{"action", "update"}, {"description", "The resource has *moved*."}};
    return act(t, mission.player, mission.s256, body, "an update of the mission");
}

Answer propose_completion(Test& t, const Mission& mission) {
    if (t.draft().mission_by_digest) {
        const nlohmann::json body{{"action", "completion"}, {"summary", "It was *read*."}};
        return act(t, mission.player, mission.s256, body, "the agent proposes completion");
    }
    const nlohmann::json body{{"type", "completion"}, {"summary", "It was *read*."}};
    return post_to(t, "interaction_endpoint", mission.player, naming(t, mission.s256, body));
}

void complete(Test& t, const Mission& mission) {
    const auto answer = settled(t, mission.player, propose_completion(t, mission));
    if (answer.status() != 200) t.blocked("a completion that the person agreed to got " + answer.summary());
}

std::vector<Path> mission_paths(const protocol::Draft& draft) {
    std::vector<Path> paths;
    if (draft.person_tokens) {
        paths.push_back({"person", "a person token request", [](Test& t, const Mission& mission) {
                             return t.send(person_request(t, mission.player, naming(t, mission.s256, person_body(t))));
                         }});
    }
    paths.push_back({"auth", "an auth token request", [](Test& t, const Mission& mission) {
                         const auto body = auth_body(t, mission.player, within(t, mission));
                         return t.send(auth_request(t, mission.player, body));
                     }});
    const struct {
        const char *name, *what, *endpoint;
        nlohmann::json body;
    } governance[] = {
        {"permission", "a permission request", "permission_endpoint", {{"action", "SendEmail"}}},
        {"audit", "an audit record", "audit_endpoint", {{"action", "WebSearch"}}},
        {"relay",
         "an interaction request",
         "interaction_endpoint",
         {{"type", "question"}, {"question", "Which of the two?"}}},
    };
    for (const auto& row : governance) {
        paths.push_back({row.name, row.what,
                         [endpoint = std::string(row.endpoint), body = row.body](Test& t, const Mission& mission) {
                             return post_to(t, endpoint, mission.player, naming(t, mission.s256, body));
                         }});
    }
    if (draft.mission_by_digest) paths.push_back({"mission", "an update", update});
    return paths;
}

void works(Test& t, const Path& path, const Mission& mission) {
    const auto answer = path.send(t, mission);
    if (answer.status() == 424 || answer.text("error") == "user_unreachable") {
        t.skip("the target has no channel to its person");
    }
    if (answer.status() >= 300) t.blocked("in an active mission " + path.what + " got " + answer.summary());
}

void expect_terminated(Test& t, const Answer& answer, std::string_view requirement) {
    t.expect(answer, requirement).status(403).member_is("error", "mission_terminated");
}

void expect_bad_request(Test& t, const Answer& answer) {
    if (answer.status() == 401 || answer.status() == 404) t.blocked("the endpoint got to no body: " + answer.summary());
    t.expect(answer).status(400).member_is("error", "invalid_request");
}

void mission_cases(Suite& suite) {
    mission_approval_cases(suite);
    mission_action_cases(suite);
    mission_end_cases(suite);
    mission_not_found_cases(suite);
    mission_token_cases(suite);
}

}  // namespace aauth::suites::ps

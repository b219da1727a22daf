#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "suites/common/rows.h"
#include "suites/person-server/missions.h"

// Proposing a mission, and the mission that comes back (8.1, 8.2).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

// The identifiers in a member of the blob or of the proposal.
std::vector<std::string> texts(const json& object, const char* member) {
    std::vector<std::string> found;
    const auto* list = aauth::json::member(object, member);
    if (list == nullptr || !list->is_array()) return found;
    for (const auto& item : *list) {
        if (item.is_string()) found.push_back(item.get<std::string>());
    }
    return found;
}

bool among(const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

// ISO 8601, extended or basic, at least a date and a time.
bool is_timestamp(const std::string& text) {
    const auto t = text.find_first_of("Tt ");
    const bool date = t == 8 || t == 10;
    return date && text.size() > t + 2 && text.find_first_not_of("0123456789-:.,+TtZz ") == std::string::npos;
}

void expect_response(Test& t, const Mission& mission) {
    const auto what = t.draft().mission_by_digest ? "s256 and mission" : "AAuth-Mission and the blob";
    const bool whole = !mission.s256.empty() && !terms(mission).empty();
    t.check({}, whole, "approval", fmt::format("has {}", what), whole ? "has both" : mission.approval.summary());
}

void expect_digest(Test& t, const Mission& mission) {
    if (mission.blob.empty()) t.blocked("there are no bytes to hash");
    const auto wanted = crypto::base64url_encode(crypto::sha256(mission.blob));
    t.check({}, mission.s256 == wanted, "s256", wanted, mission.s256.empty() ? "absent" : mission.s256);
}

void expect_encoding(Test& t, const Mission& mission) {
    const auto text = mission.approval.text("mission");
    const auto decoded = crypto::base64url_decode(text);
    t.check({}, !text.empty() && decoded.has_value(), "mission", "base64url without padding",
            text.empty() ? "absent"
            : decoded    ? "it"
                         : decoded.error().message);
}

// A string member of the blob that has to be there.
std::function<void(Test&, const Mission&)> has(const char* member) {
    return [member](Test& t, const Mission& mission) {
        const auto text = aauth::json::string_member(terms(mission), member).value_or("");
        t.check({}, !text.empty(), fmt::format("{} of the blob", member), "a string", text.empty() ? "absent" : text);
    };
}

// The members of the blob that must not be there.
std::function<void(Test&, const Mission&)> lacks(const char* member) {
    return [member](Test& t, const Mission& mission) {
        const bool there = terms(mission).contains(member);
        t.check({}, !there, fmt::format("{} of the blob", member), "absent", there ? "present" : "absent");
    };
}

void expect_agent(Test& t, const Mission& mission) {
    const auto agent = aauth::json::string_member(terms(mission), "agent").value_or("absent");
    const auto& wanted = mission.player.agent.identifier;
    t.check({}, agent == wanted, "agent of the blob", wanted, agent);
}

void expect_timestamps(Test& t, const Mission& mission) {
    const auto blob = terms(mission);
    for (const char* member : {"approved_at", "expires_at"}) {
        const auto* value = aauth::json::member(blob, member);
        if (value == nullptr) continue;  // whether it has to be there is not judged here
        const auto text = value->is_string() ? value->get<std::string>() : aauth::json::dump(*value);
        t.check({}, value->is_string() && is_timestamp(text), fmt::format("{} of the blob", member), "ISO 8601", text);
    }
}

void expect_approver(Test& t, const Mission& mission) {
    const auto approver = aauth::json::string_member(terms(mission), "approver").value_or("absent");
    t.check({}, approver == t.world().identifier(), "approver of the blob", t.world().identifier(), approver);
}

void expect_header(Test& t, const Mission& mission) {
    const auto field = mission.approval.header("AAuth-Mission").value_or("absent");
    const bool names_us = field.find("approver=\"" + t.world().identifier() + "\"") != std::string::npos;
    const auto digest = crypto::base64url_decode(mission.s256);
    t.check({}, names_us && digest && digest->size() == 32, "AAuth-Mission",
            "approver, the person server's identifier, and s256, an unpadded SHA-256", field);
}

void expect_no_header(Test& t, const Mission& mission) { t.expect(mission.approval).no_header("AAuth-Mission"); }

void expect_drawn_resources(Test& t, const Mission& mission) {
    const auto proposed = texts(proposal(t), "resources");
    const auto resources = texts(terms(mission), "approved_resources");
    const auto more =
        std::find_if(resources.begin(), resources.end(), [&](const auto& r) { return !among(proposed, r); });
    t.check({}, more == resources.end(), "approved_resources", "no more than were proposed",
            more == resources.end() ? "no more" : *more);
}

void expect_person_tokens(Test& t, const Mission& mission) {
    const auto body = mission.approval.json().value_or(json::object());
    const auto* tokens = aauth::json::member(body, "person_tokens");
    if (tokens == nullptr || tokens->empty()) t.skip("the target issues no person tokens with its approval");
    const auto proposed = texts(proposal(t), "resources");
    t.check({}, tokens->is_object(), "person_tokens", "an object", aauth::json::dump(*tokens).substr(0, 100));
    if (!tokens->is_object()) return;
    for (const auto& [resource, token] : tokens->items()) {
        auto jwt = jose::Jwt::decode(token.is_string() ? token.get<std::string>() : std::string());
        const auto claim = [&](const char* name) {
            return jwt ? jwt->claim_string(name).value_or("absent") : "no JWT";
        };
        t.check({}, among(proposed, resource), "resource of a person token", "one that was proposed", resource);
        t.check({}, claim("aud") == resource, "aud", resource, claim("aud"));
        t.check({}, claim("mission_s256") == mission.s256, "mission_s256", mission.s256, claim("mission_s256"));
    }
}

// A resource that is no server identifier: the proposal is refused, or approved without it.
void expect_validated(Test& t, const std::string& resource) {
    const auto player = t.player();
    auto body = proposal(t);
    t.control(mission_endpoint(), player);
    body["resources"].push_back(resource);
    const auto answer = settled(t, player, t.send(proposal_request(t, player, body), "one more resource"));
    if (answer.status() >= 400 && answer.status() < 500) return void(t.expect(answer).status_not(500));
    const auto blob = crypto::base64url_decode(answer.text("mission")).value_or("");
    const auto approved = texts(aauth::json::parse_object(blob).value_or(json::object()), "approved_resources");
    const auto tokens = answer.json().value_or(json::object()).value("person_tokens", json::object());
    t.expect(answer).that(answer.status() == 200 && !among(approved, resource) && !tokens.contains(resource),
                          "approval", "4xx, or nothing approved for " + resource, answer.summary());
}

}  // namespace

void mission_approval_cases(Suite& suite) {
    suite.area("Mission proposal and approval", "8.1");

    const struct {
        int number;
        const char *title, *requirement, *fault;
        std::function<void(Test&, const Mission&)> expect;
    } approval[] = {
        {1, "an approved proposal is answered with the mission and its s256", "mission.response", "mission-no-digest",
         expect_response},
        {2, "s256 is the SHA-256 of the bytes of the mission", "mission.s256", "mission-s256-other", expect_digest},
        {3, "the mission is base64url without padding", "mission.encoding", "mission-padded", expect_encoding},
        {4, "an approved mission says whose it is", "mission.blob-required", "mission-omit agent", has("agent")},
        {5, "an approved mission says when it was approved", "mission.blob-required", "mission-omit approved_at",
         has("approved_at")},
        {6, "an approved mission says what was approved", "mission.blob-required", "mission-omit description",
         has("description")},
        {7, "a mission belongs to the agent that proposed it", "mission.blob-agent", "mission-agent-other",
         expect_agent},
        {8, "the times of a mission are ISO 8601 timestamps", "mission.blob-timestamps", "mission-times-odd",
         expect_timestamps},
        {9, "the capabilities of the moment are no part of the mission", "mission.blob-no-capabilities",
         "mission-capabilities-inside", lacks("capabilities")},
        {10, "a mission has no approver", "mission.blob-no-approver", "mission-approver", lacks("approver")},
        {11, "a mission names the person server that approved it", "mission.blob-approver", "mission-approver-other",
         expect_approver},
        {12, "no AAuth-Mission field comes with an approval", "mission.no-header", "mission-header", expect_no_header},
        {13, "AAuth-Mission names the person server and the digest", "mission.header-approver", "mission-header-odd",
         expect_header},
        {14, "only proposed resources are approved", "mission.approved-resources", "mission-more-resources",
         expect_drawn_resources},
        {15, "person tokens that come with an approval carry the mission", "mission.person-tokens",
         "omit person-token.mission_s256", expect_person_tokens},
    };
    for (const auto& row : approval) {
        suite.add(case_id("PS-MIS", row.number), row.title, {{row.requirement, row.fault}},
                  [expect = row.expect](Test& t) { expect(t, approved(t, t.player())); });
    }

    const struct {
        int number;
        const char *what, *resource;
    } odd[] = {
        {20, "is no URL", "resource"},
        {21, "has a path", "https://rs.example/data"},
        {22, "is http", "http://rs.example"},
    };
    for (const auto& row : odd) {
        suite.add(case_id("PS-MIS", row.number), fmt::format("a proposed resource that {} is not approved", row.what),
                  {{"mission.proposal-resources", "mission-any-resource"}},
                  [resource = std::string(row.resource)](Test& t) { expect_validated(t, resource); });
    }
}

}  // namespace aauth::suites::ps

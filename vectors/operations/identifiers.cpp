#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/identifiers.h"
#include "harness/protocol/metadata.h"
#include "harness/protocol/mission.h"
#include "vectors/operations/input.h"
#include "vectors/operations/operation.h"

namespace aauth::vectors {

namespace {

using protocol::Reach;

Outcome judged(const std::optional<std::string>& problem) {
    if (problem) return failure("", *problem);
    return nlohmann::json();
}

Outcome check_server_identifier(const protocol::Draft&, const nlohmann::json& input) {
    return judged(protocol::server_identifier_problem(text(input, "text"), Reach::Strict));
}

Outcome check_agent_identifier(const protocol::Draft& draft, const nlohmann::json& input) {
    return judged(protocol::agent_identifier_problem(text(input, "text"), draft, Reach::Strict));
}

Outcome check_endpoint(const protocol::Draft&, const nlohmann::json& input) {
    return judged(protocol::endpoint_problem(text(input, "url"), Reach::Strict));
}

Outcome check_code(const protocol::Draft&, const nlohmann::json& input) {
    return judged(protocol::code_problem(text(input, "code")));
}

Outcome fold_code(const protocol::Draft&, const nlohmann::json& input) {
    return nlohmann::json{{"code", protocol::folded_code(text(input, "code"))}};
}

Outcome check_metadata(const protocol::Draft& draft, const nlohmann::json& input) {
    auto document = member(input, "document");
    if (document.is_string()) {
        auto parsed = json::parse_object(document.get<std::string>());
        if (!parsed) return failure("", parsed.error().message);
        document = std::move(*parsed);
    }
    const auto role = protocol::role_named(text(input, "role"));
    if (!role) throw UnusableInput{"there is no role " + text(input, "role")};
    const auto problems = protocol::metadata_problems(document, *role, text(input, "identifier"), draft, Reach::Strict);
    if (problems.empty()) return nlohmann::json();
    const auto code = [](const protocol::MetadataProblem& problem) -> std::string {
        if (problem.rule == "meta.issuer-present") return "issuer_missing";
        return problem.rule == "meta.issuer-match" ? "issuer_mismatch" : "";
    };
    const auto coded =
        std::find_if(problems.begin(), problems.end(), [&](const auto& problem) { return !code(problem).empty(); });
    const auto& told = coded == problems.end() ? problems.front() : *coded;
    return failure(code(told), told.message);
}

Outcome mission_digest(const protocol::Draft&, const nlohmann::json& input) {
    return protocol::mission_blob(text(input, "mission")).map([](const std::string& blob) {
        return nlohmann::json{{"s256", protocol::mission_digest(blob)}};
    });
}

Outcome check_mission(const protocol::Draft&, const nlohmann::json& input) {
    return protocol::verify_mission(text(input, "mission"), text(input, "s256")).map([] { return nlohmann::json(); });
}

Outcome parse_mission(const protocol::Draft&, const nlohmann::json& input) {
    return protocol::parse_mission(lines_in(input, "AAuth-Mission")).map([](const protocol::MissionReference& read) {
        return nlohmann::json{{"approver", read.approver}, {"s256", read.s256}};
    });
}

Outcome build_mission(const protocol::Draft&, const nlohmann::json& input) {
    return field_of(protocol::to_field(protocol::MissionReference{text(input, "approver"), text(input, "s256")}));
}

constexpr Operation operations[] = {
    {"check-server-identifier", check_server_identifier},
    {"check-agent-identifier", check_agent_identifier},
    {"check-endpoint", check_endpoint},
    {"check-code", check_code},
    {"fold-code", fold_code},
    {"check-metadata", check_metadata},
    {"mission-digest", mission_digest},
    {"check-mission", check_mission},
    {"parse-mission", parse_mission},
    {"build-mission", build_mission},
};

}  // namespace

std::span<const Operation> identifier_operations() { return operations; }

}  // namespace aauth::vectors

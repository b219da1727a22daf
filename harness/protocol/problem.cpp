#include "harness/protocol/problem.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/json/json.h"

namespace aauth::protocol {

http::Response problem_response(int status, const Problem& problem) {
    nlohmann::json body{{"error", problem.error}};
    if (!problem.detail.empty()) body["detail"] = problem.detail;
    if (!problem.type.empty()) body["type"] = problem.type;
    http::Response response;
    response.status = status;
    response.fields.add("Content-Type", "application/problem+json");
    response.fields.add("Cache-Control", "no-store");
    response.body = json::dump(body);
    return response;
}

Result<Problem> parse_problem(const http::Response& response) {
    if (media_type(response.fields) != "application/problem+json") {
        return failure("not_problem_json", "the error body is " + media_type(response.fields) +
                                               " where application/problem+json is required");
    }
    auto body = json::parse_object(response.body);
    if (!body) return failure("malformed_problem", "the error body is no JSON object: " + body.error().message);
    auto error = json::string_member(*body, "error");
    if (!error) return failure("malformed_problem", "the error body has no string member `error`");
    return Problem{*error, json::string_member(*body, "detail").value_or(""),
                   json::string_member(*body, "type").value_or("")};
}

std::optional<int> status_of(std::string_view error) {
    static constexpr std::array<std::pair<std::string_view, int>, 16> others{{
        {"user_unreachable", 403}, {"as_unreachable", 502},   {"server_error", 500},
        {"denied", 403},           {"abandoned", 403},        {"expired", 408},
        {"revoked", 403},          {"invalid_code", 410},     {"slow_down", 429},
        {"interaction_unavailable", 424}, {"mission_not_found", 404}, {"mission_terminated", 403},
        {"unsupported_iss", 403},  {"rate_limited", 429},     {"invalid_request", 400},
        {"invalid_scope", 400},
    }};
    for (const auto& [name, status] : others) {
        if (name == error) return status;
    }
    static constexpr std::array<std::string_view, 4> plain{"invalid_account", "clock_skew", "unknown_person_token",
                                                           "invalid_resource"};
    for (const auto name : plain) {
        if (name == error) return 400;
    }
    const auto underscore = error.find('_');
    const auto kind = error.substr(0, underscore);
    const bool token = error.size() > 6 && error.substr(error.size() - 6) == "_token";
    if (token && (kind == "invalid" || kind == "expired" || kind == "revoked")) return 400;
    return std::nullopt;
}

std::string media_type(const http::Fields& fields) {
    const auto value = fields.first("Content-Type");
    if (!value) return {};
    return http::lowercase(http::trim(std::string_view(*value).substr(0, value->find(';'))));
}

}  // namespace aauth::protocol

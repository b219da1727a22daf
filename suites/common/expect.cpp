#include "suites/common/expect.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/sfv/sfv.h"

namespace aauth::suites {

std::optional<nlohmann::json> Answer::json() const {
    auto body = json::parse_object(response.body);
    return body ? std::optional<nlohmann::json>(*body) : std::nullopt;
}

std::string Answer::text(std::string_view member) const {
    const auto body = json();
    return body ? json::string_member(*body, member).value_or("") : std::string();
}

std::optional<jose::Jwt> Answer::jwt(std::string_view member) const {
    auto decoded = jose::Jwt::decode(text(member));
    return decoded ? std::optional<jose::Jwt>(*decoded) : std::nullopt;
}

std::string Answer::summary() const {
    std::string line = std::to_string(status());
    for (const char* name : {"Signature-Error", "AAuth-Requirement"}) {
        if (const auto value = header(name)) line += fmt::format(", {}: {}", name, value->substr(0, 200));
    }
    if (const auto error = text("error"); !error.empty()) line += ", error " + error.substr(0, 100);
    return line;
}

Expect& Expect::judge(bool passed, std::string what, std::string expected, std::string observed) {
    good_ = judge_(passed, std::move(what), std::move(expected), std::move(observed));
    return *this;
}

Expect& Expect::that(bool passed, std::string what, std::string expected, std::string observed) {
    return judge(passed, std::move(what), std::move(expected), std::move(observed));
}

Expect& Expect::status(int code) { return status_in({code}); }

Expect& Expect::status_in(const std::vector<int>& codes) {
    const bool among = std::find(codes.begin(), codes.end(), answer_.status()) != codes.end();
    return judge(among, "status", fmt::format("{}", fmt::join(codes, " or ")), std::to_string(answer_.status()));
}

Expect& Expect::status_not(int code) {
    return judge(answer_.status() != code, "status", fmt::format("not {}", code), std::to_string(answer_.status()));
}

Expect& Expect::header(std::string_view name) {
    const auto value = answer_.header(name);
    return judge(value.has_value(), std::string(name), "present", value.value_or("absent"));
}

Expect& Expect::header_is(std::string_view name, std::string_view value) {
    const auto found = answer_.header(name);
    return judge(found && http::equals_ignoring_case(http::trim(*found), value), std::string(name), std::string(value),
                 found.value_or("absent"));
}

Expect& Expect::no_header(std::string_view name) {
    const auto value = answer_.header(name);
    return judge(!value.has_value(), std::string(name), "absent", value.value_or("absent"));
}

Expect& Expect::media_type(std::string_view type) {
    const auto found = protocol::media_type(answer_.response.fields);
    return judge(found == type, "Content-Type", std::string(type), found.empty() ? "absent" : found);
}

Expect& Expect::cache_control_no_store() {
    const auto value = answer_.header("Cache-Control");
    auto directives = value ? sfv::parse_dictionary(http::lowercase(*value)) : Result<sfv::Dictionary>();
    const bool found = value && (directives ? directives->contains("no-store")
                                            : http::lowercase(*value).find("no-store") != std::string::npos);
    return judge(found, "Cache-Control", "no-store", value.value_or("absent"));
}

Expect& Expect::signature_error(const std::vector<std::string>& codes) {
    auto error = protocol::parse_signature_error(answer_.response.fields);
    const bool among = error && (codes.empty() || std::find(codes.begin(), codes.end(), error->error) != codes.end());
    const auto wanted = codes.empty() ? std::string("error=<code>") : fmt::format("error={}", fmt::join(codes, " or "));
    return judge(among, "Signature-Error", wanted, answer_.header("Signature-Error").value_or("absent"));
}

Expect& Expect::required_input(const std::vector<std::string>& names) {
    auto error = protocol::parse_signature_error(answer_.response.fields);
    bool all = error.has_value();
    for (const auto& name : names) {
        all = all && std::find(error->required_input.begin(), error->required_input.end(), name) !=
                         error->required_input.end();
    }
    return judge(all, "required_input", fmt::format("includes {}", fmt::join(names, ", ")),
                 answer_.header("Signature-Error").value_or("absent"));
}

Expect& Expect::token_list(std::string_view field, const std::vector<std::string>& including) {
    auto tokens = protocol::parse_token_list(answer_.response.fields, field);
    bool all = tokens.has_value();
    for (const auto& name : including) all = all && std::find(tokens->begin(), tokens->end(), name) != tokens->end();
    return judge(all, std::string(field), fmt::format("a list of tokens with {}", fmt::join(including, ", ")),
                 answer_.header(field).value_or("absent"));
}

Expect& Expect::problem(const std::vector<std::string>& codes) {
    auto problem = protocol::parse_problem(answer_.response);
    const bool among = problem && (codes.empty() || std::find(codes.begin(), codes.end(), problem->error) != codes.end());
    const auto wanted = codes.empty() ? std::string("problem+json with a member error")
                                      : fmt::format("problem+json with error {}", fmt::join(codes, " or "));
    return judge(among, "error body", wanted, problem ? "error " + problem->error : problem.error().message);
}

Expect& Expect::requirement(std::string_view value) {
    auto found = protocol::parse_requirement(answer_.response.fields);
    return judge(found && found->value == value, "AAuth-Requirement", fmt::format("requirement={}", value),
                 answer_.header("AAuth-Requirement").value_or("absent"));
}

Expect& Expect::requirement_parameter(std::string_view name) {
    auto found = protocol::parse_requirement(answer_.response.fields);
    return judge(found && !found->parameter(name).empty(), fmt::format("AAuth-Requirement {}", name), "a string",
                 answer_.header("AAuth-Requirement").value_or("absent"));
}

Expect& Expect::member_string(std::string_view name) {
    const auto value = answer_.text(name);
    return judge(!value.empty(), fmt::format("body {}", name), "a string", value.empty() ? "absent" : value);
}

Expect& Expect::member_is(std::string_view name, std::string_view value) {
    const auto found = answer_.text(name);
    return judge(found == value, fmt::format("body {}", name), std::string(value), found.empty() ? "absent" : found);
}

Expect& Expect::jwt(std::string_view member) {
    auto decoded = jose::Jwt::decode(answer_.text(member));
    return judge(decoded.has_value(), fmt::format("body {}", member), "a JWT",
                 decoded ? "a JWT" : decoded.error().message);
}

}  // namespace aauth::suites

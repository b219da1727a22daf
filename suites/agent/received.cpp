#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "mocks/query.h"
#include "suites/agent/scenario.h"

// Requests of the agent, and answers to them.
namespace aauth::suites::ag {

Received taken_apart(mocks::Seen seen) {
    Received received;
    const auto signatures = httpsig::parse_signatures(seen.request.fields);
    for (const auto& signature : signatures ? *signatures : std::vector<httpsig::LabelledSignature>()) {
        const auto key = httpsig::parse_signature_key(seen.request.fields, signature.label);
        if (received.signature && (!key || received.scheme == "jwt")) continue;
        received.signature = signature;
        if (!key) continue;
        received.scheme = key->scheme_name;
        auto token = jose::Jwt::decode(key->string_parameter("jwt").value_or(""));
        received.token = token ? std::optional(*token) : std::nullopt;
        received.kind = token ? protocol::kind_from_typ(token->header_string("typ").value_or("")) : std::nullopt;
    }
    received.seen = std::move(seen);
    return received;
}

std::optional<nlohmann::json> Received::json() const {
    auto body = json::parse_object(seen.request.body);
    return body ? std::optional(*body) : std::nullopt;
}

std::string Received::text(std::string_view member) const {
    const auto body = json();
    return body ? json::string_member(*body, member).value_or("") : std::string();
}

std::string Received::answered(std::string_view member) const {
    const auto body = json::parse_object(seen.response.body);
    return body ? json::string_member(*body, member).value_or("") : std::string();
}

std::string Received::summary() const {
    const auto shown_token = kind ? std::string(protocol::word(*kind)) : scheme.empty() ? "unsigned" : scheme;
    return fmt::format("{} {}, {}, answered {}", seen.request.method, seen.request.target.substr(0, 200), shown_token,
                       seen.response.status);
}

std::string callback_of(const std::string& url) {
    return mocks::parameter(url.substr(std::min(url.size(), url.find('?') + 1)), "callback");
}

http::Reply answer(int status, std::string body, http::Fields fields) {
    http::Reply reply;
    reply.response.status = status;
    reply.response.fields = std::move(fields);
    if (!body.empty() && !reply.response.fields.contains("Content-Type")) {
        reply.response.fields.add("Content-Type", "application/json");
    }
    reply.response.body = std::move(body);
    return reply;
}

http::Reply problem(int status, const std::string& error) {
    http::Reply reply;
    reply.response = protocol::problem_response(status, {error, "", {}});
    return reply;
}

}  // namespace aauth::suites::ag

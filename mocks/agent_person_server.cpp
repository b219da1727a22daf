#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "mocks/scenario_agent.h"

// What an agent asks its person server for: person tokens (7.1) and auth tokens (7.2); and its own token, kept fresh
// (7.9.1). Faults:
//   "endpoint-guessed" (/person and /token, whatever the metadata says), "endpoint-older-name" (token_endpoint),
//   "person-token-by-get", "presents-person-token-at-ps", "resource-path" (the URL that was called, as `resource`),
//   "person-token-each-time", "request-omit MEMBER", "capabilities-not-sent", "presented-first" (the person token on a
//   step-up too), "login-hint-altered", "login-hint-dropped", "prompt-unchecked", "platform-unchecked", "device-unchecked",
//   "type-not-error" (decides by the problem's type), "calls-access-server", "sub-agent-asks", "subagent-not-named",
//   "refresh-never", "refresh-late", "refresh-other-order" (other tokens, but not the agent token), "expired-agent-token"
namespace aauth::mocks {

using protocol::TokenKind;

namespace {

constexpr std::int64_t margin = 300;  // seconds that a token has to have left (7.9.1)
constexpr std::size_t longest_device = 64;

bool is_member(std::string_view text, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), text) != names.end();
}

// A space-separated list of the values that there are (7.2.1).
bool is_prompt(std::string text) {
    for (text += ' '; !text.empty();) {
        const auto end = text.find(' ');
        if (!is_member(text.substr(0, end), {"none", "login", "consent", "select_account"})) return false;
        text.erase(0, end + 1);
    }
    return true;
}

// At most 64 characters of printable UTF-8.
bool is_device(const std::string& text) {
    std::size_t characters = 0;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet < 0x20 || octet == 0x7f) return false;
        if ((octet & 0xc0) != 0x80) ++characters;
    }
    return characters <= longest_device;
}

}  // namespace

Result<http::Url> ScenarioAgent::endpoint(const std::string& member) {
    if (scenario_.person_server.empty()) return failure("no_person_server", "this agent has no person server");
    const auto document = metadata(scenario_.person_server, protocol::Role::PersonServer);
    if (!document) return tl::unexpected(document.error());
    // "mission_endpoint/S256" is a URL below an endpoint.
    const auto slash = member.find('/');
    auto text = json::string_member(*document, member.substr(0, slash)).value_or("");
    if (slash != std::string::npos && !text.empty()) text += member.substr(slash);
    if (on("endpoint-guessed")) text = scenario_.person_server + (member.rfind("person", 0) == 0 ? "/person" : "/token");
    if (on("endpoint-older-name") && member == draft_.auth_token_endpoint_field) {
        text = json::string_member(*document, draft_.person_tokens ? "token_endpoint" : "auth_token_endpoint").value_or("");
    }
    if (text.empty()) return failure("no_endpoint", "the person server has no " + member);
    if (const auto problem = protocol::endpoint_problem(text, reach_)) return failure("invalid_metadata", *problem);
    return http::Url::parse(text);
}

nlohmann::json ScenarioAgent::token_request() {
    auto body = json::parse(scenario_.token_request).value_or(nlohmann::json::object());
    const auto keep = [&](const char* name, bool good) {
        if (!good && !on(std::string(name) + "-unchecked")) body.erase(name);
    };
    if (const auto prompt = json::string_member(body, "prompt")) keep("prompt", is_prompt(*prompt));
    if (const auto device = json::string_member(body, "device")) keep("device", is_device(*device));
    if (const auto platform = json::string_member(body, "platform")) {
        keep("platform", is_member(*platform, {"web", "mobile", "desktop", "workload", "self-hosted"}));
    }
    if (!scenario_.capabilities.empty() && !on("capabilities-not-sent")) body["capabilities"] = scenario_.capabilities;
    if (as_sub_agent_ && sub_agent_ && !on("subagent-not-named")) body["subagent_token"] = sub_agent_->token;
    return body;
}

ScenarioAgent::Answer ScenarioAgent::post_to_person_server(const std::string& member, const nlohmann::json& body) {
    auto url = endpoint(member);
    if (!url) return tl::unexpected(url.error());
    if (auto kept = keep_fresh(); !kept) return tl::unexpected(kept.error());
    const bool sub = on("sub-agent-asks") && as_sub_agent_;
    const auto send_here = [&](const std::string& method, const http::Url& where, const std::string& text) {
        Call call{method, where, sub ? sub_agent_->token : self_.token, {}, text, false};
        if (on("presents-person-token-at-ps") && !person_tokens_.empty()) call.token = person_tokens_.begin()->second;
        return send(call);
    };
    const auto unknown = [](const protocol::Requirement& requirement) -> Result<void> {
        return failure("unsupported_requirement", "the person server requires " + requirement.value);
    };
    for (int attempt = 0;; ++attempt) {
        const bool get = on("person-token-by-get") && member == draft_.person_token_endpoint_field;
        auto answer = send_here(get ? "GET" : "POST", *url, get ? std::string() : json::dump(body));
        if (!answer) return answer;
        const auto error = protocol::parse_signature_error(answer->fields);
        const bool stale = answer->status == 401 && error &&
                           (error->error == "revoked_jwt" || error->error == "expired_jwt") && !on("revoked-unhandled");
        if (stale && attempt == 0 && (on("revoked-again") || refresh())) continue;
        if (answer->status == 503 && attempt < 3) {
            const auto next = protocol::DeferredExchange(draft_, *url, reach_).take(*answer);
            if (auto waited = wait(next.after); !waited) return tl::unexpected(waited.error());
            continue;
        }
        return answer->status == 202 ? poll(*url, *answer, send_here, unknown) : answer;
    }
}

Result<nlohmann::json> ScenarioAgent::ask_person_server(const std::string& member, const nlohmann::json& body) {
    auto answer = post_to_person_server(member, body);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status >= 200 && answer->status < 300) return json::parse_object(answer->body);
    if (const auto error = protocol::parse_signature_error(answer->fields); error && answer->status == 401) {
        return failure(error->error, "the person server refused the signature");
    }
    const auto problem = json::parse_object(answer->body);
    auto code = problem ? json::string_member(*problem, "error").value_or("") : std::string();
    if (problem && on("type-not-error")) {
        const auto type = json::string_member(*problem, "type").value_or("");
        code = type.substr(type.rfind('/') + 1);
    }
    const auto reason = problem ? json::string_member(*problem, "termination_reason").value_or("") : std::string();
    const bool known = is_member(reason, {"", "completed", "revoked", "expired", "superseded", "administrative"});
    const bool over = code == "mission_terminated" && (known || !on("mission-reasons-known"));
    if (over && !on("mission-goes-on")) mission_over_ = true;
    const auto detail = problem ? json::string_member(*problem, "detail").value_or("") : std::string();
    return failure(code.empty() ? "person_server_error" : code,
                   "the person server answered " + std::to_string(answer->status) + " " + detail);
}

Result<std::string> ScenarioAgent::person_token(const std::string& resource, bool fresh) {
    const std::pair<std::string, std::string> mine{resource, acting().key.thumbprint()};
    const auto kept = person_tokens_.find(mine);
    const bool good = kept != person_tokens_.end() && !due(kept->second) && !fresh;
    if (good && !on("person-token-each-time")) return kept->second;
    if (mission_over_) return failure("mission_terminated", "the mission is over");
    auto body = token_request();
    body["resource"] = on("resource-path") ? resource + "/data" : resource;
    if (!on("mission-not-named")) body.update(mission_reference());
    for (const auto& fault : faults_.names()) {
        if (fault.rfind("request-omit ", 0) == 0) body.erase(fault.substr(13));
    }
    const auto answer = ask_person_server(draft_.person_token_endpoint_field, body);
    if (!answer) return tl::unexpected(answer.error());
    const auto token = json::string_member(*answer, "person_token");
    if (!token) return failure("malformed_response", "the answer has no person_token");
    if (auto judged = judged_person_token(*token, resource); !judged) return tl::unexpected(judged.error());
    person_tokens_[mine] = *token;
    return *token;
}

Result<std::string> ScenarioAgent::auth_token(const Errand& errand, const protocol::Token& resource_token) {
    auto body = token_request();
    body["resource_token"] = resource_token.jwt.compact();
    if (draft_.presented_token) body["presented_token"] = errand.call.token;
    const std::pair<std::string, std::string> mine{errand.resource, acting().key.thumbprint()};
    if (on("presented-first") && person_tokens_.count(mine) != 0) body["presented_token"] = person_tokens_[mine];
    if (const auto* hint = json::member(resource_token.jwt.payload(), "login_hint")) {
        body["login_hint"] = *hint;
        if (on("login-hint-altered") && hint->is_string()) body["login_hint"] = hint->get<std::string>() + ".example";
        if (on("login-hint-dropped")) body.erase("login_hint");
    }
    for (const auto& fault : faults_.names()) {
        if (fault.rfind("request-omit ", 0) == 0) body.erase(fault.substr(13));
    }
    if (on("calls-access-server")) {
        const auto url = http::Url::parse(resource_token.claim("aud") + "/token");
        if (url) (void)send({"POST", *url, self_.token, {}, json::dump(body), false});
    }
    asking_for_ = &errand;
    const auto answer = ask_person_server(draft_.auth_token_endpoint_field, body);
    asking_for_ = nullptr;
    if (!answer) return tl::unexpected(answer.error());
    const auto token = json::string_member(*answer, "auth_token");
    if (!token) return failure("malformed_response", "the answer has no auth_token");
    return *token;
}

bool ScenarioAgent::due(const std::string& token) const {
    if (on("refresh-never")) return false;
    const auto jwt = jose::Jwt::decode(token);
    const auto expires = jwt ? jwt->claim_integer("exp").value_or(0) : 0;
    return expires - now() < (on("refresh-late") ? 0 : margin);
}

bool ScenarioAgent::expired(const std::string& token) const {
    const auto jwt = jose::Jwt::decode(token);
    return !jwt || jwt->claim_integer("exp").value_or(0) <= now();
}

Result<void> ScenarioAgent::keep_fresh() {
    if (!due(self_.token) || on("refresh-other-order")) return {};
    auto done = refresh();
    // One that nobody renews is used to its end.
    const bool usable = !expired(self_.token) || on("expired-agent-token");
    return done || usable ? Result<void>() : done;
}

Result<void> ScenarioAgent::refresh() {
    const auto url = http::Url::parse(scenario_.refresh_url);
    if (!url) return failure("no_fresh_agent_token", "there is nowhere to get a fresh agent token");
    http::Request request;
    request.method = "POST";
    request.fields.set("Content-Type", "application/json");
    request.body = json::dump({{"identifier", self_.identifier}});
    const auto transfer = network_.client()->send(*url, request);
    if (!transfer) return tl::unexpected(transfer.error());
    const auto body = json::parse_object(transfer->response.body);
    const auto token = body ? json::string_member(*body, "agent_token") : std::nullopt;
    if (!token) return failure("no_fresh_agent_token", "the agent provider gave none");
    self_.token = *token;
    return {};
}

}  // namespace aauth::mocks

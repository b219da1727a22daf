#include "harness/protocol/deferred.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"

namespace aauth::protocol {

namespace {

constexpr std::int64_t default_interval = 5, step = 5;  // seconds
constexpr std::int64_t longest = 7 * 24 * 3600;         // seconds; nobody waits longer for an answer

Action stop(std::string code, std::string message) {
    Action action;
    action.error = {std::move(code), std::move(message)};
    return action;
}

// The code of an error response: of its body (11.9.2), else of Signature-Error.
std::string code_of(const http::Response& response) {
    if (response.status == 401) {
        if (const auto error = parse_signature_error(response.fields)) return error->error;
    }
    const auto body = json::parse_object(response.body);
    if (body) {
        if (auto code = json::string_member(*body, "error"); code && !code->empty()) return *code;
    }
    return "http_" + std::to_string(response.status);
}

std::vector<std::string> strings(const nlohmann::json* array) {
    std::vector<std::string> all;
    if (array == nullptr || !array->is_array()) return all;
    for (const auto& entry : *array) {
        if (entry.is_string()) all.push_back(entry.get<std::string>());
    }
    return all;
}

bool names_token(const Requirement& requirement, const Draft& draft) {
    return requirement.value == "auth-token" || (requirement.value == "agent-token" && draft.agent_token_requirement) ||
           (requirement.value == "person-token" && draft.person_tokens);
}

}  // namespace

std::string_view name(Action::Kind kind) {
    switch (kind) {
        case Action::Kind::Poll:
            return "poll";
        case Action::Kind::Retry:
            return "retry";
        case Action::Kind::Interact:
            return "interact";
        case Action::Kind::Present:
            return "present";
        case Action::Kind::Answer:
            return "answer";
        case Action::Kind::Provide:
            return "provide";
        case Action::Kind::Pay:
            return "pay";
        case Action::Kind::Cancel:
            return "cancel";
        case Action::Kind::Finish:
            return "finish";
        case Action::Kind::Stop:
            return "stop";
    }
    return "";
}

std::optional<std::int64_t> retry_after(const http::Fields& fields) {
    const auto text = fields.combined("Retry-After");
    if (!text || text->empty() ||
        !std::all_of(text->begin(), text->end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    std::int64_t seconds = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), seconds);
    return read.ec == std::errc() ? std::min(seconds, longest) : longest;
}

Action DeferredExchange::take(const http::Response& response) {
    if (cancelled_) return stop("cancelled", "the request was withdrawn");
    if (response.status >= 200 && response.status < 300 && response.status != 202) {
        Action action;
        action.kind = Action::Kind::Finish;
        return action;
    }
    switch (response.status) {
        case 202:
            return pending_response(response);
        case 401:
            return challenge(response);
        case 402:
            return payment(response);
        case 429:
            if (pending_) {
                slow_down(response);
                return poll();
            }
            [[fallthrough]];
        case 503: {
            if (pending_) {
                interval_ = std::max(interval_, retry_after(response.fields).value_or(default_interval));
                return poll();
            }
            Action action;
            action.kind = Action::Kind::Retry;
            action.after = retry_after(response.fields).value_or(default_interval);
            return action;
        }
        default:
            return stop(code_of(response), "the answer is " + std::to_string(response.status));
    }
}

Action DeferredExchange::cancel() {
    cancelled_ = true;
    if (!pending_) return stop("cancelled", "there is nothing to withdraw");
    Action action;
    action.kind = Action::Kind::Cancel;
    action.url = pending_->text();
    return action;
}

Action DeferredExchange::pending_response(const http::Response& response) {
    if (const auto located = locate(response); !located) return stop(located.error().code, located.error().message);
    interval_ = retry_after(response.fields).value_or(default_interval);
    const auto requirement = parse_requirement(response.fields);
    if (!requirement && requirement.error().code == "absent") return poll();
    if (!requirement) return stop(requirement.error().code, requirement.error().message);
    return required(response, *requirement);
}

Action DeferredExchange::required(const http::Response& response, const Requirement& requirement) {
    auto action = poll();
    const auto body = json::parse_object(response.body);
    const auto member = [&](std::string_view name) { return body ? json::member(*body, name) : nullptr; };
    if (requirement.value == "approval") return action;
    if (requirement.value == "interaction") {
        const auto url = requirement.parameter("url"), code = requirement.parameter("code");
        if (code.empty() || endpoint_problem(url, reach_)) {
            return stop("malformed_requirement", "the interaction has no good url, or no code");
        }
        const bool arrived = body && json::string_member(*body, "status") == "interacting";
        if (again("interaction " + url + ' ' + code) || arrived) return action;
        action.kind = Action::Kind::Interact;
        action.requirement = requirement;
        return action;
    }
    if (requirement.value == "clarification") {
        const auto question = body ? json::string_member(*body, "clarification") : std::nullopt;
        if (!question) return stop("malformed_response", "a clarification without its question");
        if (again("clarification " + *question)) return action;
        action.kind = Action::Kind::Answer;
        action.question = *question;
        return action;
    }
    if (requirement.value == "claims") {
        auto claims = strings(member("required_claims"));
        if (claims.empty()) return stop("malformed_response", "a need for claims that names none");
        if (again("claims " + json::dump(*member("required_claims")))) return action;
        action.kind = Action::Kind::Provide;
        if (!draft_.claims_carry_sub) claims.erase(std::remove(claims.begin(), claims.end(), "sub"), claims.end());
        action.claims = std::move(claims);
        return action;
    }
    if (!names_token(requirement, draft_)) {
        return stop("unsupported_requirement", "the requirement " + requirement.value + " is not known");
    }
    const auto token = requirement.parameter("resource-token");
    if (requirement.value == "auth-token" && token.empty()) {
        return stop("malformed_requirement", "an auth token is required, and there is no resource token");
    }
    if (again(requirement.value + ' ' + token)) return action;
    action.kind = Action::Kind::Present;
    action.requirement = requirement;
    return action;
}

// A token that a 401 asks for is brought once; every other 401 is the end.
Action DeferredExchange::challenge(const http::Response& response) {
    const auto requirement = parse_requirement(response.fields);
    if (!requirement) {
        const bool absent = requirement.error().code == "absent";
        return stop(absent ? code_of(response) : requirement.error().code, "the answer is 401");
    }
    if (!names_token(*requirement, draft_)) {
        return stop("unsupported_requirement", "the requirement " + requirement->value + " is not met by a token");
    }
    auto action = required(response, *requirement);
    if (action.kind == Action::Kind::Poll) return stop(code_of(response), "what was required is not taken");
    action.after = 0;
    return action;
}

Action DeferredExchange::payment(const http::Response& response) {
    if (const auto located = locate(response); !located) {
        return stop(code_of(response), "a payment is required, and nothing says where it is waited for");
    }
    interval_ = retry_after(response.fields).value_or(default_interval);
    auto action = poll();
    action.kind = Action::Kind::Pay;
    return action;
}

Action DeferredExchange::poll() const {
    Action action;
    action.kind = Action::Kind::Poll;
    action.after = interval_ + slower_;
    action.url = pending_ ? pending_->text() : "";
    return action;
}

Result<void> DeferredExchange::locate(const http::Response& response) {
    const auto lines = response.fields.lines("Location");
    if (lines.empty() && pending_) return {};
    if (lines.size() != 1) return failure("malformed_response", "a 202 has one Location");
    auto resolved = (pending_ ? *pending_ : requested_).resolve(http::trim(lines.front()));
    if (!resolved) return failure("malformed_response", "the Location is no URL");
    if (resolved->origin() != requested_.origin() || resolved->has_userinfo) {
        return failure("malformed_response", "the pending URL is on another origin");
    }
    pending_ = *resolved;
    return {};
}

void DeferredExchange::slow_down(const http::Response& response) {
    slower_ += step;
    const auto wanted = retry_after(response.fields);
    if (wanted && *wanted > interval_ + slower_) interval_ = *wanted - slower_;
}

// True when this is what was acted on last: a poll that comes too early says it once more.
bool DeferredExchange::again(const std::string& what) {
    if (done_ == what) return true;
    done_ = what;
    return false;
}

}  // namespace aauth::protocol

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/scenario_agent.h"

// Waiting for a deferred answer (11.8), at whatever endpoint: what to do next says protocol::DeferredExchange. Faults:
//   "poll-never" (the 202 is handed on), "poll-by-post", "poll-sends-body", "poll-first-location" (later ones are not
//   taken), "status-strict" (an unknown status ends it), "retry-after-ignored", "retry-after-first" (later ones are
//   ignored), "default-interval-0", "no-backoff" (on 429), "backoff-once" (a second 429 changes nothing),
//   "backoff-forgotten" (the interval falls back after it), "polls-after CODE" (CODE is an error, or a status),
//   "503-ends", "unknown-requirement-ignored", "waits-for-visit" (gives up when nobody comes back from the
//   interaction), "question-unanswered", "question-no-action", "question-polled" (answered by GET), "question-ends"
//   (nothing is waited for after an answer), "question-once" (a further question is not answered), "question-late"
//   (answered after its timeout), "question-left" (one that it cannot answer is left alone),
//   "updated-no-presented-token"
namespace aauth::mocks {

using protocol::Action;

namespace {

constexpr std::int64_t default_interval = 5;  // seconds
constexpr int most_polls = 200, most_polls_after_the_end = 3;

std::string error_of(const http::Response& answer) {
    const auto body = json::parse_object(answer.body);
    return body ? json::string_member(*body, "error").value_or("") : std::string();
}

}  // namespace

http::Response ScenarioAgent::misread(http::Response answer, const Action& last) const {
    auto& fields = answer.fields;
    if (on("default-interval-0") && !protocol::retry_after(fields)) fields.set("Retry-After", "0");
    if (on("retry-after-first") && last.kind == Action::Kind::Poll)
        fields.set("Retry-After", std::to_string(last.after));
    if (on("poll-first-location") && !last.url.empty()) fields.erase("Location");
    if (on("question-once") && !last.question.empty()) fields.erase("AAuth-Requirement");
    return answer;
}

Action ScenarioAgent::next_action(protocol::DeferredExchange& exchange, const http::Response& answer,
                                  const Action& last, int polls) const {
    Action over;
    const auto body = json::parse_object(answer.body);
    const auto status = body ? json::string_member(*body, "status").value_or("pending") : "pending";
    const bool known = status == "pending" || status == "interacting";
    if (answer.status == 202 && !known && on("status-strict")) over.error = {"malformed_response", "an unknown status"};
    if (answer.status == 503 && on("503-ends")) over.error = {"unavailable", "the answer is 503"};
    if (!over.error.code.empty()) return over;
    const bool slow_down = answer.status == 429;
    if (slow_down && (on("no-backoff") || (on("backoff-once") && last.after > default_interval))) return last;
    auto action = exchange.take(misread(answer, last));
    const bool unknown = action.error.code == "unsupported_requirement" && on("unknown-requirement-ignored");
    const bool over_it = action.kind == Action::Kind::Stop || action.kind == Action::Kind::Finish;
    const bool anyway = on("polls-after " + error_of(answer)) || on("polls-after " + std::to_string(answer.status));
    if (over_it && (unknown || (anyway && polls <= most_polls_after_the_end))) return last;
    if (on("retry-after-ignored")) action.after = 0;
    if (on("backoff-forgotten") && !slow_down) action.after = std::min(action.after, default_interval);
    return action;
}

ScenarioAgent::Answer ScenarioAgent::poll(const http::Url& base, http::Response answer, const Send& send,
                                          const Satisfy& satisfy) {
    if (on("poll-never")) return answer;
    protocol::DeferredExchange exchange(draft_, base, reach_);
    Action next;
    for (int polls = 0; polls < most_polls; ++polls) {
        const bool waits = answer.status == 202;
        next = next_action(exchange, answer, next, polls);
        Result<void> done;
        switch (next.kind) {
            case Action::Kind::Finish:
                return answer;
            case Action::Kind::Stop:
                if (!waits) return answer;
                return tl::unexpected(next.error);
            case Action::Kind::Interact:
                done = interact(next.requirement, base);
                if (on("waits-for-visit")) return failure("abandoned", "nobody came back from the interaction");
                break;
            case Action::Kind::Present:
                done = satisfy(next.requirement);
                break;
            case Action::Kind::Answer:
                done = answer_question(exchange, next, answer, send);
                if (done && on("question-ends")) return answer;
                break;
            case Action::Kind::Poll:
                break;
            default:
                return failure("unsupported_requirement", "this agent can neither pay nor say who its person is");
        }
        if (done) done = called_back();
        if (!done) return tl::unexpected(done.error());
        if (auto waited = wait(next.after); !waited) return tl::unexpected(waited.error());
        const auto pending = http::Url::parse(next.url);
        if (!pending) return tl::unexpected(pending.error());
        auto polled = send(on("poll-by-post") ? "POST" : "GET", *pending, on("poll-sends-body") ? "{}" : "");
        if (!polled) return polled;
        answer = *polled;
    }
    return failure("still_pending", "the server does not come to an end");
}

Result<void> ScenarioAgent::answer_question(protocol::DeferredExchange& exchange, const Action& asked,
                                            const http::Response& answer, const Send& send) {
    if (on("question-unanswered")) return {};
    const auto pending = http::Url::parse(asked.url);
    if (!pending) return tl::unexpected(pending.error());
    const auto question = json::parse_object(answer.body);
    const auto timeout = question ? json::integer_member(*question, "timeout") : std::nullopt;
    if (on("question-late") && timeout) {
        if (auto waited = wait(*timeout + 1); !waited) return waited;
    }
    nlohmann::json body{{"action", "clarification_response"}, {"clarification_response", scenario_.clarification}};
    if (scenario_.clarification.empty()) {
        auto updated = updated_request();
        if (!updated) {
            const auto withdrawn = http::Url::parse(exchange.cancel().url);
            if (withdrawn && !on("question-left")) (void)send("DELETE", *withdrawn, "");
            return failure("clarification_required", "the server asks a question that this agent cannot answer");
        }
        body = *updated;
    }
    if (on("question-no-action")) body.erase("action");
    const auto posted =
        send(on("question-polled") ? "GET" : "POST", *pending, on("question-polled") ? "" : json::dump(body));
    if (!posted) return tl::unexpected(posted.error());
    return {};
}

// What is asked for changed to what the resource would have now (7.5.2.2), where the person wants that.
Result<nlohmann::json> ScenarioAgent::updated_request() {
    if (!scenario_.asks_anew || asking_for_ == nullptr) return failure("no_update", "there is nothing to change");
    const auto challenged = send(asking_for_->call);
    if (!challenged) return tl::unexpected(challenged.error());
    const auto requirement = protocol::parse_requirement(challenged->fields);
    if (!requirement) return tl::unexpected(requirement.error());
    const auto token = judged_challenge(requirement->parameter("resource-token"), *asking_for_);
    if (!token) return tl::unexpected(token.error());
    nlohmann::json body{{"action", "updated_request"}, {"resource_token", token->jwt.compact()}};
    if (draft_.presented_token && !on("updated-no-presented-token")) body["presented_token"] = asking_for_->call.token;
    return body;
}

}  // namespace aauth::mocks

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/interactions.h"

// Questions to whoever waits, and what is answered at the pending URL (7.5, 9.2).
namespace aauth::mocks {

namespace {

constexpr int most_questions = 5;  // 7.5.3

}  // namespace

std::optional<http::Reply> Interactions::answered(const Pending& pending, const nlohmann::json& body) {
    if (pending.wants.answered) {
        if (auto refusal = pending.wants.answered(body)) return refusal;
    }
    requests_.update(pending.id, [&](Pending& kept) {
        if (kept.decision != Decision::Waiting) return;
        const auto answer = json::string_member(body, "clarification_response");
        if (answer) kept.wants.shown.emplace_back("The agent answers", *answer);
        kept.wants.need = Need::Person;
        if (!kept.wants.then_person) kept.decision = Decision::Approved;
    });
    return std::nullopt;
}

http::Reply Interactions::post(const http::Request& request, const Verify& verify, const Update& update) {
    auto found = own(request, verify, on("post-any-agent"));
    if (!found) return found.error();
    if (found->finished) return problem("gone", "this request is finished", 410);
    const auto body = json::parse_object(request.body);
    if (!body) return problem("invalid_request", "the body is no JSON object");
    const auto action = json::string_member(*body, "action").value_or("");
    const auto text = json::string_member(*body, "clarification_response");
    if (found->wants.need == Need::Claims) {
        if (auto refusal = answered(*found, *body)) return *refusal;
    } else if (action == "updated_request" && update) {
        auto complete = update(request, found->binding);
        if (!complete && !on("updated-unverified")) return complete.error();
        if (complete && on("updated-refused")) return problem("invalid_request", "the request stays as it is");
        requests_.update(found->id, [&](Pending& pending) {
            if (complete && !on("updated-not-applied")) pending.complete = *complete;
            if (pending.wants.need != Need::Clarification) return;
            pending.wants.need = Need::Person;
            if (!pending.wants.then_person) pending.decision = Decision::Approved;
        });
    } else if (action == "clarification_response" && text) {
        if (on("response-refused")) return problem("invalid_request", "this is no answer");
        const bool asked = found->wants.need == Need::Clarification;
        if (asked) {
            if (auto refusal = answered(*found, *body)) return *refusal;
        }
    } else if (!on("post-any-action")) {
        return problem("invalid_request", "action is missing or unknown, or the answer is missing");
    }
    if (on("post-approves")) decided(found->id, "approve");
    return pending_reply(requests_.find(found->id).value_or(*found));
}

http::Reply Interactions::ask(const http::Request& request) {
    const auto body = json::parse_object(request.body);
    const auto location = body ? json::string_member(*body, "location").value_or("") : std::string();
    const auto question = body ? json::string_member(*body, "question").value_or("") : std::string();
    const int most = on("rounds-unlimited") ? 1000 : on("rounds-eight") ? 8 : most_questions;
    bool asked = false;
    requests_.update(location.substr(location.rfind('/') + 1), [&](Pending& pending) {
        const bool may = pending.wants.may_ask || on("ask-undeclared");
        if (pending.decision != Decision::Waiting || !may || pending.questions >= most) return;
        asked = true;
        ++pending.questions;
        pending.told = 0;
        pending.wants.need = Need::Clarification;
        pending.wants.question = question;
        pending.wants.timeout = 120;
        pending.wants.options = {"yes", "no"};
        pending.wants.then_person = true;
    });
    http::Reply reply;
    reply.response.status = asked ? 204 : 409;
    return reply;
}

}  // namespace aauth::mocks

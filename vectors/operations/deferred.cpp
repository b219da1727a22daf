#include "harness/protocol/deferred.h"

#include <nlohmann/json.hpp>

#include "vectors/operations/input.h"
#include "vectors/operations/operation.h"

namespace aauth::vectors {

namespace {

nlohmann::json to_json(const protocol::Action& action) {
    using Kind = protocol::Action::Kind;
    nlohmann::json made{{"do", protocol::name(action.kind)}};
    if (action.kind == Kind::Stop) {
        made["error"] = action.error.code;
        return made;
    }
    if (action.kind == Kind::Finish) return made;
    if (action.kind == Kind::Cancel) {
        made["url"] = action.url;
        return made;
    }
    made["after"] = action.after;
    if (action.kind == Kind::Interact) {
        made["url"] = action.requirement.parameter("url");
        made["code"] = action.requirement.parameter("code");
        return made;
    }
    if (!action.url.empty()) made["url"] = action.url;
    if (action.kind == Kind::Present) {
        made["requirement"] = action.requirement.value;
        if (action.requirement.value == "auth-token") {
            made["resource_token"] = action.requirement.parameter("resource-token");
        }
    }
    if (action.kind == Kind::Answer) made["question"] = action.question;
    if (action.kind == Kind::Provide) made["claims"] = action.claims;
    return made;
}

Outcome run_deferred(const protocol::Draft& draft, const nlohmann::json& input) {
    const auto url = http::Url::parse(text(input, "url"));
    if (!url) throw UnusableInput{"url: " + url.error().message};
    protocol::DeferredExchange exchange(draft, *url, protocol::Reach::Strict);
    auto actions = nlohmann::json::array({to_json(exchange.take(response_in(member(input, "start"))))});
    for (const auto& response : member(input, "responses")) {
        const bool cancels = text_or(response, "event", "") == "cancel";
        actions.push_back(to_json(cancels ? exchange.cancel() : exchange.take(response_in(response))));
    }
    return nlohmann::json{{"actions", actions}};
}

constexpr Operation operations[] = {{"run-deferred", run_deferred}};

}  // namespace

std::span<const Operation> deferred_operations() { return operations; }

}  // namespace aauth::vectors

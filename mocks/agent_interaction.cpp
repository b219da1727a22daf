#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "mocks/query.h"
#include "mocks/scenario_agent.h"

// Bringing the person to an interaction (11.6.3.2). Faults:
//   "interaction-not-shown", "interaction-no-code", "interaction-code-in-path", "relay-never", "relay-no-type",
//   "relay-authoritative" (the end of the relay is taken for the end), "relay-ends" (an interaction that cannot be relayed
//   is not shown), "callback-elsewhere" (no callback of its provider's), "callback-error-ignored"
namespace aauth::mocks {

Result<void> ScenarioAgent::interact(const protocol::Requirement& requirement, const http::Url& server) {
    const auto url = requirement.parameter("url"), code = requirement.parameter("code");
    if (!shown_.insert(url + " " + code).second) return {};
    const bool own = server.origin() == scenario_.person_server;
    if (!own && !scenario_.person_server.empty() && !on("relay-never")) {
        auto relayed = relay(url, code);
        if (!relayed) return tl::unexpected(relayed.error());
        if (*relayed) return {};
        if (on("relay-ends")) return failure("interaction_unavailable", "the person server cannot relay it");
    }
    show(url, code);
    return {};
}

Result<bool> ScenarioAgent::relay(const std::string& url, const std::string& code) {
    const auto where = endpoint("interaction_endpoint");
    if (!where) return false;
    nlohmann::json body{{"type", "interaction"}, {"url", url}, {"code", code}};
    if (on("relay-no-type")) body.erase("type");
    body.update(mission_reference());
    const auto answer = send({"POST", *where, self_.token, {}, json::dump(body), false});
    if (answer && answer->status < 300 && on("relay-authoritative")) return failure("relayed", "the relay is over");
    if (!answer || answer->status >= 500) return false;
    if (answer->status == 202 || answer->status == 200) return true;
    const auto refusal = protocol::parse_problem(*answer);
    const auto error = refusal ? refusal->error : std::string();
    // The one that is final; after any other the person can still be brought there directly.
    if (error == "user_unreachable") return failure(error, "there is no way to the person");
    return false;
}

std::string ScenarioAgent::callback() {
    if (scenario_.interaction_url.empty()) return {};  // there is no browser
    if (on("callback-elsewhere")) return "https://callbacks.elsewhere.example/";
    const auto token = jose::Jwt::decode(self_.token);
    const auto provider = token ? token->claim_string("iss").value_or("") : std::string();
    const auto document = metadata(provider, protocol::Role::AgentProvider);
    if (!document) return {};
    const auto* allowed = json::member(*document, "localhost_callback_allowed");
    if (allowed == nullptr || *allowed != true) return json::string_member(*document, "callback_endpoint").value_or("");
    if (!callbacks_) {
        auto server = http::Server::start({}, [this](const http::Request& request) {
            const auto query = "&" + request.query();
            const auto at = query.find("&error=");
            const std::scoped_lock lock(mutex_);
            if (at != std::string::npos) callback_error_ = query.substr(at + 7, query.find('&', at + 1) - at - 7);
            http::Reply reply;
            reply.response.status = 200;
            return reply;
        });
        if (!server) return {};
        callbacks_ = std::move(*server);
    }
    return callbacks_->base() + "/callback";
}

Result<void> ScenarioAgent::called_back() const {
    const std::scoped_lock lock(mutex_);
    if (callback_error_.empty() || on("callback-error-ignored")) return {};
    return failure(callback_error_, "the interaction ended with this error");
}

void ScenarioAgent::show(const std::string& url, const std::string& code) {
    if (on("interaction-not-shown")) return;
    auto there = url + "?code=" + code;
    if (on("interaction-no-code")) there = url;
    if (on("interaction-code-in-path")) there = url + "/" + code;
    const auto back = callback();
    if (!back.empty()) there += "&callback=" + percent_encoded(back);
    outcome_.interactions.push_back(there);
    const auto person = http::Url::parse(scenario_.interaction_url);
    if (!person) return;
    http::Request request;
    request.method = "POST";
    request.fields.set("Content-Type", "application/json");
    request.body = json::dump({{"url", there}});
    (void)network_.client()->send(*person, request);
}

}  // namespace aauth::mocks

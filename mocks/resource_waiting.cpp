#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/problem.h"
#include "mocks/resource.h"

// Requests that wait: resource-managed authorization with its session tokens (6.2, 6.3), held invocations (6.5.1).
namespace aauth::mocks {

using protocol::TokenKind;

// The session token of a request, read as a resource with a fault would.
Result<std::string> Resource::session_token(const http::Request& request) const {
    auto session = protocol::parse_authorization(request.fields);
    if (session || session.error().code == "absent") return session;
    const auto field = request.fields.first("Authorization").value_or("");
    auto text = field.substr(std::min<std::size_t>(6, field.size()));
    if (faults().on("session-first-word")) return text.substr(0, text.find(' '));
    if (faults().on("session-joins-words")) {
        std::erase(text, ' ');
        return text;
    }
    if (faults().on("session-unquotes")) {
        std::erase(text, '"');
        return text;
    }
    return session;
}

http::Reply Resource::managed_path(const http::Request& request, Need need) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    auto session = session_token(request);
    if (session || session.error().code != "absent") {
        const std::scoped_lock lock(mutex_);
        auto known = session ? sessions_.find(*session) : sessions_.end();
        if (faults().on("session-any-value")) known = sessions_.begin();
        if (faults().on("session-forgotten")) known = sessions_.end();
        const bool signed_for = caller->token() != nullptr || faults().on("session-bearer");
        const bool covered = faults().on("session-uncovered") || faults().on("session-bearer") ||
                             (caller->request && caller->request->signature.covers("authorization"));
        if (known != sessions_.end() && signed_for && !covered) {
            http::Reply reply;
            reply.response = protocol::refusal_response(
                {"invalid_input", "the signature does not cover authorization",
                 {"@method", "@authority", "@path", "signature-key", "authorization"}, {}, {}});
            return reply;
        }
        const bool same_key = known != sessions_.end() && known->second == caller->thumbprint();
        const bool theirs = same_key || ((faults().on("session-any-key") || faults().on("session-bearer")) &&
                                         known != sessions_.end());
        if (theirs && signed_for) return served("managed");
    }
    if (!caller->shows(TokenKind::Agent)) return challenge("agent-token");
    const auto thumbprint = caller->thumbprint();
    Wants wants;
    wants.need = need;
    wants.depends_on[caller->token()->claim("iss") + " " + caller->token()->claim("jti")] = "the agent token";
    const auto complete = [this, thumbprint] {
        auto reply = served("managed");
        const auto fresh = crypto::random_id() + crypto::random_id();
        {
            const std::scoped_lock lock(mutex_);
            sessions_[fresh] = thumbprint;
        }
        auto& fields = reply.response.fields;
        fields.add("AAuth-Access", faults().on("session-not-token68") ? "not a token" : fresh);
        if (faults().on("session-two")) fields.add("AAuth-Access", fresh + "2");
        return reply.response;
    };
    return interactions_.defer(owner(*caller), complete, {}, std::move(wants));
}

http::Reply Resource::held_reply(const std::string& id, const std::string& requirement) const {
    auto reply = json_reply(202, faults().on("pending-no-status") ? nlohmann::json::object()
                                                                  : nlohmann::json{{"status", "pending"}});
    auto& fields = reply.response.fields;
    const bool elsewhere = faults().on("pending-other-origin");
    if (!requirement.empty()) fields.add("AAuth-Requirement", requirement);
    if (!faults().on("pending-no-location")) {
        fields.add("Location", elsewhere ? "https://elsewhere.example/held/" + id : url("/held/" + id));
    }
    if (!faults().on("pending-no-retry-after")) fields.add("Retry-After", "0");
    if (faults().on("pending-cacheable")) fields.erase("Cache-Control");
    return reply;
}

http::Reply Resource::held_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    if (grants(*caller, "data.read")) return served("held");
    auto reply = challenge_for_scope(*caller, "data.read");
    if (!caller->shows(TokenKind::Person)) return reply;
    std::string id = crypto::random_id();
    {
        const std::scoped_lock lock(mutex_);
        if (faults().on("pending-guessable")) id = std::to_string(held_.size() + 1);
        held_[id] = Held{owner(*caller), {}, 0, {}};
    }
    return held_reply(id, reply.response.fields.first("AAuth-Requirement").value_or(""));
}

http::Reply Resource::held_poll(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    const bool anonymous = caller->token() == nullptr;
    if (anonymous && !faults().on("held-unsigned")) return challenge("agent-token");
    const auto id = request.path().substr(std::string("/held/").size());
    const std::scoped_lock lock(mutex_);
    const auto found = held_.find(id);
    const bool theirs = found != held_.end() &&
                        (anonymous || faults().on("held-any-agent") || found->second.owner == owner(*caller));
    if (!theirs) return problem_reply("not_found", "there is no such invocation", 404);
    auto& held = found->second;
    const bool runs = grants(*caller, "data.read") || (faults().on("held-any-token") && !anonymous);
    if (!runs || faults().on("held-forever")) {
        if (!held.completed_by.empty()) return problem_reply("gone", "this invocation is completed", 410);
        return held_reply(id, {});
    }
    const auto jti = caller->token()->claim("jti");
    const bool again = faults().on("ignore resource.held-once");
    if (!held.completed_by.empty() && held.completed_by != jti && !faults().on("held-again")) {
        return problem_reply("gone", "this invocation was completed with another token", 410);
    }
    if (held.completed_by.empty() || again) {
        held.completed_by = jti;
        ++held.executions;
        held.result = json_reply(200, {{"served", "held"}, {"execution", held.executions}}).response;
    }
    http::Reply reply;
    reply.response = held.result;
    return reply;
}

}  // namespace aauth::mocks

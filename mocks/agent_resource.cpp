#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "mocks/scenario_agent.h"

// One request at a resource, with everything that the resource asks for on the way (section 6). Faults:
//   "presents-nothing" (no token at first: the scheme hwk), "agent-token-always" (whatever was asked for),
//   "person-token-unasked" (before anybody asked), "auth-token-unused" (on later calls), "old-token-after-step-up",
//   "challenges-unfollowed", "step-up-unfollowed", "held-unfollowed", "unknown-requirement-as-auth" (treated as
//   auth-token), "unknown-requirement-ignored" (the answer counts as served), "www-authenticate-first" (a challenge that
//   comes with one is not followed), "parameters-strict" (a requirement with further parameters is not followed),
//   "members-strict" (nor one with further members),
//   "requirement-from-body", "challenge-forwarded" (the resource token is taken to the person server before it is
//   verified), "resource-token-to-issuer", "link-for-requirement", "unsupported-scheme-hwk", "revoked-again" (a revoked token is presented again), "revoked-unhandled",
//   "clock-skew-refreshes", "expired-jwt-unhandled", "session-kept" (a new value is not used),
//   "session-of-success-only" (that of an error is not taken),
//   "session-malformed-kept", "session-first-of-several", "access-mode-ignored", "access-mode-unknown-fails",
//   "retry-bodiless" (without the body), "agent-token-unfollowed", "no-ps-served" (a challenge that it cannot meet counts as
//   served), "no-ps-calls" (a resource that cannot be used), "person-token-shared" (another resource's),
//   "same-token-after CODE" (the same resource token is sent again after this error of the person server), "gives-up-after
//   CODE", "no-pause-after as_unreachable", "presented-again" (after expired_ or revoked_presented_token),
//   "held-retried" (the request is made again where the pending URL should be polled), "loop-served" (challenges without end count as
//   served), "serves-anything" (any answer counts as served)
namespace aauth::mocks {

using protocol::TokenKind;

namespace {

using Settled = Result<std::optional<http::Response>>;

constexpr int most_rounds = 10;  // of one request
constexpr std::int64_t longest_skew = 120;  // seconds that are waited for another clock

// Whether an error of the person server is repaired by new tokens (11.9.3).
bool wants_fresh_person_token(const std::string& error) {
    return error == "expired_presented_token" || error == "revoked_presented_token";
}
bool wants_fresh_resource_token(const std::string& error) {
    return error == "expired_resource_token" || error == "revoked_resource_token" || error == "as_unreachable";
}

std::optional<TokenKind> kind_of(const std::string& compact) {
    const auto jwt = jose::Jwt::decode(compact);
    return jwt ? protocol::kind_from_typ(jwt->header_string("typ").value_or("")) : std::nullopt;
}

}  // namespace

Result<std::string> ScenarioAgent::presentable(Errand& errand) {
    const std::pair<std::string, std::string> mine{errand.resource, acting().key.thumbprint()};
    const auto wanted = errand.wanted;
    const bool any = !wanted || wanted == TokenKind::Auth;
    const auto granted = auth_tokens_.find(mine);
    if (on("agent-token-always")) return acting().token;
    if (on("person-token-shared") && !person_tokens_.empty() && person_tokens_.count(mine) == 0) {
        return person_tokens_.begin()->second;
    }
    if (any && granted != auth_tokens_.end() && (wanted || !on("auth-token-unused"))) {
        if (!due(granted->second)) return granted->second;
        auth_tokens_.erase(granted);
    }
    const bool person_possible = draft_.person_tokens && wanted != TokenKind::Agent;
    bool person = wanted == TokenKind::Person || wanted == TokenKind::Auth || person_tokens_.count(mine) != 0;
    if (!wanted && !person && !on("access-mode-ignored")) {
        const auto document = metadata(errand.resource, protocol::Role::Resource);
        const auto mode = document ? json::string_member(*document, "access_mode").value_or("") : std::string();
        person = (mode == "auth-token" || mode == "person-token") && !scenario_.person_server.empty();
        if (mode == "auth-token" && !person && !on("no-ps-calls")) {
            return failure("no_person_server", "the resource says that it takes auth tokens, and nobody can get this agent one");
        }
        const bool known = mode.empty() || mode == "agent-token" || mode == draft_.session_access_mode || person;
        if (!known && on("access-mode-unknown-fails")) return failure("unknown_access_mode", mode);
    }
    if (person_possible && (person || (on("person-token-unasked") && !scenario_.person_server.empty()))) {
        return person_token(errand.resource, false);
    }
    if (auto kept = keep_fresh(); !kept) return tl::unexpected(kept.error());
    return acting().token;
}

ScenarioAgent::Answer ScenarioAgent::at_resource(Errand& errand) {
    for (; errand.rounds < most_rounds; ++errand.rounds) {
        auto token = presentable(errand);
        if (!token) return tl::unexpected(token.error());
        errand.call.token = *token;
        name_mission(errand.call);
        if (errand.rounds > 0 && on("retry-bodiless")) errand.call.body.clear();
        auto answer = send(errand.call);
        if (!answer) return answer;
        auto settled = react(errand, *answer);
        if (!settled) return tl::unexpected(settled.error());
        if (*settled) return **settled;
    }
    if (on("loop-served")) return http::Response{200, {}, {}, {}};
    return failure("too_many_challenges", "the resource goes on asking");
}

Settled ScenarioAgent::react(Errand& errand, const http::Response& answer) {
    if (auto kept = keep_session(errand.resource, answer); !kept) return tl::unexpected(kept.error());
    if (on("serves-anything") || on("challenges-unfollowed")) return std::optional(answer);
    if (answer.status == 202 && on("held-retried") && protocol::parse_requirement(answer.fields)) {
        return required(errand, answer);
    }
    if (answer.status == 202) {
        auto last = deferred(errand, answer);
        if (!last) return tl::unexpected(last.error());
        if (auto kept = keep_session(errand.resource, *last); !kept) return tl::unexpected(kept.error());
        return std::optional(*last);
    }
    if (answer.status != 401 && answer.status != 402) return std::optional(answer);
    const auto error = protocol::parse_signature_error(answer.fields);
    if (error) return refused(errand, answer, *error);
    return required(errand, answer);
}

Settled ScenarioAgent::refused(Errand& errand, const http::Response& answer,
                               const protocol::SignatureErrorField& error) {
    const auto again = Settled(std::nullopt);
    const std::pair<std::string, std::string> mine{errand.resource, acting().key.thumbprint()};
    const auto kind = kind_of(errand.call.token);
    if (error.error == "unsupported_scheme" && on("unsupported-scheme-hwk")) {
        errand.tried.insert("hwk");
        faults_.add("scheme-hwk");
        return again;
    }
    const bool revoked = error.error == "revoked_jwt" && !on("revoked-unhandled");
    const bool ended = error.error == "expired_jwt" && !on("expired-jwt-unhandled");
    if (revoked && on("revoked-again") && once(errand, "revoked-again")) return again;
    if (error.error == "clock_skew" && on("clock-skew-refreshes")) {
        person_tokens_.erase(mine);
        if (auto fresh = refresh(); !fresh) return std::optional(answer);
        return once(errand, "skew") ? again : Settled(std::optional(answer));
    }
    if ((!revoked && !ended) || !kind || !once(errand, error.error + std::string(protocol::word(*kind)))) {
        return std::optional(answer);
    }
    auth_tokens_.erase(mine);
    if (kind == TokenKind::Auth) {
        errand.wanted = draft_.person_tokens ? TokenKind::Person : TokenKind::Agent;
        return again;
    }
    if (kind == TokenKind::Person) {
        person_tokens_.erase(mine);
        return again;
    }
    // No requirement repairs an agent token: only its provider does (11.12.5).
    if (auto fresh = refresh(); !fresh) return std::optional(answer);
    return again;
}

Settled ScenarioAgent::required(Errand& errand, const http::Response& answer) {
    const auto again = Settled(std::nullopt);
    auto requirement = protocol::parse_requirement(answer.fields);
    if (on("requirement-from-body")) {
        const auto body = json::parse_object(answer.body);
        const auto named = body ? json::string_member(*body, "requirement") : std::nullopt;
        if (named) requirement = protocol::Requirement{*named, {}};
    }
    if (on("link-for-requirement") && answer.fields.contains("Link")) {
        requirement = protocol::Requirement{"agent-token", {}};
    }
    if (!requirement && requirement.error().code != "absent" && on("unknown-requirement-ignored")) {
        auto served = answer;
        served.status = 200;
        return std::optional(served);
    }
    if (!requirement) return std::optional(answer);
    if (on("www-authenticate-first") && answer.fields.contains("WWW-Authenticate")) return std::optional(answer);
    const auto& value = requirement->value;
    const bool more = answer.fields.combined("AAuth-Requirement").value_or("").find(", also") != std::string::npos;
    if (more && on("members-strict")) return std::optional(answer);
    if (on("parameters-strict") && requirement->parameters.size() > (value == "auth-token" ? 1u : 0u)) {
        return std::optional(answer);
    }
    const auto kind = kind_of(errand.call.token);
    if (answer.status == 402) return failure("payment_required", "this agent cannot pay");
    if (value == "agent-token") {
        if (kind == TokenKind::Agent || on("agent-token-unfollowed")) return std::optional(answer);
        errand.wanted = TokenKind::Agent;
        return again;
    }
    if (value == "person-token" && draft_.person_tokens) {
        if (scenario_.person_server.empty() && on("no-ps-served")) {
            auto served = answer;
            served.status = 200;
            return std::optional(served);
        }
        if (scenario_.person_server.empty()) {
            return failure("no_person_server", "the resource wants a person token, and this agent has no person server");
        }
        const std::pair<std::string, std::string> mine{errand.resource, acting().key.thumbprint()};
        if (kind == TokenKind::Person && !once(errand, "another person token")) return std::optional(answer);
        if (kind == TokenKind::Person) person_tokens_.erase(mine);
        errand.wanted = TokenKind::Person;
        return again;
    }
    if (value == "auth-token" || on("unknown-requirement-as-auth")) {
        const bool step_up = kind == TokenKind::Auth;
        if (step_up && on("step-up-unfollowed")) return std::optional(answer);
        if (scenario_.person_server.empty()) return failure("no_person_server", "there is nobody to authorize this agent");
        auto done = authorized(errand, requirement->parameter("resource-token"));
        if (done) return again;
        const auto code = done.error().code;
        const bool skewed = code == "clock_skew" && on("clock-skew-refreshes");
        const bool fresh = wants_fresh_person_token(code) || skewed;
        const bool once_more = (fresh || wants_fresh_resource_token(code)) && !on("gives-up-after " + code) && once(errand, code);
        if (!once_more) return tl::unexpected(done.error());
        if (code == "as_unreachable" && !on("no-pause-after as_unreachable")) {
            if (auto waited = wait(5); !waited) return tl::unexpected(waited.error());
        }
        if (fresh && !on("presented-again")) {
            const std::pair<std::string, std::string> mine{errand.resource, acting().key.thumbprint()};
            person_tokens_.erase(mine);
            auth_tokens_.erase(mine);
            errand.wanted = TokenKind::Person;
        }
        return again;
    }
    if (on("unknown-requirement-ignored")) {
        auto served = answer;
        served.status = 200;
        return std::optional(served);
    }
    return failure("unsupported_requirement", "the resource requires " + value + ", which this agent does not know");
}

Result<void> ScenarioAgent::authorized(Errand& errand, const std::string& resource_token) {
    auto judged = judged_challenge(resource_token, errand);
    if (on("challenge-forwarded")) {
        nlohmann::json body = token_request();
        body["resource_token"] = resource_token;
        body["presented_token"] = errand.call.token;
        (void)ask_person_server(draft_.auth_token_endpoint_field, body);
    }
    if (!judged) return tl::unexpected(judged.error());
    auto token = auth_token(errand, *judged);
    if (!token && on("same-token-after " + token.error().code)) token = auth_token(errand, *judged);
    if (!token) return tl::unexpected(token.error());
    if (auto good = judged_auth_token(*token, *judged, errand); !good) return good;
    const bool kept = !(on("old-token-after-step-up") && kind_of(errand.call.token) == TokenKind::Auth);
    if (kept) auth_tokens_[{errand.resource, acting().key.thumbprint()}] = *token;
    errand.wanted = TokenKind::Auth;
    return {};
}

ScenarioAgent::Answer ScenarioAgent::deferred(Errand& errand, const http::Response& answer) {
    const auto held = [&](const protocol::Requirement& requirement) -> Result<void> {
        if (requirement.value != "auth-token") {
            return failure("unsupported_requirement", "a waiting request requires " + requirement.value);
        }
        if (on("held-unfollowed")) return {};
        if (kind_of(errand.call.token) == TokenKind::Auth && !once(errand, "held step-up")) return {};
        if (auto done = authorized(errand, requirement.parameter("resource-token")); !done) return done;
        errand.call.token = auth_tokens_[{errand.resource, acting().key.thumbprint()}];
        return {};
    };
    const auto send_here = [&](const std::string& method, const http::Url& url, const std::string& body) {
        Call call{method, url, errand.call.token, {}, body, true};
        return send(call);
    };
    return poll(errand.call.url, answer, send_here, held);
}

Result<void> ScenarioAgent::keep_session(const std::string& resource, const http::Response& answer) {
    if (on("session-of-success-only") && answer.status >= 300) return {};
    auto session = protocol::parse_access(answer.fields);
    if (!session && session.error().code == "absent") return {};
    if (!session && on("session-malformed-kept")) session = answer.fields.first("AAuth-Access").value_or("");
    if (!session && on("session-first-of-several")) session = answer.fields.first("AAuth-Access").value_or("");
    if (!session) return tl::unexpected(session.error());
    if (on("session-kept") && sessions_.count(resource) != 0) return {};
    sessions_[resource] = *session;
    return {};
}

}  // namespace aauth::mocks

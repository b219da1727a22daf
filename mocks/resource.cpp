#include "mocks/resource.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/problem.h"

namespace aauth::mocks {

using protocol::TokenKind;

Resource::Resource(Network& network, ResourceOptions options)
    : Party(network, protocol::Role::Resource, options), settings_(std::move(options)), interactions_(*this, "") {
    const auto signer = [this](const http::Request& request) -> tl::expected<std::string, http::Reply> {
        auto caller = this->caller(request);
        if (!caller) return tl::unexpected(caller.error());
        if (caller->token() == nullptr) return tl::unexpected(challenge("agent-token"));
        return owner(*caller);
    };
    route("GET", "/agent", [this](const http::Request& request) { return agent_path(request); });
    if (draft().person_tokens) {
        route("GET", "/person", [this](const http::Request& request) { return person_path(request); });
    }
    route("GET", "/data", [this](const http::Request& request) { return scoped_path(request, "data.read"); });
    route("GET", "/write", [this](const http::Request& request) { return scoped_path(request, "data.write"); });
    route("POST", "/write", [this](const http::Request& request) { return scoped_path(request, "data.write"); });
    route("GET", "/managed", [this](const http::Request& request) { return managed_path(request); });
    route("GET", "/held", [this](const http::Request& request) { return held_path(request); });
    route("GET", "/held/*", [this](const http::Request& request) { return held_poll(request); });
    route("POST", "/authorize", [this](const http::Request& request) { return authorization_endpoint(request); });
    route("POST", "/revoke", [this](const http::Request& request) { return revocation_endpoint(request); });
    route("GET", "/pending/*", [this, signer](const http::Request& r) { return interactions_.poll(r, signer); });
    route("DELETE", "/pending/*", [this, signer](const http::Request& r) { return interactions_.cancel(r, signer); });
    route("GET", "/interaction", [this](const http::Request& request) { return interactions_.page(request); });
    route("POST", "/interaction", [this](const http::Request& request) { return interactions_.submitted(request); });
    route("POST", "/mock/decide", [this](const http::Request& request) { return interactions_.decide(request); });
}

Resource::~Resource() {
    interactions_.stop();
    stop();
}

nlohmann::json Resource::metadata() const {
    auto document = Party::metadata();
    document["access_mode"] = settings_.access_mode == "session-token" ? draft().session_access_mode
                                                                       : settings_.access_mode;
    document["authorization_endpoint"] = url("/authorize");
    document["revocation_endpoint"] = url("/revoke");
    document["scope_descriptions"] = {{"data.read", "Read your data"}, {"data.write", "Change your data"}};
    if (settings_.signature_window) document["signature_window"] = *settings_.signature_window;
    if (!settings_.additional_signature_components.empty()) {
        document["additional_signature_components"] = settings_.additional_signature_components;
    }
    if (faults().on("metadata-endpoint-query")) document["authorization_endpoint"] = url("/authorize?a=b");
    for (const auto& fault : faults().names()) {
        if (fault.rfind("metadata-omit ", 0) == 0) document.erase(fault.substr(14));
    }
    return document;
}

tl::expected<Resource::Caller, http::Reply> Resource::caller(const http::Request& request) const {
    const bool any_header = request.fields.contains("Signature") || request.fields.contains("Signature-Input") ||
                            request.fields.contains("Signature-Key");
    if (!any_header) return Caller{};
    protocol::SignatureRules rules;
    rules.server_endpoint = false;
    rules.also_covered = settings_.additional_signature_components;
    rules.window = settings_.signature_window;
    rules.tokens = {TokenKind::Agent, TokenKind::Auth};
    if (draft().person_tokens) rules.tokens.push_back(TokenKind::Person);
    auto signed_by = verified(request, rules);
    if (!signed_by) return tl::unexpected(signed_by.error());
    Caller caller{*signed_by};
    const bool for_audience = !caller.shows(TokenKind::Agent) && caller.token() != nullptr;
    if (for_audience && caller.token()->claim("aud") != identifier() && faults().checks("resource.aud")) {
        http::Reply reply;
        reply.response = protocol::refusal_response({"invalid_jwt", "aud is not this resource", {}, {}, {}});
        return tl::unexpected(reply);
    }
    return caller;
}

http::Reply Resource::served(std::string_view what) const {
    return json_reply(200, {{"resource", identifier()}, {"served", what}});
}

std::string Resource::owner(const Caller& caller) const { return caller.thumbprint(); }

http::Reply Resource::challenge(const std::string& requirement, const std::string& resource_token) const {
    protocol::Requirement field{requirement, {}};
    if (!resource_token.empty()) field.parameters["resource-token"] = resource_token;
    if (faults().on("challenge-other-requirement")) field.value = "clarification";
    if (faults().on("challenge-no-resource-token")) field.parameters.clear();
    if (faults().on("challenge-parameters")) field.parameters["hint"] = "x";
    http::Reply reply = problem_reply("requirement", "this request needs " + requirement, 401);
    reply.response.fields.add("AAuth-Requirement", protocol::to_field(field));
    if (faults().on("challenge-requirement-string")) {
        reply.response.fields.set("AAuth-Requirement", "requirement=\"" + requirement + "\"");
    }
    if (faults().on("challenge-no-requirement")) reply.response.fields.erase("AAuth-Requirement");
    if (faults().on("challenge-bearer-only")) {
        reply.response.fields.erase("AAuth-Requirement");
        reply.response.fields.add("WWW-Authenticate", "Bearer realm=\"data\"");
    }
    if (faults().on("challenge-403")) reply.response.status = 403;
    return reply;
}

http::Reply Resource::agent_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    if (caller->shows(TokenKind::Agent) || faults().on("open-door")) return served("agent");
    return challenge("agent-token");
}

http::Reply Resource::person_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    if (caller->shows(TokenKind::Person) || caller->shows(TokenKind::Auth) || faults().on("open-door")) {
        remember(*caller);
        return served("person");
    }
    return challenge("person-token");
}

bool Resource::grants(const Caller& caller, const std::string& scope) const {
    const bool kind = caller.shows(TokenKind::Auth) ||
                      (caller.shows(TokenKind::Person) && faults().on("person-token-as-auth-token"));
    if (!kind) return false;
    if (faults().on("ignore-scope") || faults().on("person-token-as-auth-token")) return true;
    const auto granted = " " + caller.token()->claim("scope") + " ";
    return granted.find(" " + scope + " ") != std::string::npos;
}

http::Reply Resource::scoped_path(const http::Request& request, const std::string& scope) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    if (grants(*caller, scope) || faults().on("open-door")) return served(scope);
    return challenge_for_scope(*caller, scope);
}

http::Reply Resource::managed_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    auto session = protocol::parse_authorization(request.fields);
    if (session || session.error().code != "absent") {
        const std::scoped_lock lock(mutex_);
        const auto known = session ? sessions_.find(*session) : sessions_.end();
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
    return interactions_.defer(owner(*caller), [this, thumbprint] {
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
    });
}

http::Reply Resource::held_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    if (grants(*caller, "data.read")) return served("held");
    auto reply = challenge_for_scope(*caller, "data.read");
    if (!caller->shows(TokenKind::Person)) return reply;
    const auto id = crypto::random_id();
    {
        const std::scoped_lock lock(mutex_);
        held_[id] = Held{owner(*caller), {}, 0, {}};
    }
    const auto requirement = reply.response.fields.first("AAuth-Requirement").value_or("");
    reply = json_reply(202, {{"status", "pending"}});
    reply.response.fields.add("AAuth-Requirement", requirement);
    reply.response.fields.add("Location", url("/held/" + id));
    reply.response.fields.add("Retry-After", "0");
    return reply;
}

http::Reply Resource::held_poll(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    if (caller->token() == nullptr) return challenge("agent-token");
    const auto id = request.path().substr(std::string("/held/").size());
    const std::scoped_lock lock(mutex_);
    const auto found = held_.find(id);
    if (found == held_.end() || found->second.owner != owner(*caller)) {
        return problem_reply("not_found", "there is no such invocation", 404);
    }
    auto& held = found->second;
    if (!grants(*caller, "data.read")) {
        if (!held.completed_by.empty()) return problem_reply("gone", "this invocation is completed", 410);
        auto reply = json_reply(202, {{"status", "pending"}});
        reply.response.fields.add("Location", url("/held/" + id));
        reply.response.fields.add("Retry-After", "0");
        return reply;
    }
    const auto jti = caller->token()->claim("jti");
    const bool again = faults().on("ignore resource.held-once");
    if (!held.completed_by.empty() && held.completed_by != jti) {
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

http::Reply Resource::revocation_endpoint(const http::Request& request) {
    protocol::SignatureRules rules;
    rules.servers = true;
    auto signed_by = verified(request, rules);
    if (!signed_by) return signed_by.error();
    auto body = json::parse_object(request.body);
    if (!body) return problem_reply("invalid_request", body.error().message);
    const auto jti = json::string_member(*body, "jti");
    if (!jti || (!draft().revocation_names_issuer && !json::integer_member(*body, "exp"))) {
        return problem_reply("invalid_request", "jti or exp is missing or malformed");
    }
    if (!faults().on("revoke-ignored")) record_revocation(signed_by->signer, *jti);
    http::Reply reply;
    reply.response.status = 200;
    return reply;
}

}  // namespace aauth::mocks

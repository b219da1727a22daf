#include "mocks/resource.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/problem.h"
#include "mocks/intermediary.h"
#include "mocks/pseudonym.h"

namespace aauth::mocks {

using protocol::TokenKind;

namespace {

// What every path asks of a signature.
protocol::SignatureRules rules(const ResourceOptions& settings, const protocol::Faults& faults) {
    protocol::SignatureRules rules;
    rules.server_endpoint = false;
    rules.also_covered = settings.additional_signature_components;
    if (!faults.on("window-default")) rules.window = settings.signature_window;
    if (faults.on("window-undeclared")) rules.window = 10;
    return rules;
}

}  // namespace

Resource::Resource(Network& network, ResourceOptions options)
    : Party(network, protocol::Role::Resource, options), settings_(std::move(options)), interactions_(*this, ""),
      revocations_(*this, {.cascade = [this](const std::string& iss, const std::string& jti) {
                               interactions_.revoked(iss, jti);
                               return std::vector<Onward>();
                           },
                           .known = [this](const std::string&, const std::string& jti) { return seen(jti); },
                           .recipients = [this](const nlohmann::json& claims) { return recipients(claims); }}) {
    intermediary_ = std::make_unique<Intermediary>(*this);
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
    if (!draft().accept_fields) {
        route("GET", "/pseudonym", [this](const http::Request& request) {
            if (!request.fields.contains("Signature-Input")) return signature_asked(draft(), faults(), "jkt");
            auto rules = mocks::rules(settings_, faults());
            rules.schemes = pseudonym_schemes(faults());
            const auto signed_by = verified(request, rules);
            return signed_by ? served("pseudonym") : signed_by.error();
        });
    }
    route("GET", "/data", [this](const http::Request& request) { return scoped_path(request, "data.read"); });
    route("GET", "/write", [this](const http::Request& request) { return scoped_path(request, "data.write"); });
    route("POST", "/write", [this](const http::Request& request) { return scoped_path(request, "data.write"); });
    route("GET", "/federated", [this](const http::Request& request) { return federated_path(request); });
    person_routes();
    route("GET", "/managed", [this](const http::Request& request) { return managed_path(request); });
    route("GET", "/approved", [this](const http::Request& r) { return managed_path(r, Need::Approval); });
    route("GET", "/held", [this](const http::Request& request) { return held_path(request); });
    route("GET", "/held/*", [this](const http::Request& request) { return held_poll(request); });
    route("POST", "/authorize", [this](const http::Request& request) { return authorization_endpoint(request); });
    route("GET", "/pending/*", [this, signer](const http::Request& r) { return interactions_.poll(r, signer); });
    route("DELETE", "/pending/*", [this, signer](const http::Request& r) { return interactions_.cancel(r, signer); });
    route("GET", "/interaction", [this](const http::Request& request) { return interactions_.page(request); });
    route("POST", "/interaction", [this](const http::Request& request) { return interactions_.submitted(request); });
    route("GET", "/docs", [this](const http::Request&) { return documentation(); });
    route("GET", "/chain", [this](const http::Request& request) { return chain_path(request); });
    route("GET", "/chain/pending/*", [this, signer](const http::Request& r) { return intermediary_->poll(r, signer); });
    route("DELETE", "/chain/pending/*", [this, signer](const http::Request& r) { return intermediary_->cancel(r, signer); });
    route("GET", "/chain/interaction", [this](const http::Request& request) { return intermediary_->page(request); });
    route("GET", "/.well-known/" + std::string(protocol::agent_document),
          [this](const http::Request&) { return json_reply(200, intermediary_->agent_metadata()); });
    route("POST", "/mock/decide", [this](const http::Request& request) { return interactions_.decide(request); });
    route("POST", "/mock/lifetime", [this](const http::Request& r) { return interactions_.set_lifetime(r); });
}

Resource::~Resource() {
    revocations_.stop();
    interactions_.stop();
    intermediary_->stop();
    stop();
}

nlohmann::json Resource::metadata() const {
    auto document = Party::metadata();
    if (draft().plain_metadata_names) {
        document["access_mode"] = settings_.access_mode == "session-token" ? draft().session_access_mode
                                                                           : settings_.access_mode;
        document["documentation_uri"] = url("/docs");
    }
    document["authorization_endpoint"] = url("/authorize");
    document["revocation_endpoint"] = url("/revoke");
    document["scope_descriptions"] = {{"data.read", "Read your data"}, {"data.write", "Change your data"}};
    if (settings_.signature_window) document["signature_window"] = *settings_.signature_window;
    if (!settings_.additional_signature_components.empty()) {
        document["additional_signature_components"] = settings_.additional_signature_components;
    }
    if (faults().on("metadata-endpoint-query")) document["authorization_endpoint"] = url("/authorize?a=b");
    if (faults().on("window-undeclared")) document.erase("signature_window");
    for (const auto& fault : faults().names()) {
        if (fault.rfind("metadata-omit ", 0) == 0) document.erase(fault.substr(14));
        const auto equals = fault.find('=');
        if (fault.rfind("metadata-set ", 0) != 0 || equals == std::string::npos) continue;
        document[fault.substr(13, equals - 13)] = json::parse(fault.substr(equals + 1)).value_or(nullptr);
    }
    return document;
}

tl::expected<Resource::Caller, http::Reply> Resource::caller(const http::Request& request) const {
    const bool any_header = request.fields.contains("Signature") || request.fields.contains("Signature-Input") ||
                            request.fields.contains("Signature-Key");
    if (!any_header) return Caller{};
    if (auto faulty = refused_by_fault(request)) return tl::unexpected(*faulty);
    auto rules = mocks::rules(settings_, faults());
    rules.tokens = {TokenKind::Agent, TokenKind::Auth};
    if (draft().person_tokens) rules.tokens.push_back(TokenKind::Person);
    if (faults().on("pseudonym-resource-token")) rules.schemes = {"jwt", "hwk"};
    auto signed_by = verified(request, rules);
    if (!signed_by) return tl::unexpected(with_requirement(signed_by.error()));
    Caller caller{*signed_by};
    const bool for_audience = !caller.shows(TokenKind::Agent) && caller.token() != nullptr;
    if (for_audience && caller.token()->claim("aud") != identifier() && faults().checks("resource.aud")) {
        return tl::unexpected(invalid_jwt("aud is not this resource"));
    }
    return caller;
}

http::Reply Resource::served(std::string_view what) const {
    return json_reply(200, {{"resource", identifier()}, {"served", what}});
}

std::string Resource::owner(const Caller& caller) const {
    if (caller.token() != nullptr && faults().on("fold-agent-case")) return http::lowercase(caller.token()->claim("sub"));
    return caller.thumbprint();
}

http::Reply Resource::challenge(const std::string& requirement, const std::string& resource_token) const {
    const bool asked_by_field = requirement == "agent-token" && !draft().agent_token_requirement;
    if (asked_by_field) return signature_asked(draft(), faults(), "uri");
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
    // Where no requirement asks for the agent token again, an agent goes on with the auth token, which names it as well.
    const bool named = !draft().agent_token_requirement && caller->shows(TokenKind::Auth);
    if (caller->shows(TokenKind::Agent) || named || faults().on("open-door")) return served("agent");
    return challenge("agent-token");
}

http::Reply Resource::person_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    if (caller->shows(TokenKind::Person) || caller->shows(TokenKind::Auth) || faults().on("open-door")) {
        constexpr auto plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        const auto sub = caller->token() == nullptr ? std::string() : caller->token()->claim("sub");
        if (faults().on("sub-strict") && sub.find_first_not_of(plain) != std::string::npos) {
            return invalid_jwt("sub has other characters than an identifier");
        }
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
    const auto& claims = caller.token()->jwt.payload();
    if (faults().on("auth-token-wants-mission") && !claims.contains("mission_s256")) return false;
    if (faults().on("auth-token-known-claims") && claims.size() > 10) return false;
    const auto granted = caller.token()->claim("scope");
    if (faults().on("scope-whole")) return granted == scope;
    if (faults().on("scope-substring")) return granted.find(scope) != std::string::npos;
    return (" " + granted + " ").find(" " + scope + " ") != std::string::npos;
}

http::Reply Resource::scoped_path(const http::Request& request, const std::string& scope) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    const bool seen = caller->token() != nullptr && !first_seen(caller->token()->claim("jti"));
    const bool granted = grants(*caller, scope);
    if (granted && seen && faults().on("auth-token-once")) return challenge_for_scope(*caller, scope);
    if (granted || faults().on("open-door") || (seen && faults().on("challenge-once"))) return served(scope);
    if (caller->shows(TokenKind::Auth) && faults().on("scope-403-signature-error")) {
        auto reply = invalid_jwt("scope is not enough");
        reply.response.status = 403;
        return reply;
    }
    return challenge_for_scope(*caller, scope);
}

bool Resource::first_seen(const std::string& jti) {
    const std::scoped_lock lock(mutex_);
    return seen_.size() < 100000 && seen_.insert(jti).second;
}

bool Resource::seen(const std::string& jti) const {
    const std::scoped_lock lock(mutex_);
    return seen_.count(jti) != 0;
}

}  // namespace aauth::mocks

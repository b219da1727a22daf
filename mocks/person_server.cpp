#include "mocks/person_server.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "mocks/federation.h"
#include "mocks/token_request.h"

namespace aauth::mocks {

namespace {

std::string owner_of(const protocol::Token& token) { return token.claim("iss") + " " + token.claim("sub"); }

// True when a fault makes this server refuse what it has to ignore or take.
bool refuses_too_much(const protocol::Faults& faults, const nlohmann::json& body) {
    const auto has = [&](const char* name) { return json::member(body, name) != nullptr; };
    const auto* capabilities = json::member(body, "capabilities");
    const bool unknown = capabilities != nullptr && json::dump(*capabilities).find("x-") != std::string::npos;
    return (faults.on("refuse-unknown-members") && has("x_aauth_conformance")) ||
           (faults.on("refuse-optional-parameters") && has("login_hint")) ||
           (faults.on("refuse-unknown-capability") && unknown);
}

}  // namespace

PersonServer::PersonServer(Network& network, PersonServerOptions options)
    : Party(network, protocol::Role::PersonServer, options),
      ask_(options.ask),
      mission_lifetime_(options.mission_lifetime),
      secret_(crypto::random_octets(32)),
      interactions_(*this, "", options.pin),
      revocations_(*this, {.cascade = [this](const std::string& iss, const std::string& jti) { return ended_with(iss, jti); },
                           .known = [this](const std::string& iss, const std::string& jti) {
                               return !tokens_.agent_of(iss + " " + jti).empty();
                           }}) {
    const auto verify = [this](const http::Request& request) { return owner(request); };
    if (draft().person_tokens) {
        route("POST", "/person", [this](const http::Request& request) { return person_endpoint(request); });
    }
    if (faults().on("get-issues")) {
        route("GET", "/person", [this](const http::Request& request) { return person_endpoint(request); });
        route("GET", "/token", [this](const http::Request& request) { return auth_endpoint(request); });
    }
    route("POST", "/token", [this](const http::Request& request) { return auth_endpoint(request); });
    governance_routes();
    federation_routes();
    route("GET", "/pending/*", [this](const http::Request& request) { return polled(request); });
    route("DELETE", "/pending/*", [this, verify](const http::Request& r) { return interactions_.cancel(r, verify); });
    route("POST", "/pending/*", [this, verify](const http::Request& request) {
        return interactions_.post(request, verify, [this](const http::Request& r, const std::string& binding) {
            return updated_request(r, binding);
        });
    });
    route("GET", "/interaction", [this](const http::Request& request) { return interactions_.page(request); });
    route("POST", "/interaction", [this](const http::Request& request) { return interactions_.submitted(request); });
    route("GET", interactions_.back_path() + "*", [this](const http::Request& r) { return interactions_.returned(r); });
    route("POST", "/mock/new-resource", [this](const http::Request& request) { return new_resource(request); });
    route("POST", "/mock/ask", [this](const http::Request& request) { return interactions_.ask(request); });
    route("POST", "/mock/lifetime", [this](const http::Request& r) { return interactions_.set_lifetime(r); });
    route("POST", "/mock/decide-as-another", [this](const http::Request& r) { return decide_as_another(r); });
    route("POST", "/mock/decide", [this](const http::Request& request) { return interactions_.decide(request); });
}

PersonServer::~PersonServer() {
    revocations_.stop();
    interactions_.stop();
    stop();
}

nlohmann::json PersonServer::metadata() const {
    auto document = Party::metadata();
    document[draft().auth_token_endpoint_field] = url("/token");
    if (draft().person_tokens) document[draft().person_token_endpoint_field] = url("/person");
    document["revocation_endpoint"] = url("/revoke");
    document["permission_endpoint"] = url("/permission");
    document["audit_endpoint"] = url("/audit");
    document["interaction_endpoint"] = url("/relay");
    document["mission_endpoint"] = url("/mission");
    document["scopes_supported"] = {"openid", "profile", "email"};
    document["claims_supported"] = {"sub", "name", "email"};
    if (draft().person_tokens) document["accept_signature_algs"] = verifier().algorithm_names();
    if (faults().on("metadata-algs-eddsa")) document["accept_signature_algs"].push_back("EdDSA");
    if (faults().on("metadata-no-auth-endpoint")) document.erase(draft().auth_token_endpoint_field);
    if (faults().on("metadata-endpoint-query")) document[draft().auth_token_endpoint_field] = url("/token?a=b");
    for (const auto& fault : faults().names()) {
        if (fault.rfind("metadata-omit ", 0) == 0) document.erase(fault.substr(14));
    }
    return document;
}

tl::expected<std::string, http::Reply> PersonServer::owner(const http::Request& request) const {
    auto signed_by = verified(request, {});
    if (!signed_by) return tl::unexpected(signed_by.error());
    return owner_of(*signed_by->token);
}

std::string PersonServer::sub_for(const std::string& resource, const Asked* asked) const {
    std::string about = resource;
    if (faults().on("sub-not-pairwise")) about.clear();
    if (faults().on("sub-per-agent") && asked != nullptr) about += asked->agent;
    if (faults().on("sub-per-key") && asked != nullptr) about += asked->request.thumbprint();
    if (faults().on("sub-per-request")) about += crypto::random_id();
    auto person = asked == nullptr ? std::string(PersonRecords::first_person) : person_of(*asked);
    if (faults().on("sub-of-all-persons")) person = PersonRecords::first_person;
    return crypto::base64url_encode(crypto::sha256(secret_ + " " + person + " " + about)).substr(0, 32);
}

std::string PersonServer::directed_sub(const std::string& resource) const { return sub_for(resource, nullptr); }

bool PersonServer::is_barred(const protocol::Token& agent) const {
    for (const auto& name : tokens_.agent_tokens(owner_of(agent))) {
        if (revoked(agent.claim("iss"), name.substr(name.find(' ') + 1))) return true;
    }
    return false;
}

tl::expected<PersonServer::Asked, http::Reply> PersonServer::asked(const http::Request& request,
                                                                   nlohmann::json& body) const {
    protocol::SignatureRules rules;
    if (faults().on(request.path() == "/person" ? "person-endpoint-any-token" : "auth-endpoint-any-token")) {
        rules.tokens = {protocol::TokenKind::Agent, protocol::TokenKind::Person, protocol::TokenKind::Auth};
    }
    auto signed_by = verified(request, rules);
    if (!signed_by) return tl::unexpected(signed_by.error());
    const auto& agent = *signed_by->token;
    const bool is_sub_agent = json::member(agent.jwt.payload(), "parent_agent") != nullptr;
    if (is_sub_agent && !faults().on("sub-agent-signs")) {
        return tl::unexpected(problem_reply("invalid_request", "a sub-agent cannot ask for tokens itself"));
    }
    const bool issues_by_get = request.method == "GET" && faults().on("get-issues");
    if (protocol::media_type(request.fields) != "application/json" && !faults().on("accept-any-media-type") &&
        !issues_by_get) {
        return tl::unexpected(problem_reply("invalid_request", "the body has to be application/json"));
    }
    auto parsed = json::parse_object(request.body);
    const bool odd = !parsed || request.body.size() > 2000 || request.body.find("\\u0000") != std::string::npos;
    if (odd && faults().on("server-error-on-hostile")) return tl::unexpected(problem_reply("server_error", "", 500));
    if (!parsed && !faults().on("accept-malformed-json") && !issues_by_get) {
        return tl::unexpected(problem_reply("invalid_request", parsed.error().message));
    }
    if (parsed && refuses_too_much(faults(), *parsed)) {
        return tl::unexpected(problem_reply("invalid_request", "there is something in the body that I do not know"));
    }
    body = parsed ? *parsed : nlohmann::json{{"resource", "https://resource.example"}};
    const bool named = agent.kind == protocol::TokenKind::Auth && draft().resource_token_names_agent;
    tokens_.accepted(agent.claim("iss") + " " + agent.claim("jti"), owner_of(agent));
    if (faults().on("revoke-agent") && is_barred(agent)) {
        return tl::unexpected(problem_reply("denied", "a token of this agent was revoked"));
    }
    Asked asked{*signed_by, owner_of(agent), agent.claim(named ? "agent" : "sub"), signed_by->key, agent.expires()};
    auto sub_agent = subagent_token(verifier(), body, agent);
    if (!sub_agent) return tl::unexpected(problem_reply(sub_agent.error().error, sub_agent.error().detail));
    if (*sub_agent) {
        if (!faults().on("subagent-ignored")) asked.bound_key = *(*sub_agent)->confirmation;
        asked.agent_identifier = (*sub_agent)->claim("sub");
        tokens_.accepted((*sub_agent)->claim("iss") + " " + (*sub_agent)->claim("jti"), owner_of(**sub_agent));
        asked.agent_expires = std::min(asked.agent_expires, (*sub_agent)->expires());
    }
    return asked;
}

http::Reply PersonServer::answer(const Asked& asked, const nlohmann::json& body,
                                 std::function<http::Response()> complete, const std::string& binding) {
    const auto prompt = json::string_member(body, "prompt").value_or("");
    const bool reachable = says_interaction(asked, body);
    const bool agreed = asked.consent.empty() || missions_.agreed(asked.mission, asked.consent);
    const bool needs_person = ask_ || asks_about(body) || prompt == "consent" || !agreed || asked.sent_on;
    if (needs_person && !reachable) {
        const bool wrong = faults().on("unreachable-wrong-code");
        return problem_reply(wrong ? "denied" : "user_unreachable", "this server has no way of its own to the person");
    }
    if (needs_person && !asked.mission.empty()) complete = within(asked, std::move(complete));
    if (needs_person) return defer(asked, std::move(complete), binding, wants_of(asked, body));
    http::Reply reply;
    reply.response = complete();
    return reply;
}

http::Response PersonServer::grant(std::string_view member, const std::string& token, std::int64_t expires) const {
    return grant_response(faults(), member, token, expires - network().now());
}

}  // namespace aauth::mocks

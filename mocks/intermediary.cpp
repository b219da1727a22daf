#include "mocks/intermediary.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/older_forms.h"
#include "harness/protocol/problem.h"
#include "harness/protocol/tokens.h"
#include "mocks/signed_request.h"

namespace aauth::mocks {

using protocol::TokenKind;

namespace {

std::string id_of(const std::string& location) { return location.substr(location.rfind('/') + 1); }

// What the caller gets of the downstream resource's answer.
http::Response served(const http::Response& downstream) {
    http::Response response;
    response.status = 200;
    response.fields.add("Content-Type", "application/json");
    response.fields.add("Cache-Control", "no-store");
    const auto body = json::parse(downstream.body);
    response.body = json::dump({{"served", "chain"}, {"downstream", body ? *body : nlohmann::json()}});
    return response;
}

}  // namespace

Intermediary::Intermediary(const Party& resource)
    : resource_(resource),
      key_(jose::SigningKey::generate(crypto::Algorithm::Ed25519)),
      interactions_(resource, "/chain") {}

nlohmann::json Intermediary::agent_metadata() const {
    const auto suffix = on("chain-agent-metadata-other") ? ".example" : "";
    return {{"issuer", resource_.identifier() + suffix},
            {"jwks_uri", resource_.url("/.well-known/jwks.json")},
            {resource_.draft().plain_metadata_names ? "name" : "client_name", resource_.name()}};
}

std::string Intermediary::agent_token(const std::string& person_server) const {
    const auto now = resource_.network().now();
    const auto issuer =
        on("chain-agent-token-other-issuer") ? "https://agents.aauth-conformance.invalid" : resource_.identifier();
    const auto domain = on("chain-agent-other-domain") ? "agents.example" : protocol::domain_of(resource_.identifier());
    auto claims = protocol::common_claims(issuer, protocol::agent_document, now, now + 3600);
    claims["sub"] = "aauth:intermediary@" + domain;
    claims["cnf"] = protocol::confirmation(key_);
    // The person server of its agent token means nothing for the chain, but where the resource token is made from it.
    if (resource_.draft().resource_token_names_agent) claims["ps"] = person_server;
    auto header = protocol::token_header(TokenKind::Agent);
    header["alg"] = protocol::algorithm_name(resource_.draft(), resource_.key().algorithm);
    protocol::name_confirmed_algorithm(resource_.draft(), claims);
    return jose::mint(header, claims, resource_.key());
}

Result<http::Response> Intermediary::send(const std::string& method, const http::Url& url, const std::string& token,
                                          const nlohmann::json& body) const {
    auto plan = signed_request(method, url, key_, token, resource_.network().now());
    if (!body.is_null()) plan.body(json::dump(body));
    return resource_.call(plan);
}

Result<http::Url> Intermediary::endpoint(const Call& call, const std::string& member) const {
    const auto place = protocol::document_url(call.person_server, protocol::Role::PersonServer);
    auto document = resource_.network().fetch(place);
    if (!document) return tl::unexpected(document.error());
    auto metadata = json::parse_object(document->body);
    if (!metadata) return tl::unexpected(metadata.error());
    return http::Url::parse(json::string_member(*metadata, member).value_or(""));
}

void Intermediary::fail(Call& call, const http::Response* answer) const {
    auto problem = answer == nullptr ? failure("server_error", "") : protocol::parse_problem(*answer);
    const bool terminal = problem && (answer->status == 403 || answer->status == 408);
    call.result = protocol::problem_response(
        terminal ? answer->status : 502,
        {terminal ? problem->error : "server_error", "the downstream resource could not be used", {}});
    protocol::plain_problem(resource_.draft(), *call.result);
}

std::optional<std::string> Intermediary::obtain(Call& call, const std::string& member_of_metadata,
                                                const nlohmann::json& body, const std::string& member) const {
    const auto own = agent_token(call.person_server);
    Result<http::Response> answer = failure("not_sent", "");
    if (call.waiting) {
        answer = send("GET", call.waits_at, own, nullptr);
        if (answer && answer->status == 429) return std::nullopt;  // the caller polls again
    } else if (auto url = endpoint(call, member_of_metadata)) {
        call.waits_at = *url;
        answer = send("POST", *url, on("chain-upstream-in-header") ? call.upstream : own, body);
    }
    call.waiting = answer && answer->status == 202;
    if (call.waiting) {
        const auto location = call.waits_at.resolve(answer->fields.first("Location").value_or(""));
        if (location) call.waits_at = *location;
        const auto requirement = protocol::parse_requirement(answer->fields);
        if (requirement) call.url = requirement->parameter("url");
        if (requirement) call.code = requirement->parameter("code");
        return std::nullopt;
    }
    const auto granted = answer && answer->status == 200 ? json::parse_object(answer->body) : failure("refused", "");
    auto token = granted ? json::string_member(*granted, member) : std::nullopt;
    if (!token) fail(call, answer ? &*answer : nullptr);
    return token;
}

Result<http::Response> Intermediary::ask_downstream(const Call& call, const std::string& token) const {
    return send("GET", call.downstream, token, nullptr);
}

void Intermediary::advance(Call& call) const {
    const auto& draft = resource_.draft();
    if (call.result) return;
    nlohmann::json body{{"upstream_token", call.upstream}, {"capabilities", {"interaction"}}};
    if (on("chain-mission")) body["mission_s256"] = call.mission;
    if (draft.person_tokens && call.person_token.empty()) {
        if (on("chain-auth-first")) obtain(call, draft.auth_token_endpoint_field, body, "auth_token");
        call.result.reset();
        body["resource"] = call.downstream.origin();
        const auto token = obtain(call, draft.person_token_endpoint_field, body, "person_token");
        if (!token) return;
        call.person_token = *token;
        body.erase("resource");
    }
    const auto identity = draft.person_tokens ? call.person_token : agent_token(call.person_server);
    if (call.resource_token.empty()) {
        const auto answer = ask_downstream(call, identity);
        const auto requirement = answer ? protocol::parse_requirement(answer->fields)
                                        : Result<protocol::Requirement>(tl::unexpected(answer.error()));
        if (requirement) call.resource_token = requirement->parameter("resource-token");
        if (answer && answer->status == 200) call.result = served(*answer);
        if (!call.result && call.resource_token.empty()) fail(call, answer ? &*answer : nullptr);
        if (call.result) return;
    }
    if (call.auth_token.empty()) {
        body["resource_token"] = call.resource_token;
        if (draft.presented_token) body["presented_token"] = identity;
        const auto token = obtain(call, draft.auth_token_endpoint_field, body, "auth_token");
        if (!token) return;
        call.auth_token = *token;
    }
    const auto answer = ask_downstream(call, call.auth_token);
    if (!answer || answer->status != 200) return fail(call, answer ? &*answer : nullptr);
    call.result = served(*answer);
}

void Intermediary::misuse(const protocol::Token& challenged, const http::Url& downstream) {
    call({}, challenged, downstream);
}

http::Reply Intermediary::call(const std::string& owner, const protocol::Token& upstream, const http::Url& downstream) {
    auto call = std::make_shared<Call>();
    call->upstream = upstream.jwt.compact();
    call->mission = upstream.claim("mission_s256");
    const bool by_ps = upstream.kind == TokenKind::Person || !resource_.draft().person_tokens;
    call->person_server = upstream.claim(by_ps || on("chain-routes-to-iss") ? "iss" : "ps");
    call->downstream = downstream;
    http::Reply reply;
    const std::scoped_lock at_work(call->mutex);
    advance(*call);
    if (call->result) {
        reply.response = *call->result;
        return reply;
    }
    reply = interactions_.defer(owner, [call] { return call->result.value_or(http::Response{}); });
    const auto id = id_of(reply.response.fields.first("Location").value_or(""));
    if (on("chain-relays-interaction")) {
        protocol::Requirement theirs{"interaction", {{"url", call->url}, {"code", call->code}}};
        reply.response.fields.set("AAuth-Requirement", protocol::to_field(theirs));
        reply.response.fields.set("Location", call->waits_at.text());
    }
    const std::scoped_lock lock(mutex_);
    if (calls_.size() < 10000) calls_[id] = call;
    return reply;
}

std::shared_ptr<Intermediary::Call> Intermediary::find(const std::string& id) const {
    const std::scoped_lock lock(mutex_);
    const auto found = calls_.find(id);
    return found == calls_.end() ? nullptr : found->second;
}

http::Reply Intermediary::poll(const http::Request& request, const Interactions::Verify& verify) {
    if (auto signer = verify(request); !signer) return signer.error();
    bool done = false;
    if (const auto call = find(id_of(request.path()))) {
        const std::scoped_lock at_work(call->mutex);
        advance(*call);
        done = call->result.has_value();
        if (done && on("chain-result-lost")) call->result = protocol::problem_response(500, {"server_error", "", {}});
    }
    if (done) {
        interactions_.change([&](Pending& pending) {
            if (pending.id == id_of(request.path())) pending.decision = Decision::Approved;
        });
    }
    return interactions_.poll(request, verify);
}

http::Reply Intermediary::cancel(const http::Request& request, const Interactions::Verify& verify) {
    return interactions_.cancel(request, verify);
}

http::Reply Intermediary::page(const http::Request& request) {
    const auto query = request.query();
    const auto code = query.rfind("code=", 0) == 0 ? protocol::folded_code(query.substr(5, query.find('&') - 5)) : "";
    std::string id;
    interactions_.change([&](Pending& pending) {
        if (pending.code_used || protocol::folded_code(pending.code) != code) return;
        id = pending.id;
        pending.code_used = true;
        pending.interacting = true;
    });
    const auto call = find(id);
    if (!call) return interactions_.page(request);
    http::Reply reply;
    reply.response.status = 303;
    const std::scoped_lock at_work(call->mutex);
    reply.response.fields.add("Location", call->url + "?code=" + call->code);
    return reply;
}

}  // namespace aauth::mocks

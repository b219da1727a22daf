#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "mocks/access_server.h"
#include "mocks/issue.h"
#include "mocks/token_request.h"
#include "mocks/upstream.h"

// The token endpoint of the access server (section 9.1).
namespace aauth::mocks {

using protocol::Token;
using protocol::TokenKind;

namespace {

// True when a scope, a list of words, has this one.
bool has_word(const std::string& scope, const std::string& word) {
    return (" " + scope + " ").find(" " + word + " ") != std::string::npos;
}

}  // namespace

http::Reply AccessServer::decision(const http::Request& request) {
    auto asked = this->asked(request);
    if (asked) return answer(*asked);
    const bool anyway =
        faults().on("grant-anyway") || !faults().checks("subagent.verified") || !faults().checks("upstream.verified");
    auto reply = asked.error();
    if (!anyway || reply.response.status != 400) return reply;
    const auto now = network().now();
    const auto claims = protocol::common_claims(identifier(), protocol::access_document, now, now + 3600);
    reply.response = grant_response(faults(), "auth_token", issue(draft(), TokenKind::Auth, claims, key(), faults()), 3600);
    return reply;
}

tl::expected<nlohmann::json, http::Reply> AccessServer::body_of(const http::Request& request) const {
    const bool typed = protocol::media_type(request.fields) == "application/json";
    if (!typed && !faults().on("accept-any-media-type")) {
        return tl::unexpected(problem_reply("invalid_request", "the body has to be application/json"));
    }
    auto body = json::parse_object(request.body);
    const bool odd = !body || request.body.size() > 3800 || request.body.find("\\u0000") != std::string::npos;
    if (odd && faults().on("server-error-on-hostile")) return tl::unexpected(problem_reply("server_error", "", 500));
    if (!body) return tl::unexpected(problem_reply("invalid_request", body.error().message));
    return *body;
}

tl::expected<AccessServer::Asked, http::Reply> AccessServer::asked(const http::Request& request,
                                                                   const std::string& first) const {
    const auto refuse = [&](const TokenRefusal& refusal) {
        return tl::unexpected(problem_reply(refusal.error, refusal.detail));
    };
    auto person_server = owner(request);
    if (!person_server) return tl::unexpected(person_server.error());
    auto body = body_of(request);
    if (!body) return tl::unexpected(body.error());
    if (!first.empty()) body->update(json::parse_object(first).value_or(nlohmann::json::object()));
    const auto verifier = this->verifier();
    auto agent_token = body_token(verifier, *body, "agent_token", {TokenKind::Agent});
    if (!agent_token) return refuse(agent_token.error());
    auto sub_agent = subagent_token(verifier, *body, *agent_token);
    if (!sub_agent) return refuse(sub_agent.error());
    const auto& holder = *sub_agent && !faults().on("subagent-ignored") ? **sub_agent : *agent_token;
    if (person_server->empty()) {  // somebody else calls, which only a faulty server goes on with
        const auto jwt = jose::Jwt::decode(json::string_member(*body, "resource_token").value_or(""));
        if (jwt) *person_server = jwt->claim_string("ps").value_or("");
    }
    const Asker asker{holder.confirmation_thumbprint(), holder.claim("sub"), *person_server};
    auto resource_token = mocks::resource_token(verifier, *body, asker);
    if (!resource_token) return refuse(resource_token.error());
    if (resource_token->claim("aud") != identifier() && faults().checks("auth-endpoint.aud")) {
        return refuse({"invalid_resource_token", "aud is not this access server"});
    }
    Asked asked{
        *person_server,      *resource_token,           *holder.confirmation, network().now() + draft().token_ceiling,
        holder.claim("sub"), agent_token->claim("sub"), std::nullopt};
    nlohmann::json agent_tokens = nlohmann::json::object();
    for (const char* name : {"agent_token", "subagent_token"}) {
        if (const auto compact = json::string_member(*body, name)) agent_tokens[name] = *compact;
    }
    asked.agent_tokens = json::dump(agent_tokens);
    const auto no_later_than = [&](const std::optional<Token>& token, const char* fault) {
        if (token && !faults().on(fault)) asked.until = std::min(asked.until, token->expires());
    };
    no_later_than(*agent_token, "auth-token-outlives-agent-token");
    no_later_than(*sub_agent, "auth-token-outlives-agent-token");
    if (draft().presented_token) {
        auto presented = presented_token(verifier, *resource_token, *body);
        if (!presented) return refuse(presented.error());
        no_later_than(*presented, "auth-token-outlives-presented");
    }
    if (faults().on("ignore-upstream")) return asked;
    auto upstream = upstream_token(verifier, *body,
                                   {agent_token->claim("iss"), *person_server, agent_token->confirmation_thumbprint()});
    if (!upstream) return refuse(upstream.error());
    if (*upstream && faults().on("upstream-person-refused") && (*upstream)->kind == TokenKind::Person) {
        return refuse({"invalid_upstream_token", "a person token is not taken"});
    }
    if (*upstream && faults().on("upstream-once") && !first_use((*upstream)->claim("jti"))) {
        return refuse({"invalid_upstream_token", "it was used before"});
    }
    no_later_than(*upstream, "auth-token-outlives-upstream");
    asked.upstream = *upstream;
    return asked;
}

bool AccessServer::first_use(const std::string& jti) const {
    const std::scoped_lock lock(mutex_);
    return used_.insert(jti).second;
}

http::Reply AccessServer::answer(const Asked& asked) {
    const auto scope = asked.resource_token.claim("scope");
    if (has_word(scope, "forbidden")) {
        auto reply = problem_reply("denied", "this access server grants no such scope",
                                   faults().on("forbidden-200") ? 200 : 403);
        if (faults().on("forbidden-signature-error")) reply.response.fields.add("Signature-Error", "error=invalid_jwt");
        return reply;
    }
    const auto told = std::make_shared<nlohmann::json>(nlohmann::json::object());
    if (auto wants = this->wants(asked, told)) {
        return interactions_.defer(
            asked.person_server, [this, asked, told] { return granted(asked, *told); },
            binding_of(asked.resource_token) + "\n" + asked.agent_tokens, std::move(*wants));
    }
    http::Reply reply;
    reply.response = granted(asked, *told);
    return reply;
}

std::optional<Wants> AccessServer::wants(const Asked& asked, std::shared_ptr<nlohmann::json> told) const {
    const auto scope = asked.resource_token.claim("scope");
    const auto needs = [&](const char* what) { return has_word(scope, std::string("needs-") + what); };
    Wants wants;
    wants.depends_on = {
        {asked.resource_token.claim("iss") + " " + asked.resource_token.claim("jti"), "the resource token"}};
    if (asked.upstream) {
        wants.depends_on[asked.upstream->claim("iss") + " " + asked.upstream->claim("jti")] = "the upstream token";
    }
    const bool person = ask_ || needs("interaction");
    wants.then_person = person;
    if (needs("payment")) {
        wants.need = Need::Payment;
        wants.payment = "Payment id=\"x7Tg2pLq\", method=\"mock\", request=\"e30\"";
    } else if (needs("claims")) {
        wants.need = Need::Claims;
        wants.claims = {"email"};
        if (faults().on("claims-sub")) wants.claims.emplace_back("sub");
        wants.answered = [this, told](const nlohmann::json& body) -> std::optional<http::Reply> {
            const auto email = json::string_member(body, "email");
            if (!email) return problem_reply("invalid_request", "email is missing or no string");
            (*told)["email"] = *email;
            return std::nullopt;
        };
    } else if (needs("clarification")) {
        wants.need = Need::Clarification;
        wants.question = "What does the agent need this access for?";
        wants.timeout = 120;
    } else if (needs("approval")) {
        wants.need = Need::Approval;
    } else if (!person) {
        return std::nullopt;
    }
    return wants;
}

tl::expected<Interactions::Complete, http::Reply> AccessServer::updated_request(const http::Request& request,
                                                                                const std::string& binding) const {
    const auto end = binding.rfind("\n{");
    auto asked = this->asked(request, binding.substr(end + 1));
    if (!asked) return tl::unexpected(asked.error());
    if (binding_of(asked->resource_token) != binding.substr(0, end) && !faults().on("updated-any-binding")) {
        return tl::unexpected(
            problem_reply("invalid_resource_token", "it differs from the first in more than its scope"));
    }
    return [this, asked = *asked] { return granted(asked, nlohmann::json::object()); };
}

http::Response AccessServer::granted(const Asked& asked, const nlohmann::json& told) const {
    const auto now = network().now();
    AuthGrant grant{
        identifier(), protocol::access_document, asked.person_server, asked.key, now, asked.until, asked.agent,
        asked.actor};
    auto claims = auth_token_claims(draft(), faults(), asked.resource_token, grant);
    const auto* email = json::member(told, "email");
    if (email != nullptr && has_word(asked.resource_token.claim("scope"), "email") &&
        !faults().on("auth-token-no-identity")) {
        claims["email"] = *email;
    }
    if (asked.upstream && draft().resource_token_names_agent) {
        const bool own = draft().actor_required;
        claims["act"] = {{own ? "sub" : "agent", own ? asked.agent : asked.actor}};
        const auto* earlier = json::member(asked.upstream->jwt.payload(), "act");
        if (earlier != nullptr && !faults().on("upstream-act-dropped")) claims["act"]["act"] = *earlier;
        if (faults().on("upstream-act-person")) claims["act"]["sub"] = asked.upstream->claim("sub");
    }
    if (asked.upstream && faults().on("upstream-sub-copied")) claims["sub"] = asked.upstream->claim("sub");
    keep(asked, claims);
    const auto token = issue(draft(), TokenKind::Auth, claims, key(), faults());
    const auto jwt = jose::Jwt::decode(token);  // which some faults break
    const auto expires = jwt ? jwt->claim_integer("exp") : std::nullopt;
    return grant_response(faults(), "auth_token", token, expires.value_or(now) - now);
}

}  // namespace aauth::mocks

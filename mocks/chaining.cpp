#include "mocks/chaining.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/tokens.h"
#include "mocks/person_server.h"
#include "mocks/upstream.h"

// Chained requests at the person server (sections 7.1, 9.4.5, 10.1.1). Rules, each switched off by "ignore RULE",
// beside those of upstream.h: "upstream.record" (any person will do), "upstream.caller" (any agent). Faults:
// "upstream-person-of-intermediary", "upstream-binds", "upstream-once", "upstream-sub-copied",
// "upstream-mission-dropped", "upstream-three-party-only" (auth tokens of access servers are refused),
// "upstream-act-dropped", "upstream-act-person", "person-token-outlives-upstream", "auth-token-outlives-upstream",
// "upstream-waits-on" (a pending request outlives its upstream token); of bindings: "second-person-claims",
// "sub-of-all-persons".
namespace aauth::mocks {

using protocol::TokenKind;

namespace {

constexpr std::size_t most_records = 100000;

template <class Map, class Key>
auto found_in(const Map& map, const Key& key) -> std::optional<typename Map::mapped_type> {
    const auto found = map.find(key);
    return found == map.end() ? std::nullopt : std::optional(found->second);
}

// True for the pending request with this code, or at this URL.
bool named(const Pending& pending, const std::string& code, const std::string& location) {
    return pending.code == code || location.substr(location.rfind('/') + 1) == pending.id;
}

}  // namespace

std::string PersonRecords::person_of(const std::string& agent, bool bind) {
    const std::scoped_lock lock(mutex_);
    if (auto person = found_in(persons_, agent)) return *person;
    if (bind && persons_.size() < most_records) persons_[agent] = first_person;
    return first_person;
}

bool PersonRecords::bind(const std::string& agent, const std::string& person, bool anyway) {
    const std::scoped_lock lock(mutex_);
    const auto bound = found_in(persons_, agent);
    if (bound && *bound != person && !anyway) return false;
    persons_[agent] = person;
    return true;
}

void PersonRecords::known_as(const std::string& aud, const std::string& sub, const std::string& person) {
    const std::scoped_lock lock(mutex_);
    if (known_.size() < most_records) known_[{aud, sub}] = person;
}

std::optional<std::string> PersonRecords::person_known_as(const std::string& aud, const std::string& sub) const {
    const std::scoped_lock lock(mutex_);
    return found_in(known_, Pair(aud, sub));
}

void PersonRecords::given(const std::string& issuer, const std::string& jti, Caller caller) {
    const std::scoped_lock lock(mutex_);
    if (callers_.size() < most_records) callers_[{issuer, jti}] = std::move(caller);
}

std::optional<PersonRecords::Caller> PersonRecords::caller_with(const std::string& issuer,
                                                                const std::string& jti) const {
    const std::scoped_lock lock(mutex_);
    return found_in(callers_, Pair(issuer, jti));
}

void PersonRecords::presented(const std::string& access_server, const std::string& aud, const std::string& sub) {
    const std::scoped_lock lock(mutex_);
    if (presented_.size() < most_records) presented_.emplace(access_server, aud, sub);
}

bool PersonRecords::was_presented(const std::string& access_server, const std::string& aud,
                                  const std::string& sub) const {
    const std::scoped_lock lock(mutex_);
    return presented_.count({access_server, aud, sub}) != 0;
}

bool PersonRecords::first_use(const std::string& jti) {
    const std::scoped_lock lock(mutex_);
    return used_.size() < most_records && used_.insert(jti).second;
}

PersonRecords::Caller PersonServer::caller_of(const Asked& asked) {
    const auto& agent = *asked.request.token;
    return {asked.agent, agent.claim("iss"), agent.claim("jti")};
}

std::string PersonServer::person_of(const Asked& asked) const {
    return asked.person.empty() ? records_.person_of(asked.agent) : asked.person;
}

tl::expected<void, http::Reply> PersonServer::chained(Asked& asked, const nlohmann::json& body) const {
    if (faults().on("ignore-upstream")) return {};
    const ChainedRequest request{asked.request.token->claim("iss"), identifier(), asked.request.thumbprint(),
                                 [this](const protocol::Token& token) {
                                     return !faults().on("upstream-three-party-only") &&
                                            records_.was_presented(token.claim("iss"), token.claim("aud"),
                                                                   token.claim("sub"));
                                 }};
    const auto upstream = upstream_token(verifier(), body, request);
    if (!upstream) return tl::unexpected(problem_reply(upstream.error().error, upstream.error().detail));
    if (!*upstream) return {};
    const auto& token = **upstream;
    const auto refuse = [this](const char* error, const char* detail) {
        return tl::unexpected(problem_reply(error, detail));
    };
    const bool any =
        !faults().checks("upstream.issuer") || !faults().checks("upstream.typ") || !faults().checks("upstream.record");
    const auto person = records_.person_known_as(token.claim("aud"), token.claim("sub"));
    if (!person && !any) return refuse("invalid_upstream_token", "there is no record of its person");
    const auto caller = records_.caller_with(token.claim("iss"), token.claim("jti"));
    if (!caller && !any && faults().checks("upstream.caller")) {
        return refuse("invalid_upstream_token", "there is no record of the agent that it was issued to");
    }
    if (caller && revoked(caller->agent_issuer, caller->agent_jti) && faults().checks("upstream.revoked")) {
        return refuse("revoked_upstream_token", "the agent token of the agent that it was issued to was revoked");
    }
    if (faults().on("upstream-once") && !records_.first_use(token.claim("jti"))) {
        return refuse("invalid_upstream_token", "it was used already");
    }
    asked.person = person.value_or(PersonRecords::first_person);
    if (faults().on("upstream-person-of-intermediary")) asked.person = records_.person_of(asked.agent);
    if (faults().on("upstream-binds")) records_.bind(asked.agent, asked.person);
    asked.upstream = token;
    return {};
}

void PersonServer::follow_upstream(nlohmann::json& claims, const Asked& asked, TokenKind kind) const {
    if (!asked.upstream) return;
    const auto& upstream = *asked.upstream;
    const bool outlives = faults().on(std::string(protocol::word(kind)) + "-outlives-upstream");
    if (!outlives) claims["exp"] = std::min(claims["exp"].get<std::int64_t>(), upstream.expires());
    if (faults().on("upstream-sub-copied")) claims["sub"] = upstream.claim("sub");
    const auto* mission = json::member(upstream.jwt.payload(), "mission_s256");
    if (kind == TokenKind::Person && mission != nullptr) claims["mission_s256"] = *mission;
    if (kind == TokenKind::Person && faults().on("upstream-mission-dropped")) claims.erase("mission_s256");
    if (kind != TokenKind::Auth || !draft().resource_token_names_agent) return;
    claims["act"] = {{draft().actor_required ? "sub" : "agent", asked.request.token->claim("sub")}};
    if (const auto* act = json::member(upstream.jwt.payload(), "act")) claims["act"]["act"] = *act;
    if (faults().on("upstream-act-dropped")) claims["act"].erase("act");
    if (faults().on("upstream-act-person")) claims["act"]["sub"] = claims["sub"];
}

void PersonServer::put_on_record(const nlohmann::json& claims, const std::string& person,
                                 const PersonRecords::Caller& caller) {
    const auto text = [&](const char* name) { return json::string_member(claims, name).value_or(""); };
    records_.known_as(text("aud"), text("sub"), person);
    records_.given(text("iss"), text("jti"), caller);
}

void PersonServer::ask_about(const std::string& resource) {
    const std::scoped_lock lock(mutex_);
    asked_about_.insert(resource);
}

bool PersonServer::asks_about(const nlohmann::json& body) {
    const auto token = jose::Jwt::decode(json::string_member(body, "resource_token").value_or(""));
    const auto resource =
        json::string_member(body, "resource").value_or(token ? token->claim_string("iss").value_or("") : std::string());
    const std::scoped_lock lock(mutex_);
    return asked_about_.erase(resource) != 0;
}

http::Reply PersonServer::defer(const Asked& asked, Interactions::Complete complete, const std::string& binding,
                                Wants wants) {
    if (!asked.upstream || faults().on("upstream-waits-on")) {
        return interactions_.defer(asked.agent, std::move(complete), binding, std::move(wants));
    }
    const auto until = asked.upstream->expires();
    const auto timely = [this, until, complete = std::move(complete)] {
        if (network().now() < until) return complete();
        return problem_reply("expired", "the upstream token has expired").response;
    };
    auto reply = interactions_.defer(asked.agent, timely, binding, std::move(wants));
    const auto location = reply.response.fields.first("Location").value_or("");
    interactions_.change([&](Pending& pending) {
        if (named(pending, {}, location)) pending.until = std::min(pending.until, until);
    });
    return reply;
}

bool PersonServer::decide(const std::string& code, const std::string& decision) {
    http::Request request;
    request.body = json::dump({{"code", code}, {"decision", decision}});
    return interactions_.decide(request).response.status == 204;
}

http::Reply PersonServer::decide_as_another(const http::Request& request) {
    const auto body = json::parse_object(request.body);
    const auto text = [&](const char* name) {
        return body ? json::string_member(*body, name).value_or("") : std::string();
    };
    bool theirs = true;
    interactions_.change([&](Pending& pending) {
        if (text("decision") != "approve" || !named(pending, text("code"), text("location"))) return;
        theirs = records_.bind(pending.owner, PersonRecords::second_person, faults().on("second-person-claims"));
    });
    if (!theirs) return problem_reply("denied", "this agent belongs to another person");
    return interactions_.decide(request);
}

}  // namespace aauth::mocks

#include "suites/common/issued_tokens.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/httpsig/key_source.h"
#include "harness/json/json.h"
#include "suites/common/auth_server.h"

namespace aauth::suites {

namespace {

// What a row says of a token, for titles.
std::string_view sentence(Claim claim) {
    switch (claim) {
        case Claim::Typ:
            return "has the typ of its kind";
        case Claim::Alg:
            return "is signed with a fully-specified algorithm";
        case Claim::Kid:
            return "names a published key in kid";
        case Claim::Signature:
            return "verifies under the published key";
        case Claim::Iss:
            return "has the server's issuer as iss";
        case Claim::Dwk:
            return "names its issuer's metadata document in dwk";
        case Claim::Aud:
            return "has the resource as aud";
        case Claim::Ps:
            return "has the person's server as ps";
        case Claim::Sub:
            return "has a sub";
        case Claim::Cnf:
            return "is bound to the key of the agent that asked";
        case Claim::CnfAlg:
            return "has a fully-specified alg in its cnf key";
        case Claim::Jti:
            return "has a jti";
        case Claim::Iat:
            return "has an iat";
        case Claim::Ceiling:
            return "lives at most one hour";
        case Claim::NoScope:
            return "has no scope";
        case Claim::NoAccount:
            return "has no account";
        case Claim::NoMission:
            return "has no mission that nobody asked for";
        case Claim::NoAgent:
            return "names no agent and no delegation chain";
    }
    return "";
}

// The published key of this kid; nothing when there is none that can be used.
std::optional<jose::Jwk> published(Test& t, const std::string& kid) {
    const auto answer = t.send_plain("GET", t.world().endpoint("jwks_uri"), {{"Accept", "application/json"}});
    const auto body = answer.json();
    auto set = body ? jose::parse_jwks(*body, t.draft().jwk) : Result<jose::Jwks>(failure("", ""));
    if (!set) return std::nullopt;
    const auto found = set->with_kid(kid);
    return found.empty() ? std::nullopt : std::optional(*found.front());
}

const nlohmann::json* confirmation(const jose::Jwt& token) {
    const auto* cnf = json::member(token.payload(), "cnf");
    return cnf == nullptr ? nullptr : json::member(*cnf, "jwk");
}

void expect_text(Test& t, std::string_view what, const std::optional<std::string>& found, const std::string& wanted) {
    t.check({}, found == wanted, std::string(what), wanted, found.value_or("absent or no string"));
}

void expect_present(Test& t, std::string_view what, const std::optional<std::string>& found) {
    t.check({}, !found.value_or("").empty(), std::string(what), "a string", "absent, empty or no string");
}

void expect_absent(Test& t, const Issued& issued, std::string_view claim) {
    const auto* found = json::member(issued.token.payload(), claim);
    t.check({}, found == nullptr, std::string(claim), "absent", found == nullptr ? "absent" : json::dump(*found));
}

void expect_ceiling(Test& t, const Issued& issued) {
    const auto expires = issued.token.claim_integer("exp");
    const auto issued_at = issued.token.claim_integer("iat").value_or(t.now());
    const auto ceiling = t.draft().token_ceiling;
    t.check({}, expires && *expires > t.now(), "exp", "an integer in the future",
            expires ? std::to_string(*expires) : "absent or no integer");
    if (!expires) return;
    // A minute for clocks that differ, where the lifetime is not measured by the token's own iat.
    const bool short_enough = *expires - t.now() <= ceiling + 60 && *expires - issued_at <= ceiling;
    t.check({}, short_enough, "lifetime", fmt::format("at most {} s", ceiling),
            fmt::format("{} s", *expires - issued_at));
}

void expect_claim(Test& t, const Issued& issued, Claim claim, protocol::TokenKind kind) {
    const auto& token = issued.token;
    const auto kid = token.header_string("kid").value_or("");
    const auto alg = token.header_string("alg").value_or("");
    switch (claim) {
        case Claim::Typ:
            return expect_text(t, "typ", token.header_string("typ"), std::string(protocol::typ(kind)));
        case Claim::Alg:
            t.check({}, crypto::algorithm_from_name(alg).has_value(), "alg", "a fully-specified algorithm", alg);
            return;
        case Claim::Kid:
            t.check({}, !kid.empty() && published(t, kid), "kid", "that of a published, usable key",
                    kid.empty() ? "absent" : kid);
            return;
        case Claim::Signature: {
            const auto key = published(t, kid);
            if (!key) t.blocked("no usable key of this kid is published");
            const bool good = key->algorithm && token.signed_by(key->key, *key->algorithm, t.draft().jwk);
            t.check({}, good, "signature", "verifies under the published key " + kid, "does not verify");
            return;
        }
        case Claim::Iss:
            return expect_text(t, "iss", token.claim_string("iss"), t.world().identifier());
        case Claim::Dwk:
            return expect_text(t, "dwk", token.claim_string("dwk"), std::string(protocol::document_name(*protocol::role_named(t.target().role))));
        case Claim::Aud:
            return expect_text(t, "aud", token.claim_string("aud"), issued.resource);
        case Claim::Ps:
            return expect_text(t, "ps", token.claim_string("ps"), t.person_server_identifier());
        case Claim::Sub:
            return expect_present(t, "sub", token.claim_string("sub"));
        case Claim::Cnf:
            return expect_bound_to(t, token, issued.player.agent.key);
        case Claim::CnfAlg: {
            const auto* jwk = confirmation(token);
            const auto named = jwk == nullptr ? std::string() : json::string_member(*jwk, "alg").value_or("");
            t.check({}, crypto::algorithm_from_name(named).has_value(), "cnf.jwk alg", "a fully-specified algorithm",
                    named.empty() ? "absent" : named);
            return;
        }
        case Claim::Jti:
            return expect_present(t, "jti", token.claim_string("jti"));
        case Claim::Iat: {
            const auto at = token.claim_integer("iat");
            t.check({}, at.has_value(), "iat", "an integer", "absent or no integer");
            return;
        }
        case Claim::Ceiling:
            return expect_ceiling(t, issued);
        case Claim::NoScope:
            return expect_absent(t, issued, "scope");
        case Claim::NoAccount:
            return expect_absent(t, issued, "account");
        case Claim::NoMission:
            return expect_absent(t, issued, "mission_s256");
        case Claim::NoAgent:
            expect_absent(t, issued, "agent");
            return expect_absent(t, issued, "act");
    }
}

}  // namespace

void claim_cases(Suite& suite, const std::string& prefix, protocol::TokenKind kind,
                 const std::function<Issued(Test&)>& issue, const std::vector<ClaimRow>& rows) {
    const bool person = kind == protocol::TokenKind::Person;
    for (const auto& row : rows) {
        auto made = suite.add(prefix + row.number,
                              fmt::format("{} token {}", person ? "a person" : "an auth", sentence(row.claim)),
                              {{row.requirement, row.fault}},
                              [issue, kind, claim = row.claim](Test& t) { expect_claim(t, issue(t), claim, kind); });
        if (person) made.only_for(drafts_with(&protocol::Draft::person_tokens));
    }
}

void expect_grant(Test& t, const Answer& answer, const std::string& member) {
    const auto body = answer.json();
    const auto lifetime = body ? json::integer_member(*body, "expires_in") : std::nullopt;
    t.expect(answer).status(200).jwt(member).that(lifetime && *lifetime > 0, "expires_in", "seconds, more than 0",
                                                  lifetime ? std::to_string(*lifetime) : "absent or no integer");
}

void expect_agreeing_lifetime(Test& t, const Answer& answer, const std::string& member) {
    const auto body = answer.json();
    const auto token = answer.jwt(member);
    const auto lifetime = body ? json::integer_member(*body, "expires_in") : std::nullopt;
    const auto expires = token ? token->claim_integer("exp") : std::nullopt;
    if (!lifetime || !expires) t.blocked("there is no expires_in or no exp: " + answer.summary());
    const auto left = *expires - t.now();
    t.check({}, *lifetime <= left + 60 && *lifetime >= left - 60, "expires_in", fmt::format("about {}", left),
            std::to_string(*lifetime));
}

void expect_bound_to(Test& t, const jose::Jwt& token, const jose::SigningKey& key, std::string_view requirement) {
    const auto* jwk = confirmation(token);
    auto print = jwk == nullptr ? Result<std::string>(failure("", "no cnf.jwk")) : jose::thumbprint(*jwk);
    const auto wanted = key.thumbprint();
    t.check(requirement, print && *print == wanted, "thumbprint of cnf.jwk", wanted,
            print ? *print : print.error().message);
}

void expect_expires_by(Test& t, const jose::Jwt& token, std::int64_t seconds) {
    const auto expires = token.claim_integer("exp");
    t.check({}, expires && *expires <= seconds, "exp", fmt::format("at most {}", seconds),
            expires ? std::to_string(*expires) : "absent or no integer");
}

}  // namespace aauth::suites

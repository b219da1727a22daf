#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/crypto/encoding.h"
#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "harness/protocol/verification.h"

namespace aauth::protocol {

bool Verifier::accepts(crypto::Algorithm algorithm) const {
    return std::find(algorithms.begin(), algorithms.end(), algorithm) != algorithms.end();
}

std::vector<std::string> Verifier::algorithm_names() const {
    std::vector<std::string> names;
    for (const auto algorithm : algorithms) names.emplace_back(crypto::name(algorithm));
    return names;
}

std::string Token::claim(std::string_view name) const { return jwt.claim_string(name).value_or(""); }

std::int64_t Token::expires() const { return jwt.claim_integer("exp").value_or(0); }

std::string Token::confirmation_thumbprint() const {
    return confirmation ? jose::thumbprint(confirmation->key) : std::string();
}

namespace {

// Whether there are more than `seconds` between two times, which may be any numbers.
bool lives_longer(std::int64_t issued, std::int64_t expires, std::int64_t seconds) {
    const auto lifetime = static_cast<std::uint64_t>(expires) - static_cast<std::uint64_t>(issued);
    return expires > issued && lifetime > static_cast<std::uint64_t>(seconds);
}

// One verification of one token; each step gives the error that ends it.
class Examination {
public:
    Examination(const Verifier& verifier, TokenKind kind, const jose::Jwt& jwt)
        : verifier_(verifier), kind_(kind), jwt_(jwt) {}

    Result<void> document() const {
        if (!checks("dwk")) return {};
        const auto dwk = jwt_.claim_string("dwk").value_or("");
        const auto allowed = documents();
        if (std::find(allowed.begin(), allowed.end(), dwk) == allowed.end()) {
            return failure("invalid", "the dwk of this token is not " + std::string(allowed.front()));
        }
        return {};
    }

    Result<void> issuer() const {
        if (!checks_issuer()) return {};
        const auto problem = server_identifier_problem(jwt_.claim_string("iss").value_or(""), verifier_.reach);
        if (problem) return failure("invalid", "iss: " + *problem);
        return {};
    }

    Result<void> signature() const {
        if (!checks("signature")) return {};
        auto issuer = jwt_.claim_string("iss").value_or("");
        if (!checks_issuer()) {
            const auto url = http::Url::parse(issuer);
            if (!url) return {};
            issuer = url->origin();
        }
        const auto document = checks("dwk") ? jwt_.claim_string("dwk").value_or("") : std::string(documents().front());
        const auto kid = jwt_.header_string("kid");
        if (!kid && checks("kid")) return failure("invalid", "the header names no kid");
        auto key = verifier_.keys.key(issuer, document, kid.value_or(""));
        if (!key) return tl::unexpected(key.error());
        if (signed_by(*key)) return algorithm(*key);
        auto fresh = verifier_.keys.refreshed_key(issuer, document, kid.value_or(""));
        if (!fresh) return tl::unexpected(fresh.error());
        if (signed_by(*fresh)) return algorithm(*fresh);
        return failure("invalid", "the signature does not verify under the issuer's key " + kid.value_or(""));
    }

    Result<void> times() const {
        const auto now = verifier_.clock();
        const auto expires = jwt_.claim_integer("exp");
        if (checks("exp")) {
            if (!expires) return failure("invalid", "exp is missing or no integer");
            if (*expires <= now) return failure("expired", "the token has expired");
        }
        const auto issued = jwt_.claim_integer("iat");
        if (issued && *issued < now - 60 && on("iat-window")) return failure("invalid", "iat is too old");
        if (issued && *issued > now && on("iat-strict")) return failure("clock_skew", "iat is ahead");
        if (issued && *issued > now + 60 && on("iat-ahead-other-code")) return failure("expired", "iat is ahead");
        if (checks("iat")) {
            if (!issued && verifier_.draft.iat_required) return failure("invalid", "iat is missing or no integer");
            if (issued && verifier_.draft.iat_not_ahead && *issued > now + verifier_.draft.signature_window) {
                return failure("invalid", "iat is in the future");
            }
        }
        if (checks("ceiling") && verifier_.draft.lifetime_from_iat && issued && expires && short_lived() &&
            lives_longer(*issued, *expires, verifier_.draft.token_ceiling)) {
            return failure("invalid", "the token lives longer than an hour");
        }
        return {};
    }

    Result<std::optional<jose::Jwk>> confirmation() const {
        if (kind_ == TokenKind::Resource) return std::optional<jose::Jwk>();
        const auto* cnf = json::member(jwt_.payload(), "cnf");
        const auto* jwk = cnf == nullptr ? nullptr : json::member(*cnf, "jwk");
        if (jwk != nullptr && on("lenient-cnf")) {
            const auto x = crypto::base64url_decode(json::string_member(*jwk, "x").value_or(""));
            auto guessed = crypto::PublicKey::from_edwards(crypto::KeyType::Ed25519, x.value_or(""));
            if (guessed) return std::optional<jose::Jwk>(jose::Jwk{*guessed, crypto::Algorithm::Ed25519, {}});
        }
        if (jwk != nullptr && jwk->is_object() && on("refuse-unknown-jwk-members")) {
            static const std::set<std::string> known{"kty", "crv", "x", "y", "alg", "kid", "use", "n", "e"};
            for (const auto& [name, value] : jwk->items()) {
                if (known.count(name) == 0) return failure("invalid_key", "the JWK has the unknown member " + name);
            }
        }
        auto rules = verifier_.draft.jwk;
        if (!verifier_.faults.checks("sig.algorithm")) rules = {false, true};
        auto key = httpsig::confirmation_key(jwt_, rules);
        if (!key && on("unusable-cnf-other-code")) return failure("unknown_key", key.error().message);
        if (!key) {
            return tl::unexpected(Error{key.error().code == "invalid_jwt" ? "invalid" : key.error().code,
                                        key.error().message});
        }
        return std::optional<jose::Jwk>(*key);
    }

    Result<void> claims() const {
        if (on("refuse-unknown-claims") && json::member(jwt_.payload(), "unknown_claim") != nullptr) {
            return failure("invalid", "there is a claim that is not known");
        }
        if (checks("crit") && json::member(jwt_.header(), "crit") != nullptr) {
            return failure("invalid", "the header has a critical extension that is not known");
        }
        if (!checks("claims")) return {};
        for (const auto name : required_claims()) {
            if (jwt_.claim_string(name).value_or("").empty()) {
                return failure("invalid", "the claim " + std::string(name) + " is missing or no string");
            }
        }
        if (kind_ == TokenKind::Person &&
            (json::member(jwt_.payload(), "scope") != nullptr || json::member(jwt_.payload(), "account") != nullptr)) {
            return failure("invalid", "a person token carries no scope and no account");
        }
        if (kind_ == TokenKind::Agent) return agent_claims();
        return kind_ == TokenKind::Auth && verifier_.draft.resource_token_names_agent ? delegation_claims()
                                                                                      : Result<void>();
    }

private:
    bool checks(std::string_view rule) const {
        return verifier_.faults.checks(std::string(word(kind_)) + "." + std::string(rule));
    }

    bool on(std::string_view fault) const { return verifier_.faults.on(fault); }

    // Who admits every destination fetches from whatever the token names.
    bool checks_issuer() const { return checks("iss") && verifier_.faults.checks("egress"); }

    bool short_lived() const { return kind_ == TokenKind::Person || kind_ == TokenKind::Auth; }

    bool signed_by(const jose::Jwk& key) const {
        const bool guess = !verifier_.faults.checks("sig.algorithm");
        if (!key.algorithm && !guess) return false;
        return jwt_.signed_by(key.key, key.algorithm.value_or(crypto::Algorithm::Ed25519), verifier_.draft.jwk);
    }

    Result<void> algorithm(const jose::Jwk& key) const {
        if (!key.algorithm || verifier_.accepts(*key.algorithm)) return {};
        return failure("unsupported_algorithm", "the issuer's key is for an algorithm that is not accepted");
    }

    std::vector<std::string_view> documents() const {
        switch (kind_) {
            case TokenKind::Agent: return {agent_document};
            case TokenKind::Person: return {person_document};
            case TokenKind::Resource: return {resource_document};
            case TokenKind::Auth: return {person_document, access_document};
        }
        return {};
    }

    std::vector<std::string_view> required_claims() const {
        switch (kind_) {
            case TokenKind::Agent: return {"sub", "jti"};
            case TokenKind::Person: return {"aud", "sub", "jti"};
            case TokenKind::Auth:
                return verifier_.draft.person_tokens ? std::vector<std::string_view>{"aud", "sub", "jti", "ps"}
                                                     : std::vector<std::string_view>{"aud", "jti", "agent"};
            case TokenKind::Resource:
                return verifier_.draft.resource_token_names_agent
                           ? std::vector<std::string_view>{"aud", "jti", "agent", "agent_jkt"}
                           : std::vector<std::string_view>{"aud", "jti", "ps", "sub", "presented_jti", "agent_jkt"};
        }
        return {};
    }

    Result<void> agent_claims() const {
        const auto sub = jwt_.claim_string("sub").value_or("");
        if (on("refuse-uppercase-sub") && http::lowercase(sub) != sub) {
            return failure("invalid", "sub is not lowercase");
        }
        const bool child = json::member(jwt_.payload(), "parent_agent") != nullptr;
        if (on("parse-local-part") && child != (sub.find('+') != std::string::npos)) {
            return failure("invalid", "a sub-agent has a plus in its name, and nobody else");
        }
        const auto identifier = agent_identifier_problem(sub, verifier_.draft, verifier_.reach);
        if (identifier && checks("sub")) return failure("invalid", "sub: " + *identifier);
        if (checks("ps") && json::member(jwt_.payload(), "ps") != nullptr) {
            const auto problem = server_identifier_problem(jwt_.claim_string("ps").value_or(""), verifier_.reach);
            if (problem) return failure("invalid", "ps: " + *problem);
        }
        if (checks("parent") && child && verifier_.draft.sub_agents) {
            const auto problem = agent_identifier_problem(jwt_.claim_string("parent_agent").value_or(""),
                                                          verifier_.draft, verifier_.reach);
            if (problem) return failure("invalid", "parent_agent: " + *problem);
        }
        return {};
    }

    // What auth tokens say of the agent and of who delegated to it, in the drafts where they do.
    Result<void> delegation_claims() const {
        if (!jwt_.claim_string("sub") && !jwt_.claim_string("scope")) {
            return failure("invalid", "the token has neither sub nor scope");
        }
        const auto* act = json::member(jwt_.payload(), "act");
        if (verifier_.draft.actor_required) {
            const auto actor = act == nullptr ? std::nullopt : json::string_member(*act, "sub");
            // Who overlooks whom its own token names overlooks it here as well.
            const bool compared = verifier_.faults.checks("response.agent") && verifier_.faults.checks("response.act");
            if (actor && (actor == jwt_.claim_string("agent") || !compared)) return {};
            return failure("invalid", "the sub of act is not the agent");
        }
        if (act == nullptr) return {};
        const auto actor = json::string_member(*act, "agent").value_or("");
        const auto problem = agent_identifier_problem(actor, verifier_.draft, verifier_.reach);
        if (problem) return failure("invalid", "act: " + *problem);
        return {};
    }

    const Verifier& verifier_;
    TokenKind kind_;
    const jose::Jwt& jwt_;
};

}  // namespace

Result<Token> verify_token(const Verifier& verifier, std::string_view compact, TokenKind kind) {
    auto jwt = jose::Jwt::decode(compact);
    if (!jwt) return failure("invalid", jwt.error().message);
    const bool typed = jwt->header_string("typ") == std::string(typ(kind));
    if (!typed && verifier.faults.checks(std::string(word(kind)) + ".typ")) {
        return failure("invalid", "the typ of this token is not " + std::string(typ(kind)));
    }
    const Examination examination(verifier, kind, *jwt);
    // iss before the signature, which is looked for at the place it names.
    for (const auto step : {&Examination::document, &Examination::issuer, &Examination::signature, &Examination::claims}) {
        if (auto done = (examination.*step)(); !done) return tl::unexpected(done.error());
    }
    auto key = examination.confirmation();
    if (!key) return tl::unexpected(key.error());
    if (auto timely = examination.times(); !timely) return tl::unexpected(timely.error());
    const auto issuer = jwt->claim_string("iss").value_or("");
    const bool looked_up = verifier.revoked && verifier.faults.checks(std::string(word(kind)) + ".revoked");
    if (looked_up && verifier.revoked(issuer, jwt->claim_string("jti").value_or(""))) {
        return failure(verifier.draft.revoked_jwt_error ? "revoked" : "invalid", "the issuer has revoked this token");
    }
    return Token{kind, *jwt, *key};
}

Result<Token> verify_token(const Verifier& verifier, std::string_view compact, const std::vector<TokenKind>& kinds) {
    auto jwt = jose::Jwt::decode(compact);
    if (!jwt) return failure("invalid", jwt.error().message);
    const auto kind = kind_from_typ(jwt->header_string("typ").value_or(""));
    if (kind && std::find(kinds.begin(), kinds.end(), *kind) != kinds.end()) {
        return verify_token(verifier, compact, *kind);
    }
    // A verifier told not to look at the typ of one kind takes the token for one of that kind.
    for (const auto expected : kinds) {
        if (!verifier.faults.checks(std::string(word(expected)) + ".typ")) {
            return verify_token(verifier, compact, expected);
        }
    }
    return failure("invalid", "a token of this typ is not accepted here");
}

std::string signature_error(const Error& error) {
    if (error.code == "invalid" || error.code == "expired" || error.code == "revoked") return error.code + "_jwt";
    return error.code == "invalid_metadata" ? "invalid_jwt" : error.code;
}

std::string parameter_error(const Draft& draft, const Error& error, std::string_view parameter) {
    if (error.code == "clock_skew" && draft.clock_skew_error) return error.code;
    const bool timed = error.code == "expired" || error.code == "revoked";
    return (timed ? error.code : "invalid") + "_" + std::string(parameter);
}

}  // namespace aauth::protocol

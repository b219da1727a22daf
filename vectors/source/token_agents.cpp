#include "harness/jose/jwt.h"
#include "vectors/source/material.h"
#include "vectors/source/token_rows.h"

// What an agent verifies of the tokens that it is given (6.7.3, 9.4.4). The draft has no codes for its findings.
namespace aauth::vectors {

namespace {

using protocol::TokenKind;

// One operation of an agent on tokens.
class Judgement {
public:
    Judgement(Table& table, std::string name, std::string op, int first, Draftable good, json expected)
        : rows_(table.group(std::move(name), std::move(op), first,
                            {{"now", now}, {"documents", documents(table.draft)}, {"expected", std::move(expected)}})),
          good_(std::move(good)) {}

    const Draftable& good() const { return good_; }

    void start(std::string comment, std::vector<std::string> requirements) {
        first_ = rows_.valid(std::move(comment), input({}), {.requirements = std::move(requirements)});
    }
    void valid(const TokenRow& row) { rows_.valid(row.comment, input(row)); }
    void invalid(const TokenRow& row, const char* flag, std::vector<std::string> requirements) {
        rows_.invalid(row.comment, first_, input(row), {.flags = {flag}, .requirements = std::move(requirements)});
    }
    void acceptable(const TokenRow& row, const char* flag, std::vector<std::string> requirements = {}) {
        rows_.acceptable(row.comment, first_, input(row), {.flags = {flag}, .requirements = std::move(requirements)});
    }

private:
    // Another resource and another person server are there too, and good ones.
    static json documents(const protocol::Draft& draft) {
        auto all = documents_everywhere(draft, {resource, person_server, access_server});
        all.update(documents_of("https://other.example", protocol::Role::Resource, draft));
        all.update(documents_of("https://other.example", protocol::Role::PersonServer, draft));
        return all;
    }

    json input(const TokenRow& row) const {
        auto token = good_;
        if (row.edit) row.edit(token);
        auto compact = token.minted();
        if (row.compact) compact = row.compact(compact);
        return {{"token", compact}};
    }

    Rows rows_;
    Draftable good_;
    std::string first_;
};

// A token of https://other.example, as good as the good one.
void by_another(Draftable& token) {
    token.claims["iss"] = "https://other.example";
    token.signer = key_of("https://other.example");
}

std::string unsigned_form(const std::string& compact) { return compact.substr(0, compact.rfind('.') + 1); }

// What makes any token bad in itself.
struct Broken {
    TokenRow row;
    const char* flag;
};

std::vector<Broken> broken(const Draftable& good) {
    const auto kid = good.signer.kid;
    const auto stranger = [kid](Draftable& token) {
        token.signer = {key("stranger").key, crypto::Algorithm::Ed25519, kid};
    };
    return {{{"one bit of the signature changed", {}, jose::corrupt_signature}, "BadSignature"},
            {{"no signature", {}, unsigned_form}, "BadSignature"},
            {{"signed by another key under the issuer's kid", stranger}, "WrongKey"},
            {{"alg none, and no signature", header("alg", "none"), unsigned_form}, "ForbiddenAlgorithm"},
            {{"a kid that the issuer does not publish", header("kid", "no-such-key")}, "UnknownKey"},
            {{"without dwk", claim("dwk", nullptr)}, "Document"},
            {{"with the dwk of an agent provider", claim("dwk", protocol::agent_document)}, "Document"}};
}

void mismatches(Judgement& of, const std::string& name, const std::vector<json>& others, const char* flag,
                const std::vector<std::string>& ids) {
    of.invalid({"without " + name, claim(name, nullptr)}, flag, ids);
    of.invalid({name + " is null", null_claim(name)}, flag, ids);
    of.invalid({name + " is an array", claim(name, json::array({of.good().claims[name]}))}, flag, ids);
    for (const auto& other : others) of.invalid({name + " is " + other.dump(), claim(name, other)}, flag, ids);
}

void challenges(Table& table) {
    const auto& draft = table.draft;
    const auto good = resource_token(draft);
    json expected{{"iss", resource}, {"agent_jkt", key("agent").thumbprint()}};
    for (const char* name : {"agent", "ps", "sub", "presented_jti"}) {
        if (good.claims.contains(name)) expected[name] = good.claims[name];
    }
    Judgement of(table, "resource tokens as an agent judges them", "verify-challenge", 5001, good, expected);
    const std::string rule = "resource-token.challenge-verify-";
    of.start("the resource token that a challenge brings", {rule + "signature"});
    of.valid({"for an access server", claim("aud", access_server)});
    of.valid({"signed with ES256", [&](Draftable& token) { token = signed_by(token, curve_key_of(resource), draft); }});
    of.valid({"a second before it expires", claim("exp", now + 1)});
    of.valid({"with claims that nobody knows", claim("x-note", true)});

    const auto iss = std::vector<std::string>{rule + "iss"};
    of.invalid({"of another resource", by_another}, "Issuer", iss);
    of.invalid({"iss with a trailing slash", claim("iss", "https://rs.example/")}, "Issuer", iss);
    of.invalid({"without iss", claim("iss", nullptr)}, "Issuer", iss);
    of.invalid({"iss is the agent's person server", claim("iss", person_server)}, "Issuer", iss);
    const auto jkt = key("agent").thumbprint();
    mismatches(of, "agent_jkt", {key("stranger").thumbprint(), "", 1, jkt + "=", "urn:jkt:sha-256:" + jkt}, "Binding",
               {rule + "agent-jkt"});
    if (draft.resource_token_names_agent) {
        mismatches(of, "agent", {"aauth:other@ap.example", "", 1, "aauth:assistant@other.example"}, "Agent",
                   {"resource-token.challenge-verify-agent"});
    } else {
        mismatches(of, "ps", {"https://other.example", "", 1, "https://ps.example/", "https://PS.example"},
                   "PersonServer", {rule + "ps"});
        mismatches(of, "sub", {"somebody", "", 1, "U-7RK2", "u-7Rk2 "}, "Person", {rule + "sub"});
        const std::vector<json> others{fixed_id("another token"), "", 1};
        if (draft.presented_token) {
            mismatches(of, "presented_jti", others, "Presented", {rule + "presented-jti"});
        } else {
            for (const auto& other : others) {
                of.acceptable({"presented_jti is " + other.dump(), claim("presented_jti", other)}, "NoStep");
            }
        }
    }
    const std::vector<std::string> exp{rule + "exp"};
    of.invalid({"exp now", claim("exp", now)}, "Expired", exp);
    of.invalid({"exp a second ago", claim("exp", now - 1)}, "Expired", exp);
    of.invalid({"exp an hour ago",
                [](Draftable& token) {
                    token.claims["iat"] = now - 4000;
                    token.claims["exp"] = now - 3600;
                }},
               "Expired", exp);
    of.invalid({"without exp", claim("exp", nullptr)}, "Expiry", exp);
    of.invalid({"exp is a string", claim("exp", std::to_string(now + 100))}, "Expiry", exp);
    for (const auto& [row, flag] : broken(good)) of.invalid(row, flag, {rule + "signature"});
    for (const char* typ : {"JWT", "aa-auth+jwt", "aa-person+jwt", "aa-agent+jwt"}) {
        of.invalid({std::string("typ ") + typ, header("typ", typ)}, "WrongTyp", {"jwt.typ"});
    }
    of.invalid({"without typ", header("typ", nullptr)}, "WrongTyp", {"jwt.typ"});
    of.invalid({"a text that is no JWT", {}, [](auto) { return std::string("token"); }}, "Form", {rule + "signature"});
    of.invalid({"the person token that was presented",
                [&draft](Draftable& token) {
                    if (draft.person_tokens)
                        token = person_token(draft);
                    else
                        token = agent_token(draft);
                }},
               "WrongTyp", {"jwt.typ"});
    of.acceptable({"aud of another person server", claim("aud", "https://other.example")}, "NoStep");
    of.acceptable({"without aud", claim("aud", nullptr)}, "NoStep");
    of.acceptable({"without jti", claim("jti", nullptr)}, "NoStep");
    of.acceptable({"a lifetime of a day", claim("exp", now + 86400)}, "Lifetime");
}

json grant_expected(const Draftable& good, const protocol::Draft& draft) {
    json expected{{"iss", good.claims["iss"]}, {"aud", resource}, {"cnf", key("agent").thumbprint()}};
    if (draft.resource_token_names_agent) {
        expected["agent"] = agent;
    } else {
        expected["sub"] = good.claims["sub"];
    }
    return expected;
}

void delegations(Judgement& of, const protocol::Draft& draft) {
    mismatches(of, "agent", {"aauth:other@ap.example", "", 1, "aauth:assistant@other.example"}, "Agent",
               {"auth-token.response-verify-agent"});
    const std::vector<std::string> ids{"auth-token.response-verify-act"};
    if (draft.actor_required) {
        of.invalid({"the sub of act is another agent", claim("act", {{"sub", "aauth:other@ap.example"}})}, "Delegation",
                   ids);
        of.invalid({"without act", claim("act", nullptr)}, "Delegation", ids);
        of.invalid({"act without sub", claim("act", json::object())}, "Delegation", ids);
        return;
    }
    of.invalid({"act names an agent, and nobody delegated", claim("act", {{"agent", "aauth:other@ap.example"}})},
               "Delegation", ids);
    of.invalid({"act without agent", claim("act", json::object())}, "Delegation", ids);
}

void grants(Table& table, bool from_access_server, int first) {
    const auto& draft = table.draft;
    const auto good = auth_token(draft, from_access_server);
    Judgement of(table,
                 std::string("auth tokens as an agent judges them, of ") +
                     (from_access_server ? "an access server" : "its person server"),
                 "verify-grant", first, good, grant_expected(good, draft));
    const std::string rule = "auth-token.response-verify-";
    of.start("the auth token that a token request brings", {rule + "signature"});
    const auto iss = std::vector<std::string>{rule + "iss"};
    of.invalid({"of another server than the resource token's aud", by_another}, "Issuer", iss);
    of.invalid({"without iss", claim("iss", nullptr)}, "Issuer", iss);
    of.invalid({"iss with a trailing slash", claim("iss", good.claims["iss"].get<std::string>() + "/")}, "Issuer", iss);
    mismatches(of, "aud",
               {"https://other.example", "", 1, "https://rs.example/", "https://RS.example", "https://rs.example:443"},
               "Audience", {rule + "aud"});
    const std::vector<std::string> cnf{rule + "cnf"};
    of.invalid({"bound to another key", claim("cnf", {{"jwk", jwk_of(key("stranger"), draft)}})}, "Binding", cnf);
    of.invalid({"without cnf", claim("cnf", nullptr)}, "Confirmation", cnf);
    of.invalid({"cnf without jwk", claim("cnf", json::object())}, "Confirmation", cnf);
    of.invalid({"cnf has a thumbprint in place of a key", claim("cnf", {{"jkt", key("agent").thumbprint()}})},
               "Confirmation", cnf);
    of.invalid({"cnf.jwk without x", claim("cnf/jwk/x", nullptr)}, "Confirmation", cnf);
    of.invalid({"cnf.jwk is another kind of key",
                claim("cnf", {{"jwk", jwk_of(key("agent", crypto::Algorithm::ES256), draft)}})},
               "Binding", cnf);
    if (draft.resource_token_names_agent) {
        delegations(of, draft);
    } else {
        mismatches(of, "sub", {"somebody", "", 1, "U-7RK2", "u-7Rk2 "}, "Person", {rule + "sub"});
    }
    for (const char* typ : {"JWT", "aa-person+jwt", "aa-resource+jwt"}) {
        const TokenRow row{std::string("typ ") + typ, header("typ", typ)};
        if (draft.typ_always_checked) {
            of.invalid(row, "WrongTyp", {"jwt.typ"});
        } else {
            of.acceptable(row, "NoStep");
        }
    }
    of.invalid({"a text that is no JWT", {}, [](auto) { return std::string("token"); }}, "Form", {rule + "iss"});
    if (from_access_server) return;
    of.valid(
        {"signed with ES256", [&](Draftable& token) { token = signed_by(token, curve_key_of(person_server), draft); }});
    of.valid({"without scope", claim("scope", nullptr)});
    of.valid({"with claims that nobody knows", claim("x-note", true)});
    for (const auto& [row, flag] : broken(good)) of.acceptable(row, "ShouldVerify", {rule + "signature"});
    of.acceptable({"expired: no step of 9.4.4 asks for exp", claim("exp", now - 1)}, "NoStep");
    of.acceptable({"without jti", claim("jti", nullptr)}, "NoStep");
}

}  // namespace

void write_agent_checks(Table& table) {
    challenges(table);
    grants(table, false, 5501);
    grants(table, true, 5601);
}

}  // namespace aauth::vectors

#include "vectors/source/material.h"
#include "vectors/source/token_rows.h"

// Good tokens of every kind, and the claims that each kind has for itself.
namespace aauth::vectors {

namespace {

using protocol::TokenKind;

const Codes malformed{"invalid_jwt"};

// A claim of which no step of the verification speaks: present in good tokens, judged in no sentence.
void unjudged(TokenGroup& group, const std::string& name, const std::vector<std::string>& ids) {
    group.acceptable({"without " + name, claim(name, nullptr)}, "NoStep", ids);
    group.acceptable({name + " is null", null_claim(name)}, "NoStep", ids);
    group.acceptable({name + " is a number", claim(name, 1)}, "NoStep", ids);
    group.acceptable({name + " is an object", claim(name, json::object())}, "NoStep", ids);
    group.acceptable({name + " is empty", claim(name, "")}, "NoStep", ids);
}

void further_claims(TokenGroup& group) {
    group.valid(
        {"claims that nobody knows (RFC 7519, section 4)", claim("x-note", {{"a", json::array({1, nullptr})}})});
}

void agent_rows(TokenGroup& group) {
    const auto& draft = group.draft();
    group.valid({"without ps", claim("ps", nullptr)});
    further_claims(group);
    group.valid({"software attestation claims of the provider", claim("attestation", {{"level", 2}})},
                {"jwt.unknown-claims"});
    group.valid({"a nbf in the past", claim("nbf", now - 5)});
    const std::vector<std::string> sub{"agent-token.sub"};
    unjudged(group, "sub", sub);
    for (const char* text :
         {"assistant", "assistant@ap.example", "aauth:@ap.example", "aauth:assistant", "aauth:a b@ap.example",
          "aauth:assistant@https://ap.example", "aauth:assistant@AP.example", "acct:assistant@ap.example"}) {
        group.acceptable({std::string("sub ") + text, claim("sub", text)}, "NoStep", sub);
    }
    group.acceptable({"sub with a domain that is not the provider's", claim("sub", "aauth:assistant@other.example")},
                     "NoStep", {"id.agent.domain"});
    group.acceptable(
        {"sub with 256 characters before the @", claim("sub", "aauth:" + std::string(256, 'a') + "@ap.example")},
        "NoStep", {"id.agent.local-part"});
    group.valid(
        {"sub with 255 characters before the @", claim("sub", "aauth:" + std::string(255, 'a') + "@ap.example")});
    group.valid({"sub with all the characters that it may have", claim("sub", "aauth:a-z_0.9@ap.example")});
    const TokenRow capital{"sub with capital letters", claim("sub", "aauth:Assistant-V2@ap.example")};
    if (draft.uppercase_local_part) {
        group.valid(capital, {"id.agent.uppercase-accepted"});
    } else {
        group.acceptable(capital, "NoStep");
    }
    group.valid({"sub with a plus, and no parent_agent: nobody parses the local part",
                 claim("sub", "aauth:assistant+search@ap.example")},
                {"id.agent.no-parsing"});

    const auto bad = [&](TokenRow row) { group.invalid(row, "PersonServer", malformed, {"agent-token.ps-valid"}); };
    bad({"ps is a number", claim("ps", 1)});
    bad({"ps is an array", claim("ps", json::array({person_server}))});
    bad({"ps is empty", claim("ps", "")});
    bad({"ps is a host", claim("ps", "ps.example")});
    bad({"ps by http", claim("ps", "http://ps.example")});
    bad({"ps with a trailing slash", claim("ps", "https://ps.example/")});
    bad({"ps with a path", claim("ps", "https://ps.example/person")});
    bad({"ps with a port", claim("ps", "https://ps.example:8443")});
    bad({"ps with a query", claim("ps", "https://ps.example?a=b")});
    bad({"ps with a user", claim("ps", "https://user@ps.example")});
    bad({"ps in upper case", claim("ps", "https://PS.example")});
    bad({"ps with a space at its end", claim("ps", "https://ps.example ")});
    bad({"ps in Unicode", claim("ps",
                                "https://b\xc3\xbc"
                                "cher.example")});
    group.valid({"ps in ACE form", claim("ps", "https://xn--bcher-kva.example")}, {"id.server.ace"});
    group.acceptable({"ps is null: whether that is a ps that is present", null_claim("ps")}, "Ambiguous");
}

void person_rows(TokenGroup& group) {
    further_claims(group);
    group.valid({"with a tenant", claim("tenant", "corp")}, {"person-token.tenant-not-identity"});
    group.valid({"with a mission", claim("mission_s256", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")});
    group.valid({"sub of any letters: it is opaque", claim("sub", "Person \xc3\xbc/1?#")}, {"person-token.sub-opaque"});
    group.valid({"a sub that looks like a URL", claim("sub", "https://other.example/u/1")},
                {"person-token.sub-opaque"});
    unjudged(group, "sub", {"person-token.sub"});
    group.acceptable({"with a scope, which a person token must not have", claim("scope", "data.read")}, "NoStep",
                     {"person-token.no-scope"});
    group.acceptable({"with an account, which a person token must not have", claim("account", "work")}, "NoStep",
                     {"person-token.no-account"});
    group.acceptable({"a mission that is no thumbprint", claim("mission_s256", 1)}, "NoStep");
    group.acceptable({"a tenant that is no string", claim("tenant", json::array())}, "NoStep");
}

void resource_rows(TokenGroup& group) {
    const auto& draft = group.draft();
    further_claims(group);
    group.valid({"with an account", claim("account", "work")});
    group.acceptable({"without scope, in whose place a companion's claim may stand, and none does", claim("scope", nullptr)},
                     "Ambiguous");
    group.valid({"with the resource's own interaction",
                 claim("interaction", {{"url", "https://rs.example/interact"}, {"code", "AB3D-9KXM"}})},
                {"resource-token.interaction"});
    group.acceptable({"scope is a number", claim("scope", 1)}, "NoStep");
    group.acceptable({"scope is an array", claim("scope", {"data.read"})}, "NoStep");
    if (draft.resource_token_names_agent) {
        for (const auto& row :
             {TokenRow{"without agent", claim("agent", nullptr)}, TokenRow{"agent is null", null_claim("agent")},
              TokenRow{"agent is a number", claim("agent", 1)}, TokenRow{"agent is empty", claim("agent", "")}}) {
            group.invalid(row, "Agent", malformed, {"resource-token.verify-agent"});
        }
        return;
    }
    group.valid(
        {"with a tenant and a mission", [](Draftable& token) {
             token.claims.update({{"tenant", "corp"}, {"mission_s256", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}});
         }});
    // Step 3 of 6.7.2: the person server has to be named itself.
    const auto bad = [&](TokenRow row) { group.invalid(row, "PersonServer", {}, {"resource-token.verify-ps"}); };
    bad({"ps is another person server", claim("ps", "https://other.example")});
    bad({"without ps", claim("ps", nullptr)});
    bad({"ps is null", null_claim("ps")});
    bad({"ps is a number", claim("ps", 1)});
    bad({"ps with a trailing slash", claim("ps", "https://ps.example/")});
    bad({"ps in upper case", claim("ps", "https://PS.example")});
    bad({"ps is an array", claim("ps", json::array({person_server}))});
    const auto later = [&](const std::string& name, const char* id) {
        group.acceptable({"without " + name, claim(name, nullptr)}, "SeenLater", {id});
        group.acceptable({name + " is a number", claim(name, 1)}, "SeenLater", {id});
        group.acceptable({name + " is empty", claim(name, "")}, "SeenLater", {id});
    };
    later("sub", "resource-token.verify-sub");
    later("presented_jti", "resource-token.verify-presented-jti");
}

void older_auth_rows(TokenGroup& group) {
    const auto& draft = group.draft();
    group.valid({"without sub, with a scope", claim("sub", nullptr)});
    group.valid({"without scope, with a sub", claim("scope", nullptr)});
    group.invalid({"with neither sub nor scope",
                   [](Draftable& token) {
                       token.claims.erase("sub");
                       token.claims.erase("scope");
                   }},
                  "Person", malformed);
    const auto bad = [&](TokenRow row) { group.invalid(row, "Agent", malformed); };
    bad({"without agent", claim("agent", nullptr)});
    bad({"agent is null", null_claim("agent")});
    bad({"agent is a number", claim("agent", 1)});
    bad({"agent is empty", claim("agent", "")});
    group.valid({"with a mission", claim("mission", {{"approver", person_server},
                                                     {"s256", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}})});
    const auto wrong = [&](TokenRow row) { group.invalid(row, "Delegation", malformed); };
    if (draft.actor_required) {
        wrong({"without act", claim("act", nullptr)});
        wrong({"act is null", null_claim("act")});
        wrong({"act is a string", claim("act", agent)});
        wrong({"act without sub", claim("act", json::object())});
        wrong({"the sub of act is another agent", claim("act", {{"sub", "aauth:other@ap.example"}})});
        group.valid({"act with the chain inside",
                     claim("act", {{"sub", agent}, {"act", {{"sub", "aauth:first@ap.example"}}}})});
        return;
    }
    group.valid({"act of an agent that delegated", claim("act", {{"agent", "aauth:booking@other.example"}})});
    group.valid({"act with the chain inside",
                 claim("act", {{"agent", "aauth:b@other.example"}, {"act", {{"agent", "aauth:a@ap.example"}}}})});
    wrong({"act is a string", claim("act", "aauth:booking@other.example")});
    wrong({"act is an array", claim("act", json::array({"aauth:booking@other.example"}))});
    wrong({"act without agent", claim("act", json::object())});
    wrong({"act has a sub in place of agent", claim("act", {{"sub", "aauth:booking@other.example"}})});
    wrong({"the agent of act is no agent identifier", claim("act", {{"agent", "https://other.example"}})});
    wrong({"the agent of act is a number", claim("act", {{"agent", 1}})});
}

void auth_rows(TokenGroup& group) {
    const auto& draft = group.draft();
    further_claims(group);
    group.valid({"with claims of OpenID Connect", [](Draftable& token) {
                     token.claims.update({{"email", "p@example.com"}, {"name", "P"}, {"address", {{"country", "CH"}}}});
                 }});
    group.valid({"with an account", claim("account", "work")});
    group.valid({"with a tenant", claim("tenant", "corp")});
    group.valid({"with several scopes", claim("scope", "data.read data.write openid")});
    if (draft.resource_token_names_agent) return older_auth_rows(group);
    group.valid({"without scope", claim("scope", nullptr)});
    group.valid({"with a mission", claim("mission_s256", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")},
                {"auth-token.accepted"});
    group.invalid({"without sub", claim("sub", nullptr)}, "Person", malformed, {"auth-token.verify-sub"});
    group.invalid({"sub is null", null_claim("sub")}, "Person", malformed, {"auth-token.verify-sub"});
    group.acceptable({"sub is a number", claim("sub", 1)}, "NoStep", {"auth-token.verify-sub"});
    group.acceptable({"sub is an object", claim("sub", json::object())}, "NoStep", {"auth-token.verify-sub"});
    group.acceptable({"sub is empty", claim("sub", "")}, "NoStep", {"auth-token.verify-sub"});
    group.valid({"sub of any letters: it is opaque", claim("sub", "Person \xc3\xbc/1?#")});
    unjudged(group, "ps", {"auth-token.ps"});
    group.acceptable({"ps is another than the person server that issued it", claim("ps", "https://other.example")},
                     "NoStep", {"auth-token.ps"});
    group.acceptable({"scope is an array", claim("scope", {"data.read"})}, "NoStep");
    group.acceptable({"with an agent claim, which an auth token does not have", claim("agent", agent)}, "NoStep",
                     {"auth-token.no-agent"});
}

}  // namespace

void write_own_claims(Table& table, TokenKind kind, int first) {
    TokenGroup group(table, title(kind) + ": their own claims", first, kind, token_of(table.draft, kind));
    group.start("a good token");
    switch (kind) {
        case TokenKind::Agent:
            return agent_rows(group);
        case TokenKind::Person:
            return person_rows(group);
        case TokenKind::Resource:
            return resource_rows(group);
        case TokenKind::Auth:
            return auth_rows(group);
    }
}

}  // namespace aauth::vectors

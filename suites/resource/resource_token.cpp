#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/rows.h"
#include "suites/resource/challenged.h"

// The resource token of a first challenge (6.7).
namespace aauth::suites::rs {

namespace {

using Facts = std::pair<std::string, std::string>;  // expected, observed

// A rule about one token: what was expected and what there is; equal texts pass.
struct TokenRow {
    int number;
    const char* title;
    Covers covers;
    std::function<Facts(Test&, const Challenged&)> facts;
    const char* because = "";
};

std::string member_text(const nlohmann::json& object, std::string_view name) {
    const auto* value = json::member(object, name);
    if (value == nullptr) return "absent";
    return value->is_string() ? value->get<std::string>() : json::dump(*value);
}

std::string claim(const Challenged& c, std::string_view name) { return member_text(c.token.payload(), name); }

Facts absent(const Challenged& c, std::string_view name) { return {"absent", claim(c, name)}; }

// A text that a rule is content with, or the rule's own words.
Facts holds(bool good, std::string expected, const std::string& observed) {
    return {good ? observed : std::move(expected), observed};
}

// aud is the person server, or the resource's access server: any server that has no other part in this.
Facts audience(Test& t, const Challenged& c) {
    const auto aud = claim(c, "aud");
    const bool another = protocol::is_server_identifier(aud, t.world().reach()) && aud != t.world().identifier() &&
                         aud != t.world().agent_provider().identifier();
    return holds(aud == t.person_server_identifier() || another, t.person_server_identifier(), aud);
}

Facts scope_is_there(Test&, const Challenged& c) {
    bool replaced = false;
    for (const auto& [name, value] : c.token.payload().items()) replaced = replaced || name.rfind("r3", 0) == 0;
    const auto scope = claim(c, "scope");
    return holds(replaced || (scope != "absent" && !scope.empty()), "a scope", scope);
}

Facts scope_is_declared(Test& t, const Challenged& c) {
    const auto* described = json::member(t.world().metadata(), "scope_descriptions");
    if (described == nullptr) t.skip("the target publishes no scope_descriptions");
    std::string undeclared;
    const auto scope = c.token.claim_string("scope").value_or("");
    for (std::size_t at = 0; at < scope.size();) {
        const auto end = std::min(scope.find(' ', at), scope.size());
        const auto value = scope.substr(at, end - at);
        at = end + 1;
        const bool identity = value == "openid" || value == "profile" || value == "email" || value == "address" ||
                              value == "phone" || value == "offline_access";
        if (!value.empty() && !identity && !described->contains(value)) undeclared += " " + value;
    }
    return {"declared values only", undeclared.empty() ? "declared values only" : "undeclared:" + undeclared};
}

Facts lives_shortly(Test& t, const Challenged& c) {
    const auto lifetime = c.token.claim_integer("exp").value_or(0) - t.now();
    return holds(lifetime > 0 && lifetime <= 305, "an exp at most five minutes ahead",
                 std::to_string(lifetime) + " s ahead");
}

Facts issued_now(Test& t, const Challenged& c) {
    const auto issued = c.token.claim_integer("iat");
    const bool good = issued && *issued <= t.now() + 60 && *issued > t.now() - 600;
    return holds(good, "the time of issue as an integer", claim(c, "iat"));
}

Facts interaction_form(Test& t, const Challenged& c) {
    const auto* value = json::member(c.token.payload(), "interaction");
    if (value == nullptr) return {"absent", "absent"};
    const auto url = http::Url::parse(json::string_member(*value, "url").value_or(""));
    const bool secure = url && (url->scheme == "https" || t.world().reach() == protocol::Reach::Loopback);
    return holds(secure && json::string_member(*value, "code"), "an object with an https url and a code",
                 json::dump(*value));
}

std::vector<TokenRow> header_rows() {
    return {
        {1,
         "a resource token has typ aa-resource+jwt",
         {{"resource-token.typ", "alter resource-token.header.typ"}},
         [](Test&, const Challenged& c) {
             return Facts{"aa-resource+jwt", member_text(c.token.header(), "typ")};
         }},
        {2,
         "a resource token is signed under a fully-specified algorithm",
         {{"jwt.alg", "alter resource-token.header.alg"}},
         [](Test& t, const Challenged& c) {
             const auto alg = c.token.header_string("alg").value_or("");
             const bool older = t.draft().jwk.eddsa_allowed && alg == "EdDSA";
             return holds(older || crypto::algorithm_from_name(alg), "a fully-specified algorithm", alg);
         }},
        {3,
         "a resource token names its key by kid",
         {{"jwt.kid", "omit resource-token.header.kid"}},
         [](Test&, const Challenged& c) {
             const auto kid = member_text(c.token.header(), "kid");
             return holds(!kid.empty() && kid != "absent" && kid != "null", "a kid", kid);
         }},
        {4,
         "a resource token has a dwk of aauth-resource.json",
         {{"resource-token.dwk", "alter resource-token.dwk"}},
         [](Test&, const Challenged& c) {
             return Facts{"aauth-resource.json", claim(c, "dwk")};
         }},
    };
}

std::vector<TokenRow> claim_rows() {
    return {
        {5,
         "a resource token's iss is the resource's identifier",
         {{"resource-token.iss", "alter resource-token.iss"}},
         [](Test& t, const Challenged& c) {
             return Facts{t.world().identifier(), claim(c, "iss")};
         }},
        {6,
         "a resource token's aud is the person's server, or the resource's access server",
         {{"resource-token.aud-three-party", "alter resource-token.aud"}},
         audience},
        {7,
         "a resource token's ps is the issuer of the person token",
         {{"resource-token.ps", "alter resource-token.ps"}},
         [](Test& t, const Challenged& c) {
             return Facts{t.person_server_identifier(), claim(c, "ps")};
         }},
        {8,
         "a resource token's sub is that of the person token",
         {{"resource-token.sub", "alter resource-token.sub"}},
         [](Test&, const Challenged& c) {
             return Facts{member_text(c.presented.payload(), "sub"), claim(c, "sub")};
         }},
        {9,
         "a resource token's presented_jti is the jti of the person token",
         {{"resource-token.presented-jti", "alter resource-token.presented_jti"}},
         [](Test&, const Challenged& c) {
             return Facts{member_text(c.presented.payload(), "jti"), claim(c, "presented_jti")};
         },
         "Bound to one presented token, a resource token cannot be redeemed beside another that lacks its mission."},
        {10,
         "a resource token's agent_jkt is the thumbprint of the key that signed the request",
         {{"resource-token.agent-jkt", "alter resource-token.agent_jkt"}},
         [](Test&, const Challenged& c) {
             return Facts{c.player.agent.key.thumbprint(), claim(c, "agent_jkt")};
         }},
        {11,
         "a resource token has no cnf",
         {{"resource-token.no-cnf", "add resource-token.cnf"}},
         [](Test&, const Challenged& c) { return absent(c, "cnf"); }},
        {12,
         "a resource token names no agent",
         {{"resource-token.no-agent", "add resource-token.agent"}},
         [](Test&, const Challenged& c) { return absent(c, "agent"); }},
        {13,
         "a resource token names the agent that asked",
         {{"resource-token.agent", "alter resource-token.agent"}},
         [](Test&, const Challenged& c) {
             return Facts{c.player.agent.identifier, claim(c, "agent")};
         }},
        {14,
         "a resource token has a jti",
         {{"jwt.jti", "omit resource-token.jti"}},
         [](Test&, const Challenged& c) {
             return holds(!c.token.claim_string("jti").value_or("").empty(), "a jti", claim(c, "jti"));
         }},
        {15, "a resource token has an iat", {{"jwt.iat-present", "omit resource-token.iat"}}, issued_now},
        {16,
         "a resource token lives at most five minutes",
         {{"resource-token.lifetime", "resource-token-long"}},
         lives_shortly,
         "It is redeemed at once, and nothing but its age ends it."},
    };
}

std::vector<TokenRow> scope_rows() {
    return {
        {17, "a resource token says which scope it is for", {{"resource-token.scope", "omit resource-token.scope"}},
         scope_is_there},
        {18, "a resource token names only scopes that scope_descriptions has",
         {{"resource-token.scope-declared", "alter resource-token.scope"}}, scope_is_declared,
         "The person server shows those descriptions to the person who is to consent."},
        {19, "a resource token has no account when none was asked for",
         {{"resource-token.account", "add resource-token.account"}},
         [](Test&, const Challenged& c) { return absent(c, "account"); }},
        {20, "a resource token has no tenant when the person token has none",
         {{"resource-token.tenant", "add resource-token.tenant"}},
         [](Test&, const Challenged& c) { return absent(c, "tenant"); }},
        {21, "a resource token has no mission_s256 when the person token has none",
         {{"resource-token.mission", "add resource-token.mission_s256"}},
         [](Test&, const Challenged& c) { return absent(c, "mission_s256"); }},
        {22, "an interaction claim of a resource token has an https url and a code",
         {{"resource-token.interaction", "add resource-token.interaction"}}, interaction_form},
    };
}

void add_rows(Suite& suite, const std::vector<TokenRow>& rows) {
    for (const auto& row : rows) {
        suite
            .add(case_id("RS-TOK", row.number), row.title, row.covers,
                 [row](Test& t) {
                     const auto challenged = rs::challenged(t);
                     const auto [expected, observed] = row.facts(t, challenged);
                     t.check({}, expected == observed, "resource token", expected, observed);
                 })
            .only_for(drafts_with(suite, row.covers.front().requirement))
            .because(row.because);
    }
}

// Two challenges, and what the tokens of both say.
void comparisons(Suite& suite) {
    suite.add("RS-TOK-030", "every resource token has a jti of its own", {{"jwt.jti", "resource-token-same-jti"}},
              [](Test& t) {
                  const auto first = challenged(t).token.claim_string("jti").value_or("");
                  const auto second = challenged(t).token.claim_string("jti").value_or("");
                  t.check({}, first != second, "jti of two tokens", "different", first + " and " + second);
              });
    suite.add("RS-TOK-031", "each challenge names the person token of its own request",
              {{"resource-token.presented-jti", "resource-token-first-jti"}}, [](Test& t) {
                  const auto player = t.player();
                  challenged(t, player, person_token(t, player));
                  const auto second = challenged(t, player, person_token(t, player));
                  const auto named = second.token.claim_string("presented_jti").value_or("absent");
                  const auto shown = second.presented.claim_string("jti").value_or("");
                  t.check({}, named == shown, "presented_jti after a second person token", shown, named);
              });
    suite.add("RS-TOK-032", "tenant of the person token is copied", {{"resource-token.tenant", "drop-tenant"}},
              [](Test& t) { expect_copied(t, "tenant", "org-aauth-conformance"); });
    suite
        .add("RS-TOK-033", "mission_s256 of the person token is copied unchanged",
             {{"resource-token.mission", "drop-mission"}},
             [](Test& t) { expect_copied(t, "mission_s256", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"); })
        .only_for({"11", "11-2026-08"})
        .because("A resource that leaves it out takes the request out of the mission that the person approved.");
    suite.add("RS-TOK-034", "a resource token verifies under the key that the resource's JWKS has for its kid",
              {{"jwks.discovery", "resource-token.bad-signature"}, {"jwt.kid", "alter resource-token.header.kid"}},
              [](Test& t) {
                  const auto token = challenged(t).token;
                  const auto key = published_key(t, token.header_string("kid").value_or(""));
                  t.check("jwt.kid", key.has_value(), "kid in the JWKS", "one usable key",
                          key ? "found" : "none for " + token.header_string("kid").value_or("no kid"));
                  if (!key) return;
                  const bool verified = key->algorithm && token.signed_by(key->key, *key->algorithm, t.draft().jwk);
                  t.check("jwks.discovery", verified, "signature", "verifies",
                          verified ? "verifies" : "does not verify");
              });
}

}  // namespace

void resource_token_cases(Suite& suite) {
    suite.area("Resource tokens", "6.7");
    add_rows(suite, header_rows());
    add_rows(suite, claim_rows());
    add_rows(suite, scope_rows());
    comparisons(suite);
}

}  // namespace aauth::suites::rs

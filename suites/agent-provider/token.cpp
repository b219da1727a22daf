#include <fmt/core.h>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/crypto/key.h"
#include "harness/json/json.h"
#include "suites/agent-provider/given.h"

// Agent tokens as they are issued (5.3.1, 11.5.1).
namespace aauth::suites::ap {

namespace {

using nlohmann::json;

// A header parameter or claim that has to have one value.
void expect_is(Test& t, const std::string& what, const std::optional<std::string>& found, const std::string& wanted) {
    t.check({}, found == wanted, what, wanted, found.value_or("absent"));
}

json confirmed_key(Test& t, const Given& given) {
    const auto* cnf = aauth::json::member(given.token.payload(), "cnf");
    const auto* jwk = cnf == nullptr ? nullptr : aauth::json::member(*cnf, "jwk");
    t.check("agent-token.cnf", jwk != nullptr && jwk->is_object(), "cnf.jwk", "a public key", "absent");
    if (jwk == nullptr || !jwk->is_object()) throw engine::Stop{};
    return *jwk;
}

void form(Suite& suite) {
    suite
        .add("AP-TOK-001", "an agent token has typ aa-agent+jwt",
             {{"agent-token.typ", "alter agent-token.header.typ"}, {"jwt.typ", "alter agent-token.header.typ"}},
             [](Test& t) {
                 const auto typ = agent_token(t).token.header_string("typ");
                 for (const char* requirement : {"agent-token.typ", "jwt.typ"}) {
                     t.check(requirement, typ == "aa-agent+jwt", "typ", "aa-agent+jwt", typ.value_or("absent"));
                 }
             })
        .because("typ keeps an agent token from being taken for a token of another kind.");
    suite.add("AP-TOK-002", "an agent token's alg is fully specified", {{"jwt.alg", "alter agent-token.header.alg"}},
              [](Test& t) {
                  const auto alg = agent_token(t).token.header_string("alg").value_or("absent");
                  const bool older = t.draft().jwk.eddsa_allowed && alg == "EdDSA";
                  t.check({}, crypto::algorithm_from_name(alg).has_value() || older, "alg",
                          "a fully-specified algorithm", alg);
              });
    suite.add("AP-TOK-003", "an agent token has dwk aauth-agent.json", {{"agent-token.dwk", "alter agent-token.dwk"}},
              [](Test& t) { expect_is(t, "dwk", agent_token(t).token.claim_string("dwk"), "aauth-agent.json"); });
    suite.add("AP-TOK-004", "an agent token's iss is the agent provider's issuer, byte for byte",
              {{"agent-token.iss", "alter agent-token.iss"}, {"id.server.compare", "alter agent-token.iss"}},
              [](Test& t) {
                  const auto iss = agent_token(t).token.claim_string("iss").value_or("absent");
                  for (const char* requirement : {"agent-token.iss", "id.server.compare"}) {
                      t.check(requirement, iss == t.world().identifier(), "iss", t.world().identifier(), iss);
                  }
              });
    suite.add("AP-TOK-005", "an agent token has a sub", {{"agent-token.sub", "omit agent-token.sub"}}, [](Test& t) {
        const auto sub = agent_token(t).sub;
        t.check({}, !sub.empty(), "sub", "the agent's identifier", "absent or no string");
    });
}

void key(Suite& suite) {
    suite
        .add("AP-TOK-006", "an agent token is bound to the agent's key", {{"agent-token.cnf", "alter agent-token.cnf"}},
             [](Test& t) {
                 const auto given = agent_token(t);
                 const auto jwk = confirmed_key(t, given);
                 const auto found = jose::thumbprint(jwk);
                 const auto wanted = given.key ? given.key->thumbprint() : found.value_or("");
                 t.check({}, found && *found == wanted, "cnf.jwk", "the agent's public key", "another");
                 t.check({}, aauth::json::member(jwk, "d") == nullptr, "cnf.jwk", "a public key", "a private one");
             })
        .because("The token is worth as much as the key that it names.");
    suite.add("AP-TOK-007", "the key in cnf carries a fully-specified alg", {{"jwt.cnf-alg", "agent-token.cnf-no-alg"}},
              [](Test& t) {
                  const auto alg =
                      aauth::json::string_member(confirmed_key(t, agent_token(t)), "alg").value_or("absent");
                  t.check({}, crypto::algorithm_from_name(alg).has_value(), "cnf.jwk alg",
                          "a fully-specified algorithm", alg);
              });
    const struct {
        const char *id, *title, *requirement, *fault;
        crypto::Algorithm algorithm, other;
    } rows[] = {
        {"AP-TOK-008", "an agent with an Ed25519 key gets an agent token", "key.ed25519", "agent-key-no-ed25519",
         crypto::Algorithm::Ed25519, crypto::Algorithm::ES256},
        {"AP-TOK-009", "an agent with an ES256 key gets an agent token", "key.es256", "agent-key-no-es256",
         crypto::Algorithm::ES256, crypto::Algorithm::Ed25519},
    };
    for (const auto& row : rows) {
        suite.add(row.id, row.title, {{row.requirement, row.fault}}, [row](Test& t) {
            const auto outcome = [&](crypto::Algorithm algorithm) -> std::string {
                try {
                    const auto given = new_agent_token(t, algorithm);
                    if (!given.ours) t.skip("the hook agent-token takes no key of ours ({{jwk}})");
                    const auto bound = jose::thumbprint(confirmed_key(t, given)).value_or("");
                    return bound == given.key->thumbprint() ? "a token for that key" : "a token for another key";
                } catch (const engine::HarnessError& error) {
                    return error.reason;
                }
            };
            const auto observed = outcome(row.algorithm);
            const bool good = observed == "a token for that key";
            // A hook that answers with an error says no where it takes the other kind of key.
            if (!good && outcome(row.other) != "a token for that key") throw engine::HarnessError{observed};
            t.check({}, good, "the hook's answer", "a token for that key", observed);
        });
    }
}

void claims(Suite& suite) {
    suite
        .add("AP-TOK-010", "the token of an agent with a person server names it in ps",
             {{"agent-token.ps", "omit agent-token.ps"}},
             [](Test& t) {
                 const auto given = agent_token(t);
                 const auto ps = given.token.claim_string("ps");
                 if (t.world().hook("agent-token") == nullptr && !ps) t.skip("the agent of the file has no ps");
                 const bool good = ps && protocol::is_server_identifier(*ps, t.world().reach());
                 t.check({}, good, "ps", "a server identifier", ps.value_or("absent"));
                 if (t.world().hook("agent-token") != nullptr) expect_is(t, "ps", ps, t.person_server_identifier());
             })
        .because("A resource cannot tell from anything else whether it may ask the agent for a person token.");
    suite.add("AP-TOK-011", "an agent token has a jti", {{"jwt.jti", "omit agent-token.jti"}}, [](Test& t) {
        const auto jti = agent_token(t).token.claim_string("jti").value_or("");
        t.check({}, !jti.empty(), "jti", "a string", "absent");
    });
    suite
        .add("AP-TOK-012", "no two agent tokens have the same jti", {{"jwt.jti", "agent-token.jti-fixed"}},
             [](Test& t) {
                 const auto one = new_agent_token(t).token.claim_string("jti").value_or("");
                 const auto other = new_agent_token(t).token.claim_string("jti").value_or("");
                 if (one.empty()) t.blocked("agent tokens have no jti");
                 t.check({}, one != other, "jti of two tokens", "different", one);
             })
        .because("A token is revoked by its jti: with the same one for all, everybody or nobody is revoked.");
    suite.add("AP-TOK-013", "an agent token has an iat", {{"jwt.iat-present", "omit agent-token.iat"}}, [](Test& t) {
        const auto iat = agent_token(t).token.claim_integer("iat");
        t.check({}, iat.has_value(), "iat", "a number", "absent");
    });
    suite.add("AP-TOK-014", "an agent token that was just issued has an iat of now",
              {{"jwt.iat-present", "alter agent-token.iat"}}, [](Test& t) {
                  const auto iat = new_agent_token(t).token.claim_integer("iat");
                  if (!iat) t.blocked("the agent token has no iat");
                  const auto apart = std::abs(*iat - t.now());
                  t.check({}, apart <= 300, "iat", fmt::format("within five minutes of {}", t.now()),
                          std::to_string(*iat));
              });
    suite
        .add("AP-TOK-015", "an agent token lives for 24 hours at the most",
             {{"agent-token.lifetime", "agent-token-long"}, {"agent-token.lifetime", "omit agent-token.exp"}},
             [](Test& t) {
                 const auto token = agent_token(t).token;
                 const auto expires = token.claim_integer("exp");
                 const auto issued = token.claim_integer("iat").value_or(t.now());
                 t.check({}, expires && *expires - issued <= 24 * 3600, "exp", "at most 24 hours after iat",
                         expires ? fmt::format("{} hours", static_cast<double>(*expires - issued) / 3600) : "absent");
             })
        .because("A token that cannot be revoked everywhere has to end by itself.");
}

}  // namespace

void agent_token_cases(Suite& suite) {
    suite.area("Agent token", "5.3.1");
    form(suite);
    key(suite);
    claims(suite);
}

}  // namespace aauth::suites::ap

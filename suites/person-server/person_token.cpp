#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/resource.h"
#include "suites/common/issued_tokens.h"
#include "suites/person-server/endpoints.h"

// What the person token endpoint issues (7.1, 7.1.2).
namespace aauth::suites::ps {

namespace {

Issued issued_person_token(Test& t) {
    const auto player = t.player();
    return {player, person_token(t, player), our_resource(t)};
}

// An agent token that expires so many seconds from now.
mocks::TokenEdit lives(Test& t, std::int64_t seconds) {
    return [until = t.now() + seconds](nlohmann::json&, nlohmann::json& claims) { claims["exp"] = until; };
}

std::string sub_of(const jose::Jwt& token) { return token.claim_string("sub").value_or(""); }

}  // namespace

void person_token_cases(Suite& suite) {
    suite.area("Person token", "7.1");

    suite
        .add("PS-PER-001", "a conforming request is answered with a person token and its lifetime",
             {{"person-endpoint.response", "token-plain-text"}, {"person-endpoint.response", "expires-in-missing"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto first = t.send(person_request(t, player, person_body(t)));
                 expect_grant(t, settled(t, player, first), "person_token");
             })
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite.add("PS-PER-002", "expires_in agrees with the exp of the person token",
              {{"person-endpoint.expires-in", "expires-in-wrong"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto first = t.send(person_request(t, player, person_body(t)));
                  expect_agreeing_lifetime(t, settled(t, player, first), "person_token");
              });

    claim_cases(suite, "PS-PER-", protocol::TokenKind::Person, issued_person_token,
                {
                    {"010", "person-token.typ", "alter person-token.header.typ", Claim::Typ},
                    {"011", "jwt.alg", "alter person-token.header.alg", Claim::Alg},
                    {"012", "jwt.kid", "alter person-token.header.kid", Claim::Kid},
                    {"013", "jwks.discovery", "person-token.bad-signature", Claim::Signature},
                    {"014", "person-token.iss", "alter person-token.iss", Claim::Iss},
                    {"015", "person-token.dwk", "alter person-token.dwk", Claim::Dwk},
                    {"016", "person-token.aud", "alter person-token.aud", Claim::Aud},
                    {"017", "person-token.sub", "omit person-token.sub", Claim::Sub},
                    {"018", "person-token.cnf", "alter person-token.cnf", Claim::Cnf},
                    {"019", "jwt.cnf-alg", "person-token.cnf-no-alg", Claim::CnfAlg},
                    {"020", "jwt.jti", "omit person-token.jti", Claim::Jti},
                    {"021", "jwt.iat-present", "omit person-token.iat", Claim::Iat},
                    {"022", "person-token.exp-ceiling", "alter person-token.exp", Claim::Ceiling},
                    {"023", "person-token.no-scope", "person-token-scope", Claim::NoScope},
                    {"024", "person-token.no-account", "add person-token.account", Claim::NoAccount},
                    {"025", "person-token.mission", "add person-token.mission_s256", Claim::NoMission},
                });

    suite
        .add("PS-PER-030", "a person token expires no later than the agent token it was asked for with",
             {{"person-token.exp-agent-token", "person-token-outlives-agent-token"}},
             [](Test& t) {
                 const auto brief = t.player(lives(t, 300));
                 expect_expires_by(t, person_token(t, brief), expiry_of(brief.token));
             })
        .because("What an agent gets must not outlast what it was given for.");
    suite
        .add("PS-PER-031", "two person tokens have different jti", {{"jwt.jti", "person-token.jti-fixed"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto first = person_token(t, player).claim_string("jti").value_or("");
                 const auto second = person_token(t, player).claim_string("jti").value_or("");
                 t.check({}, first != second, "jti of two tokens", "different", "both " + first);
             })
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite.add("PS-PER-032", "the same agent gets the same sub at a resource every time",
              {{"directed.same-everywhere", "sub-per-request"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto first = sub_of(person_token(t, player));
                  const auto second = sub_of(person_token(t, player));
                  t.check({}, first == second, "sub of two tokens", first, second);
              });
    suite
        .add("PS-PER-033", "an agent keeps its person when it comes back with a new key",
             {{"binding.by-iss-sub", "sub-per-key"}, {"directed.agent-independent", "sub-per-key"}},
             [](Test& t) {
                 const auto player = t.player();
                 auto again = player;
                 again.agent.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
                 again.token = t.world().agent_provider().agent_token(again.agent, t.person_server_identifier());
                 const auto first = sub_of(person_token(t, player));
                 const auto second = sub_of(person_token(t, again));
                 for (const char* id : {"binding.by-iss-sub", "directed.agent-independent"}) {
                     t.check(id, first == second, "sub under another key", first, second);
                 }
                 // Another agent may act for another person, so a different sub there proves nothing.
                 const auto other = sub_of(person_token(t, t.player()));
                 t.check_preferred("directed.agent-independent", first == other, "sub for another agent", first, other);
             })
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite
        .add("PS-PER-034", "another resource sees another sub", {{"directed.pairwise", "sub-not-pairwise"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto here = sub_of(person_token(t, player));
                 const auto there = sub_of(person_token(t, player, second_resource(t).identifier()));
                 t.check({}, here != there, "sub at two resources", "different", "both " + here);
             })
        .because("Resources that compare notes should not be able to tell that two visitors are the same person.")
        .only_for(drafts_with(&protocol::Draft::person_tokens));
}

}  // namespace aauth::suites::ps

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent-provider/given.h"
#include "suites/common/metadata_cases.h"

// The keys that the agent provider publishes (11.3.1, 11.4), and the one that its tokens are signed with.
namespace aauth::suites::ap {

void key_cases(Suite& suite) {
    suites::key_cases(suite,
                      {"AP", protocol::Role::AgentProvider, "meta.ap", [](Test& t) { return agent_token(t).token; }});
    suite.add("AP-KEY-001", "an agent token names its key by kid", {{"jwt.kid", "omit agent-token.header.kid"}},
              [](Test& t) {
                  const auto kid = agent_token(t).token.header_string("kid").value_or("");
                  t.check({}, !kid.empty(), "kid", "a string", "absent");
              });
    suite
        .add("AP-KEY-002", "agent tokens verify under the key that their kid names, by the algorithm of its alg",
             {{"jwks.discovery", "agent-token.bad-signature"}, {"key.alg-required", "jwks-no-alg"}},
             [](Test& t) {
                 const auto given = agent_token(t);
                 const auto published = signing_key(t, given);
                 const bool named = json::string_member(published, "alg").has_value();
                 t.check("key.alg-required", named, "alg", "present", json::dump(published).substr(0, 200));
                 const auto key = jose::parse_jwk(published, t.draft().jwk);
                 const auto algorithm = key && key->algorithm ? *key->algorithm : crypto::Algorithm::Ed25519;
                 const bool good = key && given.token.signed_by(key->key, algorithm, t.draft().jwk);
                 t.check("jwks.discovery", good, "signature", "of the published key",
                         key ? "another" : key.error().message);
             })
        .because("Nobody can verify a token whose key cannot be found.");
}

}  // namespace aauth::suites::ap

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent-provider/given.h"

// The names that agents and sub-agents are given (5.2, 10.2).
namespace aauth::suites::ap {

namespace {

// An agent identifier taken apart: aauth:LOCAL@DOMAIN. The case is blocked when it has no such parts.
struct Name {
    std::string local, domain;
};

Name name(Test& t, const std::string& identifier) {
    const auto at = identifier.rfind('@');
    if (identifier.rfind("aauth:", 0) != 0 || at == std::string::npos) {
        t.blocked("the sub of the token is not of the form aauth:local@domain: " + identifier);
    }
    return {identifier.substr(6, at - 6), identifier.substr(at + 1)};
}

void expect_same(Test& t, const std::string& what, const std::string& found, const std::string& wanted) {
    t.check({}, found == wanted, what, wanted, found.empty() ? "absent or empty" : found);
}

std::string parent_agent(const Given& given) { return given.token.claim_string("parent_agent").value_or(""); }

}  // namespace

void identifier_cases(Suite& suite) {
    suite.area("Agent identifiers", "5.2");
    suite.add("AP-ID-001", "the local part of an agent identifier has letters, digits and - _ + . only",
              {{"id.agent.local-part", "agent-name-space"}}, [](Test& t) {
                  const auto local = name(t, agent_token(t).sub).local;
                  const std::string upper = t.draft().uppercase_local_part ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "";
                  const auto odd = local.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_+." + upper);
                  t.check({}, odd == std::string::npos, "local part", "of these characters", local);
              });
    suite.add("AP-ID-002", "the local part of an agent identifier has 1 to 255 characters",
              {{"id.agent.local-part", "agent-name-empty"}, {"id.agent.local-part", "agent-name-long"}}, [](Test& t) {
                  const auto size = name(t, agent_token(t).sub).local.size();
                  t.check({}, size >= 1 && size <= 255, "characters", "1 to 255", std::to_string(size));
              });
    suite
        .add("AP-ID-003", "the domain of an agent identifier is the host of the agent provider",
             {{"id.agent.domain", "agent-name-other-domain"}},
             [](Test& t) {
                 expect_same(t, "domain of sub", name(t, agent_token(t).sub).domain,
                             protocol::domain_of(t.world().identifier()));
             })
        .because("Two providers can never give the same name, and everybody sees who vouches for the agent.");
    suite
        .add("AP-ID-004", "the local part of a top-level agent has no plus", {{"id.agent.plus", "agent-name-plus"}},
             [](Test& t) {
                 const auto given = agent_token(t);
                 if (!parent_agent(given).empty()) t.skip("the agent token is a sub-agent's");
                 const auto local = name(t, given.sub).local;
                 t.check({}, local.find('+') == std::string::npos, "local part", "without +", local);
             })
        .because("The plus is kept for sub-agents, so that a log shows whose they are.");
    suite
        .add("AP-ID-005", "an agent keeps its identifier when its key is replaced",
             {{"id.agent.stable", "rotation-renames"}},
             [](Test& t) {
                 const auto before = new_agent_token(t);
                 const auto after = rotated(t, before);
                 expect_same(t, "sub after the rotation", after.sub, before.sub);
             })
        .because("Consents and records are kept under the identifier; a new one would lose them all.");
    suite.add("AP-ID-006", "after a key rotation the agent token is bound to the new key",
              {{"agent-token.cnf", "rotation-old-key"}}, [](Test& t) {
                  const auto key = [](const Given& given) {
                      return given.token.payload().value("cnf", nlohmann::json());
                  };
                  const auto before = new_agent_token(t);
                  const auto after = rotated(t, before);
                  t.check({}, key(after) != key(before), "cnf after the rotation", "the new key", "the old key");
              });
}

void sub_agent_cases(Suite& suite) {
    suite.area("Sub-agents", "10.2");
    suite
        .add("AP-SUB-001", "a sub-agent's token names its parent in parent_agent",
             {{"subagent.parent-claim", "omit agent-token.parent_agent"},
              {"subagent.parent-claim", "subagent-other-parent"}},
             [](Test& t) {
                 const auto parent = new_agent_token(t);
                 expect_same(t, "parent_agent", parent_agent(sub_agent_token(t, parent)), parent.sub);
             })
        .because("parent_agent is what makes it a sub-agent's token; without it the sub-agent stands for itself.");
    suite.add("AP-SUB-002", "a sub-agent's local part is its parent's, a plus and something more",
              {{"subagent.naming", "subagent-name-plain"},
               {"subagent.naming", "subagent-name-no-discriminator"},
               {"subagent.naming", "subagent-name-other"}},
              [](Test& t) {
                  const auto parent = new_agent_token(t);
                  const auto stem = name(t, parent.sub).local + "+";
                  const auto local = name(t, sub_agent_token(t, parent).sub).local;
                  t.check({}, local.rfind(stem, 0) == 0 && local.size() > stem.size(), "local part",
                          stem + " and a discriminator", local);
              });
    suite.add("AP-SUB-003", "a sub-agent's token has the iss of its parent's token",
              {{"subagent.iss", "subagent-other-issuer"}}, [](Test& t) {
                  const auto parent = new_agent_token(t);
                  expect_same(t, "iss", sub_agent_token(t, parent).token.claim_string("iss").value_or(""),
                              parent.token.claim_string("iss").value_or(""));
              });
    suite
        .add("AP-SUB-004", "a sub-agent has a key of its own", {{"agent-token.cnf", "subagent-parent-key"}},
             [](Test& t) {
                 const auto parent = new_agent_token(t);
                 const auto key = [](const Given& given) {
                     return given.token.payload().value("cnf", nlohmann::json());
                 };
                 t.check({}, key(sub_agent_token(t, parent)) != key(parent), "cnf", "another key than the parent's",
                         "the parent's key");
             })
        .because("With its parent's key it could sign as its parent.");
    suite.add("AP-SUB-005", "a sub-agent's token is an agent token like any other: typ, dwk, jti, iat and exp",
              {{"agent-token.typ", "alter agent-token.header.typ"},
               {"agent-token.dwk", "alter agent-token.dwk"},
               {"jwt.jti", "omit agent-token.jti"},
               {"jwt.iat-present", "omit agent-token.iat"},
               {"agent-token.lifetime", "omit agent-token.exp"}},
              [](Test& t) {
                  const auto token = sub_agent_token(t, new_agent_token(t)).token;
                  const auto judge = [&](const char* requirement, bool good, const char* what) {
                      t.check(requirement, good, what, "as in any agent token", "absent, or another");
                  };
                  judge("agent-token.typ", token.header_string("typ") == "aa-agent+jwt", "typ");
                  judge("agent-token.dwk", token.claim_string("dwk") == "aauth-agent.json", "dwk");
                  judge("jwt.jti", !token.claim_string("jti").value_or("").empty(), "jti");
                  judge("jwt.iat-present", token.claim_integer("iat").has_value(), "iat");
                  judge("agent-token.lifetime", token.claim_integer("exp").has_value(), "exp");
              });
    suite
        .add("AP-SUB-006", "no sub-agent of a sub-agent gets a token", {{"subagent.no-nesting", "subagent-nesting"}},
             [](Test& t) {
                 const auto child = sub_agent_token(t, new_agent_token(t));
                 std::string given = "no token";
                 try {
                     given = "a token of " + sub_agent_token(t, child).sub;
                 } catch (const engine::HarnessError&) {
                     // The hook says no.
                 } catch (const engine::Blocked&) {
                     // It gives no token.
                 }
                 t.check({}, given == "no token", "the hook's answer", "no token", given);
             })
        .because("Delegation is one level deep: everything that a sub-agent does goes back to one agent with consent.");
}

}  // namespace aauth::suites::ap

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"

// Sub-agents (10.2.3).
namespace aauth::suites::ag {

namespace {

// A call that a sub-agent makes.
mocks::Agent as_sub_agent(Scene& scene, const std::string& path) {
    const auto& parent = scene.agent();
    const auto at = parent.identifier.find('@');
    mocks::Agent child{parent.identifier.substr(0, at) + "+search1" + parent.identifier.substr(at),
                       jose::SigningKey::generate(crypto::Algorithm::Ed25519)};
    scene.scenario.sub_agent = {child.identifier, json::dump(child.key.private_jwk()),
                                scene.provider().sub_agent_token(child, parent, scene.scenario.person_server)};
    scene.get(path);
    scene.scenario.steps.back().parameters = R"({"as": "sub-agent"})";
    return child;
}

}  // namespace

void sub_agent_cases(Suite& suite) {
    suite.area("Sub-agents", "10.2.3");
    suite.add("AG-SUB-001", "a sub-agent does not call the person server, its parent does",
              {{"subagent.not-at-ps", "sub-agent-asks"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  as_sub_agent(scene, "/data");
                  scene.run();
                  scene.first(scene.person_server(), "/");
                  for (const auto& received : scene.at(scene.person_server())) {
                      const bool of_parent = received.token && received.token->compact() == scene.scenario.agent.token;
                      t.check({}, of_parent, "token presented", "the parent's agent token", received.summary());
                  }
              });
    suite.add("AG-SUB-002", "the parent names its sub-agent, and the sub-agent uses what it gets",
              {{"subagent.not-at-ps", "subagent-not-named"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  const auto child = as_sub_agent(scene, "/data");
                  scene.run();
                  for (const auto& received : scene.at(scene.person_server())) {
                      const auto named = received.text("subagent_token");
                      t.check({}, named == scene.scenario.sub_agent.token, "subagent_token",
                              "the sub-agent's token", named.empty() ? "absent" : "another");
                  }
                  scene.served();
              });
}

}  // namespace aauth::suites::ag

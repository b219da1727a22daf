#include "suites/common/sub_agent_names.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "suites/common/auth_server.h"

namespace aauth::suites {

namespace {

std::string in_capitals(std::string identifier) {
    const auto start = identifier.find(':') + 1, end = identifier.find('@');
    for (auto i = start; i < end; ++i) {
        if (identifier[i] >= 'a' && identifier[i] <= 'z') identifier[i] = static_cast<char>(identifier[i] - 'a' + 'A');
    }
    return identifier;
}

}  // namespace

void folded_parent_case(Suite& suite, const std::string& id, const SubAgentRequest& request) {
    suite
        .add(id, "a subagent_token that names its parent in capital letters is refused",
             {{"id.agent.compare", "fold-agent-case"}},
             [request](Test& t) {
                 auto& provider = t.world().agent_provider();
                 const auto parent = t.player();
                 auto name = parent.agent.identifier;
                 Player helper{{name.insert(name.find('@'), "+helper"), t.player().agent.key}, {}};
                 const auto named = [&](const std::string& parent_agent) {
                     return provider.sub_agent_token(
                         helper.agent, parent.agent, t.person_server_identifier(),
                         [&](nlohmann::json&, nlohmann::json& claims) { claims["parent_agent"] = parent_agent; });
                 };
                 helper.token = named(parent.agent.identifier);
                 const auto control =
                     t.send(request(t, parent, helper, helper.token), "control: the parent's own name");
                 if (control.status() == 400 && control.text("error") == "invalid_request") {
                     t.skip("the target serves no subagent_token: it answered " + control.summary());
                 }
                 if (!granted(control)) t.blocked("a request with a good subagent_token got " + control.summary());
                 const auto wrong = named(in_capitals(parent.agent.identifier));
                 refused(t, t.send(request(t, parent, helper, wrong), "the same with the name in capitals"), {});
             })
        .only_for(drafts_with([](const protocol::Draft& draft) { return draft.uppercase_local_part; }))
        .because("They are two agents: whoever folds case gives one of them what is the other's.");
}

}  // namespace aauth::suites

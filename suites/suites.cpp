#include <algorithm>
#include <fmt/core.h>
#include <stdexcept>

#include "suites/access-server/suite.h"
#include "suites/agent-provider/suite.h"
#include "suites/agent/suite.h"
#include "suites/common/drafts.h"
#include "suites/common/suite.h"
#include "suites/person-server/suite.h"
#include "suites/resource/suite.h"

namespace aauth::suites {

std::vector<std::string> suite_names() {
    return {"resource", "person-server", "access-server", "agent-provider", "agent"};
}

const std::vector<protocol::Draft>& suite_drafts(std::string_view suite) {
    return suite == "resource" || suite == "agent" ? protocol::drafts_with_vectors() : protocol::all_drafts();
}

bool runs_for(std::string_view suite, const protocol::Draft& draft) {
    const auto& drafts = suite_drafts(suite);
    return std::any_of(drafts.begin(), drafts.end(), [&](const auto& known) { return known.id == draft.id; });
}

std::string why_not(std::string_view suite, const protocol::Draft& draft) {
    std::string others;
    for (const auto& known : suite_drafts(suite)) others += (others.empty() ? "" : ", ") + known.id;
    return fmt::format("the suite {} does not run for draft {}; it runs for {}", suite, draft.id, others);
}

std::vector<engine::Case> suite_cases(const std::string& name, World* world) {
    Suite suite(name, world);
    if (name == "resource") {
        resource_suite(suite);
    } else if (name == "person-server") {
        person_server_suite(suite);
    } else if (name == "access-server") {
        access_server_suite(suite);
    } else if (name == "agent-provider") {
        agent_provider_suite(suite);
    } else if (name == "agent") {
        agent_suite(suite);
    } else {
        throw std::logic_error("there is no suite " + name);
    }
    return suite.take();
}

}  // namespace aauth::suites

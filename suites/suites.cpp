#include <stdexcept>

#include "suites/access-server/suite.h"
#include "suites/agent-provider/suite.h"
#include "suites/common/suite.h"
#include "suites/person-server/suite.h"
#include "suites/resource/suite.h"

namespace aauth::suites {

std::vector<std::string> suite_names() { return {"resource", "person-server", "access-server", "agent-provider"}; }

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
    } else {
        throw std::logic_error("there is no suite " + name);
    }
    return suite.take();
}

}  // namespace aauth::suites

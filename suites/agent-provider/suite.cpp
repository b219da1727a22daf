#include "suites/agent-provider/suite.h"

namespace aauth::suites {

void agent_provider_suite(Suite&) {}

}  // namespace aauth::suites

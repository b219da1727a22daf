#pragma once

#include "suites/common/suite.h"

namespace aauth::suites {

// Cases AP-*: what an agent provider has to do (sections 5, 10.2, 11).
void agent_provider_suite(Suite& suite);

}  // namespace aauth::suites

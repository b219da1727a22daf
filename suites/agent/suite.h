#pragma once

#include "suites/common/suite.h"

namespace aauth::suites {

// Cases AG-*: what an agent has to do (sections 5 to 11).
void agent_suite(Suite& suite);

}  // namespace aauth::suites

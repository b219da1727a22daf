#pragma once

#include "suites/common/suite.h"

namespace aauth::suites {

// Cases RS-*: what a resource has to do (sections 6, 11).
void resource_suite(Suite& suite);

}  // namespace aauth::suites

#pragma once

#include "suites/common/suite.h"

namespace aauth::suites {

// Cases PS-*: what a person server has to do (sections 7, 11).
void person_server_suite(Suite& suite);

}  // namespace aauth::suites

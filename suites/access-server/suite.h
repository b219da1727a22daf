#pragma once

#include "suites/common/suite.h"

namespace aauth::suites {

// Cases AS-*: what an access server has to do (sections 9, 11).
void access_server_suite(Suite& suite);

}  // namespace aauth::suites

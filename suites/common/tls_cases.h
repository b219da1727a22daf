#pragma once

#include <string>

#include "suites/common/suite.h"

namespace aauth::suites {

// The versions of TLS that the target speaks (13.16): cases PREFIX-TLS-001 and -002.
void tls_cases(Suite& suite, const std::string& prefix);

}  // namespace aauth::suites

#pragma once

#include <string>

#include "suites/common/suite.h"
#include "suites/common/test.h"

namespace aauth::suites {

// The signature profile (section 11.3, HTTP Signature Keys 3 to 5) at one endpoint of the target: ids PREFIX-SIG-NNN.
// The endpoint's requests are signed by an agent, under whatever token the endpoint wants.
void signature_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint);

}  // namespace aauth::suites

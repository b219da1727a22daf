#include "suites/access-server/suite.h"

namespace aauth::suites {

void access_server_suite(Suite&) {}

}  // namespace aauth::suites

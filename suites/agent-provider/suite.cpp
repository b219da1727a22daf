#include "suites/agent-provider/suite.h"

#include "suites/agent-provider/given.h"
#include "suites/common/tls_cases.h"
#include "suites/flows/flows.h"

namespace aauth::suites {

void agent_provider_suite(Suite& suite) {
    flows::of_agent_provider(suite);
    ap::metadata_cases(suite);
    ap::key_cases(suite);
    ap::agent_token_cases(suite);
    ap::identifier_cases(suite);
    ap::sub_agent_cases(suite);
    ap::revocation_cases(suite);
    tls_cases(suite, "AP");
}

}  // namespace aauth::suites

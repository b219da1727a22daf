#include "suites/agent/suite.h"

#include "suites/agent/areas.h"

namespace aauth::suites {

void agent_suite(Suite& suite) {
    ag::signature_cases(suite);
    ag::signature_answer_cases(suite);
    ag::key_cases(suite);
    ag::token_cases(suite);
    ag::token_request_cases(suite);
    ag::challenge_cases(suite);
    ag::resource_challenge_cases(suite);
    ag::interaction_cases(suite);
    ag::governance_cases(suite);
    ag::metadata_cases(suite);
    ag::sub_agent_cases(suite);
    ag::grant_cases(suite);
    ag::polling_cases(suite);
    ag::held_cases(suite);
    ag::session_cases(suite);
    ag::clarification_cases(suite);
    ag::mission_cases(suite);
    ag::mission_work_cases(suite);
    ag::error_cases(suite);
    ag::refresh_cases(suite);
    ag::hostile_cases(suite);
}

}  // namespace aauth::suites

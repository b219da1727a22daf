#pragma once

#include "suites/common/suite.h"

// The areas of the agent suite.
namespace aauth::suites::ag {

void signature_cases(Suite& suite);
void signature_answer_cases(Suite& suite);
void key_cases(Suite& suite);
void token_cases(Suite& suite);
void token_request_cases(Suite& suite);
void challenge_cases(Suite& suite);
void resource_challenge_cases(Suite& suite);
void interaction_cases(Suite& suite);
void governance_cases(Suite& suite);
void metadata_cases(Suite& suite);
void sub_agent_cases(Suite& suite);
void grant_cases(Suite& suite);
void polling_cases(Suite& suite);
void held_cases(Suite& suite);
void session_cases(Suite& suite);
void clarification_cases(Suite& suite);
void mission_cases(Suite& suite);
void mission_work_cases(Suite& suite);
void error_cases(Suite& suite);
void refresh_cases(Suite& suite);
void hostile_cases(Suite& suite);

}  // namespace aauth::suites::ag

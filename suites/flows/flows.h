#pragma once

#include "suites/common/suite.h"

// Whole conversations, one readable case per access mode and per multi-party flow: what a newcomer reads first. The cases
// belong to the suite of the role that is under test, and stand at its head.
namespace aauth::suites::flows {

void of_resource(Suite& suite);         // RS-FLOW-*
void of_person_server(Suite& suite);    // PS-FLOW-*
void of_access_server(Suite& suite);    // AS-FLOW-*
void of_agent_provider(Suite& suite);   // AP-FLOW-*

}  // namespace aauth::suites::flows

#pragma once

#include "suites/common/suite.h"

// Whole conversations, one readable case per access mode and per multi-party flow: what a newcomer reads first. The
// cases belong to the suite of the role that is under test, and stand at its head.
namespace aauth::suites::flows {

void of_resource(Suite& suite);  // RS-FLOW-*
void surfaces_of_resource(Suite& suite);
void of_person_server(Suite& suite);  // PS-FLOW-*
void surfaces_of_person_server(Suite& suite);
void mission_flow(Suite& suite);                      // PS-FLOW-040
void of_access_server(Suite& suite);                  // AS-FLOW-*
void of_agent_provider(Suite& suite);                 // AP-FLOW-*
void chaining_flows_at_person_server(Suite& suite);   // PS-FLOW-050, 060
void chaining_flows_at_resource(Suite& suite);        // RS-FLOW-060, 070
void four_party_flow_at_person_server(Suite& suite);  // PS-FLOW-030
void four_party_flow_at_resource(Suite& suite);       // RS-FLOW-050

}  // namespace aauth::suites::flows

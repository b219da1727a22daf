#include "suites/person-server/suite.h"

#include <nlohmann/json.hpp>

#include "suites/common/discovery_cases.h"
#include "suites/common/signature_cases.h"
#include "suites/common/sub_agent_names.h"
#include "suites/common/tls_cases.h"
#include "suites/common/token_cases.h"
#include "suites/flows/flows.h"
#include "suites/person-server/endpoints.h"
#include "suites/person-server/federation.h"
#include "suites/person-server/missions.h"

namespace aauth::suites {

namespace {

// The agent token that stands in Signature-Key at the token endpoint.
PresentedToken agent_token() { return presented_agent_token(ps::token_endpoint()); }

// The parent's request for a person token of its sub-agent.
mocks::SignedRequest sub_agent_request(Test& t, const Player& parent, const Player&, const std::string& token) {
    auto body = ps::person_body(t);
    body["subagent_token"] = token;
    return ps::person_request(t, parent, body);
}

}  // namespace

void person_server_suite(Suite& suite) {
    flows::of_person_server(suite);
    flows::surfaces_of_person_server(suite);
    ps::metadata_cases(suite);
    ps::key_cases(suite);
    suite.area("Signature profile", "11.3");
    signature_cases(suite, "PS", ps::token_endpoint());
    suite.area("Agent token", "5.3.3");
    token_cases(suite, "PS-AGT", agent_token());
    discovery_cases(suite, verification_of("PS-DIS", agent_token()));
    folded_parent_case(suite, "PS-SUB-036", sub_agent_request);
    tls_cases(suite, "PS");
    ps::person_token_cases(suite);
    ps::person_request_cases(suite);
    ps::resource_parameter_cases(suite);
    ps::auth_token_cases(suite);
    ps::auth_request_cases(suite);
    ps::resource_token_cases(suite);
    ps::presented_token_cases(suite);
    ps::subagent_cases(suite);
    ps::chaining_upstream_cases(suite);
    ps::chaining_issued_cases(suite);
    ps::person_cases(suite);
    ps::federation_cases(suite);
    ps::federation_waiting_cases(suite);
    ps::federation_error_cases(suite);
    ps::federation_delivery_cases(suite);
    ps::pending_cases(suite);
    ps::polling_cases(suite);
    ps::code_cases(suite);
    ps::pending_post_cases(suite);
    ps::waiting_cases(suite);
    ps::governance_cases(suite);
    ps::mission_cases(suite);
    ps::error_cases(suite);
    ps::requirement_cases(suite);
    ps::revocation_cases(suite);
    ps::guessing_cases(suite);
}

}  // namespace aauth::suites

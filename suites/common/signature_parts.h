#pragma once

#include <string>

#include "suites/common/rows.h"

// The parts of signature_cases, one file each.
namespace aauth::suites {

// The Signature-Key field of a request with its one member under another label, and the request without a member.
void relabel_key(mocks::SignedRequest& request, const std::string& label);

void header_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint);     // 020 to 049
void freshness_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint);  // 050 to 079
void base_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint);       // 080 to 119
void scheme_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint);     // 120 to 149

}  // namespace aauth::suites

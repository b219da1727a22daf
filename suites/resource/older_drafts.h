#pragma once

#include "suites/common/suite.h"

// What only older drafts have.
namespace aauth::suites::rs {

void pseudonym_cases(Suite& suite);       // a key that names nobody (draft 01)
void mission_header_cases(Suite& suite);  // AAuth-Mission (drafts 01 and 10)

}  // namespace aauth::suites::rs

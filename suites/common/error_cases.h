#pragma once

#include <functional>
#include <string>

#include "suites/common/suite.h"
#include "suites/common/test.h"

// Error bodies of a token endpoint (11.9.2, 11.9.3), and hostile input (13.3).
namespace aauth::suites {

struct ErrorSurface {
    std::string prefix;  // of ids: "PS"
    Endpoint endpoint;   // whose body has required members only
    // Two errors that every target gives: a required member is missing, the resource token is malformed.
    std::function<Answer(Test&)> missing, malformed;
};

void error_cases(Suite& suite, const ErrorSurface& surface);  // PREFIX-ERR-NNN

}  // namespace aauth::suites

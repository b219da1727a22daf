#include <nlohmann/json.hpp>

#include "suites/common/error_cases.h"
#include "suites/person-server/endpoints.h"

// Error bodies of the token endpoints (11.9.2, 11.9.3), and hostile input (13.3).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

// A token request without its one required parameter.
Answer plain_error(Test& t) {
    if (!t.draft().person_tokens) return changed_ask(t, {}, [](json& body) { body.erase("resource_token"); });
    return changed_person(t, [](json& body) { body.erase("resource"); });
}

Answer auth_error(Test& t) {
    return changed_ask(t, {}, [](json& body) { body["resource_token"] = "no.token"; });
}

}  // namespace

void error_cases(Suite& suite) {
    ErrorSurface surface{"PS", token_endpoint(), plain_error, auth_error};
    suites::error_cases(suite, surface);
}

}  // namespace aauth::suites::ps

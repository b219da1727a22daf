#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/http/message.h"
#include "harness/result.h"

// Error bodies (section 11.9.2): RFC 9457 problem details with the extension member `error`.
namespace aauth::protocol {

struct Problem {
    std::string error;
    std::string detail;
    std::string type;  // a URI; empty: left out
};

// Status, Content-Type: application/problem+json, Cache-Control: no-store and the body.
http::Response problem_response(int status, const Problem& problem);

// The problem of a response. Errors: "not_problem_json" (media type), "malformed_problem" (no JSON object, or no string
// member `error`).
Result<Problem> parse_problem(const http::Response& response);

// The HTTP status that goes with an error code at token endpoints and pending URLs (11.9.3, 11.9.4, 6.6.3, 7.6.3, 8.7);
// nothing for an unknown one.
std::optional<int> status_of(std::string_view error);

// The media type of a Content-Type field, lowercase, without parameters; empty when absent.
std::string media_type(const http::Fields& fields);

}  // namespace aauth::protocol

#pragma once

#include <string>
#include <string_view>

#include "harness/http/message.h"
#include "harness/result.h"

namespace aauth::httpsig {

// Where a request goes, as views into the request (RFC 9112 section 3.2): an absolute-form target overrules scheme and
// authority of the request.
struct Target {
    std::string_view scheme, authority;
    std::string_view path;   // "/" when none is written; empty for "*" and a CONNECT authority
    std::string_view query;  // without '?'
    bool has_query = false;
};
Target target_of(const http::Request& request);

// Appends the authority in lowercase, an empty port or the scheme's default port left out (RFC 9421 section 2.2.3).
void append_authority(std::string& out, const Target& target);

// Appends scheme://authority/path?query, authority as above (section 2.2.2).
void append_target_uri(std::string& out, const Target& target);

// Appends the value of the query parameter `name`, both percent-encoded anew (section 2.2.8). Error "invalid_input"
// when the query has no such parameter, or more than one.
Result<void> append_query_parameter(std::string& out, std::string_view query, std::string_view name);

}  // namespace aauth::httpsig

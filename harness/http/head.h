#pragma once

// Inside this room: the head of an HTTP/1.1 message, read strictly and in wire order, and the writers behind to_wire.

#include <string>
#include <string_view>

#include "harness/http/message.h"
#include "harness/result.h"

namespace aauth::http {

// `bytes` run from the start line up to and including the empty line. Lines end in CRLF; field names are tokens; no
// value has a control character other than a tab; a folded line is joined by one space (RFC 9112 sections 2 to 5).
// Errors: "malformed_request", "malformed_response". The scheme and authority of the request are not set.
Result<Request> parse_request_head(std::string_view bytes);
Result<Response> parse_response_head(std::string_view bytes);

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text);
// The name is a token and the value has no CR, LF or NUL.
bool can_be_sent(const Fields::Field& field);

// True when the message says `Transfer-Encoding: chunked`, and only that.
bool is_chunked(const Fields& fields);

// The field lines of a request as they are written: Host first, the given ones, Content-Length when it is missing.
std::vector<Fields::Field> request_lines(const Request& request);
// True for a request that has a body, be it an empty one.
bool has_body(const Request& request);

// A response as a server writes it: `with_body` false leaves the body out and keeps its length (HEAD).
std::string write_response(const Response& response, bool with_body);

// The reason phrase of RFC 9110 section 15, or "".
std::string_view reason_of(int status);

}  // namespace aauth::http

#pragma once

#include <string>
#include <string_view>

#include "harness/http/message.h"
#include "harness/result.h"

// The values of fields in the signature base (RFC 9421 section 2.1). Each function appends to `out` the value of all
// lines of the field `name` (lowercase). Error code "invalid_input".
namespace aauth::httpsig {

// Lines without surrounding whitespace and line folding, joined by ", ".
Result<void> append_field(std::string& out, const http::Fields& fields, std::string_view name);

// Each line as a byte sequence (section 2.1.3).
Result<void> append_field_as_bytes(std::string& out, const http::Fields& fields, std::string_view name);

// Parsed and serialized anew (section 2.1.1). Of a field whose type we do not know every possible type is tried, and it
// is an error when they do not all give the same text.
Result<void> append_structured_field(std::string& out, const http::Fields& fields, std::string_view name);

// One member of a dictionary (section 2.1.2).
Result<void> append_dictionary_member(std::string& out, const http::Fields& fields, std::string_view name,
                                      std::string_view key);

}  // namespace aauth::httpsig

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http/message.h"
#include "harness/result.h"

// AAuth's header fields and those of HTTP Signature Keys that answer a request.
namespace aauth::protocol {

// AAuth-Requirement (section 11.6.1): a dictionary whose member `requirement` is a token with parameters.
struct Requirement {
    std::string value;  // "auth-token"
    std::map<std::string, std::string> parameters;  // string parameters: url, code, resource-token

    std::string parameter(std::string_view name) const;  // empty when absent
};
// Errors: "absent", "malformed_requirement".
Result<Requirement> parse_requirement(const http::Fields& fields);
std::string to_field(const Requirement& requirement);

// Signature-Error (HTTP Signature Keys section 5.1) with its required_input member (5.4.5).
struct SignatureErrorField {
    std::string error;
    std::vector<std::string> required_input;
};
// Errors: "absent", "malformed_signature_error".
Result<SignatureErrorField> parse_signature_error(const http::Fields& fields);
std::string to_field(const SignatureErrorField& error);

// Accept-Signature-Scheme and Accept-Signature-Alg (sections 4.1, 4.2), AAuth-Capabilities (AAuth 11.7): lists of
// tokens. Errors: "absent", "malformed_list".
Result<std::vector<std::string>> parse_token_list(const http::Fields& fields, std::string_view name);
std::string to_token_list(const std::vector<std::string>& tokens);

// A token68 (RFC 9110 section 11.2), which AAuth-Access and Authorization: AAuth carry (section 6.3).
bool is_token68(std::string_view text);
// The session token of an Authorization field with the AAuth scheme. Errors: "absent" (no field, or another scheme),
// "malformed_access" (empty, no token68, more than one credential).
Result<std::string> parse_authorization(const http::Fields& fields);
// The value of an Authorization field that returns a session token. Error "malformed_access": no token68.
Result<std::string> to_authorization(std::string_view session_token);
// The session token of AAuth-Access. Errors as parse_authorization.
Result<std::string> parse_access(const http::Fields& fields);

}  // namespace aauth::protocol

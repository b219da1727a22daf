#pragma once

#include <string>
#include <string_view>

#include "harness/result.h"

// Base64 (RFC 4648), strict in both directions: no whitespace, no missing or surplus padding, no non-zero bits
// after the last octet. Decoders' error code: "malformed_base64".
namespace aauth::crypto {

std::string base64url_encode(std::string_view octets);           // section 5, without padding
Result<std::string> base64url_decode(std::string_view text);     // refuses padding
std::string base64_encode(std::string_view octets);              // section 4, with padding
Result<std::string> base64_decode(std::string_view text);        // requires padding
std::string hex_encode(std::string_view octets);                 // lowercase
Result<std::string> hex_decode(std::string_view text);           // error code "malformed_hex"

}  // namespace aauth::crypto

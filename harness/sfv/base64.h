#pragma once

#include <string>
#include <string_view>

// Base64 (RFC 4648 section 4) as byte sequences use it. This room stands beside crypto and may not use its encodings.
namespace aauth::sfv {

// Appends the encoding of `data`, with padding, to `out`.
void append_base64(std::string& out, std::string_view data);

// Decodes `text` into `out`. False when a character is outside the alphabet, padding is missing or misplaced, or the
// bits that padding leaves over are not zero.
bool decode_base64(std::string_view text, std::string& out);

}  // namespace aauth::sfv

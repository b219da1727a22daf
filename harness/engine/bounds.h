#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/engine/result.h"

// How much of a stranger's text a result keeps. What is cut off is said: "… 12345 more bytes".
namespace aauth::engine {

inline constexpr std::size_t check_text_limit = 4u << 10;  // bytes of `what`, `expected`, `observed`, each
inline constexpr std::size_t exchange_limit = 64u << 10;   // bytes of a request, of a response, of a token part
inline constexpr std::size_t exchanges_kept = 100;         // of one case: the first and the last 50

// The text, or its first `limit` bytes (no UTF-8 sequence torn) and the mark.
std::string bounded(std::string text, std::size_t limit);

// Bounds every text of a check; of an exchange.
void bound(Check& check);
void bound(Exchange& exchange);

// Leaves out the middle of a list that is too long, with a note in the last exchange before the gap, and bounds each.
void bound(std::vector<Exchange>& exchanges);

// The text with each byte that is not part of valid UTF-8 written as \xNN.
std::string valid_utf8(std::string_view text);

// The length of the UTF-8 sequence that starts at `at`, 0 when none does (RFC 3629: no surrogates, no overlong forms).
std::size_t utf8_length(std::string_view text, std::size_t at);

}  // namespace aauth::engine

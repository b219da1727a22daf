#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/engine/result.h"

// Strangers' text made fit to be seen.
namespace aauth::reports {

enum class Lines { Keep, Show };  // a line feed stays one, or becomes \n

// Valid UTF-8 in which nothing is invisible or moves other text: control characters and bytes that are no UTF-8 as
// \x1b, characters that change direction, join, or have no width as \u{202e}. CR before LF goes when lines are kept.
std::string visible(std::string_view text, Lines lines = Lines::Show);

// What stands in for a private key: the values of the private JWK members and the contents of PEM private keys go.
std::string without_private_keys(std::string text);

// Every string that looks like a JWT as its first 24 characters and an ellipsis.
std::string with_short_tokens(std::string text);

// The run with both done to all of it, and every text bounded.
engine::RunResult fit_to_show(engine::RunResult run, bool full_tokens);

// A JSON text laid out over lines, its members in order and its tokens as they are; another text unchanged.
std::string indented(std::string_view text);

// For element content and quoted attributes of HTML and XML.
std::string escaped_for_xml(std::string_view text);

std::string milliseconds(long long microseconds);  // "3.1 ms", "6.2 s"

}  // namespace aauth::reports

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/sfv/sfv.h"

// Field texts that are wrong in exactly one way, made from good dictionaries, for negative tests.
namespace aauth::sfv {

// Where a breakage needs something that the member does not have (a string to leave unterminated, a parameter to
// repeat), a parameter `broken` that has the defect is appended to the member.
enum class Breakage {
    // of the dictionary
    leading_comma,     // , a=1
    trailing_comma,    // a=1,
    double_comma,      // a=1,, b=2
    missing_comma,     // a=1 b=2
    trailing_garbage,  // a=1 !
    duplicate_key,     // a=1, a=1
    // of the member
    uppercase_key,        // A=1
    digit_first_key,      // 1a=1
    space_before_equals,  // a =1
    tab_before_value,     // a=<tab>1
    missing_value,        // a=
    // of its parameters
    uppercase_parameter,     // a=1;X=1
    duplicate_parameter,     // a=1;x=1;x=1
    space_before_semicolon,  // a=1 ;x=1
    // of an inner list; an item is first wrapped in one
    unterminated_inner_list,     // a=("x"
    comma_separated_inner_list,  // a=("x", "y")
    tab_separated_inner_list,    // a=("x"<tab>"y")
    nested_inner_list,           // a=(("x" "y"))
    // of the first string in the member
    unterminated_string,   // the field ends before the closing quote
    single_quoted_string,  // 'x'
    non_ascii_string,      // "xé", as UTF-8
    tab_in_string,         // "x<tab>"
    bad_escape_in_string,  // "x\n", with the backslash and the n
    // of the first byte sequence in the member
    unterminated_bytes,      // :YQ==
    bytes_without_padding,   // :YQ:
    bytes_with_nonzero_pad,  // :YR==:
    bytes_in_url_alphabet,   // :-_8=:
    space_in_bytes,          // :YQ= =:
    // of the first integer in the member
    too_long_integer,  // the same number with leading zeros, 16 digits
};

// What RFC 9651 asks of a receiver.
enum class Reception {
    must_refuse,  // parsing fails
    may_refuse,   // parsing SHOULD NOT fail (section 4.2.7); our own parser refuses it
    accepted,     // parsing succeeds, the last value wins; a profile may forbid it, `repeated` tells
};

struct BreakageInfo {
    Breakage breakage;
    std::string_view name;  // the enumerator's
    Reception reception;
};

// Every breakage, in the order of the enumeration.
std::span<const BreakageInfo> all_breakages();

// The name of one breakage.
std::string_view name_of(Breakage breakage);

// The canonical text of `dictionary` with `breakage` applied to the member `key` (or, for the breakages of the
// dictionary, around it). The text never parses, except for the breakages that Reception calls accepted. Throws
// std::invalid_argument when the dictionary lacks the key or cannot be serialized: a mistake of the caller.
std::string broken(const Dictionary& dictionary, std::string_view key, Breakage breakage);

}  // namespace aauth::sfv

#include <array>

#include "harness/sfv/broken.h"

namespace aauth::sfv {

std::span<const BreakageInfo> all_breakages() {
    using enum Breakage;
    using enum Reception;
#define AAUTH_BREAKAGE(name, reception) BreakageInfo{name, #name, reception}
    static constexpr std::array list = {
        AAUTH_BREAKAGE(leading_comma, must_refuse),
        AAUTH_BREAKAGE(trailing_comma, must_refuse),
        AAUTH_BREAKAGE(double_comma, must_refuse),
        AAUTH_BREAKAGE(missing_comma, must_refuse),
        AAUTH_BREAKAGE(trailing_garbage, must_refuse),
        AAUTH_BREAKAGE(duplicate_key, accepted),
        AAUTH_BREAKAGE(uppercase_key, must_refuse),
        AAUTH_BREAKAGE(digit_first_key, must_refuse),
        AAUTH_BREAKAGE(space_before_equals, must_refuse),
        AAUTH_BREAKAGE(tab_before_value, must_refuse),
        AAUTH_BREAKAGE(missing_value, must_refuse),
        AAUTH_BREAKAGE(uppercase_parameter, must_refuse),
        AAUTH_BREAKAGE(duplicate_parameter, accepted),
        AAUTH_BREAKAGE(space_before_semicolon, must_refuse),
        AAUTH_BREAKAGE(unterminated_inner_list, must_refuse),
        AAUTH_BREAKAGE(comma_separated_inner_list, must_refuse),
        AAUTH_BREAKAGE(tab_separated_inner_list, must_refuse),
        AAUTH_BREAKAGE(nested_inner_list, must_refuse),
        AAUTH_BREAKAGE(unterminated_string, must_refuse),
        AAUTH_BREAKAGE(single_quoted_string, must_refuse),
        AAUTH_BREAKAGE(non_ascii_string, must_refuse),
        AAUTH_BREAKAGE(tab_in_string, must_refuse),
        AAUTH_BREAKAGE(bad_escape_in_string, must_refuse),
        AAUTH_BREAKAGE(unterminated_bytes, must_refuse),
        AAUTH_BREAKAGE(bytes_without_padding, may_refuse),
        AAUTH_BREAKAGE(bytes_with_nonzero_pad, may_refuse),
        AAUTH_BREAKAGE(bytes_in_url_alphabet, must_refuse),
        AAUTH_BREAKAGE(space_in_bytes, must_refuse),
        AAUTH_BREAKAGE(too_long_integer, must_refuse),
    };
#undef AAUTH_BREAKAGE
    return list;
}

std::string_view name_of(Breakage breakage) {
    return all_breakages()[static_cast<std::size_t>(breakage)].name;
}

}  // namespace aauth::sfv

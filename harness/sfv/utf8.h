#pragma once

#include <cstddef>
#include <string_view>

namespace aauth::sfv {

// Whether `text` is well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing over U+10FFFF.
inline bool is_utf8(std::string_view text) {
    std::size_t i = 0;
    auto octet = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(text[at])); };
    while (i < text.size()) {
        const unsigned first = octet(i++);
        if (first < 0x80) continue;
        if (first < 0xc2 || first > 0xf4) return false;
        const std::size_t following = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
        if (text.size() - i < following) return false;
        unsigned low = 0x80, high = 0xbf;  // of the second octet
        if (first == 0xe0) low = 0xa0;
        if (first == 0xed) high = 0x9f;
        if (first == 0xf0) low = 0x90;
        if (first == 0xf4) high = 0x8f;
        for (std::size_t n = 0; n < following; ++n, low = 0x80, high = 0xbf) {
            const unsigned next = octet(i++);
            if (next < low || next > high) return false;
        }
    }
    return true;
}

}  // namespace aauth::sfv

#include "mocks/query.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>

namespace aauth::mocks {

std::string parameter(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        const auto part = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const auto equals = part.find('=');
        if (part.substr(0, equals) != name || equals == std::string_view::npos) continue;
        std::string value;
        for (std::size_t i = equals + 1; i < part.size(); ++i) {
            unsigned octet = 0;
            if (part[i] == '%' && i + 2 < part.size() &&
                std::from_chars(part.data() + i + 1, part.data() + i + 3, octet, 16).ptr == part.data() + i + 3) {
                value += static_cast<char>(octet);
                i += 2;
            } else {
                value += part[i] == '+' ? ' ' : part[i];
            }
        }
        return value;
    }
    return {};
}

std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

}  // namespace aauth::mocks

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

// The character classes of RFC 9651, shared by the parser and the serializer of this folder.
namespace aauth::sfv {

enum CharacterClass : std::uint8_t {
    key_start = 1,         // lcalpha / "*"
    key_character = 2,     // lcalpha / DIGIT / "_" / "-" / "." / "*"
    token_start = 4,       // ALPHA / "*"
    token_character = 8,   // tchar / ":" / "/"
    plain_character = 16,  // printable ASCII but DQUOTE and "\", so that a string holds it unescaped
    digit = 32,
};

inline constexpr std::array<std::uint8_t, 256> character_classes = [] {
    std::array<std::uint8_t, 256> classes{};
    auto add = [&](std::string_view characters, unsigned flags) {
        for (char c : characters) {
            auto& entry = classes[static_cast<unsigned char>(c)];
            entry = static_cast<std::uint8_t>(entry | flags);
        }
    };
    add("abcdefghijklmnopqrstuvwxyz", key_start | key_character | token_start | token_character);
    add("ABCDEFGHIJKLMNOPQRSTUVWXYZ", token_start | token_character);
    add("0123456789", key_character | token_character | digit);
    add("*", key_start | key_character | token_start | token_character);
    add("_-.", key_character);
    add("!#$%&'+-.^_`|~:/", token_character);
    for (unsigned c = 0x20; c <= 0x7e; ++c) {
        if (c != '"' && c != '\\') classes[c] = static_cast<std::uint8_t>(classes[c] | plain_character);
    }
    return classes;
}();

inline bool is(char c, CharacterClass wanted) {
    return (character_classes[static_cast<unsigned char>(c)] & wanted) != 0;
}

}  // namespace aauth::sfv

#include "harness/crypto/encoding.h"

#include <array>
#include <cstdint>

namespace aauth::crypto {

namespace {

constexpr std::string_view common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::uint8_t no_digit = 0xff;

struct Alphabet {
    std::array<char, 64> digits{};
    std::array<std::uint8_t, 256> values{};

    constexpr Alphabet(char digit62, char digit63) {
        for (std::size_t i = 0; i < common.size(); ++i) digits[i] = common[i];
        digits[62] = digit62;
        digits[63] = digit63;
        for (auto& value : values) value = no_digit;
        for (std::size_t i = 0; i < digits.size(); ++i) {
            values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
        }
    }
};

constexpr Alphabet url_alphabet{'-', '_'};
constexpr Alphabet standard_alphabet{'+', '/'};

std::string encode(std::string_view octets, const Alphabet& alphabet) {
    std::string text;
    text.reserve((octets.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char octet : octets) {
        bits = (bits << 8) | static_cast<unsigned char>(octet);
        held += 8;
        while (held >= 6) {
            held -= 6;
            text += alphabet.digits[(bits >> held) & 63];
        }
    }
    if (held > 0) text += alphabet.digits[(bits << (6 - held)) & 63];
    return text;
}

Result<std::string> decode(std::string_view text, const Alphabet& alphabet) {
    if (text.size() % 4 == 1) return failure("malformed_base64", "no base64 text has this length");
    std::string octets;
    octets.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char digit : text) {
        const auto value = alphabet.values[static_cast<unsigned char>(digit)];
        if (value == no_digit) return failure("malformed_base64", "a character outside the base64 alphabet in use");
        bits = (bits << 6) | value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            octets += static_cast<char>(static_cast<unsigned char>(bits >> held));
        }
    }
    if ((bits & ((1u << held) - 1)) != 0) return failure("malformed_base64", "non-zero bits after the last octet");
    return octets;
}

}  // namespace

std::string base64url_encode(std::string_view octets) { return encode(octets, url_alphabet); }

Result<std::string> base64url_decode(std::string_view text) { return decode(text, url_alphabet); }

std::string base64_encode(std::string_view octets) {
    auto text = encode(octets, standard_alphabet);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

Result<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return failure("malformed_base64", "base64 padding is missing or surplus");
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return decode(text, standard_alphabet);
}

std::string hex_encode(std::string_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(octets.size() * 2);
    for (const char octet : octets) {
        const auto value = static_cast<unsigned char>(octet);
        text += digits[value >> 4];
        text += digits[value & 15];
    }
    return text;
}

Result<std::string> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0) return failure("malformed_hex", "an odd number of hex digits");
    std::string octets;
    octets.reserve(text.size() / 2);
    unsigned value = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char digit = text[i];
        unsigned nibble = 0;
        if (digit >= '0' && digit <= '9') {
            nibble = static_cast<unsigned>(digit - '0');
        } else if (digit >= 'a' && digit <= 'f') {
            nibble = static_cast<unsigned>(digit - 'a') + 10;
        } else if (digit >= 'A' && digit <= 'F') {
            nibble = static_cast<unsigned>(digit - 'A') + 10;
        } else {
            return failure("malformed_hex", "a character that is no hex digit");
        }
        value = (value << 4 | nibble) & 0xff;
        if (i % 2 == 1) octets += static_cast<char>(static_cast<unsigned char>(value));
    }
    return octets;
}

}  // namespace aauth::crypto

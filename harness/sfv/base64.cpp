#include "harness/sfv/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace aauth::sfv {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t not_base64 = 0x80;

constexpr std::array<std::uint8_t, 256> digits = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(not_base64);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}();

std::uint32_t value_of(char c) { return digits[static_cast<unsigned char>(c)]; }
std::uint32_t octet(char c) { return static_cast<unsigned char>(c); }
char low_octet(std::uint32_t bits) { return static_cast<char>(bits & 0xff); }

}  // namespace

void append_base64(std::string& out, std::string_view data) {
    out.reserve(out.size() + (data.size() + 2) / 3 * 4);
    std::size_t i = 0;
    for (; i + 3 <= data.size(); i += 3) {
        const std::uint32_t bits = octet(data[i]) << 16 | octet(data[i + 1]) << 8 | octet(data[i + 2]);
        for (int shift : {18, 12, 6, 0}) out += alphabet[bits >> shift & 63];
    }
    const std::size_t left = data.size() - i;
    if (left == 0) return;
    const std::uint32_t bits = octet(data[i]) << 16 | (left == 2 ? octet(data[i + 1]) << 8 : 0);
    out += alphabet[bits >> 18 & 63];
    out += alphabet[bits >> 12 & 63];
    out += left == 2 ? alphabet[bits >> 6 & 63] : '=';
    out += '=';
}

bool decode_base64(std::string_view text, std::string& out) {
    if (text.size() % 4 != 0) return false;
    out.clear();
    if (text.empty()) return true;
    const std::size_t padding = text.back() != '=' ? 0 : text[text.size() - 2] != '=' ? 1 : 2;
    out.resize(text.size() / 4 * 3);
    std::size_t written = 0;
    const std::size_t whole = text.size() - (padding == 0 ? 0 : 4);
    std::uint32_t seen = 0;
    for (std::size_t i = 0; i < whole; i += 4) {
        const std::uint32_t a = value_of(text[i]), b = value_of(text[i + 1]);
        const std::uint32_t c = value_of(text[i + 2]), d = value_of(text[i + 3]);
        seen |= a | b | c | d;
        const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
        out[written++] = low_octet(bits >> 16);
        out[written++] = low_octet(bits >> 8);
        out[written++] = low_octet(bits);
    }
    if (padding != 0) {
        const std::uint32_t a = value_of(text[whole]), b = value_of(text[whole + 1]);
        const std::uint32_t c = padding == 1 ? value_of(text[whole + 2]) : 0;
        seen |= a | b | c;
        if ((padding == 1 ? c & 3 : b & 15) != 0) return false;
        const std::uint32_t bits = a << 18 | b << 12 | c << 6;
        out[written++] = low_octet(bits >> 16);
        if (padding == 1) out[written++] = low_octet(bits >> 8);
    }
    out.resize(written);
    return (seen & not_base64) == 0;
}

}  // namespace aauth::sfv

#include "harness/engine/bounds.h"

#include <fmt/format.h>

namespace aauth::engine {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool is_continuation(unsigned byte) { return (byte & 0xC0u) == 0x80u; }

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t at) {
    const unsigned first = byte_at(text, at);
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (text.size() - at < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (!is_continuation(byte_at(text, at + i))) return 0;
    const unsigned second = byte_at(text, at + 1);
    if (first == 0xE0 && second < 0xA0) return 0;   // overlong
    if (first == 0xED && second >= 0xA0) return 0;  // surrogate
    if (first == 0xF0 && second < 0x90) return 0;   // overlong
    if (first == 0xF4 && second >= 0x90) return 0;  // beyond U+10FFFF
    return length;
}

std::string bounded(std::string text, std::size_t limit) {
    if (text.size() <= limit) return text;
    std::size_t end = limit;
    while (end > 0 && limit - end < 3 && is_continuation(byte_at(text, end))) --end;
    if (is_continuation(byte_at(text, end))) end = limit;  // no UTF-8 there anyway
    const std::size_t left = text.size() - end;
    text.resize(end);
    text += fmt::format("… {} more bytes", left);
    return text;
}

void bound(Check& check) {
    for (std::string* text : {&check.requirement, &check.what, &check.expected, &check.observed})
        *text = bounded(std::move(*text), check_text_limit);
}

void bound(Exchange& exchange) {
    for (std::string* text : {&exchange.request, &exchange.response, &exchange.signature_base})
        *text = bounded(std::move(*text), exchange_limit);
    for (std::string* text : {&exchange.from, &exchange.to, &exchange.failure, &exchange.note})
        *text = bounded(std::move(*text), check_text_limit);
    for (TokenView& token : exchange.tokens) {
        token.where = bounded(std::move(token.where), check_text_limit);
        for (std::string* text : {&token.compact, &token.header, &token.payload})
            *text = bounded(std::move(*text), exchange_limit);
    }
}

void bound(std::vector<Exchange>& exchanges) {
    if (exchanges.size() > exchanges_kept) {
        constexpr std::ptrdiff_t half = static_cast<std::ptrdiff_t>(exchanges_kept / 2);
        const std::size_t left_out = exchanges.size() - exchanges_kept;
        exchanges.erase(exchanges.begin() + half, exchanges.end() - half);
        std::string& note = exchanges[static_cast<std::size_t>(half) - 1].note;
        note += fmt::format("{}the next {} exchanges are left out", note.empty() ? "" : "; ", left_out);
    }
    for (Exchange& exchange : exchanges) bound(exchange);
}

std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) {
            out += fmt::format("\\x{:02x}", byte_at(text, at));
            ++at;
        } else {
            out.append(text.substr(at, length));
            at += length;
        }
    }
    return out;
}

}  // namespace aauth::engine

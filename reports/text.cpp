#include "reports/text.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "harness/engine/bounds.h"
#include "harness/json/json.h"

namespace aauth::reports {

namespace {

std::uint32_t code_point(std::string_view sequence) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[i]));
    };
    switch (sequence.size()) {
        case 2:
            return (byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
        case 3:
            return (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
        case 4:
            return (byte(0) & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
        default:
            return byte(0);
    }
}

bool within(std::uint32_t c, std::uint32_t first, std::uint32_t last) { return c >= first && c <= last; }

// Characters beyond ASCII that cannot be seen or change how others are.
bool is_treacherous(std::uint32_t c) {
    return within(c, 0x80, 0x9F) || c == 0xAD || c == 0x034F || c == 0x061C || within(c, 0x115F, 0x1160) ||
           within(c, 0x17B4, 0x17B5) || within(c, 0x180B, 0x180F) || within(c, 0x200B, 0x200F) ||
           within(c, 0x2028, 0x202E) || within(c, 0x2060, 0x206F) || c == 0x3164 || within(c, 0xFE00, 0xFE0F) ||
           c == 0xFEFF || c == 0xFFA0 || within(c, 0xFFF0, 0xFFFB) || (c & 0xFFFEu) == 0xFFFE ||
           within(c, 0xFDD0, 0xFDEF) || within(c, 0x1D173, 0x1D17A) || within(c, 0xE0000, 0xE0FFF);
}

std::string shown_control(unsigned char c) { return fmt::format("\\x{:02x}", static_cast<unsigned>(c)); }

}  // namespace

std::string visible(std::string_view text, Lines lines) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const std::size_t length = engine::utf8_length(text, at);
        if (length == 0) {
            out += shown_control(byte);
            ++at;
            continue;
        }
        const std::string_view sequence = text.substr(at, length);
        at += length;
        if (length > 1) {
            const std::uint32_t c = code_point(sequence);
            if (is_treacherous(c)) {
                out += fmt::format("\\u{{{:x}}}", c);
            } else {
                out += sequence;
            }
        } else if (byte == '\n') {
            out += lines == Lines::Keep ? "\n" : "\\n";
        } else if (byte == '\r' && lines == Lines::Keep && at < text.size() && text[at] == '\n') {
            continue;
        } else if (byte == '\t' && lines == Lines::Keep) {
            out += '\t';
        } else if (byte < 0x20 || byte == 0x7F) {
            out += shown_control(byte);
        } else {
            out += static_cast<char>(byte);
        }
    }
    return out;
}

std::string indented(std::string_view text) {
    const auto parsed = json::parse(text);
    if (!parsed || text.find_first_of("{[") == std::string_view::npos) return std::string(text);
    std::string out;
    std::size_t depth = 0;
    bool inside = false, escaped = false;
    const auto line = [&] { out += '\n' + std::string(depth * 2, ' '); };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inside) {
            out += c;
            if (!escaped && c == '"') inside = false;
            escaped = !escaped && c == '\\';
        } else if (c == '"') {
            inside = true;
            out += c;
        } else if (c == '{' || c == '[') {
            out += c;
            const std::size_t next = text.find_first_not_of(" \t\r\n", i + 1);
            if (next != std::string_view::npos && (text[next] == '}' || text[next] == ']')) {
                out += text[next];
                i = next;
            } else {
                ++depth;
                line();
            }
        } else if (c == '}' || c == ']') {
            --depth;
            line();
            out += c;
        } else if (c == ',') {
            out += c;
            line();
        } else if (c == ':') {
            out += ": ";
        } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            out += c;
        }
    }
    return out;
}

std::string escaped_for_xml(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string milliseconds(long long microseconds) {
    const double ms = static_cast<double>(microseconds) / 1000.0;
    return ms < 1000.0 ? fmt::format("{:.1f} ms", ms) : fmt::format("{:.1f} s", ms / 1000.0);
}

}  // namespace aauth::reports

#include "harness/httpsig/target.h"

namespace aauth::httpsig {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void append_lowercase(std::string& out, std::string_view text) {
    for (char c : text) out += lower(c);
}

void split_query(Target& target, std::string_view rest) {
    const auto mark = rest.find('?');
    target.path = mark == 0 || rest.empty() ? std::string_view("/") : rest.substr(0, mark);
    target.has_query = mark != std::string_view::npos;
    if (target.has_query) target.query = rest.substr(mark + 1);
}

// The length of the scheme of an absolute form, or 0.
std::size_t absolute_scheme(std::string_view text) {
    for (std::string_view scheme : {"http", "https"}) {
        if (text.size() > scheme.size() && http::equals_ignoring_case(text.substr(0, scheme.size()), scheme) &&
            text.substr(scheme.size(), 3) == "://") {
            return scheme.size();
        }
    }
    return 0;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Section 5.1 of the URL standard: plus signs are spaces, percent triplets are octets, anything else is itself.
std::string form_decoded(std::string_view text) {
    std::string octets;
    octets.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
            octets += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            octets += text[i] == '+' ? ' ' : text[i];
        }
    }
    return octets;
}

// How a UTF-8 sequence goes on after its first octet: how many octets, and the bounds of the second one.
struct Continuation {
    int octets;
    unsigned char lowest, highest;
};

Continuation continuation(unsigned char first) {
    if (first >= 0xC2 && first <= 0xDF) return {1, 0x80, 0xBF};
    if (first == 0xE0) return {2, 0xA0, 0xBF};
    if (first == 0xED) return {2, 0x80, 0x9F};
    if (first >= 0xE1 && first <= 0xEF) return {2, 0x80, 0xBF};
    if (first == 0xF0) return {3, 0x90, 0xBF};
    if (first >= 0xF1 && first <= 0xF3) return {3, 0x80, 0xBF};
    if (first == 0xF4) return {3, 0x80, 0x8F};
    return {0, 0, 0};
}

void append_encoded(std::string& out, std::string_view octets) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    for (char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*' ||
                           c == '-' || c == '.' || c == '_';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[octet >> 4];
            out += digits[octet & 15];
        }
    }
}

// Percent-encodes as application/x-www-form-urlencoded does, but a space as %20. Octets that are no UTF-8 count as
// U+FFFD.
void append_form_encoded(std::string& out, std::string_view octets) {
    std::size_t at = 0;
    while (at < octets.size()) {
        const auto first = static_cast<unsigned char>(octets[at]);
        if (first < 0x80) {
            append_encoded(out, octets.substr(at++, 1));
            continue;
        }
        Continuation rest = continuation(first);
        std::size_t length = 1;
        int missing = rest.octets;
        while (missing > 0 && at + length < octets.size()) {
            const auto octet = static_cast<unsigned char>(octets[at + length]);
            if (octet < rest.lowest || octet > rest.highest) break;
            rest.lowest = 0x80;
            rest.highest = 0xBF;
            ++length;
            --missing;
        }
        if (rest.octets > 0 && missing == 0) {
            append_encoded(out, octets.substr(at, length));
        } else {
            out += "%EF%BF%BD";
        }
        at += length;
    }
}

}  // namespace

Target target_of(const http::Request& request) {
    Target target{request.scheme, request.authority, {}, {}, false};
    const std::string_view text = request.target;
    if (text == "*" || http::equals_ignoring_case(request.method, "CONNECT")) return target;
    const std::size_t scheme = absolute_scheme(text);
    if (scheme == 0) {
        split_query(target, text);
        return target;
    }
    const std::string_view rest = text.substr(scheme + 3);
    const auto end = rest.find_first_of("/?");
    target.scheme = text.substr(0, scheme);
    target.authority = rest.substr(0, end);
    // "OPTIONS http://host" is how "OPTIONS *" goes to a proxy: it has no path.
    if (end != std::string_view::npos || request.method != "OPTIONS") {
        split_query(target, end == std::string_view::npos ? std::string_view() : rest.substr(end));
    }
    return target;
}

void append_authority(std::string& out, const Target& target) {
    std::string_view authority = target.authority;
    const std::string_view default_port = http::equals_ignoring_case(target.scheme, "https") ? ":443" : ":80";
    if (authority.ends_with(default_port)) {
        authority.remove_suffix(default_port.size());
    } else if (authority.ends_with(':')) {
        authority.remove_suffix(1);
    }
    append_lowercase(out, authority);
}

void append_target_uri(std::string& out, const Target& target) {
    append_lowercase(out, target.scheme);
    out += "://";
    append_authority(out, target);
    out += target.path;
    if (target.has_query) {
        out += '?';
        out += target.query;
    }
}

Result<void> append_query_parameter(std::string& out, std::string_view query, std::string_view name) {
    std::string found;
    std::string candidate;
    std::size_t count = 0;
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        candidate.clear();
        append_form_encoded(candidate, form_decoded(pair.substr(0, equals)));
        if (candidate != name) continue;
        if (++count > 1) break;
        if (equals != std::string_view::npos) append_form_encoded(found, form_decoded(pair.substr(equals + 1)));
    }
    if (count == 0) return failure("invalid_input", "the query has no parameter of the name in @query-param");
    if (count > 1) return failure("invalid_input", "the query has several parameters of the name in @query-param");
    out += found;
    return {};
}

}  // namespace aauth::httpsig

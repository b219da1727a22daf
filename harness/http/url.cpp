#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "harness/http/message.h"

namespace aauth::http {

namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// unreserved / sub-delims of RFC 3986 section 2, and `more`; percent-encoded octets must be whole.
bool made_of(std::string_view text, std::string_view more) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
            i += 2;
        } else if (c == '\0' ||
                   !(is_alpha(c) || is_digit(c) || is_one_of(c, "-._~!$&'()*+,;=") || is_one_of(c, more))) {
            return false;
        }
    }
    return true;
}

// The five components of RFC 3986 section 3; absent and empty are told apart.
struct Parts {
    std::optional<std::string_view> scheme, authority, query, fragment;
    std::string_view path;
};

Parts split(std::string_view text) {
    Parts parts;
    if (const auto hash = text.find('#'); hash != std::string_view::npos) {
        parts.fragment = text.substr(hash + 1);
        text = text.substr(0, hash);
    }
    if (const auto mark = text.find('?'); mark != std::string_view::npos) {
        parts.query = text.substr(mark + 1);
        text = text.substr(0, mark);
    }
    const auto colon = text.find(':');
    if (colon != std::string_view::npos && colon != 0 && text.find('/') > colon) {
        parts.scheme = text.substr(0, colon);
        text = text.substr(colon + 1);
    }
    if (text.starts_with("//")) {
        const auto slash = text.find('/', 2);
        parts.authority = text.substr(2, slash == std::string_view::npos ? slash : slash - 2);
        text = slash == std::string_view::npos ? std::string_view{} : text.substr(slash);
    }
    parts.path = text;
    return parts;
}

std::optional<Error> read_authority(std::string_view authority, Url& url) {
    const auto wrong = [](const char* why) { return Error{"malformed_url", why}; };
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        if (!made_of(authority.substr(0, at), ":")) return wrong("the user information has characters no URL may have");
        url.has_userinfo = true;
        authority = authority.substr(at + 1);
    }
    std::string_view port;
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) return wrong("the IPv6 address is not closed by ']'");
        const auto inside = authority.substr(1, end - 1);
        const bool address =
            inside.find(':') != std::string_view::npos &&
            std::all_of(inside.begin(), inside.end(), [](char c) { return is_hex(c) || c == ':' || c == '.'; });
        if (!address) return wrong("what stands in brackets is not an IPv6 address");
        url.host = authority.substr(0, end + 1);
        port = authority.substr(end + 1);
    } else {
        const auto colon = authority.find(':');
        url.host = authority.substr(0, colon);
        if (colon != std::string_view::npos) port = authority.substr(colon);
        if (url.host.empty()) return wrong("the URL has no host");
        if (!made_of(url.host, "")) return wrong("the host has characters no host name may have");
    }
    if (port.empty() || port == ":") return std::nullopt;
    if (port.front() != ':') return wrong("only a port may follow the IPv6 address");
    port.remove_prefix(1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc() || end != port.data() + port.size() || url.port == 0)
        return wrong("the port is not a number from 1 to 65535");
    return std::nullopt;
}

// RFC 3986 section 5.2.4.
std::string remove_dot_segments(std::string_view in) {
    std::string out;
    while (!in.empty()) {
        if (in.starts_with("../")) {
            in.remove_prefix(3);
        } else if (in.starts_with("./") || in.starts_with("/./")) {
            in.remove_prefix(2);
        } else if (in == "/.") {
            in = "/";
        } else if (in.starts_with("/../") || in == "/..") {
            in = in == "/.." ? std::string_view("/") : in.substr(3);
            const auto slash = out.rfind('/');
            out.resize(slash == std::string::npos ? 0 : slash);
        } else if (in == "." || in == "..") {
            in = {};
        } else {
            const auto next = in.find('/', 1);
            out += in.substr(0, next);
            in = next == std::string_view::npos ? std::string_view{} : in.substr(next);
        }
    }
    return out;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
    const Parts parts = split(text);
    Url url;
    if (!parts.scheme) return failure("malformed_url", "the URL has no scheme");
    url.scheme = lowercase(*parts.scheme);
    if (url.scheme != "http" && url.scheme != "https") return failure("malformed_url", "the URL is not http or https");
    if (!parts.authority) return failure("malformed_url", "the URL has no \"//\" and host behind its scheme");
    if (auto wrong = read_authority(*parts.authority, url)) return failure(wrong->code, wrong->message);
    if (!made_of(parts.path, ":@/")) return failure("malformed_url", "the path has characters no URL may have");
    if (!made_of(parts.query.value_or(""), ":@/?"))
        return failure("malformed_url", "the query has characters no URL may have");
    if (!made_of(parts.fragment.value_or(""), ":@/?"))
        return failure("malformed_url", "the fragment has characters no URL may have");
    url.path = parts.path.empty() ? "/" : std::string(parts.path);
    url.query = parts.query.value_or("");
    url.has_query = parts.query.has_value();
    url.has_fragment = parts.fragment.has_value();
    return url;
}

std::uint16_t Url::effective_port() const {
    if (port != 0) return port;
    return scheme == "https" ? 443 : 80;
}

std::string Url::authority() const {
    std::string result = lowercase(host);
    const std::uint16_t standard = scheme == "https" ? 443 : 80;
    if (port != 0 && port != standard) result += fmt::format(":{}", port);
    return result;
}

std::string Url::origin() const { return scheme + "://" + authority(); }

std::string Url::request_target() const { return has_query ? fmt::format("{}?{}", path, query) : path; }

std::string Url::text() const {
    return fmt::format("{}://{}{}{}", scheme, host, port != 0 ? fmt::format(":{}", port) : "", request_target());
}

Result<Url> Url::resolve(std::string_view reference) const {
    const Parts parts = split(reference);
    if (parts.scheme || parts.authority) {
        auto absolute = parse(parts.scheme ? std::string(reference) : fmt::format("{}:{}", scheme, reference));
        if (absolute) absolute->path = remove_dot_segments(absolute->path);
        return absolute;
    }
    std::string merged;
    if (parts.path.empty()) {
        merged = path;
    } else if (parts.path.front() == '/') {
        merged = remove_dot_segments(parts.path);
    } else {
        merged = remove_dot_segments(path.substr(0, path.rfind('/') + 1) + std::string(parts.path));
    }
    std::string whole = origin() + merged;
    if (parts.query) {
        whole += fmt::format("?{}", *parts.query);
    } else if (parts.path.empty() && has_query) {
        whole += fmt::format("?{}", query);
    }
    if (parts.fragment) whole += fmt::format("#{}", *parts.fragment);
    auto result = parse(whole);
    if (result) {
        result->host = host;
        result->port = port;
        result->has_userinfo = has_userinfo;
    }
    return result;
}

}  // namespace aauth::http

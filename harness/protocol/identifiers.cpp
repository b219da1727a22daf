#include "harness/protocol/identifiers.h"

#include <algorithm>

#include "harness/crypto/digest.h"
#include "harness/http/message.h"

namespace aauth::protocol {

namespace {

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

bool is_host(std::string_view host) {
    if (host.empty() || host.size() > 253) return false;
    std::size_t label = 0;
    for (std::size_t i = 0; i <= host.size(); ++i) {
        if (i == host.size() || host[i] == '.') {
            if (label == 0 || label > 63 || host[i - 1] == '-' || host[i - label] == '-') return false;
            label = 0;
            continue;
        }
        const char c = host[i];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        if (!plain) return false;
        ++label;
    }
    return true;
}

bool is_loopback(std::string_view text) {
    for (std::string_view prefix : {"http://127.0.0.1:", "http://localhost:"}) {
        if (text.substr(0, prefix.size()) != prefix) continue;
        const auto port = text.substr(prefix.size());
        if (port.empty() || port.size() > 5 || port.front() == '0') return false;
        return std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
    }
    return false;
}

}  // namespace

std::optional<std::string> server_identifier_problem(std::string_view text, Reach reach) {
    if (reach == Reach::Loopback && is_loopback(text)) return std::nullopt;
    constexpr std::string_view scheme = "https://";
    if (text.substr(0, scheme.size()) != scheme) return "a server identifier has the https scheme";
    const auto host = text.substr(scheme.size());
    if (host.find('/') != std::string_view::npos) return "a server identifier has no path and no trailing slash";
    if (host.find(':') != std::string_view::npos) return "a server identifier has no port";
    if (host.find_first_of("?#@") != std::string_view::npos) {
        return "a server identifier has no user, query or fragment";
    }
    if (std::any_of(host.begin(), host.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
        return "a server identifier is lowercase";
    }
    if (!is_host(host)) return "a server identifier names a host in ASCII form";
    return std::nullopt;
}

std::optional<std::string> agent_identifier_problem(std::string_view text, const Draft& draft, Reach reach) {
    constexpr std::string_view scheme = "aauth:";
    if (text.substr(0, scheme.size()) != scheme) return "an agent identifier has the aauth scheme";
    const auto rest = text.substr(scheme.size());
    const auto at = rest.find('@');
    if (at == std::string_view::npos) return "an agent identifier has the form aauth:local@domain";
    const auto local = rest.substr(0, at);
    const auto domain = rest.substr(at + 1);
    if (local.empty()) return "the local part of an agent identifier is not empty";
    if (local.size() > 255) return "the local part of an agent identifier has at most 255 characters";
    for (const char c : local) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper && !draft.uppercase_local_part) return "the local part of an agent identifier is lowercase";
        const bool plain = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                           c == '+' || c == '.';
        if (!plain) return "the local part of an agent identifier has only letters, digits and - _ + .";
    }
    const std::string secure = "https://" + std::string(domain);
    const std::string clear = "http://" + std::string(domain);
    if (!is_server_identifier(secure, reach) && !is_server_identifier(clear, reach)) {
        return "the domain of an agent identifier is a server identifier without its scheme";
    }
    return std::nullopt;
}

std::optional<std::string> endpoint_problem(std::string_view text, Reach reach) {
    auto url = http::Url::parse(text);
    if (!url) return "an endpoint is an absolute URL";
    const bool loopback = reach == Reach::Loopback && is_loopback(url->origin());
    if (url->scheme != "https" && !loopback) return "an endpoint has the https scheme";
    if (url->has_query) return "an endpoint has no query";
    if (url->has_fragment) return "an endpoint has no fragment";
    return std::nullopt;
}

std::string domain_of(std::string_view server_identifier) {
    const auto slashes = server_identifier.find("://");
    return std::string(slashes == std::string_view::npos ? server_identifier : server_identifier.substr(slashes + 3));
}

std::string new_interaction_code() {
    std::string code;
    for (const char octet : crypto::random_octets(8)) {
        if (code.size() == 4) code += '-';
        code += crockford[static_cast<unsigned char>(octet) & 31u];
    }
    return code;
}

std::string folded_code(std::string_view code) {
    std::string folded;
    for (char c : code) {
        if (c == '-') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == 'I' || c == 'L') c = '1';
        if (c == 'O') c = '0';
        folded += c;
    }
    return folded;
}

std::optional<std::string> code_problem(std::string_view code) {
    std::size_t symbols = 0;
    for (const char c : code) {
        if (c == '-') continue;
        if (crockford.find(c) == std::string_view::npos) {
            return "an interaction code has only Crockford base32 symbols and hyphens";
        }
        ++symbols;
    }
    if (symbols < 8) return "an interaction code has at least eight symbols";
    return std::nullopt;
}

}  // namespace aauth::protocol

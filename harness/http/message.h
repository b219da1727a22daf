#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/result.h"

namespace aauth::http {

// Header fields in the order and case of the wire. Names compare without case.
class Fields {
public:
    using Field = std::pair<std::string, std::string>;

    Fields() = default;
    Fields(std::initializer_list<Field> fields) : fields_(fields) {}

    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
    void set(std::string name, std::string value);  // replaces all lines of that name, or adds one
    void erase(std::string_view name);
    bool contains(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    std::optional<std::string> first(std::string_view name) const;
    std::vector<std::string> lines(std::string_view name) const;
    // All lines of that name, trimmed and joined by ", " (RFC 9110 section 5.3).
    std::optional<std::string> combined(std::string_view name) const;

    const std::vector<Field>& all() const { return fields_; }
    bool empty() const { return fields_.empty(); }

private:
    std::vector<Field> fields_;
};

bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string lowercase(std::string_view text);  // ASCII
std::string_view trim(std::string_view text);  // spaces and tabs

// An absolute http or https URL, taken apart. Parsing normalizes nothing.
struct Url {
    std::string scheme;    // "http" or "https", lowercase
    std::string host;      // as written; an IPv6 literal keeps its brackets
    std::uint16_t port = 0;  // 0: none written
    std::string path;      // "/" when none is written
    std::string query;     // without '?'
    bool has_query = false;
    bool has_fragment = false;
    bool has_userinfo = false;

    // Error "malformed_url".
    static Result<Url> parse(std::string_view text);

    std::uint16_t effective_port() const;
    std::string authority() const;       // lowercase host[:port], the scheme's default port left out (RFC 9421 2.2.3)
    std::string origin() const;          // scheme://authority
    std::string request_target() const;  // path[?query], origin form
    std::string text() const;
    // RFC 3986 section 5 resolution of a Location or other reference against this URL.
    Result<Url> resolve(std::string_view reference) const;
};

struct Request {
    std::string method = "GET";
    std::string target = "/";  // the request target exactly as on the wire
    // Where it goes or came to: scheme and authority as the client meant them (from the URL, or Host and TLS).
    std::string scheme = "http";
    std::string authority;
    Fields fields;
    std::string body;

    std::string path() const;   // the target without query, "/" when empty
    std::string query() const;  // without '?'
    std::string url() const;    // scheme://authority + target
};

struct Response {
    int status = 0;
    std::string reason;
    Fields fields;
    std::string body;
};

}  // namespace aauth::http

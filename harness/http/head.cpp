#include "harness/http/head.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/http/client.h"
#include "harness/http/server.h"

namespace aauth::http {

namespace {

bool is_token_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

bool has_control(std::string_view text) { return std::any_of(text.begin(), text.end(), is_control); }

// Takes one line off the front; nothing when it does not end in CRLF.
std::optional<std::string_view> take_line(std::string_view& bytes) {
    const auto end = bytes.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    return line;
}

// The sentence that says what is wrong with the fields, or "".
std::string read_fields(std::string_view bytes, Fields& fields) {
    std::string name;
    std::string value;
    bool open = false;
    while (true) {
        const auto line = take_line(bytes);
        if (!line) return "the head does not end in an empty line";
        const bool folded = !line->empty() && (line->front() == ' ' || line->front() == '\t');
        if (folded && !open) return "the first field line starts with a space";
        if (has_control(*line)) return "a field line has a control character";
        if (folded) {
            const auto more = trim(*line);
            if (!value.empty() && !more.empty()) value += ' ';
            value += more;
            continue;
        }
        if (open) fields.add(std::move(name), std::move(value));
        if (line->empty()) break;
        const auto colon = line->find(':');
        if (colon == std::string_view::npos) return "a field line has no colon";
        name = line->substr(0, colon);
        value = trim(line->substr(colon + 1));
        open = true;
        if (!is_token(name)) return "a field name is not a token";
    }
    return bytes.empty() ? "" : "the head goes on behind its empty line";
}

// HTTP/1.x
bool is_version(std::string_view text) {
    return text.size() == 8 && text.starts_with("HTTP/1.") && text[7] >= '0' && text[7] <= '9';
}

// A value without content is written as "Name:"; a chunked body is one chunk.
std::string write_message(const std::string& start_line, const std::vector<Fields::Field>& lines,
                          const std::string& body, bool chunked) {
    std::string wire = start_line + "\r\n";
    for (const auto& [name, value] : lines) wire += trim(value).empty() ? name + ":\r\n" : name + ": " + value + "\r\n";
    wire += "\r\n";
    if (!chunked) return wire + body;
    if (!body.empty()) wire += fmt::format("{:x}\r\n", body.size()) + body + "\r\n";
    return wire + "0\r\n\r\n";
}

}  // namespace

bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char); }

bool can_be_sent(const Fields::Field& field) {
    return is_token(field.first) && field.second.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

bool is_chunked(const Fields& fields) {
    const auto coding = fields.combined("Transfer-Encoding");
    return coding && equals_ignoring_case(*coding, "chunked");
}

Result<Request> parse_request_head(std::string_view bytes) {
    const auto wrong = [](std::string why) { return failure("malformed_request", std::move(why)); };
    const auto line = take_line(bytes);
    if (!line || has_control(*line)) return wrong("the request line does not end in CR LF or has a control character");
    const auto first = line->find(' ');
    const auto last = line->rfind(' ');
    if (first == std::string_view::npos || first == last) return wrong("the request line does not have three parts");
    Request request;
    request.method = line->substr(0, first);
    request.target = line->substr(first + 1, last - first - 1);
    if (!is_token(request.method)) return wrong("the method is not a token");
    if (request.target.empty() || request.target.find_first_of(" \t") != std::string::npos)
        return wrong("the request target is empty or has a space");
    if (!is_version(line->substr(last + 1))) return wrong("the version is not HTTP/1.x");
    if (auto why = read_fields(bytes, request.fields); !why.empty()) return wrong(std::move(why));
    return request;
}

Result<Response> parse_response_head(std::string_view bytes) {
    const auto wrong = [](std::string why) { return failure("malformed_response", std::move(why)); };
    const auto line = take_line(bytes);
    if (!line || has_control(*line)) return wrong("the status line does not end in CR LF or has a control character");
    // "HTTP/1.1 200", the space and reason behind it may be missing
    const auto digit = [&](std::size_t at) { return (*line)[at] >= '0' && (*line)[at] <= '9'; };
    if (line->size() < 12 || !is_version(line->substr(0, 8)) || (*line)[8] != ' ' || !digit(9) || !digit(10) ||
        !digit(11) || (line->size() > 12 && (*line)[12] != ' '))
        return wrong("the status line is not \"HTTP/1.x NNN reason\"");
    Response response;
    response.status = ((*line)[9] - '0') * 100 + ((*line)[10] - '0') * 10 + ((*line)[11] - '0');
    if (response.status < 100 || response.status > 599) return wrong("the status is not from 100 to 599");
    if (line->size() > 13) response.reason = line->substr(13);
    if (auto why = read_fields(bytes, response.fields); !why.empty()) return wrong(std::move(why));
    return response;
}

std::vector<Fields::Field> request_lines(const Request& request) {
    std::vector<Fields::Field> lines;
    lines.emplace_back("Host", request.fields.first("Host").value_or(request.authority));
    for (const auto& field : request.fields.all())
        if (!equals_ignoring_case(field.first, "Host")) lines.push_back(field);
    if (has_body(request) && !request.fields.contains("Content-Length") &&
        !request.fields.contains("Transfer-Encoding"))
        lines.emplace_back("Content-Length", std::to_string(request.body.size()));
    return lines;
}

bool has_body(const Request& request) {
    return !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

std::string to_wire(const Request& request) {
    return write_message(request.method + " " + request.target + " HTTP/1.1", request_lines(request), request.body,
                         is_chunked(request.fields));
}

std::string write_response(const Response& response, bool with_body) {
    const auto reason = response.reason.empty() ? std::string(reason_of(response.status)) : response.reason;
    const bool never_body = response.status / 100 == 1 || response.status == 204 || response.status == 304;
    auto lines = response.fields.all();
    if (!never_body && !response.fields.contains("Content-Length") && !response.fields.contains("Transfer-Encoding"))
        lines.emplace_back("Content-Length", std::to_string(response.body.size()));
    const bool body_follows = with_body && !never_body;
    return write_message(fmt::format("HTTP/1.1 {} {}", response.status, reason), lines,
                         body_follows ? response.body : std::string(), body_follows && is_chunked(response.fields));
}

std::string to_wire(const Response& response) { return write_response(response, true); }

std::string_view reason_of(int status) {
    struct Reason {
        int status;
        std::string_view text;
    };
    static constexpr std::array reasons = std::to_array<Reason>({{100, "Continue"},
                                                                 {101, "Switching Protocols"},
                                                                 {200, "OK"},
                                                                 {201, "Created"},
                                                                 {202, "Accepted"},
                                                                 {204, "No Content"},
                                                                 {206, "Partial Content"},
                                                                 {301, "Moved Permanently"},
                                                                 {302, "Found"},
                                                                 {303, "See Other"},
                                                                 {304, "Not Modified"},
                                                                 {307, "Temporary Redirect"},
                                                                 {308, "Permanent Redirect"},
                                                                 {400, "Bad Request"},
                                                                 {401, "Unauthorized"},
                                                                 {402, "Payment Required"},
                                                                 {403, "Forbidden"},
                                                                 {404, "Not Found"},
                                                                 {405, "Method Not Allowed"},
                                                                 {406, "Not Acceptable"},
                                                                 {408, "Request Timeout"},
                                                                 {409, "Conflict"},
                                                                 {410, "Gone"},
                                                                 {411, "Length Required"},
                                                                 {412, "Precondition Failed"},
                                                                 {413, "Content Too Large"},
                                                                 {415, "Unsupported Media Type"},
                                                                 {421, "Misdirected Request"},
                                                                 {422, "Unprocessable Content"},
                                                                 {425, "Too Early"},
                                                                 {429, "Too Many Requests"},
                                                                 {431, "Request Header Fields Too Large"},
                                                                 {500, "Internal Server Error"},
                                                                 {501, "Not Implemented"},
                                                                 {502, "Bad Gateway"},
                                                                 {503, "Service Unavailable"},
                                                                 {504, "Gateway Timeout"}});
    for (const auto& reason : reasons)
        if (reason.status == status) return reason.text;
    return {};
}

}  // namespace aauth::http

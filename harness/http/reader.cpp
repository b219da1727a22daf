#include "harness/http/reader.h"

#include <variant>

#include <boost/beast/http/basic_parser.hpp>

#include "harness/http/head.h"
#include "harness/http/server.h"

namespace aauth::http {

namespace {

namespace beast = boost::beast;
using beast::error_code;

// Beast's parser with nothing kept but the decoded body.
template <bool is_request>
class BodyParser : public beast::http::basic_parser<is_request> {
public:
    explicit BodyParser(std::string& body) : body_(body) {}

private:
    using Text = beast::string_view;

    void on_request_impl(beast::http::verb, Text, Text, int, error_code& error) override { error = {}; }
    void on_response_impl(int, Text, int, error_code& error) override { error = {}; }
    void on_field_impl(beast::http::field, Text, Text, error_code& error) override { error = {}; }
    void on_header_impl(error_code& error) override { error = {}; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& error) override { error = {}; }
    void on_chunk_header_impl(std::uint64_t, Text, error_code& error) override { error = {}; }
    void on_finish_impl(error_code& error) override { error = {}; }

    std::size_t on_body_impl(Text text, error_code& error) override {
        error = {};
        body_.append(text.data(), text.size());
        return text.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t, Text text, error_code& error) override {
        return on_body_impl(text, error);
    }

    std::string& body_;
};

// A Transfer-Encoding that Beast would ignore leaves the length of the body open to argument (RFC 9112 section 6.1).
bool framing_is_clear(const Fields& fields) { return !fields.contains("Transfer-Encoding") || is_chunked(fields); }

}  // namespace

struct MessageReader::Parser {
    Parser(Kind kind_of, MessageLimits limits_of) : kind(kind_of), limits(limits_of) {
        if (kind == Kind::request) {
            prepare(parser.emplace<BodyParser<true>>(request.body));
        } else {
            prepare(parser.emplace<BodyParser<false>>(response.body)).skip(kind == Kind::response_to_head);
        }
    }

    template <class Beast>
    Beast& prepare(Beast& beast_parser) {
        beast_parser.eager(true);
        // heads are measured here; Beast's own limit only has to stay out of the way
        beast_parser.header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(limits.head + 64, UINT32_MAX)));
        beast_parser.body_limit(limits.body);
        return beast_parser;
    }

    void fail(Fault why, std::string sentence) {
        state = State::failed;
        fault = why;
        reason = std::move(sentence);
    }

    // Looks for the empty line from where the last search ended; 0 when it has not come yet.
    std::size_t find_head_end(std::string_view unread) {
        if (kind != Kind::request && !std::string_view("HTTP/").starts_with(unread.substr(0, 5))) {
            fail(Fault::malformed, "the response does not start with HTTP/");
            return 0;
        }
        if (kind == Kind::request && !unread.empty() && !is_token(unread.substr(0, 1))) {
            fail(Fault::malformed, "the request does not start with a method");
            return 0;
        }
        while (true) {
            const auto newline = unread.find('\n', searched);
            if (newline == std::string_view::npos) break;
            if (newline == 0 || unread[newline - 1] != '\r') {
                fail(Fault::malformed, "a line of the head ends in a bare LF");
                return 0;
            }
            searched = newline + 1;
            if (newline >= limits.head) break;
            if (newline == line_start + 1) return newline + 1;
            line_start = newline + 1;
        }
        searched = std::max(searched, unread.size());
        if (unread.size() > limits.head)
            fail(Fault::head_too_large, "the head is larger than " + std::to_string(limits.head) + " bytes");
        return 0;
    }

    std::size_t read_head(std::string_view unread) {
        const std::size_t size = find_head_end(unread);
        if (size == 0) return 0;
        const auto head = unread.substr(0, size);
        if (kind == Kind::request) {
            auto parsed = parse_request_head(head);
            if (!parsed) return fail(Fault::malformed, parsed.error().message), 0;
            request = std::move(*parsed);
        } else {
            auto parsed = parse_response_head(head);
            if (!parsed) return fail(Fault::malformed, parsed.error().message), 0;
            response = std::move(*parsed);
        }
        if (!framing_is_clear(kind == Kind::request ? request.fields : response.fields))
            return fail(Fault::malformed, "the Transfer-Encoding is not chunked"), 0;
        state = State::body;
        // Beast wants the space behind the status even where no reason follows
        const bool no_reason = kind != Kind::request && head.substr(12, 1) == "\r";
        put(no_reason ? std::string(head).insert(12, 1, ' ') : head);
        return size;
    }

    std::size_t put(std::string_view bytes) {
        error_code error;
        const auto taken = std::visit(
            [&](auto& beast_parser) -> std::size_t {
                if constexpr (std::is_same_v<std::decay_t<decltype(beast_parser)>, std::monostate>) {
                    return 0;
                } else {
                    const auto count = beast_parser.put({bytes.data(), bytes.size()}, error);
                    if (!error && beast_parser.is_done()) state = State::done;
                    return count;
                }
            },
            parser);
        if (error == beast::http::error::body_limit) {
            fail(Fault::body_too_large, "the body is larger than " + std::to_string(limits.body) + " bytes");
        } else if (error && error != beast::http::error::need_more) {
            fail(Fault::malformed, "the message is malformed: " + error.message());
        } else if (state == State::body && bytes.size() - taken > limits.head) {
            fail(Fault::malformed, "a chunk header or the trailer is too long");
        }
        return state == State::failed ? 0 : taken;
    }

    Kind kind;
    MessageLimits limits;
    State state = State::head;
    Fault fault = Fault::none;
    std::string reason;
    std::size_t searched = 0;
    std::size_t line_start = 0;
    Request request;
    Response response;
    std::variant<std::monostate, BodyParser<true>, BodyParser<false>> parser;
};

MessageReader::MessageReader(Kind kind, MessageLimits limits) : parser_(std::make_unique<Parser>(kind, limits)) {}
MessageReader::~MessageReader() = default;

std::size_t MessageReader::feed(std::string_view unread) {
    std::size_t taken = 0;
    if (parser_->state == State::head) taken = parser_->read_head(unread);
    if (parser_->state == State::body && taken < unread.size()) taken += parser_->put(unread.substr(taken));
    return taken;
}

void MessageReader::end_of_input() {
    if (parser_->state == State::done || parser_->state == State::failed) return;
    if (auto* response = std::get_if<BodyParser<false>>(&parser_->parser);
        response != nullptr && parser_->state == State::body && response->need_eof()) {
        parser_->state = State::done;
        return;
    }
    parser_->fail(Fault::cut_off, "the message ends too early");
}

MessageReader::State MessageReader::state() const { return parser_->state; }
MessageReader::Fault MessageReader::fault() const { return parser_->fault; }
const std::string& MessageReader::reason() const { return parser_->reason; }

bool MessageReader::keep_alive() const {
    if (const auto* request = std::get_if<BodyParser<true>>(&parser_->parser)) return request->keep_alive();
    if (const auto* response = std::get_if<BodyParser<false>>(&parser_->parser)) return response->keep_alive();
    return false;
}

Request& MessageReader::request() { return parser_->request; }
Response& MessageReader::response() { return parser_->response; }

namespace {

constexpr MessageLimits no_limit{SIZE_MAX / 4, SIZE_MAX / 4};

std::optional<Error> read_whole(MessageReader& reader, std::string_view bytes, const char* code) {
    const auto taken = reader.feed(bytes);
    reader.end_of_input();
    if (reader.state() != MessageReader::State::done) return Error{code, reader.reason()};
    if (taken != bytes.size()) return Error{code, "there are bytes behind the end of the message"};
    return std::nullopt;
}

}  // namespace

Result<Request> parse_request(std::string_view bytes, std::string scheme) {
    MessageReader reader(MessageReader::Kind::request, no_limit);
    if (auto wrong = read_whole(reader, bytes, "malformed_request")) return failure(wrong->code, wrong->message);
    Request request = std::move(reader.request());
    request.scheme = std::move(scheme);
    if (request.fields.count("Host") != 1) return request;
    const auto url = Url::parse(request.scheme + "://" + *request.fields.first("Host"));
    request.authority = url ? url->authority() : *request.fields.first("Host");
    return request;
}

Result<Response> parse_response(std::string_view bytes) {
    MessageReader reader(MessageReader::Kind::response, no_limit);
    if (auto wrong = read_whole(reader, bytes, "malformed_response")) return failure(wrong->code, wrong->message);
    return std::move(reader.response());
}

}  // namespace aauth::http

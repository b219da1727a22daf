#include <array>

#include <boost/asio/io_context.hpp>

#include "harness/http/client.h"
#include "harness/http/reader.h"
#include "harness/http/server.h"
#include "harness/http/stream.h"
#include "harness/http/transfer.h"

namespace aauth::http {

namespace {

using Clock = std::chrono::steady_clock;
using State = MessageReader::State;

std::string without_brackets(const std::string& host) {
    return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

// One connection, the bytes written to it, and the first response that is not interim.
class RawExchange {
public:
    RawExchange(std::string bytes, const ClientOptions& options) : bytes_(std::move(bytes)), options_(options) {}

    Result<Transfer> run(const Destination& destination) {
        const auto begin = Clock::now();
        connect(destination);
        wait(begin);
        if (error_) return tl::unexpected(*error_);
        transfer_.response = std::move(reader_->response());
        transfer_.peer = stream_->peer();
        transfer_.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
        return std::move(transfer_);
    }

private:
    void connect(const Destination& destination) {
        const Url& dialled = destination.dialled;
        const Dial to{without_brackets(dialled.host), dialled.effective_port(), dialled.scheme == "https",
                      without_brackets(destination.url.host), options_.ca_file};
        dialling_ = dial(io_, to, [this](Result<std::unique_ptr<Stream>> stream) {
            if (!stream) return fail(stream.error().code, stream.error().message);
            stream_ = std::move(*stream);
            stream_->handshake([this](std::error_code error) {
                if (error) return fail("tls_failed", "the TLS handshake failed: " + error.message());
                connected_ = true;
                write();
                next_response();
                read();
            });
        });
    }

    // The peer may answer, or hang up, before it has read everything: only what is read decides.
    void write() {
        alive();
        stream_->write(bytes_, [this](std::error_code, std::size_t size) {
            alive();
            transfer_.sent = bytes_.substr(0, size);
        });
    }

    void next_response() {
        const auto kind =
            bytes_.starts_with("HEAD ") ? MessageReader::Kind::response_to_head : MessageReader::Kind::response;
        reader_.emplace(kind, MessageLimits{options_.max_response_head, options_.max_response_body});
    }

    void read() {
        stream_->read(chunk_.data(), chunk_.size(), [this](std::error_code error, std::size_t size) {
            if (error) {
                reader_->end_of_input();
                return check();
            }
            alive();
            unread_.append(chunk_.data(), size);
            take();
        });
    }

    void take() {
        while (true) {
            const auto size = reader_->feed(unread_);
            transfer_.received.append(unread_, 0, size);
            unread_.erase(0, size);
            const bool interim = reader_->state() == State::done && reader_->response().status / 100 == 1 &&
                                 reader_->response().status != 101;
            if (!interim) break;
            if (transfer_.received.size() > options_.max_response_head)
                return fail("response_too_large", "the interim responses have no end");
            next_response();
        }
        if (reader_->state() == State::done || reader_->state() == State::failed) return check();
        // chunked framing is more than the body, but not without end
        if (transfer_.received.size() > options_.max_response_head + 2 * options_.max_response_body + (64u << 10))
            return fail("response_too_large", "the response has far more framing than content");
        read();
    }

    void check() {
        done_ = true;
        using Fault = MessageReader::Fault;
        const Fault fault = reader_->fault();
        if (fault == Fault::cut_off)
            fail("connection_closed", "the peer closed the connection before its response ended");
        if (fault == Fault::malformed) fail("malformed_response", reader_->reason());
        if (fault == Fault::head_too_large || fault == Fault::body_too_large)
            fail("response_too_large", reader_->reason());
    }

    void fail(std::string code, std::string why) {
        done_ = true;
        if (!error_) error_ = Error{std::move(code), std::move(why)};
    }

    void alive() { last_byte_ = Clock::now(); }

    void wait(Clock::time_point begin) {
        while (!done_) {
            const auto connect_end = connected_ ? Clock::time_point::max() : begin + options_.connect_timeout;
            const auto idle_end = last_byte_ + options_.idle_timeout;
            const auto end = std::min({connect_end, idle_end, begin + options_.total_timeout});
            if (Clock::now() >= end) {
                fail("timeout", connected_ ? "no complete response in time" : "no connection in time");
            } else {
                io_.run_one_until(end);
            }
        }
    }

    const std::string bytes_;
    const ClientOptions& options_;
    boost::asio::io_context io_{1};
    std::shared_ptr<void> dialling_;
    std::unique_ptr<Stream> stream_;
    std::optional<MessageReader> reader_;
    std::array<char, 16u << 10> chunk_;
    std::string unread_;
    Transfer transfer_;
    std::optional<Error> error_;
    Clock::time_point last_byte_ = Clock::now();
    bool connected_ = false;
    bool done_ = false;
};

}  // namespace

Result<Transfer> send_raw(const Url& url, std::string bytes, const ClientOptions& options) {
    const auto destination = find_destination(url, options.addresses);
    if (!destination) return tl::unexpected(destination.error());
    Request request;
    if (auto parsed = parse_request(bytes, url.scheme)) {
        request = std::move(*parsed);
    } else {
        request.target = url.request_target();
        request.scheme = url.scheme;
        request.authority = url.authority();
    }
    auto transfer = RawExchange(std::move(bytes), options).run(*destination);
    if (transfer) transfer->request = std::move(request);
    return transfer;
}

}  // namespace aauth::http

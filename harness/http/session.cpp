#include "harness/http/session.h"

#include <array>
#include <chrono>
#include <ctime>
#include <optional>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "harness/http/head.h"
#include "harness/http/reader.h"

namespace aauth::http {

namespace {

using Clock = std::chrono::steady_clock;
using State = MessageReader::State;
constexpr std::chrono::seconds linger_time(1);  // for the peer to read the last reply before the connection is closed
constexpr std::size_t read_size = 16u << 10;
constexpr std::size_t write_size = 256u << 10;  // written at a time, each within the idle timeout

// IMF-fixdate, RFC 9110 section 5.6.7.
std::string date_now() {
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days.at(static_cast<std::size_t>(utc.tm_wday)),
                       utc.tm_mday, months.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900, utc.tm_hour,
                       utc.tm_min, utc.tm_sec);
}

bool can_be_written(const Response& response) {
    if (response.status < 100 || response.status > 599) return false;
    if (response.reason.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return false;
    const auto& fields = response.fields.all();
    return std::all_of(fields.begin(), fields.end(), can_be_sent);
}

// A Content-Length of the handler's own that does not fit the body would shift what follows on the connection.
bool length_fits(const Response& response) {
    const auto length = response.fields.first("Content-Length");
    return !length || *length == std::to_string(response.body.size());
}

int status_of(MessageReader::Fault fault) {
    if (fault == MessageReader::Fault::head_too_large) return 431;
    if (fault == MessageReader::Fault::body_too_large) return 413;
    return 400;
}

class OpenSession final : public Session, public std::enable_shared_from_this<OpenSession> {
public:
    OpenSession(const Server& server, std::unique_ptr<Stream> stream)
        : server_(server), stream_(std::move(stream)), timer_(server.io, Clock::time_point::max()) {}

    void start() {
        expect_within(server_.options.idle_timeout);
        stream_->handshake([self = shared_from_this()](std::error_code error) {
            if (error) return self->close();
            self->next_request();
        });
    }

    void drain() override {
        draining_ = true;
        if (phase_ == Phase::reading) close();
    }

    void close() override {
        if (phase_ == Phase::closed) return;
        phase_ = Phase::closed;
        timer_.cancel();
        stream_->close();
        server_.closed(this);
    }

private:
    enum class Phase { reading, handling, writing, lingering, closed };

    void next_request() {
        phase_ = Phase::reading;
        reader_.emplace(MessageReader::Kind::request,
                        MessageLimits{server_.options.max_request_head, server_.options.max_request_body});
        head_checked_ = false;
        expect_within(server_.options.idle_timeout);
        advance();
    }

    void advance() {
        // RFC 9112 section 2.2: an empty line before the request line is ignored
        while (reader_->state() == State::head && unread().starts_with("\r\n")) used_ += 2;
        if (reader_->state() == State::head && unread() == "\r") return read_more();
        used_ += reader_->feed(unread());
        if (reader_->state() == State::failed) return refuse(status_of(reader_->fault()));
        if (reader_->state() != State::head && !head_checked_) {
            head_checked_ = true;
            if (!accept_head()) return refuse(400);
            if (reader_->state() == State::body && used_ == buffer_.size() && expects_continue())
                return send_continue();
        }
        if (reader_->state() == State::done) return dispatch();
        read_more();
    }

    std::string_view unread() const { return std::string_view(buffer_).substr(used_); }

    // Sets scheme and authority; false without exactly one usable Host.
    bool accept_head() {
        Request& request = reader_->request();
        request.scheme = server_.options.ca == nullptr ? "http" : "https";
        if (request.fields.count("Host") != 1) return false;
        const std::string host = *request.fields.first("Host");
        if (host.find_first_of("/?#@") != std::string::npos) return false;
        const bool absolute = request.target.front() != '/' && request.target.find("://") != std::string::npos;
        // RFC 9112 section 3.2.2: the authority of a target in absolute form counts, not the Host
        const auto url = Url::parse(absolute ? request.target : request.scheme + "://" + host);
        if (!url) return false;
        request.authority = url->authority();
        return true;
    }

    bool expects_continue() {
        const auto expect = reader_->request().fields.combined("Expect");
        return expect && equals_ignoring_case(*expect, "100-continue");
    }

    void send_continue() {
        stream_->write("HTTP/1.1 100 Continue\r\n\r\n",
                       [self = shared_from_this()](std::error_code error, std::size_t) {
                           if (error || self->phase_ == Phase::closed) return self->close();
                           self->read_more();
                       });
    }

    void read_more() {
        buffer_.erase(0, used_);
        used_ = 0;
        stream_->read(chunk_.data(), chunk_.size(),
                      [self = shared_from_this()](std::error_code error, std::size_t size) {
                          if (error || self->phase_ != Phase::reading) return self->close();
                          self->expect_within(self->server_.options.idle_timeout);
                          self->buffer_.append(self->chunk_.data(), size);
                          self->advance();
                      });
    }

    void dispatch() {
        phase_ = Phase::handling;
        deadline_ = Clock::time_point::max();  // the handler takes the time it needs
        keep_alive_ = reader_->keep_alive();
        is_head_ = reader_->request().method == "HEAD";
        server_.handle(std::move(reader_->request()),
                       [self = shared_from_this()](Reply reply) { self->answer(std::move(reply)); });
    }

    void answer(Reply reply) {
        if (phase_ == Phase::closed) return;
        close_after_ = !keep_alive_ || draining_ || reply.close || !reply.raw.empty();
        if (!reply.raw.empty()) return send(std::move(reply.raw));
        if (!can_be_written(reply.response)) {
            reply.response = Response{};
            reply.response.status = 500;
        }
        Fields& fields = reply.response.fields;
        if (!is_head_ && !length_fits(reply.response)) close_after_ = true;
        if (const auto connection = fields.combined("Connection");
            connection && equals_ignoring_case(*connection, "close"))
            close_after_ = true;
        if (!fields.contains("Date")) fields.add("Date", date_now());
        if (close_after_ && !fields.contains("Connection")) fields.add("Connection", "close");
        send(write_response(reply.response, !is_head_));
    }

    // Answers what cannot be handled; the rest of the input has no known meaning, so the connection ends.
    void refuse(int status) {
        close_after_ = true;
        Response response;
        response.status = status;
        response.fields = {{"Date", date_now()}, {"Connection", "close"}};
        send(to_wire(response));
    }

    void send(std::string wire) {
        phase_ = Phase::writing;
        wire_ = std::move(wire);
        written_ = 0;
        write_more();
    }

    void write_more() {
        expect_within(server_.options.idle_timeout);
        stream_->write(std::string_view(wire_).substr(written_, write_size),
                       [self = shared_from_this()](std::error_code error, std::size_t size) {
                           if (error || self->phase_ == Phase::closed) return self->close();
                           self->written_ += size;
                           if (self->written_ < self->wire_.size()) return self->write_more();
                           self->wire_.clear();
                           if (self->close_after_ || self->draining_) return self->linger();
                           self->next_request();
                       });
    }

    // Closing with input unread would reset the connection and could take the reply from the peer's hands.
    void linger() {
        phase_ = Phase::lingering;
        expect_within(linger_time);
        stream_->finish([self = shared_from_this()](std::error_code error) {
            if (error || self->phase_ == Phase::closed || self->server_.options.ca != nullptr) return self->close();
            self->discard();
        });
    }

    void discard() {
        stream_->read(chunk_.data(), chunk_.size(), [self = shared_from_this()](std::error_code error, std::size_t) {
            if (error || self->phase_ == Phase::closed) return self->close();
            self->discard();
        });
    }

    // The timer looks at the deadline, which mostly moves on, only when it fires.
    void expect_within(std::chrono::milliseconds time) {
        deadline_ = Clock::now() + time;
        if (deadline_ < timer_.expiry()) watch();
    }

    void watch() {
        const std::chrono::milliseconds at_least(1);
        timer_.expires_at(std::min(deadline_, Clock::now() + std::max(server_.options.idle_timeout, at_least)));
        timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
            const auto self = weak.lock();
            if (error || !self || self->phase_ == Phase::closed) return;
            if (Clock::now() >= self->deadline_) return self->close();
            self->watch();
        });
    }

    const Server& server_;
    std::unique_ptr<Stream> stream_;
    boost::asio::steady_timer timer_;
    Clock::time_point deadline_;
    Phase phase_ = Phase::reading;
    std::optional<MessageReader> reader_;
    bool head_checked_ = false;
    bool keep_alive_ = false;
    bool is_head_ = false;
    bool close_after_ = false;
    bool draining_ = false;
    std::string buffer_;
    std::size_t used_ = 0;  // bytes of the buffer that have been read
    std::array<char, read_size> chunk_;
    std::string wire_;
    std::size_t written_ = 0;
};

}  // namespace

std::shared_ptr<Session> Session::start(const Server& server, std::unique_ptr<Stream> stream) {
    auto session = std::make_shared<OpenSession>(server, std::move(stream));
    session->start();
    return session;
}

}  // namespace aauth::http

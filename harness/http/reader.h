#pragma once

// Inside this room: reads one HTTP/1.1 message as its bytes arrive. Framing and body decoding are Beast's; the fields
// are read from the raw head (head.h), because Beast regroups them and merges trailers into them.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "harness/http/message.h"

namespace aauth::http {

struct MessageLimits {
    std::size_t head = 0;  // bytes of the head; also of what one chunk header or the trailer may be
    std::size_t body = 0;  // bytes after chunked decoding
};

class MessageReader {
public:
    enum class Kind { request, response, response_to_head };
    enum class State { head, body, done, failed };
    enum class Fault { none, malformed, head_too_large, body_too_large, cut_off };

    MessageReader(Kind kind, MessageLimits limits);
    ~MessageReader();
    MessageReader(const MessageReader&) = delete;
    MessageReader& operator=(const MessageReader&) = delete;

    // Reads on. `unread` starts where the last call stopped: behind the bytes that it said it had taken. Returns how
    // many bytes were taken; never takes bytes of the next message, nor any when done or failed.
    std::size_t feed(std::string_view unread);
    // The peer sends no more: completes a response whose body ends there, otherwise fails as cut off.
    void end_of_input();

    State state() const;
    Fault fault() const;
    const std::string& reason() const;  // one sentence on the fault

    bool keep_alive() const;  // from body on
    // What was read: head from State::body on, body when done. Only of the reader's kind.
    Request& request();
    Response& response();

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace aauth::http

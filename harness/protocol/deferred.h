#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http/message.h"
#include "harness/protocol/draft.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/identifiers.h"
#include "harness/result.h"

// The client's side of deferred responses (section 11.8): what it does after each response. No sockets, no clock.
namespace aauth::protocol {

// What a client does next.
struct Action {
    enum class Kind {
        Poll,      // GET `url`
        Retry,     // the original request again
        Interact,  // bring the person to the requirement's url with its code, then GET `url`
        Present,   // get the token that is required; then the original request again, or GET `url` when there is one
        Answer,    // POST an answer to `question` to `url`, or another of 7.5.2
        Provide,   // POST `claims` to `url`
        Pay,       // settle the payment, then GET `url`
        Cancel,    // DELETE `url`
        Finish,    // the response is the result
        Stop,      // it is over, for the reason `error`
    };
    Kind kind = Kind::Stop;
    std::int64_t after = 0;           // seconds to wait, at least, before the next request
    std::string url;                  // the pending URL; empty while there is none
    Requirement requirement;          // of Interact and Present
    std::string question;             // of Answer, Markdown
    std::vector<std::string> claims;  // of Provide; names
    Error error;                      // of Stop: the code that the response carries, or one of ours
};

std::string_view name(Action::Kind kind);  // "poll"

// One request and what follows it, until it is over. Give it every response to a request of this exchange, in order,
// and do what it says. After Finish and Stop there is nothing more to give.
class DeferredExchange {
public:
    // `requested` is the URL of the original request: pending URLs are on its origin (11.8.2).
    DeferredExchange(const Draft& draft, http::Url requested, Reach reach)
        : draft_(draft), requested_(std::move(requested)), reach_(reach) {}

    // Codes of Stop beside those of the response: "malformed_response" (a 202 that cannot be followed),
    // "unsupported_requirement" (11.6.2), "malformed_requirement", and "http_<status>" where the response has none.
    Action take(const http::Response& response);
    // The caller wants no answer any more (7.5.2.3): Cancel, after which every response ends in Stop with the code
    // "cancelled"; Stop at once while there is no pending URL.
    Action cancel();

    // The pending URL, once there is one.
    const std::optional<http::Url>& pending() const { return pending_; }

private:
    Action pending_response(const http::Response& response);
    Action payment(const http::Response& response);
    Action challenge(const http::Response& response);
    Action required(const http::Response& response, const Requirement& requirement);
    Action poll() const;
    Result<void> locate(const http::Response& response);
    void slow_down(const http::Response& response);
    bool again(const std::string& what);

    const Draft& draft_;
    http::Url requested_;
    Reach reach_;
    std::optional<http::Url> pending_;
    std::int64_t interval_ = 5;  // seconds, until Retry-After says another (11.8.3)
    std::int64_t slower_ = 0;    // seconds that 429s have added for good
    bool cancelled_ = false;
    std::string done_;  // the requirement that was acted on last
};

// The seconds of a Retry-After field, a week at the most; nothing when it is absent or no number of seconds.
std::optional<std::int64_t> retry_after(const http::Fields& fields);

}  // namespace aauth::protocol

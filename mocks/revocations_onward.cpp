#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/revocation_body.h"
#include "mocks/revocations.h"

// The calling end: the revocations that a party makes at others, and how each of them ends (11.12.3).
namespace aauth::mocks {

namespace {

constexpr std::chrono::seconds longest_call{10};          // for one answer
constexpr std::chrono::seconds longest_wait{60};          // for a recipient that answered 202
constexpr std::chrono::milliseconds shortest_pause{100};  // between two polls
constexpr std::size_t most_at_once = 16;                  // recipients

std::chrono::milliseconds pause_asked(const http::Response& response) {
    const auto text = response.fields.first("Retry-After").value_or("1");
    int seconds = 1;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return std::max<std::chrono::milliseconds>(std::chrono::seconds(std::clamp(seconds, 0, 10)), shortest_pause);
}

}  // namespace

std::vector<Onward> Revocations::carry_out(std::vector<Onward> revocations) {
    // Nobody waits for somebody else's recipient; one recipient gets one call at a time.
    std::map<std::string, std::vector<Onward*>> by_recipient;
    for (auto& onward : revocations) by_recipient[onward.recipient].push_back(&onward);
    if (on("cascade-gives-up")) {
        for (auto& onward : revocations) {
            make(onward);
            if (!onward.error.empty()) break;
        }
        return revocations;
    }
    std::vector<std::thread> threads;
    const auto finish = [&threads] {
        for (auto& thread : threads) thread.join();
        threads.clear();
    };
    for (auto& [recipient, theirs] : by_recipient) {
        threads.emplace_back([this, &list = theirs] {
            for (auto* onward : list) make(*onward);
        });
        if (threads.size() >= most_at_once) finish();
    }
    finish();
    return revocations;
}

std::vector<Onward> Revocations::revoke_own(const std::string& jti) {
    if (!on("revoke-ignored") && !on("revoke-forgotten")) party_.record_revocation(party_.identifier(), jti);
    if (!part_.cascade || on("cascade-none")) return {};
    return carry_out(part_.cascade(party_.identifier(), jti));
}

Result<std::string> Revocations::endpoint_of(const Onward& onward) {
    auto document = party_.network().fetch(protocol::document_url(onward.recipient, onward.role));
    if (!document) return tl::unexpected(document.error());
    auto metadata = json::parse_object(document->body);
    if (document->status != 200 || !metadata) return failure("revocation_unavailable", "its metadata cannot be read");
    if (json::string_member(*metadata, "issuer") != onward.recipient) {
        return failure("revocation_unavailable", "its metadata is another's");
    }
    auto endpoint = json::string_member(*metadata, "revocation_endpoint");
    if (!endpoint) return failure("revocation_unsupported", "it publishes no revocation_endpoint");
    return *endpoint;
}

void Revocations::make(Onward& onward) {
    {
        const std::scoped_lock lock(mutex_);
        if (succeeded_.count({onward.recipient, onward.jti}) != 0) return;
        onward.error = "revocation_unavailable";
        if (stopping_) return;
    }
    auto endpoint = endpoint_of(onward);
    if (!endpoint && endpoint.error().code == "revocation_unsupported") onward.error = endpoint.error().code;
    auto url = endpoint ? http::Url::parse(*endpoint) : Result<http::Url>(tl::unexpected(endpoint.error()));
    if (!url) return;
    const auto& issuer = onward.issuer.empty() ? party_.identifier() : onward.issuer;
    auto body = revocation_body(party_.draft(), issuer, onward.jti, onward.expires);
    if (on("revoke-sends-jti-alone")) body.erase(second_revocation_member(party_.draft()));
    auto plan = party_.as_server("POST", *url, body);
    // Not the same second twice: the recipient may keep a replay cache (11.3.4.2). Faults are left as they are.
    if (party_.faults().empty()) plan.created(party_.network().now() - calls_++ % 6);
    auto answer = send(plan);
    if (answer) answer = ended(*url, *answer);
    if (!answer) return;
    const auto problem = json::parse_object(answer->body);
    if (answer->status == 403 && problem && json::string_member(*problem, "error") == "unsupported_iss") {
        onward.error = "revocation_unsupported";
    }
    const bool read = answer->body.empty() || problem.has_value() || on("report-unread");
    if (answer->status != 200 || !read) return;
    if (const auto* theirs = problem ? json::member(*problem, "downstream") : nullptr) {
        onward.downstream = json::dump(*theirs);
    }
    onward.error.clear();
    const std::scoped_lock lock(mutex_);
    if (succeeded_.size() > 10000) succeeded_.clear();  // those are made again when they are asked for again
    succeeded_.emplace(onward.recipient, onward.jti);
}

Result<http::Response> Revocations::send(const SignedRequest& plan) const {
    auto sealed = seal(plan);
    if (!sealed) return tl::unexpected(sealed.error());
    auto options = party_.network().client()->options();
    options.total_timeout = std::min<std::chrono::milliseconds>(options.total_timeout, longest_call);
    auto transfer = http::Client(options).send(plan.url, sealed->request);
    if (!transfer) return tl::unexpected(transfer.error());
    return transfer->response;
}

Result<http::Response> Revocations::ended(const http::Url& endpoint, http::Response response) {
    const auto until = std::chrono::steady_clock::now() + longest_wait;
    std::optional<http::Url> location;
    while (response.status == 202) {
        if (const auto named = response.fields.first("Location")) {
            auto url = endpoint.resolve(*named);
            if (!url || url->origin() != endpoint.origin()) {
                return failure("malformed_response", "the pending URL is not of the same origin");
            }
            location = *url;
        }
        if (!location) return failure("malformed_response", "a 202 without Location");
        const bool over = std::chrono::steady_clock::now() >= until || !pause(pause_asked(response));
        if (over) return failure("timeout", "it was still pending");
        auto plan = party_.as_server("GET", *location, nullptr);
        if (on("revoke-polls-unsigned")) plan.unsigned_();
        auto answer = send(plan);
        if (!answer) return answer;
        response = *answer;
    }
    return response;
}

bool Revocations::pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [this] { return stopping_; });
}

}  // namespace aauth::mocks

#include "harness/http/client.h"

#include <mutex>

#include "harness/http/head.h"
#include "harness/http/transfer.h"

namespace aauth::http {

namespace {

constexpr int most_redirects = 10;

// Why the request cannot be sent as a well-formed one, or "".
std::string cannot_send(const Request& request) {
    if (!is_token(request.method)) return "the method is not a token";
    if (request.method == "CONNECT") return "CONNECT is not a request for a resource";
    if (request.method == "HEAD" && !request.body.empty()) return "a HEAD request with a body takes send_raw";
    for (const auto& field : request.fields.all())
        if (!can_be_sent(field)) return "a field name is not a token, or its value has CR, LF or NUL";
    if (request.fields.count("Host") > 1) return "two Host fields take send_raw";
    if (request.fields.contains("Transfer-Encoding")) return "a request with Transfer-Encoding takes send_raw";
    const auto lengths = request.fields.lines("Content-Length");
    if (lengths.size() > 1 || (lengths.size() == 1 && trim(lengths[0]) != std::to_string(request.body.size())))
        return "a Content-Length that is not the body's takes send_raw";
    return "";
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// RFC 9110 section 15.4: what goes to the next place.
Request redirected(Request request, int status, bool same_origin) {
    const bool becomes_get =
        (status == 303 && request.method != "HEAD") || ((status == 301 || status == 302) && request.method == "POST");
    if (becomes_get) {
        request.method = "GET";
        request.body.clear();
        for (const auto* name : {"Content-Type", "Content-Length", "Content-Digest", "Content-Encoding"})
            request.fields.erase(name);
    }
    request.fields.erase("Host");
    if (!same_origin)
        for (const auto* name : {"Authorization", "Cookie"}) request.fields.erase(name);
    return request;
}

}  // namespace

const AddressMap::Address* AddressMap::find(const Url& url) const {
    const auto found = entries.find(url.origin());
    return found == entries.end() ? nullptr : &found->second;
}

Result<Destination> find_destination(const Url& url, const AddressMap& addresses) {
    const auto* address = addresses.find(url);
    if (address == nullptr) return Destination{url, url.authority(), url, false};
    auto dialled = Url::parse(address->base);
    if (!dialled)
        return failure("bad_request", "the address of " + url.origin() + " is not a base URL: " + address->base);
    if (!address->keep_authority) return Destination{*dialled, dialled->authority(), *dialled, false};
    return Destination{url, url.authority(), std::move(*dialled), true};
}

struct Client::State {
    explicit State(ClientOptions given) : options(std::move(given)) {}

    // The one that was given back last: its connection is the least likely to have been closed meanwhile.
    std::unique_ptr<Exchanger> take() {
        const std::lock_guard lock(mutex);
        if (free.empty()) return std::make_unique<Exchanger>();
        auto taken = std::move(free.back());
        free.pop_back();
        return taken;
    }

    void give_back(std::unique_ptr<Exchanger> exchanger) {
        constexpr std::size_t most_kept = 32;
        const std::lock_guard lock(mutex);
        if (free.size() < most_kept) free.push_back(std::move(exchanger));
    }

    Result<Transfer> exchange(const Url& url, Request request) {
        const auto destination = find_destination(url, options.addresses);
        if (!destination) return tl::unexpected(destination.error());
        request.target = url.request_target();
        request.scheme = url.scheme;
        request.authority = destination->authority;
        auto exchanger = take();
        auto transfer = exchanger->run(*destination, std::move(request), options);
        give_back(std::move(exchanger));
        if (transfer) transfer->request.authority = url.authority();
        return transfer;
    }

    const ClientOptions options;
    std::mutex mutex;
    std::vector<std::unique_ptr<Exchanger>> free;
};

Client::Client(ClientOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Client::~Client() = default;

Result<Transfer> Client::send(const Url& url, Request request) const {
    if (auto why = cannot_send(request); !why.empty()) return failure("bad_request", std::move(why));
    auto transfer = state_->exchange(url, std::move(request));
    Url here = url;
    for (int hop = 0; state_->options.follow_redirects && transfer && hop < most_redirects; ++hop) {
        const auto location = transfer->response.fields.first("Location");
        if (!is_redirect(transfer->response.status) || !location) break;
        const auto next = here.resolve(*location);
        if (!next) break;  // the answer stands as it came
        const bool same_origin = next->origin() == here.origin();
        here = *next;
        transfer =
            state_->exchange(here, redirected(std::move(transfer->request), transfer->response.status, same_origin));
    }
    return transfer;
}

const ClientOptions& Client::options() const { return state_->options; }

}  // namespace aauth::http

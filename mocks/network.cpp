#include "mocks/network.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "harness/sfv/sfv.h"

namespace aauth::mocks {

namespace {

std::int64_t system_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// An HTTP-date in the form that is sent today (RFC 9110 5.6.7), in seconds since the epoch.
std::optional<std::int64_t> date(const http::Fields& fields, const char* name) {
    const auto text = fields.combined(name);
    std::tm parts{};
    const char* end = text ? strptime(text->c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) : nullptr;
    if (end == nullptr || *end != '\0') return std::nullopt;
    return timegm(&parts);
}

// Expires, from the answer's own Date on, or else from now on. A date that is none is past (RFC 9111 5.3).
std::optional<std::int64_t> until_expires(const http::Fields& fields, std::int64_t now) {
    if (!fields.contains("Expires")) return std::nullopt;
    const auto expires = date(fields, "Expires");
    return expires ? *expires - date(fields, "Date").value_or(now) : 0;
}

// How long a document is fresh: by Cache-Control, or else by Expires.
std::optional<std::int64_t> max_age(const http::Fields& fields, std::int64_t now) {
    const auto text = fields.combined("Cache-Control");
    auto directives = text ? sfv::parse_dictionary(*text) : sfv::parse_dictionary("");
    if (!directives) return until_expires(fields, now);
    if (directives->contains("no-store") || directives->contains("no-cache")) return 0;
    const auto* age = directives->item("max-age");
    const auto* seconds = age == nullptr ? nullptr : std::get_if<std::int64_t>(&age->value);
    return seconds == nullptr ? until_expires(fields, now) : std::optional<std::int64_t>(*seconds);
}

Result<httpsig::Document> get(const http::Client& client, const std::string& url, std::int64_t now) {
    auto place = http::Url::parse(url);
    if (!place) return tl::unexpected(place.error());
    http::Request request;
    request.fields.add("Accept", "application/json");
    auto transfer = client.send(*place, std::move(request));
    if (!transfer) return tl::unexpected(transfer.error());
    auto& response = transfer->response;
    return httpsig::Document{response.status, std::move(response.body), max_age(response.fields, now),
                             response.fields.combined("Link").value_or("")};
}

}  // namespace

Network::Network(http::ClientOptions options, std::chrono::milliseconds document_limit)
    : options_(std::move(options)),
      document_limit_(document_limit),
      client_(std::make_shared<http::Client>(options_)),
      documents_(std::make_shared<http::Client>(document_options())),
      clock_(system_seconds) {}

http::ClientOptions Network::document_options() const {
    auto options = options_;
    options.total_timeout = std::min(options.total_timeout, document_limit_);
    return options;
}

void Network::serve(const std::string& identifier, const std::string& base, bool keep_authority) {
    const std::scoped_lock lock(mutex_);
    options_.addresses.entries[identifier] = {base, keep_authority};
    client_ = std::make_shared<http::Client>(options_);
    documents_ = std::make_shared<http::Client>(document_options());
}

std::shared_ptr<const http::Client> Network::client() const {
    const std::scoped_lock lock(mutex_);
    return client_;
}

Result<httpsig::Document> Network::fetch(const std::string& url) const {
    std::unique_lock lock(mutex_);
    const auto client = documents_;
    lock.unlock();
    return get(*client, url, now());
}

Result<httpsig::Document> Network::fetch(const std::string& url,
                                         const std::function<void(http::ClientOptions&)>& change) const {
    std::unique_lock lock(mutex_);
    auto options = document_options();
    lock.unlock();
    change(options);
    return get(http::Client(options), url, now());
}

std::int64_t Network::now() const {
    std::unique_lock lock(mutex_);
    const auto clock = clock_;
    const auto advanced = advanced_;
    lock.unlock();
    return clock() + advanced;
}

void Network::advance(std::int64_t seconds) {
    const std::scoped_lock lock(mutex_);
    advanced_ += seconds;
}

void Network::set_clock(httpsig::Discovery::Clock clock) {
    const std::scoped_lock lock(mutex_);
    clock_ = std::move(clock);
}

}  // namespace aauth::mocks

#include "mocks/network.h"

#include <charconv>
#include <chrono>

#include "harness/sfv/sfv.h"

namespace aauth::mocks {

namespace {

std::int64_t system_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::optional<std::int64_t> max_age(const http::Fields& fields) {
    const auto text = fields.combined("Cache-Control");
    if (!text) return std::nullopt;
    auto directives = sfv::parse_dictionary(*text);
    if (!directives) return std::nullopt;
    if (directives->contains("no-store") || directives->contains("no-cache")) return 0;
    const auto* age = directives->item("max-age");
    const auto* seconds = age == nullptr ? nullptr : std::get_if<std::int64_t>(&age->value);
    return seconds == nullptr ? std::nullopt : std::optional<std::int64_t>(*seconds);
}

}  // namespace

Network::Network(http::ClientOptions options)
    : options_(std::move(options)), client_(std::make_shared<http::Client>(options_)), clock_(system_seconds) {}

void Network::serve(const std::string& identifier, const std::string& base, bool keep_authority) {
    const std::scoped_lock lock(mutex_);
    options_.addresses.entries[identifier] = {base, keep_authority};
    client_ = std::make_shared<http::Client>(options_);
}

std::shared_ptr<const http::Client> Network::client() const {
    const std::scoped_lock lock(mutex_);
    return client_;
}

Result<httpsig::Document> Network::fetch(const std::string& url) const {
    auto place = http::Url::parse(url);
    if (!place) return tl::unexpected(place.error());
    http::Request request;
    request.fields.add("Accept", "application/json");
    auto transfer = client()->send(*place, std::move(request));
    if (!transfer) return tl::unexpected(transfer.error());
    return httpsig::Document{transfer->response.status, transfer->response.body, max_age(transfer->response.fields)};
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

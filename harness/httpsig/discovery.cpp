#include "harness/httpsig/discovery.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "harness/http/message.h"
#include "harness/httpsig/key_source.h"

namespace aauth::httpsig {

namespace {

// Strangers choose which issuers and documents we look up, so both are bounded; the least recently used goes.
constexpr std::size_t most_issuers = 1000;
constexpr std::size_t most_documents = 8;  // of one issuer
constexpr std::int64_t default_max_age = 3600;
constexpr std::int64_t longest_backoff = 3600;

// What is known by way of one metadata document.
struct Source {
    std::string dwk;
    std::string jwks_uri;
    std::optional<std::int64_t> tried_at;       // the last look at the metadata
    std::optional<std::int64_t> jwks_tried_at;  // the last look at the JWKS
    std::optional<Error> failure;               // of the last try
    int failures = 0;                           // in a row
    std::shared_ptr<const jose::Jwks> keys;
    std::int64_t loaded_at = 0;
    std::int64_t fresh_until = 0;
};

struct Issuer {
    std::mutex fetching;  // held while something of this issuer is fetched
    std::mutex guard;     // held while `sources` is read or written
    std::vector<Source> sources;
    std::uint64_t used = 0;

    Source source(std::string_view dwk) {
        const std::lock_guard lock(guard);
        for (const Source& known : sources) {
            if (known.dwk == dwk) return known;
        }
        Source fresh;
        fresh.dwk = dwk;
        return fresh;
    }

    void keep(const Source& source) {
        const std::lock_guard lock(guard);
        for (Source& known : sources) {
            if (known.dwk != source.dwk) continue;
            known = source;
            return;
        }
        if (sources.size() >= most_documents) {
            const auto before = [](const Source& a, const Source& b) { return a.tried_at < b.tried_at; };
            sources.erase(std::min_element(sources.begin(), sources.end(), before));
        }
        sources.push_back(source);
    }
};

}  // namespace

struct Discovery::State {
    Fetch fetch;
    Clock clock;
    Rules rules;
    std::mutex guard;
    std::map<std::string, std::shared_ptr<Issuer>, std::less<>> issuers;
    std::uint64_t uses = 0;

    std::shared_ptr<Issuer> issuer(std::string_view id);
    bool floor_passed(std::optional<std::int64_t> last, std::int64_t now, int failures = 0) const;
    Result<void> admitted(const std::string& metadata, const std::string& jwks_uri) const;
    void failed(Source& source, Error why) const;
    bool usable(const Source& source, std::int64_t now) const;
    void refresh(Issuer& issuer, Source& source, const std::string& url, std::string_view id, std::int64_t now);
    bool reuse(Issuer& issuer, Source& source, std::int64_t now);
    Result<jose::Jwk> look_up(std::string_view id, std::string_view dwk, std::string_view kid, bool refresh_first);
};

std::shared_ptr<Issuer> Discovery::State::issuer(std::string_view id) {
    const std::lock_guard lock(guard);
    auto found = issuers.find(id);
    if (found == issuers.end()) {
        if (issuers.size() >= most_issuers) {
            const auto before = [](const auto& a, const auto& b) { return a.second->used < b.second->used; };
            issuers.erase(std::min_element(issuers.begin(), issuers.end(), before));
        }
        found = issuers.emplace(std::string(id), std::make_shared<Issuer>()).first;
    }
    found->second->used = ++uses;
    return found->second;
}

bool Discovery::State::floor_passed(std::optional<std::int64_t> last, std::int64_t now, int failures) const {
    auto wait = rules.floor;
    for (int i = 1; rules.backoff && i < failures && wait < longest_backoff; ++i) {
        wait = std::min(2 * wait, longest_backoff);
    }
    return !rules.cache || !last || now < *last || now - *last >= wait;
}

// Egress admission of a jwks_uri (7.3): https, and the host that the metadata came from.
Result<void> Discovery::State::admitted(const std::string& metadata, const std::string& jwks_uri) const {
    const auto from = http::Url::parse(metadata);
    const auto to = http::Url::parse(jwks_uri);
    if (rules.https_only && to && to->scheme != "https") return failure("unknown_key", "the jwks_uri is not https");
    if (rules.same_host && from && to && http::lowercase(from->host) != http::lowercase(to->host)) {
        return failure("unknown_key", "the jwks_uri is on another host than the metadata");
    }
    return {};
}

void Discovery::State::failed(Source& source, Error why) const {
    source.failure = std::move(why);
    ++source.failures;
    if (!rules.stale_on_failure) source.keys = nullptr;
}

bool Discovery::State::usable(const Source& source, std::int64_t now) const {
    return source.keys != nullptr && now - source.loaded_at < rules.ceiling;
}

// Takes over what another metadata document of the issuer, with the same JWKS, led to within the floor.
bool Discovery::State::reuse(Issuer& issuer, Source& source, std::int64_t now) {
    const std::lock_guard lock(issuer.guard);
    for (const Source& other : issuer.sources) {
        if (other.dwk == source.dwk || other.jwks_uri != source.jwks_uri) continue;
        if (floor_passed(other.jwks_tried_at, now)) continue;
        source.jwks_tried_at = other.jwks_tried_at;
        source.failure = other.failure;
        source.failures = other.failures;
        source.keys = other.keys;
        source.loaded_at = other.loaded_at;
        source.fresh_until = other.fresh_until;
        return true;
    }
    return false;
}

void Discovery::State::refresh(Issuer& issuer, Source& source, const std::string& url, std::string_view id,
                               std::int64_t now) {
    source.tried_at = now;
    if (!rules.cache) source.keys = nullptr;
    issuer.keep(source);  // before the fetch, so that one that throws counts too

    source.failure.reset();
    auto jwks_uri = find_jwks_uri(fetch, url, id, rules.check_issuer);
    if (jwks_uri) {
        if (auto fine = admitted(url, *jwks_uri); !fine) jwks_uri = tl::unexpected(fine.error());
    }
    if (!jwks_uri) {
        failed(source, jwks_uri.error());
        // A document that names somebody else is no failed fetch: what was learnt from it holds no longer.
        const std::string& code = source.failure->code;
        if (code == "issuer_missing" || code == "issuer_mismatch") source.keys = nullptr;
        return issuer.keep(source);
    }
    source.jwks_uri = std::move(*jwks_uri);
    if (reuse(issuer, source, now)) return issuer.keep(source);

    source.jwks_tried_at = now;
    auto fetched = fetch_keys(fetch, source.jwks_uri, rules.jwk);
    if (!fetched) {
        failed(source, fetched.error());
        return issuer.keep(source);
    }
    source.failures = 0;
    source.keys = std::move(fetched->keys);
    source.loaded_at = now;
    source.fresh_until = now + std::clamp<std::int64_t>(fetched->max_age.value_or(default_max_age), 0, rules.ceiling);
    issuer.keep(source);
}

Result<jose::Jwk> Discovery::State::look_up(std::string_view id, std::string_view dwk, std::string_view kid,
                                            bool refresh_first) {
    if (kid.empty()) return failure("unknown_key", "an empty kid selects no key");
    const auto url = metadata_url(id, dwk);
    if (!url) return tl::unexpected(url.error());
    const auto known = issuer(id);

    const auto current = [&](const Source& source, std::int64_t now) {
        const bool answers = rules.cache && usable(source, now) && now < source.fresh_until;
        return answers && (!rules.refetch_unknown || has_kid(*source.keys, kid));
    };
    Source source = known->source(dwk);
    std::int64_t now = clock();
    if (refresh_first || !current(source, now)) {
        // Whoever waited here finds what the one before has fetched.
        const std::lock_guard lock(known->fetching);
        source = known->source(dwk);
        now = clock();
        if ((refresh_first || !current(source, now)) && floor_passed(source.tried_at, now, source.failures)) {
            refresh(*known, source, *url, id, now);
        }
    }
    if (usable(source, now)) return select_key(*source.keys, kid);
    if (source.failure) return tl::unexpected(*source.failure);
    return failure("unknown_key", "the issuer's keys may not be fetched again yet");
}

Discovery::Discovery(Fetch fetch, Clock clock) : Discovery(std::move(fetch), std::move(clock), Rules()) {}

Discovery::Discovery(Fetch fetch, Clock clock, Rules rules) : state_(std::make_unique<State>()) {
    state_->fetch = std::move(fetch);
    state_->clock = std::move(clock);
    state_->rules = rules;
}

Discovery::~Discovery() = default;

Result<jose::Jwk> Discovery::key(std::string_view id, std::string_view dwk, std::string_view kid) {
    return state_->look_up(id, dwk, kid, false);
}

Result<jose::Jwk> Discovery::refreshed_key(std::string_view id, std::string_view dwk, std::string_view kid) {
    return state_->look_up(id, dwk, kid, state_->rules.refetch_failed);
}

}  // namespace aauth::httpsig

#include "harness/httpsig/key_source.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/http/message.h"
#include "harness/json/json.h"

namespace aauth::httpsig {

namespace {

// What a stranger sent, short enough for a message.
std::string_view shown(std::string_view text) { return text.substr(0, 120); }

bool is_segment(std::string_view text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-' || c == '~';
    });
    return plain && !text.empty() && text != "." && text != "..";
}

bool is_plain_url(std::string_view text) {
    const auto url = http::Url::parse(text);
    return url && !url->has_query && !url->has_fragment && !url->has_userinfo;
}

Result<Document> fetch_document(const Discovery::Fetch& fetch, const std::string& url) {
    auto document = fetch(url);
    if (!document) return failure("unknown_key", document.error().message);
    if (document->status != 200) {
        return failure("unknown_key", fmt::format("{} answered with status {}", shown(url), document->status));
    }
    return document;
}

}  // namespace

Result<std::string> metadata_url(std::string_view id, std::string_view dwk) {
    if (!is_plain_url(id)) return failure("unknown_key", "the issuer is no URL without query and fragment");
    if (!is_segment(dwk)) return failure("unknown_key", "the metadata document's name is no path segment");
    return fmt::format("{}/.well-known/{}", id, dwk);
}

Result<std::string> find_jwks_uri(const Discovery::Fetch& fetch, const std::string& url, std::string_view id,
                                  bool check_issuer) {
    const auto document = fetch_document(fetch, url);
    if (!document) return tl::unexpected(document.error());
    const auto metadata = json::parse_object(document->body);
    if (!metadata) {
        return failure("invalid_metadata", fmt::format("{}: {}", shown(url), metadata.error().message));
    }
    if (check_issuer) {
        const auto* issuer = json::member(*metadata, "issuer");
        if (issuer == nullptr) return failure("issuer_missing", fmt::format("{} has no issuer", shown(url)));
        if (!issuer->is_string() || issuer->get_ref<const std::string&>() != id) {
            return failure("issuer_mismatch", fmt::format("the issuer in {} is not {}", shown(url), shown(id)));
        }
    }
    auto jwks_uri = json::string_member(*metadata, "jwks_uri");
    if (!jwks_uri || !http::Url::parse(*jwks_uri)) {
        return failure("invalid_metadata", fmt::format("{} has no jwks_uri that is a URL", shown(url)));
    }
    return std::move(*jwks_uri);
}

Result<FetchedKeys> fetch_keys(const Discovery::Fetch& fetch, const std::string& jwks_uri, jose::JwkRules rules) {
    const auto document = fetch_document(fetch, jwks_uri);
    if (!document) return tl::unexpected(document.error());
    const auto parsed = json::parse(document->body);
    if (!parsed) return failure("unknown_key", fmt::format("{}: {}", shown(jwks_uri), parsed.error().message));
    auto keys = jose::parse_jwks(*parsed, rules);
    if (!keys) return failure("unknown_key", fmt::format("{}: {}", shown(jwks_uri), keys.error().message));
    return FetchedKeys{std::make_shared<const jose::Jwks>(std::move(*keys)), document->max_age};
}

Result<jose::Jwk> select_key(const jose::Jwks& keys, std::string_view kid) {
    const auto usable = keys.with_kid(kid);
    if (!usable.empty()) return *usable.front();
    for (const auto& key : keys.unusable) {
        if (key.kid == kid) return tl::unexpected(key.why);
    }
    return failure("unknown_key", fmt::format("the issuer publishes no key with the kid {}", shown(kid)));
}

bool has_kid(const jose::Jwks& keys, std::string_view kid) {
    if (!keys.with_kid(kid).empty()) return true;
    return std::any_of(keys.unusable.begin(), keys.unusable.end(), [&](const auto& key) { return key.kid == kid; });
}

}  // namespace aauth::httpsig

#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/httpsig/discovery.h"
#include "harness/jose/jwk.h"

namespace aauth {

// A web of documents with a clock, for Discovery's tests: it counts what is fetched.
class FakeWeb {
public:
    static constexpr const char* id = "https://issuer.example";
    static constexpr const char* dwk = "aauth-agent.json";
    static constexpr const char* metadata_url = "https://issuer.example/.well-known/aauth-agent.json";
    static constexpr const char* jwks_url = "https://issuer.example/jwks.json";

    FakeWeb() {
        put_metadata({{"issuer", id}, {"jwks_uri", jwks_url}});
        put_keys({});
    }

    void put(const std::string& url, std::string body, int status = 200,
             std::optional<std::int64_t> max_age = std::nullopt) {
        documents_[url] = httpsig::Document{status, std::move(body), max_age};
    }
    void put_metadata(const nlohmann::json& document) { put(metadata_url, document.dump()); }
    void put_keys(const std::vector<nlohmann::json>& keys, std::optional<std::int64_t> max_age = std::nullopt) {
        put(jwks_url, nlohmann::json{{"keys", keys}}.dump(), 200, max_age);
    }
    void remove(const std::string& url) { documents_.erase(url); }

    int fetched(const std::string& url) {
        const std::lock_guard lock(guard_);
        return fetched_[url];
    }

    httpsig::Discovery::Fetch fetch() {
        return [this](const std::string& url) -> Result<httpsig::Document> {
            const std::lock_guard lock(guard_);
            ++fetched_[url];
            const auto found = documents_.find(url);
            if (found == documents_.end()) return failure("unreachable", "nobody answers at " + url);
            return found->second;
        };
    }
    httpsig::Discovery::Clock clock() {
        return [this] { return now; };
    }

    std::int64_t now = 1000000;

private:
    std::mutex guard_;
    std::map<std::string, httpsig::Document> documents_;
    std::map<std::string, int> fetched_;
};

inline nlohmann::json public_jwk(const std::string& kid) {
    return jose::SigningKey::generate(crypto::Algorithm::Ed25519, kid).public_jwk();
}

inline std::string outcome(const Result<jose::Jwk>& key) { return key ? "key " + key->kid : key.error().code; }

}  // namespace aauth

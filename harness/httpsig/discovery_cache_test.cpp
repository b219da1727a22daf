#include <atomic>
#include <condition_variable>
#include <thread>

#include "harness/catch.h"
#include "harness/httpsig/discovery.h"
#include "harness/httpsig/discovery_fixture.h"

// When documents are fetched again, and when not.

using namespace aauth;

namespace {

struct Fixture {
    FakeWeb web;
    httpsig::Discovery discovery{web.fetch(), web.clock()};

    std::string key(const std::string& kid = "k1") { return outcome(discovery.key(web.id, web.dwk, kid)); }
    std::string refreshed(const std::string& kid = "k1") {
        return outcome(discovery.refreshed_key(web.id, web.dwk, kid));
    }
    int fetched() { return web.fetched(web.jwks_url); }
};

}  // namespace

TEST_CASE("a key set is fetched once while it is fresh", "[httpsig]") {
    Fixture at;
    at.web.put_keys({public_jwk("k1")}, 300);
    CHECK(at.key() == "key k1");
    at.web.now += 299;
    CHECK(at.key() == "key k1");
    CHECK(at.fetched() == 1);
    at.web.now += 1;
    CHECK(at.key() == "key k1");
    CHECK(at.fetched() == 2);
}

TEST_CASE("without max_age a key set is fresh for an hour", "[httpsig]") {
    Fixture at;
    at.web.put_keys({public_jwk("k1")});
    CHECK(at.key() == "key k1");
    at.web.now += 3599;
    CHECK(at.key() == "key k1");
    CHECK(at.fetched() == 1);
    at.web.now += 1;
    CHECK(at.key() == "key k1");
    CHECK(at.fetched() == 2);
}

TEST_CASE("no answer makes us fetch more than once in a minute", "[httpsig]") {
    for (std::int64_t max_age : {0, -5, 10}) {
        Fixture at;
        at.web.put_keys({public_jwk("k1")}, max_age);
        CHECK(at.key() == "key k1");
        at.web.now += 59;
        CHECK(at.key() == "key k1");
        CHECK(at.key("k2") == "unknown_key");
        CHECK(at.refreshed() == "key k1");
        CHECK(at.fetched() == 1);
        CHECK(at.web.fetched(at.web.metadata_url) == 1);
        at.web.now += 1;
        CHECK(at.key() == "key k1");
        CHECK(at.fetched() == 2);
    }
}

TEST_CASE("an unknown kid makes a fresh key set be fetched again", "[httpsig]") {
    Fixture at;
    at.web.put_keys({public_jwk("k1")});
    CHECK(at.key() == "key k1");
    at.web.put_keys({public_jwk("k2")});
    CHECK(at.key("k2") == "unknown_key");
    at.web.now += 60;
    CHECK(at.key() == "key k1");
    CHECK(at.fetched() == 1);
    CHECK(at.key("k2") == "key k2");
    CHECK(at.fetched() == 2);
    CHECK(at.key() == "unknown_key");
    CHECK(at.fetched() == 2);
}

TEST_CASE("a key that was replaced under its kid is found by looking again", "[httpsig]") {
    Fixture at;
    at.web.put_keys({public_jwk("k1")});
    CHECK(at.key() == "key k1");
    const auto replacement = public_jwk("k1");
    at.web.put_keys({replacement});
    at.web.now += 60;
    const auto old = at.discovery.key(at.web.id, at.web.dwk, "k1").value();
    CHECK_FALSE(jose::thumbprint(old.key) == jose::thumbprint(replacement).value());
    const auto renewed = at.discovery.refreshed_key(at.web.id, at.web.dwk, "k1").value();
    CHECK(jose::thumbprint(renewed.key) == jose::thumbprint(replacement).value());
    CHECK(at.fetched() == 2);
}

TEST_CASE("the cached set serves when a fetch fails, for a day at the most", "[httpsig]") {
    Fixture at;
    at.web.put_keys({public_jwk("k1")}, 600);
    CHECK(at.key() == "key k1");
    at.web.put(at.web.jwks_url, "", 503);
    at.web.now += 600;
    CHECK(at.key() == "key k1");
    CHECK(at.fetched() == 2);
    at.web.remove(at.web.metadata_url);
    at.web.now += 86400 - 601;
    CHECK(at.key() == "key k1");
    at.web.now += 1;
    CHECK(at.key() == "unknown_key");
}

TEST_CASE("no max_age keeps a key set longer than a day", "[httpsig]") {
    Fixture at;
    at.web.put_keys({public_jwk("k1")}, 31536000);
    CHECK(at.key() == "key k1");
    at.web.now += 86399;
    CHECK(at.key() == "key k1");
    CHECK(at.fetched() == 1);
    at.web.now += 1;
    CHECK(at.key() == "key k1");
    CHECK(at.fetched() == 2);
}

TEST_CASE("a document that names another issuer ends what was learnt", "[httpsig]") {
    Fixture at;
    at.web.put_keys({public_jwk("k1")}, 60);
    CHECK(at.key() == "key k1");
    at.web.put_metadata({{"issuer", "https://other.example"}, {"jwks_uri", at.web.jwks_url}});
    at.web.now += 60;
    CHECK(at.key() == "issuer_mismatch");
    CHECK(at.key() == "issuer_mismatch");
    CHECK(at.web.fetched(at.web.metadata_url) == 2);
}

TEST_CASE("a failed look-up is not repeated within the minute", "[httpsig]") {
    Fixture at;
    at.web.remove(at.web.metadata_url);
    CHECK(at.key() == "unknown_key");
    at.web.put_metadata({{"issuer", at.web.id}, {"jwks_uri", at.web.jwks_url}});
    at.web.put_keys({public_jwk("k1")});
    at.web.now += 59;
    CHECK(at.key() == "unknown_key");
    CHECK(at.web.fetched(at.web.metadata_url) == 1);
    at.web.now += 1;
    CHECK(at.key() == "key k1");
}

TEST_CASE("two documents of one issuer share the fetch of one key set", "[httpsig]") {
    Fixture at;
    at.web.put("https://issuer.example/.well-known/aauth-access.json",
               nlohmann::json{{"issuer", at.web.id}, {"jwks_uri", at.web.jwks_url}}.dump());
    at.web.put_keys({public_jwk("k1")});
    CHECK(at.key() == "key k1");
    CHECK(outcome(at.discovery.key(at.web.id, "aauth-access.json", "k1")) == "key k1");
    CHECK(at.fetched() == 1);
}

TEST_CASE("a clock that is set back does not stop discovery", "[httpsig]") {
    Fixture at;
    at.web.put_keys({public_jwk("k1")});
    CHECK(at.key() == "key k1");
    at.web.now -= 100000;
    at.web.put_keys({public_jwk("k2")});
    CHECK(at.key("k2") == "key k2");
}

TEST_CASE("without a cache every look-up fetches", "[httpsig]") {
    FakeWeb web;
    web.put_keys({public_jwk("k1")});
    httpsig::Discovery discovery(web.fetch(), web.clock(), {.cache = false});
    CHECK(outcome(discovery.key(web.id, web.dwk, "k1")) == "key k1");
    CHECK(outcome(discovery.key(web.id, web.dwk, "k1")) == "key k1");
    CHECK(web.fetched(web.jwks_url) == 2);
    web.remove(web.jwks_url);
    CHECK(outcome(discovery.key(web.id, web.dwk, "k1")) == "unknown_key");
}

TEST_CASE("the least recently used of a thousand issuers is forgotten", "[httpsig]") {
    FakeWeb web;
    web.put_keys({public_jwk("k1")});
    httpsig::Discovery discovery(web.fetch(), web.clock());
    CHECK(outcome(discovery.key(web.id, web.dwk, "k1")) == "key k1");
    for (int i = 0; i < 999; ++i) (void)discovery.key("https://i" + std::to_string(i) + ".example", web.dwk, "k1");
    CHECK(outcome(discovery.key(web.id, web.dwk, "k1")) == "key k1");
    CHECK(web.fetched(web.jwks_url) == 1);
    for (int i = 0; i < 1000; ++i) (void)discovery.key("https://j" + std::to_string(i) + ".example", web.dwk, "k1");
    CHECK(outcome(discovery.key(web.id, web.dwk, "k1")) == "key k1");
    CHECK(web.fetched(web.jwks_url) == 2);
}

TEST_CASE("many threads make one fetch, and a slow one keeps nobody from a cached key", "[httpsig]") {
    FakeWeb web;
    web.put_keys({public_jwk("k1")});
    std::mutex guard;
    std::condition_variable changed;
    bool held = false, blocked = false;
    const auto answer = web.fetch();
    httpsig::Discovery discovery(
        [&](const std::string& url) {
            std::unique_lock lock(guard);
            blocked = held;
            changed.notify_all();
            changed.wait(lock, [&] { return !held; });
            return answer(url);
        },
        web.clock());

    std::atomic<int> good{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] { good += discovery.key(web.id, web.dwk, "k1").has_value() ? 1 : 0; });
        }
    }
    CHECK(good == 8);
    CHECK(web.fetched(web.jwks_url) == 1);

    web.now += 60;
    held = true;
    std::atomic<int> unknown{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] { unknown += discovery.key(web.id, web.dwk, "k2").has_value() ? 0 : 1; });
        }
        std::unique_lock lock(guard);
        changed.wait(lock, [&] { return blocked; });
        lock.unlock();
        CHECK(outcome(discovery.key(web.id, web.dwk, "k1")) == "key k1");
        lock.lock();
        held = false;
        changed.notify_all();
    }
    CHECK(unknown == 4);
    CHECK(web.fetched(web.jwks_url) == 2);
}

TEST_CASE("a fetch that throws counts for the floor and locks nobody out", "[httpsig]") {
    FakeWeb web;
    web.put_keys({public_jwk("k1")});
    bool broken = true;
    const auto answer = web.fetch();
    httpsig::Discovery discovery(
        [&](const std::string& url) -> Result<httpsig::Document> {
            if (broken) throw std::runtime_error("broken");
            return answer(url);
        },
        web.clock());
    CHECK_THROWS_AS(discovery.key(web.id, web.dwk, "k1"), std::runtime_error);
    CHECK(outcome(discovery.key(web.id, web.dwk, "k1")) == "unknown_key");
    broken = false;
    web.now += 60;
    CHECK(outcome(discovery.key(web.id, web.dwk, "k1")) == "key k1");
}

TEST_CASE("failures in a row are tried again after one minute, two, four, and at most an hour", "[httpsig]") {
    Fixture at;
    at.web.put(at.web.jwks_url, "", 503);
    CHECK(at.key() == "unknown_key");
    int expected = 1;
    for (const std::int64_t wait : {60, 120, 240, 480, 960, 1920, 3600, 3600}) {
        at.web.now += wait - 1;
        CHECK(at.key() == "unknown_key");
        CHECK(at.fetched() == expected);
        at.web.now += 1;
        CHECK(at.key() == "unknown_key");
        CHECK(at.fetched() == ++expected);
    }
    at.web.put_keys({public_jwk("k1")});
    at.web.now += 3600;
    CHECK(at.key() == "key k1");
    at.web.put(at.web.jwks_url, "", 503);
    at.web.now += 3600;
    CHECK(at.key() == "key k1");
    at.web.now += 60;
    CHECK(at.key() == "key k1");
    CHECK(at.fetched() == expected + 3);
}

TEST_CASE("each way in which a verifier may be careless with its cache", "[httpsig]") {
    FakeWeb web;
    web.put_keys({public_jwk("k1")}, 60);
    httpsig::Discovery once(web.fetch(), web.clock(), {.refetch_unknown = false, .refetch_failed = false});
    httpsig::Discovery forgetful(web.fetch(), web.clock(), {.stale_on_failure = false});
    httpsig::Discovery stubborn(web.fetch(), web.clock(), {.backoff = false});
    for (auto* discovery : {&once, &forgetful, &stubborn}) {
        CHECK(outcome(discovery->key(web.id, web.dwk, "k1")) == "key k1");
    }
    web.now += 59;
    CHECK(outcome(once.key(web.id, web.dwk, "k2")) == "unknown_key");
    CHECK(outcome(once.refreshed_key(web.id, web.dwk, "k1")) == "key k1");
    CHECK(web.fetched(web.jwks_url) == 3);
    web.put(web.jwks_url, "", 503);
    web.now += 1;
    CHECK(outcome(forgetful.key(web.id, web.dwk, "k1")) == "unknown_key");
    for (int i = 0; i < 4; ++i) {
        CHECK(outcome(stubborn.key(web.id, web.dwk, "k1")) == "key k1");
        web.now += 60;
    }
    CHECK(web.fetched(web.jwks_url) == 3 + 1 + 4);
}

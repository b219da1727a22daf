#include <fmt/chrono.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/party.h"
#include "suites/common/discovery_cases.h"
#include "suites/common/rows.h"

// What is cached of an issuer's keys, and when they are fetched again. Time has to pass in all of these.
namespace aauth::suites {

namespace {

constexpr std::int64_t after_the_floor = 62;  // seconds: once a minute is the most

std::string http_date(std::int64_t seconds) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

// The issuer's JWKS is answered like this from now on.
void answer_jwks(mocks::Party& party, const std::function<http::Reply()>& answer) {
    party.answer_documents_with([answer](const http::Request& request) {
        return request.path() == jwks_path ? std::optional(answer()) : std::nullopt;
    });
}

void answer_jwks(mocks::Party& party, const http::Fields& fields) {
    answer_jwks(party, [text = json::dump(party.jwks()), fields] { return document(text, fields); });
}

void fail_jwks(mocks::Party& party) {
    http::Reply unavailable;
    unavailable.response.status = 503;
    answer_jwks(party, [unavailable] { return unavailable; });
}

http::Fields fresh_for_a_minute() { return {{"Cache-Control", "max-age=60"}}; }

// A case in which an issuer's keys become others, time passes, and its new key has to be taken.
void new_key_case(Suite& suite, const Verification& verification, int number, std::string title, Covers covers,
                  bool same_kid, const char* because) {
    suite
        .add(case_id(verification.prefix, number), std::move(title), covers,
             [verification, same_kid](Test& t) {
                 const auto issuer = met(t, verification);
                 const auto kid = same_kid ? issuer.party.key().kid : std::string();
                 const auto next = jose::SigningKey::generate(crypto::Algorithm::Ed25519, kid);
                 issuer.party.publish_jwks(json::dump({{"keys", nlohmann::json::array({next.public_jwk()})}}));
                 t.world().pass(after_the_floor);
                 const auto answer = asked(t, issuer, next, "signed with the new key");
                 t.expect(answer).that(verification.accepted(answer), "answer", "accepted", answer.summary());
             })
        .because(because)
        .slow();
}

// A case in which a JWKS says how long it is fresh, that time passes, and it has to be fetched again.
void freshness_case(Suite& suite, const Verification& verification, int number, std::string title,
                    const std::function<http::Fields(std::int64_t now)>& fields) {
    suite
        .add(case_id(verification.prefix, number), std::move(title), {{"jwks.http-cache", "ignore jwks.http-cache"}},
             [verification, fields](Test& t) {
                 const auto issuer =
                     met(t, verification, [&](mocks::Party& party) { answer_jwks(party, fields(t.now())); });
                 const auto before = issuer.party.requests(jwks_path);
                 t.world().pass(after_the_floor);
                 const auto answer = asked(t, issuer, "the same, when the keys are no longer fresh");
                 const auto fetched = issuer.party.requests(jwks_path) - before;
                 t.expect(answer).that(fetched > 0, "fetches of the JWKS when it was stale", "at least 1",
                                       std::to_string(fetched));
             })
        .because("How long a key that was taken out of use is still believed is for its issuer to say.")
        .slow();
}

// With exponential backoff the tries become rarer than the minute that the floor asks for, however short its first
// pauses.
void backoff_case(Suite& suite, const Verification& verification) {
    suite
        .add(case_id(verification.prefix, 6), "a JWKS that cannot be had is fetched less and less often",
             {{"jwks.backoff", "ignore jwks.backoff"}},
             [verification](Test& t) {
                 if (t.world().hook("advance") == nullptr) t.skip("it takes twenty minutes without the hook advance");
                 met(t, verification);
                 const auto issuer = new_issuer(t, verification);
                 fail_jwks(issuer.party);
                 constexpr std::size_t minutes = 20;
                 std::optional<Answer> last;
                 for (std::size_t i = 0; i < minutes; ++i) {
                     if (i > 0) t.world().pass(after_the_floor);
                     last = asked(t, issuer, fmt::format("try {}", i + 1));
                 }
                 const auto fetched = issuer.party.requests(jwks_path);
                 t.expect(*last).that(fetched < minutes, "fetches of a JWKS that fails, in 20 minutes",
                                      "fewer than one a minute", std::to_string(fetched));
             })
        .because("An issuer that is in trouble is not helped by all of its verifiers asking every minute.")
        .slow();
}

}  // namespace

void discovery_cache_cases(Suite& suite, const Verification& v) {
    new_key_case(suite, v, 1, "a kid that was unknown a minute ago is looked for again",
                 {{"jwks.refresh-unknown-kid", "ignore jwks.refresh-unknown-kid"}}, false,
                 "Issuers change their keys; whoever does not look again is cut off from them until its cache ends.");
    new_key_case(suite, v, 2, "a key that was replaced under its kid is looked for again when a signature fails",
                 {{"jwks.rekey-retry", "ignore jwks.rekey-retry"}}, true,
                 "Some issuers change the key and keep its name.");
    freshness_case(suite, v, 3, "a JWKS is fetched again when its Cache-Control: max-age has passed",
                   [](std::int64_t) { return fresh_for_a_minute(); });
    freshness_case(suite, v, 4, "a JWKS is fetched again when its Expires has passed", [](std::int64_t now) {
        return http::Fields{{"Date", http_date(now)}, {"Expires", http_date(now + 60)}};
    });
    suite
        .add(case_id(v.prefix, 5), "while a JWKS cannot be had the cached one goes on serving",
             {{"jwks.stale-on-failure", "ignore jwks.stale-on-failure"}},
             [v](Test& t) {
                 const auto issuer = met(t, v, [](mocks::Party& party) { answer_jwks(party, fresh_for_a_minute()); });
                 fail_jwks(issuer.party);
                 t.world().pass(after_the_floor);
                 const auto answer = asked(t, issuer, "the same, while the JWKS answers 503");
                 t.expect(answer).that(v.accepted(answer), "answer", "accepted", answer.summary());
             })
        .because("Otherwise an issuer's short outage is an outage of everybody who deals with it.")
        .slow();
    backoff_case(suite, v);
}

}  // namespace aauth::suites

#include "suites/resource/waiting.h"

#include <algorithm>
#include <fmt/core.h>

namespace aauth::suites::rs {

Waiting interaction(Test& t) {
    const auto player = t.player();
    const auto answer = called(t, Mode::Managed, player, player.token, "a call that needs the person");
    if (served(answer)) t.skip("the target lets the agent in without an interaction");
    if (answer.status() != 202) t.blocked("a conforming call got " + answer.summary());
    return waiting_for(player, answer);
}

Waiting held(Test& t) {
    const auto player = t.player();
    const auto answer = called(t, Mode::Held, player, identity_token(t, player), "a call that is held");
    if (answer.status() != 202) t.blocked("a conforming call got " + answer.summary());
    return waiting_for(player, answer);
}

mocks::SignedRequest poll_request(Test& t, const Waiting& waiting, const Player& player, std::string token) {
    if (waiting.location.empty()) t.blocked("the 202 has no Location");
    return request(t, "GET", waiting.location, player, std::move(token));
}

Answer poll(Test& t, const Waiting& waiting, std::string token, std::string note) {
    return t.send(poll_request(t, waiting, waiting.player, std::move(token)), std::move(note));
}

Answer outcome(Test& t, const Waiting& waiting) {
    return suites::outcome(t, [&] { return poll(t, waiting); });
}

void expect_deferred(Test& t, const Answer& answer) {
    const auto status = answer.text("status");
    t.expect(answer, "deferred.status-202").status(202);
    t.expect(answer, "deferred.status-202")
        .that(status == "pending" || status == "interacting", "body status", "pending or interacting",
              status.empty() ? "absent" : status);
    t.expect(answer, "deferred.retry-after")
        .that(retry_after(answer).has_value(), "Retry-After", "seconds",
              answer.header("Retry-After").value_or("absent"));
    t.expect(answer, "deferred.no-store").cache_control_no_store();
    if (!t.expect(answer, "deferred.location").header("Location").good()) return;
    const auto place = http::Url::parse(answer.request.url()).value();
    const auto location = place.resolve(*answer.header("Location"));
    t.expect(answer, "deferred.same-origin")
        .that(location && location->origin() == place.origin(), "Location", "on " + place.origin(),
              *answer.header("Location"));
}

void expect_unguessable(Test& t, const std::string& one, const std::string& other) {
    const auto shorter = std::min(one.size(), other.size());
    std::size_t differing = std::max(one.size(), other.size()) - shorter;
    for (std::size_t i = 0; i < shorter; ++i) differing += one[i] != other[i] ? 1u : 0u;
    t.check("deferred.unguessable", differing >= 8, "two pending URLs", "different in many places",
            fmt::format("{} and {}, which differ in {} characters", one, other, differing));
}

}  // namespace aauth::suites::rs

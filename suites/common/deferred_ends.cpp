#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "suites/common/deferred.h"

// How a deferred request ends without a decision (11.9.4, 13.2).
namespace aauth::suites {

namespace {

constexpr int short_life = 2;  // seconds, asked of the target's hook "lifetime"

// A request whose time is over. The target makes its requests live for a short while by its hook "lifetime".
Waiting outlived(Test& t, const Deferring& deferring) {
    t.hook("lifetime", {{"seconds", std::to_string(short_life)}});
    auto waiting = deferring.put_off(t);
    t.hook("lifetime", {{"seconds", "0"}});
    t.world().pass(short_life + 1);
    return waiting;
}

void expect_expired(Test& t, const Answer& answer) { t.expect(answer).status(408).member_is("error", "expired"); }

}  // namespace

void deferred_end_cases(Suite& suite, const Deferring& deferring) {
    suite.area("How waiting ends", "11.9.4");
    add_deferred(suite, deferring,
                 {
                     {"070",
                      "an interaction begun and not finished is polled as 403 abandoned",
                      {{"deferred.abandoned", "poll-abandoned-400"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = d.put_off(t);
                          decide_unusually(t, waiting, "abandon");
                          t.expect(outcome(t, d, waiting)).status(403).member_is("error", "abandoned");
                      }},
                     {"071",
                      "a request that nobody decided in time is polled as 408 expired",
                      {{"deferred.expired", "poll-expired-403"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = d.put_off(t);
                          decide_unusually(t, waiting, "expire");
                          expect_expired(t, outcome(t, d, waiting));
                      }},
                     {"072",
                      "the code of an expired request is answered with expired",
                      {{"interaction.code-lifetime", "code-outlives"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = with_page(t, d);
                          decide_unusually(t, waiting, "expire");
                          const auto answer = arrive(t, waiting, waiting.code);
                          t.expect(answer).that(answer.status() >= 400, "answer to the code", "refused",
                                                answer.summary());
                          // A page for people may say it in words.
                          if (answer.json()) t.expect(answer).member_is("error", "expired");
                      },
                      "A page that still takes the code collects a decision that nobody waits for."},
                     {"074",
                      "a request whose token was revoked meanwhile is polled as 403 revoked",
                      {{"deferred.revoked", "poll-revoked-denied"}, {"deferred.revoked-detail", "revoked-no-detail"}},
                      [](Test& t, const Deferring& d) {
                          auto waiting = being_polled(t, d);
                          const auto token = d.revoke(t, waiting);
                          const auto answer = poll(t, d, waiting, "poll after the revocation");
                          // To end the request at once is a SHOULD (11.12.4) that has a requirement of its own.
                          if (pending(answer)) t.skip("the target lets the request wait on");
                          t.expect(answer, "deferred.revoked").status(403).member_is("error", "revoked");
                          const auto detail = http::lowercase(answer.text("detail"));
                          t.expect(answer, "deferred.revoked-detail")
                              .that(detail.find(token) != std::string::npos, "detail", "names the " + token,
                                    detail.empty() ? "absent" : detail);
                      }},
                     {"075",
                      "polling too fast, where it is refused, is answered 429 slow_down",
                      {{"deferred.slow-down", "slow-down-400"}},
                      [](Test& t, const Deferring& d) {
                          const auto waiting = being_polled(t, d);
                          for (int i = 0; i < 40; ++i) {
                              auto request = d.request(t, "GET", waiting);
                              const auto answer =
                                  t.send(request.created(t.now() - i), "one of many polls");  // no two are the same
                              if (pending(answer)) continue;
                              if (d.done(answer) || answer.status() == 401 || answer.status() == 503) break;
                              return void(t.expect(answer).status(429).member_is("error", "slow_down"));
                          }
                          t.skip("the target takes forty polls in a row");
                      }},
                 });

    const auto slow = [&](const char* number, const char* title, Covers covers, void (*body)(Test&, const Deferring&)) {
        suite.add(deferring.id(number), title, std::move(covers), [deferring, body](Test& t) { body(t, deferring); })
            .alone()
            .slow();
    };
    slow("076", "a pending URL lives for a limited time", {{"deferred.limited-lifetime", "pending-forever"}},
         [](Test& t, const Deferring& d) {
             const auto answer = poll(t, d, outlived(t, d), "poll after its time");
             t.expect(answer).that(!pending(answer), "answer after its time", "not pending any more", answer.summary());
         });
    slow("077", "a request whose time is over is polled as 408 expired", {{"deferred.expired", "poll-expired-403"}},
         [](Test& t, const Deferring& d) { expect_expired(t, poll(t, d, outlived(t, d), "poll after its time")); });
}

}  // namespace aauth::suites

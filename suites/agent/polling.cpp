#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/later.h"
#include "suites/common/rows.h"

// Deferred responses as an agent waits for them (11.8).
namespace aauth::suites::ag {

namespace {

constexpr std::int64_t tolerance = 1;  // seconds, since times are whole seconds

// An auth token that comes later: the answers to the request for it and to the polls.
void auth_token_later(Scene& scene, std::vector<http::Reply> script) {
    defers(scene.person_server(), "/token", std::move(script));
    scene.get("/data").run();
}

// Seconds between the request for the auth token, or poll number `number` from 1, and the next poll.
std::int64_t pause_after(const Scene& scene, std::size_t number) {
    const auto waits = polls(scene, scene.person_server());
    const auto asked = scene.at(scene.person_server(), "/token");
    if (waits.size() <= number || asked.empty()) {
        scene.test().check({}, false, "polls", fmt::format("at least {}", number + 1), std::to_string(waits.size()));
        throw engine::Stop{};
    }
    return waits[number].seen.at - (number == 0 ? asked.back().seen.at : waits[number - 1].seen.at);
}

void paused(const Scene& scene, std::size_t number, std::int64_t least, std::string_view requirement = {}) {
    const auto pause = pause_after(scene, number);
    scene.test().check(requirement, pause >= least - tolerance, "seconds before the next poll",
                       fmt::format("{} at least", least), std::to_string(pause));
}

Setting patient() {
    Setting setting;
    setting.deadline = 60;
    return setting;
}

void form(Suite& suite) {
    struct Row {
        int number;
        const char *title, *requirement, *fault;
        std::function<bool(const Received&)> good;
    };
    for (const Row& row :
         {Row{1, "the pending URL is polled with GET", "deferred.get", "poll-by-post",
              [](const Received& r) { return r.request().method == "GET"; }},
          Row{2, "the body of the request is not sent again with a poll", "deferred.get", "poll-sends-body",
              [](const Received& r) { return r.request().body.empty(); }},
          Row{3, "polls are signed like any other request", "sig.headers-present", "unsigned-at /pending/of-this-case",
              [](const Received& r) { return r.signature && r.scheme == "jwt"; }}}) {
        suite.add(case_id("AG-POL", row.number), row.title, {{row.requirement, row.fault}}, [row](Test& t) {
            control(t, "/data");
            Scene scene(t);
            auth_token_later(scene, {waiting(), waiting(), waiting()});
            scene.first(scene.person_server(), pending_path);
            for (const auto& received : scene.at(scene.person_server(), pending_path)) {
                t.check({}, row.good(received), "poll", row.title, received.summary());
            }
        });
    }
    suite.add("AG-POL-004", "a later Location replaces the one before", {{"deferred.get", "poll-first-location"}},
              [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auto first = waiting();
                  first.response.fields.set("Location", scene.person_server().url("/pending/before"));
                  defers(scene.person_server(), "/token", {waiting(), first});
                  scene.get("/data").run();
                  const auto moved = scene.at(scene.person_server(), "/pending/before");
                  t.check({}, !moved.empty(), "polls after another Location came", "at that", "none");
              });
}

void everywhere(Suite& suite) {
    struct Row {
        int number;
        const char *title, *path, *fault;
        bool at_resource;
        std::function<void(Scene&)> steps;
        bool person_tokens = false;
    };
    const auto get = [](const char* path) { return [path](Scene& scene) { scene.get(path); }; };
    const auto act = [](const char* action, const nlohmann::json& parameters) {
        return [action, parameters](Scene& scene) { scene.act(action, parameters); };
    };
    const auto authorize = [](Scene& scene) {
        scene.act("authorize", {{"resource", scene.resource().identifier()}, {"scope", "data.read"}});
    };
    for (const Row& row :
         {Row{11, "an auth token that comes later is waited for", "/token", "poll-never", false, get("/data")},
          Row{12, "a person token that comes later is waited for", "/person", "poll-never", false, get("/person"),
              true},
          Row{13, "a resource that answers later is waited for", "/agent", "poll-never", true, get("/agent")},
          Row{14, "a resource token that comes later from the authorization endpoint is waited for", "/authorize",
              "poll-never", true, authorize},
          Row{15, "a mission that is approved later is waited for", "/mission", "poll-never", false,
              act("propose-mission", {{"description", "# Plan a trip"}})},
          Row{16, "a permission that comes later is waited for", "/permission", "poll-never", false,
              act("permission", {{"action", "SendEmail"}})}}) {
        auto made =
            suite.add(case_id("AG-POL", row.number), row.title, {{"deferred.any-endpoint", row.fault}}, [row](Test& t) {
                Scene scene(t);
                mocks::Party& party =
                    row.at_resource ? static_cast<mocks::Party&>(scene.resource()) : scene.person_server();
                defers(party, row.path, {waiting(), waiting()});
                row.steps(scene);
                scene.run();
                scene.first(party, row.path);
                t.check({}, !polls(scene, party).empty(), "polls", "at least one", "none");
                scene.served();
            });
        if (row.person_tokens) made.only_for({"11", "11-2026-08"});
    }
}

void statuses(Suite& suite) {
    const auto status = [](const char* value) {
        return waiting(0, "", fmt::format(R"({{"status": "{}", "note": 1}})", value));
    };
    suite.add(
        "AG-POL-021", "a status that the agent does not know counts as pending",
        {{"deferred.unknown-status", "status-strict"}}, [status](Test& t) {
            control(t, "/data");
            Scene scene(t);
            auth_token_later(scene, {status("pending"), status("x-thinking"), status("granted"), status("denied")});
            polled(scene, scene.person_server(), 4);
            scene.served();
        });
    suite.add("AG-POL-022", "an unknown status in the first answer counts as pending",
              {{"deferred.unknown-status", "status-strict"}}, [status](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auth_token_later(scene, {status("queued")});
                  scene.served();
              });
}

void pace(Suite& suite) {
    suite.add("AG-POL-031", "Retry-After is waited for before the first poll",
              {{"deferred.respects-retry-after", "retry-after-ignored"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auth_token_later(scene, {waiting(3)});
                  paused(scene, 0, 3);
              });
    suite.add("AG-POL-032", "a later answer's Retry-After replaces the first",
              {{"deferred.respects-retry-after", "retry-after-first"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auth_token_later(scene, {waiting(0), waiting(4)});
                  paused(scene, 1, 4);
              });
    suite
        .add("AG-POL-033", "without Retry-After polls are five seconds apart",
             {{"deferred.default-interval", "default-interval-0"}},
             [](Test& t) {
                 control(t, "/data");
                 Scene scene(t, patient());
                 auth_token_later(scene, {waiting({}), waiting({})});
                 paused(scene, 0, 5);
                 paused(scene, 1, 5);
             })
        .slow();
    suite
        .add("AG-POL-034", "after 429 the interval is five seconds longer", {{"deferred.backoff-429", "no-backoff"}},
             [](Test& t) {
                 control(t, "/data");
                 Scene scene(t, patient());
                 auth_token_later(scene, {waiting(1), problem(429, "slow_down")});
                 paused(scene, 1, 6);
                 scene.served();
             })
        .slow();
    suite
        .add("AG-POL-035", "each 429 makes the interval five seconds longer",
             {{"deferred.backoff-429", "backoff-once"}},
             [](Test& t) {
                 control(t, "/data");
                 Scene scene(t, patient());
                 auth_token_later(scene, {waiting(1), problem(429, "slow_down"), problem(429, "slow_down")});
                 paused(scene, 2, 11);
             })
        .slow();
    suite
        .add("AG-POL-036", "the longer interval stays when the server no longer complains",
             {{"deferred.backoff-429", "backoff-forgotten"}},
             [](Test& t) {
                 control(t, "/data");
                 Scene scene(t, patient());
                 auth_token_later(scene, {waiting({}), problem(429, "slow_down"), waiting({})});
                 paused(scene, 2, 10);
             })
        .slow()
        .because("RFC 8628, which the draft follows here, adds the five seconds for all polls that come.");
    suite.add("AG-POL-037", "after 503 the agent waits as Retry-After says and polls on",
              {{"deferred.stops-on-terminal", "503-ends"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auto busy = problem(503, "server_error");
                  busy.response.fields.set("Retry-After", "2");
                  auth_token_later(scene, {waiting(), busy});
                  paused(scene, 1, 2);
                  scene.served();
              });
}

void ends(Suite& suite) {
    struct Row {
        int number;
        int status;
        const char *error, *title;
        std::string requirement = "deferred.stops-on-terminal";
    };
    for (const Row& row :
         {Row{41, 403, "denied", "after denied the agent does not poll again"},
          Row{42, 403, "abandoned", "after abandoned the agent does not poll again"},
          Row{43, 408, "expired", "after expired the agent does not poll that URL again"},
          Row{44, 410, "gone", "after 410 the agent does not poll again", "deferred.stops-on-410"},
          Row{45, 410, "invalid_code", "after invalid_code the agent does not poll again", "deferred.stops-on-410"},
          Row{46, 500, "server_error", "after server_error the agent does not poll that URL again"},
          Row{47, 403, "revoked", "a request that is polled as revoked has ended", "deferred.revoked-handled"},
          Row{48, 400, "invalid_request", "after a 400 the agent does not poll again"},
          Row{49, 404, "not_found", "after a 404 the agent does not poll again"},
          Row{50, 418, "x-teapot", "after an error that it does not know the agent does not poll again"}}) {
        suite.add(case_id("AG-POL", row.number), row.title,
                  {{row.requirement, fmt::format("polls-after {}", row.error)}}, [row](Test& t) {
                      control(t, "/data");
                      Scene scene(t);
                      // Whoever goes on gets it, which shows too.
                      defers(scene.person_server(), "/token",
                             {waiting(), problem(row.status, row.error), waiting(), waiting()});
                      scene.get("/data").run();
                      const auto waits = polls(scene, scene.person_server());
                      std::size_t after = 0;
                      for (std::size_t i = 1; i < waits.size(); ++i)
                          after += waits[i - 1].seen.response.status >= 400 ? 1U : 0U;
                      t.check({}, !waits.empty() && after == 0, "polls after the end", "one to the end, and none",
                              fmt::format("{} in all", waits.size()));
                  });
    }
    suite.add("AG-POL-051", "after the answer the agent does not poll again",
              {{"deferred.stops-on-terminal", "polls-after 200"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auth_token_later(scene, {waiting(), waiting()});
                  polled(scene, scene.person_server(), 2);
                  scene.served();
              });
    suite.add("AG-POL-052", "what a poll refuses is surfaced", {{"deferred.stops-on-terminal", "polls-after denied"}},
              [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auth_token_later(scene, {waiting(), problem(403, "denied")});
                  scene.first(scene.person_server(), pending_path);
                  scene.not_served();
              });
    suite.add("AG-POL-061", "an interaction may be completed without a visit, and the agent polls on",
              {{"interaction.out-of-band", "waits-for-visit"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  const auto asks = fmt::format(R"(requirement=interaction; url="{}"; code="A1B2-C3D4")",
                                                scene.person_server().url("/interaction"));
                  auth_token_later(scene, {waiting(0, asks), waiting(0, asks), waiting(0, asks)});
                  polled(scene, scene.person_server(), 3);
                  scene.served();
              });
}

}  // namespace

void polling_cases(Suite& suite) {
    suite.area("Deferred polling", "11.8");
    form(suite);
    everywhere(suite);
    statuses(suite);
    pace(suite);
    ends(suite);
}

}  // namespace aauth::suites::ag

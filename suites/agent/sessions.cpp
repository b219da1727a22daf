#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "suites/agent/areas.h"
#include "suites/agent/later.h"
#include "suites/common/rows.h"

// Session tokens of a resource that manages authorization itself (6.3).
namespace aauth::suites::ag {

namespace {

// The answers of this party to requests at the path get these AAuth-Access lines, one set after the other; the last of
// them are not repeated.
using Lines = std::vector<std::string>;
void grants(mocks::Party& party, const std::string& path, std::vector<Lines> answers, int status = 200) {
    struct Kept {
        std::mutex mutex;
        std::size_t next = 0;
    };
    const auto kept = std::make_shared<Kept>();
    party.alter_answers(
        [kept, path, status, answers = std::move(answers)](const http::Request& request, http::Reply& reply) {
            if (reply.response.status != 200 || request.path() != path) return;
            const std::scoped_lock lock(kept->mutex);
            if (kept->next >= answers.size()) return;
            if (status != 200) reply = problem(status, "not_found");
            for (const auto& line : answers[kept->next]) reply.response.fields.add("AAuth-Access", line);
            ++kept->next;
        });
}

// The Authorization of the request at the path with this number, from 0; empty when it has none.
std::string shown(const Scene& scene, const mocks::Party& party, std::size_t number,
                  const std::string& path = "/agent") {
    const auto all = scene.at(party, path);
    if (all.size() <= number) scene.test().blocked("the call was not made: " + scene.said(number));
    return all[number].field("Authorization");
}

void expect_shown(Test& t, const std::string& field, const std::string& expected, std::string_view requirement = {}) {
    t.check(requirement, field == expected, "Authorization", expected.empty() ? "none" : expected,
            field.empty() ? "none" : field);
}

void returned(Suite& suite) {
    struct Row {
        int number;
        const char *title, *value, *fault;
    };
    for (const Row& row :
         {Row{1, "a session token is returned as Authorization: AAuth", "b3BhcXVl", "session-bearer"},
          Row{2, "a session token is returned as it came, padding and all", "A-._~+/z09==", "session-trimmed"}}) {
        suite.add(case_id("AG-SES", row.number), row.title, {{"session-token.scheme", row.fault}}, [row](Test& t) {
            control(t, "/agent");
            Scene scene(t, begins_with_agent_token());
            grants(scene.resource(), "/agent", {{row.value}});
            scene.get("/agent").get("/agent").run();
            expect_shown(t, shown(scene, scene.resource(), 1), std::string("AAuth ") + row.value);
        });
    }
    suite.add("AG-SES-003", "a request with a session token covers authorization",
              {{"session-token.covered", "session-uncovered"}}, [](Test& t) {
                  control(t, "/agent");
                  Scene scene(t, begins_with_agent_token());
                  grants(scene.resource(), "/agent", {{"b3BhcXVl"}});
                  scene.get("/agent").get("/agent").run();
                  if (shown(scene, scene.resource(), 1).empty()) t.blocked("no session token was returned");
                  const auto received = scene.at(scene.resource(), "/agent")[1];
                  t.check({}, received.covers("authorization"), "covered components", "with authorization", "without");
              });
    suite.add("AG-SES-004", "a call with a session token still presents a token and its signature",
              {{"session-token.covered", "sends-unsigned"}}, [](Test& t) {
                  Scene scene(t, begins_with_agent_token());
                  scene.resource().intercept([](const http::Request& request) -> std::optional<http::Reply> {
                      if (request.path() != "/agent") return std::nullopt;
                      return answer(200, "{}", {{"AAuth-Access", "b3BhcXVl"}});
                  });
                  scene.get("/agent").get("/agent").run();
                  (void)shown(scene, scene.resource(), 1);
                  const auto received = scene.at(scene.resource(), "/agent")[1];
                  t.check({}, received.scheme == "jwt" && received.covers("authorization"), "request",
                          "signed under jwt, with authorization covered", received.summary());
              });
    suite.add("AG-SES-005", "the session token that a poll's answer brings is used",
              {{"session-token.scheme", "session-bearer"}}, [](Test& t) {
                  control(t, "/agent");
                  Scene scene(t, begins_with_agent_token());
                  scene.person_answers(scene.resource(), "approve", 1);
                  scene.get("/managed").get("/managed").run();
                  if (!scene.result(0).succeeded()) t.blocked("the first call was not served: " + scene.said(0));
                  const auto all = scene.at(scene.resource(), "/managed");
                  const auto field = all.back().field("Authorization");
                  t.check({}, field.rfind("AAuth ", 0) == 0, "Authorization", "the session token",
                          field.empty() ? "none" : field);
                  scene.served({}, 1);
              });
    suite.add("AG-SES-006", "a session token is shown to its own resource only",
              {{"session-token.scheme", "session-elsewhere"}}, [](Test& t) {
                  control(t, "/agent");
                  Scene scene(t, begins_with_agent_token());
                  mocks::ResourceOptions options;
                  options.access_mode = "agent-token";
                  auto& other = scene.another_resource(options);
                  grants(scene.resource(), "/agent", {{"b3BhcXVl"}});
                  scene.get("/agent").get(other.url("/agent")).run();
                  expect_shown(t, shown(scene, other, 0), "");
              });
}

void rotation(Suite& suite) {
    suite.add("AG-SES-011", "a new session token replaces the old one", {{"session-token.rotated", "session-kept"}},
              [](Test& t) {
                  control(t, "/agent");
                  Scene scene(t, begins_with_agent_token());
                  grants(scene.resource(), "/agent", {{"Zmlyc3Q"}, {"c2Vjb25k"}});
                  scene.get("/agent").get("/agent").get("/agent").run();
                  expect_shown(t, shown(scene, scene.resource(), 2), "AAuth c2Vjb25k");
              });
    suite.add("AG-SES-012", "an answer without AAuth-Access leaves the session token as it is",
              {{"session-token.scheme", "session-bearer"}}, [](Test& t) {
                  control(t, "/agent");
                  Scene scene(t, begins_with_agent_token());
                  grants(scene.resource(), "/agent", {{"Zmlyc3Q"}, {}});
                  scene.get("/agent").get("/agent").get("/agent").run();
                  expect_shown(t, shown(scene, scene.resource(), 2), "AAuth Zmlyc3Q");
              });
    suite
        .add("AG-SES-013", "a new session token counts on an error as well",
             {{"session-token.rotated", "session-of-success-only"}},
             [](Test& t) {
                 control(t, "/agent");
                 Scene scene(t, begins_with_agent_token());
                 grants(scene.resource(), "/agent", {{"Zmlyc3Q"}, {"c2Vjb25k"}}, 404);
                 scene.get("/agent").get("/agent").get("/agent").run();
                 expect_shown(t, shown(scene, scene.resource(), 2), "AAuth c2Vjb25k");
             })
        .because("A resource may return a new one on any response.");
}

void malformed(Suite& suite) {
    struct Row {
        int number;
        const char *title, *requirement, *fault;
        Lines lines;
    };
    const std::vector<Row> rows{
        {21, "an empty session token is refused", "session-token.malformed", "session-malformed-kept", {""}},
        {22,
         "a session token with a space in it is refused",
         "session-token.malformed",
         "session-malformed-kept",
         {"one two"}},
        {23,
         "a session token with a tab in it is refused",
         "session-token.malformed",
         "session-malformed-kept",
         {"one\ttwo"}},
        {31,
         "two session tokens in two fields are refused",
         "session-token.several",
         "session-first-of-several",
         {"b25l", "dHdv"}},
        {32,
         "two session tokens in one field are refused",
         "session-token.several",
         "session-first-of-several",
         {"b25l, dHdv"}},
    };
    for (const auto& row : rows) {
        suite.add(case_id("AG-SES", row.number), row.title, {{row.requirement, row.fault}}, [row](Test& t) {
            control(t, "/agent");
            Scene scene(t, begins_with_agent_token());
            grants(scene.resource(), "/agent", {row.lines});
            scene.get("/agent").get("/agent").run();
            expect_shown(t, shown(scene, scene.resource(), 1), "");
        });
    }
}

}  // namespace

void session_cases(Suite& suite) {
    suite.area("Session tokens", "6.3");
    returned(suite);
    rotation(suite);
    malformed(suite);
}

}  // namespace aauth::suites::ag

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// Interactions: how the person is brought there, itself or by way of the person server (7.3, 7.6, 11.6.3).
namespace aauth::suites::ag {

namespace {

// The person server asks its person before it grants anything.
Setting asking() {
    Setting setting;
    setting.person_server.ask = true;
    return setting;
}

// Where the interaction of the first 202 of this party is.
std::string expected_url(const Scene& scene, const mocks::Party& party) {
    for (const auto& received : scene.at(party)) {
        const auto requirement = protocol::parse_requirement(received.seen.response.fields);
        if (requirement && requirement->value == "interaction") {
            return requirement->parameter("url") + "?code=" + requirement->parameter("code");
        }
    }
    return {};
}

// The same URL; a callback may follow.
bool leads_to(const std::string& url, const std::string& expected) {
    return url == expected || url.rfind(expected + "&", 0) == 0;
}

void shows(Test& t, const Scene& scene, const std::string& expected) {
    const auto& shown = scene.interactions();
    const bool there =
        std::any_of(shown.begin(), shown.end(), [&](const auto& url) { return leads_to(url, expected); });
    t.check({}, there, "interactions shown", expected, shown.empty() ? "none" : shown.front());
}

void own_way(Suite& suite) {
    suite.area("Interaction", "11.6.3.2");
    suite.add("AG-INT-001", "the person is directed to the interaction, with its code as a query parameter",
              {{"interaction.url-built", "interaction-no-code"},
               {"interaction.url-built", "interaction-code-in-path"},
               {"interaction.url-built", "interaction-not-shown"}},
              [](Test& t) {
                  Scene scene(t, asking());
                  scene.person_answers(scene.person_server(), "approve", 1);
                  scene.get(asks_for_person(t)).run();
                  const auto expected = expected_url(scene, scene.person_server());
                  if (expected.empty()) t.blocked("the person server was not asked");
                  // An agent may have its person server relay it, even its own.
                  if (!scene.at(scene.person_server(), "/relay").empty()) t.skip("the agent has it relayed");
                  shows(t, scene, expected);
              });
}

void relays(Suite& suite) {
    suite.area("Relay", "7.6");
    suite.add("AG-INT-011", "an interaction of a resource is relayed by way of the person server",
              {{"relay.used-first", "relay-never"}}, [](Test& t) {
                  control(t, "/agent");
                  Scene scene(t);
                  scene.person_answers(scene.resource(), "approve", 1);
                  scene.get("/managed").run();
                  scene.first(scene.resource(), "/managed");
                  const auto relayed = scene.at(scene.person_server(), "/relay");
                  t.check({}, !relayed.empty(), "relay", "the person server is asked first", "it was not asked");
              });
    suite.add("AG-INT-012", "a relay is a signed POST under the agent token",
              {{"relay.signed-post", "unsigned-at /relay"}}, [](Test& t) {
                  Scene scene(t);
                  scene.person_answers(scene.resource(), "approve", 1);
                  scene.get("/managed").run();
                  if (scene.at(scene.person_server(), "/relay").empty()) t.skip("the agent does not relay");
                  const auto received = scene.first(scene.person_server(), "/relay");
                  const bool good = received.request().method == "POST" && received.shows(protocol::TokenKind::Agent);
                  t.check({}, good, "request", "a POST under the agent token", received.summary());
              });
    suite.add("AG-INT-013", "a relay says its type, with the url and the code as they came",
              {{"relay.type", "relay-no-type"}}, [](Test& t) {
                  Scene scene(t);
                  scene.person_answers(scene.resource(), "approve", 1);
                  scene.get("/managed").run();
                  if (scene.at(scene.person_server(), "/relay").empty()) t.skip("the agent does not relay");
                  const auto received = scene.first(scene.person_server(), "/relay");
                  t.check({}, received.text("type") == "interaction", "type", "interaction", received.text("type"));
                  const auto said = received.text("url") + "?code=" + received.text("code");
                  t.check({}, said == expected_url(scene, scene.resource()), "url and code",
                          expected_url(scene, scene.resource()), said);
              });
    suite.add("AG-INT-014", "after interaction_unavailable the agent directs the person itself",
              {{"relay.fallback", "relay-ends"}}, [](Test& t) {
                  control(t, "/agent");
                  Scene scene(t);
                  scene.person_server().intercept([](const http::Request& request) -> std::optional<http::Reply> {
                      if (request.path() != "/relay") return std::nullopt;
                      return problem(424, "interaction_unavailable");
                  });
                  scene.person_answers(scene.resource(), "approve", 1);
                  scene.get("/managed").run();
                  const auto expected = expected_url(scene, scene.resource());
                  if (expected.empty()) t.blocked("the resource was not asked");
                  shows(t, scene, expected);
                  scene.served();
              });
    suite.add("AG-INT-015", "the resource's pending URL is polled on after the relay has ended",
              {{"relay.authoritative", "relay-authoritative"}}, [](Test& t) {
                  control(t, "/agent");
                  Scene scene(t);
                  scene.person_server().intercept([](const http::Request& request) -> std::optional<http::Reply> {
                      if (request.path() != "/relay") return std::nullopt;
                      return answer(200, "{}");
                  });
                  scene.person_answers(scene.resource(), "approve", 2);
                  scene.get("/managed").run();
                  if (scene.at(scene.person_server(), "/relay").empty()) t.skip("the agent does not relay");
                  scene.served();
              });
}

void callbacks(Suite& suite) {
    suite.area("Callback", "7.3");
    suite.add("AG-INT-021", "a callback is the agent provider's callback_endpoint, or where allowed a loopback URL",
              {{"interaction.callback-endpoint", "callback-elsewhere"}}, [](Test& t) {
                  Scene scene(t, asking());
                  scene.browser();
                  scene.person_answers(scene.person_server(), "approve", 1);
                  scene.get(asks_for_person(t)).run();
                  const auto own = json::string_member(scene.provider().metadata(), "callback_endpoint").value_or("");
                  for (const auto& url : scene.interactions()) {
                      const auto callback = callback_of(url);
                      t.check({}, callback.empty() || callback.rfind(own, 0) == 0, "callback", "none, or " + own,
                              callback);
                  }
                  if (scene.interactions().empty()) t.skip("the agent directs its person to nothing");
              });
    suite.add("AG-INT-022", "a callback with an error ends the request and is surfaced",
              {{"interaction.callback-error-surfaced", "callback-error-ignored"}}, [](Test& t) {
                  Scene scene(t, asking());
                  auto document = scene.provider().metadata();
                  document["localhost_callback_allowed"] = true;
                  scene.provider().publish_metadata(json::dump(document));
                  scene.browser("error=access_denied");
                  // It would be granted to whoever went on polling.
                  scene.person_answers(scene.person_server(), "approve", 2);
                  scene.get(asks_for_person(t)).run();
                  if (!scene.called_back()) t.skip("the agent takes no callback on this machine");
                  scene.not_served();
              });
}

}  // namespace

void interaction_cases(Suite& suite) {
    own_way(suite);
    relays(suite);
    callbacks(suite);
}

}  // namespace aauth::suites::ag

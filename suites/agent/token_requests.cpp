#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// What an agent sends to the token endpoints of its person server (7.1, 7.2.1).
namespace aauth::suites::ag {

namespace {

using protocol::TokenKind;

Received asked_for(Scene& scene, const std::string& step, const std::string& endpoint) {
    scene.get(step).run();
    return scene.first(scene.person_server(), endpoint);
}

bool is_signed_post(const Received& received) {
    return received.request().method == "POST" && received.shows(TokenKind::Agent);
}

void person_endpoint(Suite& suite) {
    suite.area("Person token request", "7.1");
    suite.add("AG-PTR-001", "a person token is asked for by a POST",
              {{"person-endpoint.signed-post", "person-token-by-get"}}, [](Test& t) {
                  Scene scene(t);
                  scene.get("/person").run();
                  scene.arrived();
                  const auto asked = scene.at(scene.person_server());
                  const bool good = !asked.empty() && asked.front().request().method == "POST" &&
                                    protocol::TokenKind::Agent == asked.front().kind;
                  t.check({}, good, "request", "a POST under the agent token",
                          asked.empty() ? "none" : asked.front().summary());
              });
    suite.add("AG-PTR-002", "a request for a person token names the resource",
              {{"person-endpoint.resource-required", "request-omit resource"}}, [](Test& t) {
                  Scene scene(t);
                  const auto asked = asked_for(scene, "/person", "/person");
                  t.check({}, !asked.text("resource").empty(), "resource", "a server identifier", "absent");
              });
    suite.add("AG-PTR-003", "the resource is named by its server identifier, not by the URL that was called",
              {{"person-endpoint.resource-required", "resource-path"}}, [](Test& t) {
                  Scene scene(t);
                  const auto asked = asked_for(scene, "/person", "/person");
                  t.check({}, asked.text("resource") == scene.resource().identifier(), "resource",
                          scene.resource().identifier(), asked.text("resource"));
              });
    suite.add("AG-PTR-004", "a request for a person token says what the agent can do",
              {{"person-endpoint.capabilities-sent", "capabilities-not-sent"}}, [](Test& t) {
                  Scene scene(t);
                  const auto body = asked_for(scene, "/person", "/person").json();
                  const auto* list = body ? json::member(*body, "capabilities") : nullptr;
                  t.check({}, list != nullptr && list->is_array(), "capabilities", "an array",
                          list == nullptr ? "absent" : json::dump(*list));
              });
}

void auth_endpoint(Suite& suite) {
    suite.area("Auth token request", "7.2.1");
    suite.add("AG-ATR-001", "an auth token is asked for by a signed POST under the agent token",
              {{"auth-endpoint.signed-post", "unsigned-at /token"}}, [](Test& t) {
                  Scene scene(t);
                  const auto asked = asked_for(scene, "/data", "/token");
                  t.check({}, is_signed_post(asked), "request", "a POST under the agent token", asked.summary());
              });
    suite
        .add("AG-ATR-002", "no other token than the agent token is presented at the person server",
             {{"auth-endpoint.signed-post", "presents-person-token-at-ps"}},
             [](Test& t) {
                 Scene scene(t);
                 scene.get("/data").run();
                 scene.first(scene.person_server(), "/");
                 for (const auto& received : scene.at(scene.person_server())) {
                     t.check({}, received.shows(TokenKind::Agent), "token presented", "the agent token",
                             received.summary());
                 }
             })
        .only_for({"11", "11-2026-08"});
    suite.add("AG-ATR-003", "a request for an auth token has the resource token",
              {{"auth-endpoint.resource-token", "request-omit resource_token"}}, [](Test& t) {
                  Scene scene(t);
                  const auto asked = asked_for(scene, "/data", "/token");
                  t.check({}, !asked.text("resource_token").empty(), "resource_token", "a token", "absent");
              });
    suite.add("AG-ATR-004", "a request for an auth token has the token that was presented",
              {{"auth-endpoint.presented-token", "request-omit presented_token"}}, [](Test& t) {
                  Scene scene(t);
                  const auto asked = asked_for(scene, "/data", "/token");
                  t.check({}, !asked.text("presented_token").empty(), "presented_token", "a token", "absent");
              });
    suite.add("AG-ATR-005", "presented_token is the token that the resource token names, on a step-up the auth token",
              {{"auth-endpoint.presented-token-named", "presented-first"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.get("/data").get("/write").run();
                  if (!scene.result(0).succeeded()) t.blocked("the first call was not served: " + scene.said(0));
                  for (const auto& asked : scene.at(scene.person_server(), "/token")) {
                      const auto resource_token = jose::Jwt::decode(asked.text("resource_token"));
                      const auto presented = jose::Jwt::decode(asked.text("presented_token"));
                      const auto named =
                          resource_token ? resource_token->claim_string("presented_jti").value_or("") : "";
                      const auto jti = presented ? presented->claim_string("jti").value_or("") : "";
                      t.check({}, !jti.empty() && jti == named, "jti of presented_token", named, jti);
                  }
              });
    for (const char* fault : {"login-hint-altered", "login-hint-dropped"}) {
        const bool altered = std::string_view(fault) == "login-hint-altered";
        suite.add(altered ? "AG-ATR-006" : "AG-ATR-007",
                  altered ? "a login_hint of the resource token is sent unchanged"
                          : "a login_hint of the resource token is sent on",
                  {{"auth-endpoint.login-hint", fault}}, [altered](Test& t) {
                      Scene scene(t);
                      const std::string hint = "Ana.Núñez+x@example.com";
                      scene.challenges_with([&](const std::string& presented) {
                          return scene.resource_token(
                              presented, [&](nlohmann::json&, nlohmann::json& claims) { claims["login_hint"] = hint; });
                      });
                      const auto sent = asked_for(scene, "/data", "/token").text("login_hint");
                      const bool good = altered ? sent.empty() || sent == hint : !sent.empty();
                      t.check({}, good, "login_hint", hint, sent.empty() ? "absent" : sent);
                  });
    }
}

// Values that the agent's surroundings have for a request, and that must not be sent as they are.
void optional_parameters(Suite& suite) {
    struct Row {
        int number;
        const char *title, *requirement, *name, *value, *fault;
        std::function<bool(const std::string&)> fits;
    };
    const auto prompt = [](const std::string& text) { return text.find("sideways") == std::string::npos; };
    const auto platform = [](const std::string& text) { return text != "toaster"; };
    const auto device = [](const std::string& text) {
        std::size_t characters = 0;
        bool printable = true;
        for (const char c : text) {
            const auto octet = static_cast<unsigned char>(c);
            if ((octet & 0xc0) != 0x80) ++characters;
            printable = printable && octet >= 0x20 && octet != 0x7f;
        }
        return characters <= 64 && printable;
    };
    static const std::string long_name(80, 'x');
    for (const Row& row :
         {Row{11, "prompt holds nothing but the values that there are", "auth-endpoint.prompt-values", "prompt",
              "consent sideways", "prompt-unchecked", prompt},
          Row{12, "platform is a registered value", "auth-endpoint.platform", "platform", "toaster",
              "platform-unchecked", platform},
          Row{13, "device has at most 64 characters", "auth-endpoint.device", "device", long_name.c_str(),
              "device-unchecked", device},
          Row{14, "device is printable", "auth-endpoint.device", "device", "Pixel\n8", "device-unchecked", device}}) {
        suite.add(case_id("AG-ATR", row.number), row.title, {{row.requirement, row.fault}}, [row](Test& t) {
            Scene scene(t);
            scene.scenario.token_request = json::dump({{row.name, row.value}});
            scene.get("/data").run();
            scene.first(scene.person_server(), "/token");
            for (const auto& received : scene.at(scene.person_server())) {
                const auto sent = received.text(row.name);
                t.check({}, row.fits(sent), row.name, "a value that fits, or none", sent);
            }
        });
    }
}

void endpoints(Suite& suite) {
    suite.area("The person server's endpoints", "11.2.2");
    suite.add("AG-PSE-001", "the person server's endpoints are taken from its metadata",
              {{"meta.agent.uses-new-endpoints", "endpoint-guessed"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auto document = scene.person_server().metadata();
                  const auto& draft = t.draft();
                  const auto moved = [&](const std::string& member, const char* path) {
                      if (!member.empty()) document[member] = scene.person_server().url(path);
                  };
                  moved(draft.auth_token_endpoint_field, "/v2/authorize-agent");
                  moved(draft.person_token_endpoint_field, "/v2/identify");
                  scene.person_server().publish_metadata(json::dump(document));
                  scene.person_server().intercept([](const http::Request& request) -> std::optional<http::Reply> {
                      const bool moved_here = request.path().rfind("/v2/", 0) == 0;
                      return moved_here ? std::optional(problem(403, "denied")) : std::nullopt;
                  });
                  scene.get("/data").run();
                  const auto asked = scene.first(scene.person_server(), "/");
                  t.check({}, asked.request().path().rfind("/v2/", 0) == 0, "path", "as the metadata says",
                          asked.request().path());
              });
    suite.add("AG-PSE-002", "the auth token endpoint is not taken from a member of another revision",
              {{"meta.agent.uses-new-endpoints", "endpoint-older-name"}}, [](Test& t) {
                  Scene scene(t);
                  auto document = scene.person_server().metadata();
                  const char* other = t.draft().person_tokens ? "token_endpoint" : "auth_token_endpoint";
                  document[other] = scene.person_server().url("/older");
                  scene.person_server().publish_metadata(json::dump(document));
                  scene.person_server().intercept([](const http::Request& request) -> std::optional<http::Reply> {
                      return request.path() == "/older" ? std::optional(problem(403, "denied")) : std::nullopt;
                  });
                  scene.get("/data").run();
                  scene.untouched(scene.person_server(), "/older");
                  scene.served();
              });
    suite.add("AG-PSE-003", "metadata of a person server that names another issuer is not used",
              {{"meta.issuer-match", "ignore meta.issuer-match"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auto document = scene.person_server().metadata();
                  document["issuer"] = scene.another_person_server().identifier();
                  scene.person_server().publish_metadata(json::dump(document));
                  scene.get("/data").run();
                  scene.untouched(scene.person_server(), "/");
                  scene.not_served();
              });
}

}  // namespace

void token_request_cases(Suite& suite) {
    person_endpoint(suite);
    auth_endpoint(suite);
    optional_parameters(suite);
    endpoints(suite);
}

}  // namespace aauth::suites::ag

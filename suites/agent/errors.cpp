#include <fmt/core.h>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// What an agent does about errors (11.9.3, 11.12.5).
namespace aauth::suites::ag {

namespace {

using protocol::TokenKind;
using std::chrono::milliseconds;

// The first request to this path of the person server is refused so.
void refuses_first(Scene& scene, const std::string& path, const http::Reply& reply) {
    const auto times = std::make_shared<std::atomic<int>>(0);
    scene.person_server().intercept([=](const http::Request& request) -> std::optional<http::Reply> {
        if (request.path() != path || times->fetch_add(1) > 0) return std::nullopt;
        return reply;
    });
}

// The same member was not sent twice to the token endpoint.
void never_twice(const Scene& scene, const std::string& member) {
    std::set<std::string> sent;
    for (const auto& received : scene.at(scene.person_server(), "/token")) {
        const auto value = received.text(member);
        scene.test().check({}, value.empty() || sent.insert(value).second, member, "another than before",
                           received.summary());
    }
}

http::Reply refusal_401(const std::string& error, const std::string& requirement = {}) {
    auto reply = answer(401, {}, {{"Signature-Error", protocol::to_field(protocol::SignatureErrorField{error, {}})}});
    if (!requirement.empty()) reply.response.fields.add("AAuth-Requirement", requirement);
    return reply;
}

// This party answers the first request at the path that presents a token of this kind with a 401, and every further one
// with the same token.
void bars_first(mocks::Party& party, const std::string& path, TokenKind kind, const http::Reply& reply) {
    struct Barred {
        std::mutex mutex;
        std::string token;
    };
    const auto barred = std::make_shared<Barred>();
    party.alter_answers([=](const http::Request& request, http::Reply& answered) {
        const auto field = request.fields.combined("Signature-Key").value_or("");
        const auto from = field.find("jwt=\""), to = field.find('"', from + 5);
        if (request.path() != path || from == std::string::npos || to == std::string::npos) return;
        const auto token = field.substr(from + 5, to - from - 5);
        const auto jwt = jose::Jwt::decode(token);
        const auto shown = jwt ? protocol::kind_from_typ(jwt->header_string("typ").value_or("")) : std::nullopt;
        const std::scoped_lock lock(barred->mutex);
        if (shown == kind && barred->token.empty()) barred->token = token;
        if (token == barred->token) answered = reply;
    });
}

// The token that was barred came once, and then another.
void presented_once(const Scene& scene, const mocks::Party& party, const std::string& path, TokenKind kind) {
    std::string first;
    int times = 0;
    for (const auto& received : scene.at(party, path)) {
        if (!received.shows(kind)) continue;
        if (first.empty()) first = received.token->compact();
        times += received.token->compact() == first ? 1 : 0;
    }
    scene.test().check({}, times == 1, "presentations of the refused token", "one", std::to_string(times));
}

// The time in this scene, to the millisecond, of whatever clock.
milliseconds time_of(Scene& scene) {
    const auto real = std::chrono::system_clock::now().time_since_epoch();
    const auto ahead = std::chrono::seconds(scene.network().now()) - std::chrono::floor<std::chrono::seconds>(real);
    return std::chrono::floor<milliseconds>(real) + ahead;
}

void parameters(Suite& suite) {
    suite.area("Errors of the token endpoint", "11.9.3");
    suite.add("AG-ERR-001", "after revoked_resource_token that token is not sent again",
              {{"error.handled-resource-token", "same-token-after revoked_resource_token"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  refuses_first(scene, "/token", problem(400, "revoked_resource_token"));
                  scene.get("/data").run();
                  scene.first(scene.person_server(), "/token");
                  never_twice(scene, "resource_token");
              });
    suite.add("AG-ERR-002", "after expired_resource_token the agent gets a fresh one from the resource",
              {{"resource-token.expired-refetched", "gives-up-after expired_resource_token"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  refuses_first(scene, "/token", problem(400, "expired_resource_token"));
                  scene.get("/data").run();
                  scene.first(scene.person_server(), "/token");
                  scene.served();
              });
    suite.add("AG-ERR-003", "after expired_resource_token that token is not sent again",
              {{"resource-token.expired-refetched", "same-token-after expired_resource_token"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  refuses_first(scene, "/token", problem(400, "expired_resource_token"));
                  scene.get("/data").run();
                  scene.first(scene.person_server(), "/token");
                  never_twice(scene, "resource_token");
              });
    int number = 11;
    for (const char* code : {"expired_presented_token", "revoked_presented_token"}) {
        const auto refused = [code](Scene& scene) {
            control(scene.test(), "/data");
            refuses_first(scene, "/token", problem(400, code));
            scene.get("/data").run();
            scene.first(scene.person_server(), "/token");
        };
        suite.add(case_id("AG-ERR", number++), fmt::format("after {} that person token is not presented again", code),
                  {{"error.handled-presented", "presented-again"}}, [refused](Test& t) {
                      Scene scene(t);
                      refused(scene);
                      never_twice(scene, "presented_token");
                  });
        suite.add(case_id("AG-ERR", number++),
                  fmt::format("after {} a fresh person token comes before a fresh resource token", code),
                  {{"error.handled-presented", fmt::format("gives-up-after {}", code)}}, [refused](Test& t) {
                      Scene scene(t);
                      refused(scene);
                      const auto asked = scene.at(scene.person_server(), "/token");
                      const auto persons = scene.at(scene.person_server(), "/person");
                      const bool again = asked.size() > 1 && persons.size() > 1;
                      const bool between = again && persons.back().seen.order > asked[0].seen.order &&
                                           persons.back().seen.order < asked[1].seen.order;
                      t.check({}, between, "requests",
                              "a token request, one for a person token, and the next token request",
                              fmt::format("{} token requests, {} for person tokens", asked.size(), persons.size()));
                      never_twice(scene, "resource_token");
                      scene.served();
                  });
    }
    suite
        .add("AG-ERR-021", "clock_skew does not make the agent ask for fresh tokens",
             {{"error.handled-clock-skew", "clock-skew-refreshes"}},
             [](Test& t) {
                 control(t, "/data");
                 Scene scene(t);
                 scene.refreshable();
                 refuses_first(scene, "/token", problem(400, "clock_skew"));
                 scene.get("/data").run();
                 scene.first(scene.person_server(), "/token");
                 const auto persons = scene.at(scene.person_server(), "/person").size();
                 t.check({}, persons <= 1, "requests for a person token", "one", std::to_string(persons));
                 t.check({}, scene.fresh_tokens() == 0, "fresh agent tokens", "none",
                         std::to_string(scene.fresh_tokens()));
             })
        .because("A fresh token of the same issuer carries the same skew.");
    suite.add("AG-ERR-022", "clock_skew about the token in Signature-Key does not make the agent ask for another",
              {{"error.handled-clock-skew", "clock-skew-refreshes"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.refreshable();
                  bars_first(scene.resource(), "/data", TokenKind::Person, refusal_401("clock_skew"));
                  scene.get("/data").run();
                  scene.first(scene.resource(), "/data");
                  const auto persons = scene.at(scene.person_server(), "/person").size();
                  t.check({}, persons <= 1, "requests for a person token", "one", std::to_string(persons));
                  t.check({}, scene.fresh_tokens() == 0, "fresh agent tokens", "none",
                          std::to_string(scene.fresh_tokens()));
              });
    suite
        .add("AG-ERR-031", "after as_unreachable a retry takes a fresh resource token",
             {{"error.handled-as-unreachable", "same-token-after as_unreachable"}},
             [](Test& t) {
                 control(t, "/data");
                 Setting setting;
                 setting.deadline = 30;
                 Scene scene(t, setting);
                 refuses_first(scene, "/token", problem(502, "as_unreachable"));
                 scene.get("/data").run();
                 scene.first(scene.person_server(), "/token");
                 never_twice(scene, "resource_token");
             })
        .slow();
    suite
        .add("AG-ERR-032", "after as_unreachable a retry does not come at once",
             {{"error.handled-as-unreachable", "no-pause-after as_unreachable"}},
             [](Test& t) {
                 control(t, "/data");
                 Setting setting;
                 setting.deadline = 30;
                 Scene scene(t, setting);
                 const auto asked = std::make_shared<std::vector<milliseconds>>();
                 scene.person_server().intercept(
                     [&scene, asked](const http::Request& request) -> std::optional<http::Reply> {
                         if (request.path() != "/token") return std::nullopt;
                         asked->push_back(time_of(scene));
                         return asked->size() == 1 ? std::optional(problem(502, "as_unreachable")) : std::nullopt;
                     });
                 scene.get("/data").run();
                 if (asked->empty()) t.blocked("the person server was not asked: " + scene.said());
                 // An agent may leave it at that.
                 const auto pause = asked->size() < 2 ? milliseconds(1000) : (*asked)[1] - (*asked)[0];
                 t.check({}, pause >= milliseconds(900), "milliseconds before the retry", "about 1000 at least",
                         std::to_string(pause.count()));
             })
        .slow();
}

void revoked(Suite& suite) {
    suite.area("A revoked token", "11.12.5");
    struct Row {
        int number;
        const char* title;
        TokenKind kind;
        const char* path;
    };
    for (const Row& row : {Row{41, "a person token that was refused as revoked", TokenKind::Person, "/person"},
                           Row{43, "an auth token that was refused as revoked", TokenKind::Auth, "/data"},
                           Row{45, "an agent token that was refused as revoked", TokenKind::Agent, "/agent"}}) {
        const auto refused = [row](Scene& scene) {
            control(scene.test(), row.path);
            scene.refreshable();
            const auto also = row.kind == TokenKind::Auth ? "requirement=person-token" : "";
            bars_first(scene.resource(), row.path, row.kind, refusal_401("revoked_jwt", also));
            scene.get(row.path).run();
            scene.first(scene.resource(), row.path);
        };
        const auto setting = row.kind == TokenKind::Agent ? begins_with_agent_token() : Setting();
        suite.add(case_id("AG-ERR", row.number), std::string(row.title) + " is not presented again",
                  {{"error.handled-revoked-jwt", "revoked-again"}}, [=](Test& t) {
                      Scene scene(t, setting);
                      refused(scene);
                      presented_once(scene, scene.resource(), row.path, row.kind);
                  });
        suite.add(case_id("AG-ERR", row.number + 1),
                  std::string(row.title) + " is replaced by a fresh one of its issuer",
                  {{"error.handled-revoked-jwt", "revoked-unhandled"}}, [=](Test& t) {
                      Scene scene(t, setting);
                      refused(scene);
                      scene.served();
                  });
    }
    suite.add("AG-ERR-047", "an agent token that the person server refused as revoked is not presented again",
              {{"error.handled-revoked-jwt", "revoked-again"}}, [](Test& t) {
                  control(t, "/person");
                  Scene scene(t);
                  scene.refreshable();
                  bars_first(scene.person_server(), "/person", TokenKind::Agent, refusal_401("revoked_jwt"));
                  scene.get("/person").run();
                  scene.first(scene.person_server(), "/person");
                  presented_once(scene, scene.person_server(), "/person", TokenKind::Agent);
              });
    suite.add("AG-ERR-048", "an agent token that the person server refused as revoked is replaced by a fresh one",
              {{"error.handled-revoked-jwt", "revoked-unhandled"}}, [](Test& t) {
                  control(t, "/person");
                  Scene scene(t);
                  scene.refreshable();
                  bars_first(scene.person_server(), "/person", TokenKind::Agent, refusal_401("revoked_jwt"));
                  scene.get("/person").run();
                  scene.first(scene.person_server(), "/person");
                  scene.served();
              });
}

void by_code(Suite& suite) {
    suite.area("Error bodies", "11.9.2");
    suite.add("AG-ERR-051", "an agent decides by error and not by type", {{"error.not-by-type", "type-not-error"}},
              [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auto reply = problem(400, "expired_resource_token");
                  auto body = json::parse_object(reply.response.body).value_or(nlohmann::json::object());
                  body["type"] = "https://errors.example/denied";
                  reply.response.body = json::dump(body);
                  refuses_first(scene, "/token", reply);
                  scene.get("/data").run();
                  scene.first(scene.person_server(), "/token");
                  scene.served();
              });
    suite.add("AG-ERR-052", "a type that names an error is none", {{"error.not-by-type", "type-not-error"}},
              [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auto reply = problem(403, "denied");
                  auto body = json::parse_object(reply.response.body).value_or(nlohmann::json::object());
                  body["type"] = "https://errors.example/expired_resource_token";
                  reply.response.body = json::dump(body);
                  refuses_first(scene, "/token", reply);
                  scene.get("/data").run();
                  scene.first(scene.person_server(), "/token");
                  const auto count = scene.at(scene.person_server(), "/token").size();
                  t.check({}, count == 1, "token requests", "one, which was denied", std::to_string(count));
              });
}

}  // namespace

void error_cases(Suite& suite) {
    parameters(suite);
    revoked(suite);
    by_code(suite);
}

}  // namespace aauth::suites::ag

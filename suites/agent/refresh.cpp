#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// Tokens that end, and keys that change (7.9).
namespace aauth::suites::ag {

namespace {

using protocol::TokenKind;

constexpr std::int64_t margin = 300, short_time = 120, tolerance = 5;  // seconds

mocks::TokenEdit ends_in(std::int64_t seconds) {
    return [seconds](nlohmann::json&, nlohmann::json& claims) {
        claims["exp"] = claims["iat"].get<std::int64_t>() + seconds;
    };
}

// Seconds that the token had left when it was presented.
std::int64_t left(const Received& received) {
    return received.token ? received.token->claim_integer("exp").value_or(0) - received.seen.at : 0;
}

// The first token in this member of what the person server gives ends soon.
void first_ends_soon(Scene& scene, const std::string& member) {
    const auto first = std::make_shared<std::atomic<bool>>(true);
    scene.person_server().alter_answers([&scene, first, member](const http::Request&, http::Reply& reply) {
        auto body = json::parse_object(reply.response.body);
        const auto had =
            body ? jose::Jwt::decode(json::string_member(*body, member).value_or("")) : failure("none", "");
        if (!had || !first->exchange(false)) return;
        auto claims = had->payload();
        claims["exp"] = scene.network().now() + short_time;
        (*body)[member] = jose::mint(had->header(), claims, scene.person_server().key());
        (*body)["expires_in"] = short_time;
        reply.response.body = json::dump(*body);
    });
}

void last_has_margin(const Scene& scene, const mocks::Party& party, const std::string& path) {
    const auto all = scene.at(party, path);
    if (all.empty()) scene.test().blocked("the call was not made: " + scene.said());
    const auto seconds = left(all.back());
    scene.test().check({}, seconds >= margin - tolerance, "seconds left of the token presented", "300 at least",
                       std::to_string(seconds));
}

void margins(Suite& suite) {
    suite.add("AG-REF-001", "an agent token that is about to end is renewed before it is presented",
              {{"refresh.margin", "refresh-never"}}, [](Test& t) {
                  control(t, "/agent");
                  auto setting = begins_with_agent_token();
                  setting.agent_token = ends_in(short_time);
                  Scene scene(t, setting);
                  scene.refreshable().get("/agent").run();
                  last_has_margin(scene, scene.resource(), "/agent");
              });
    suite.add("AG-REF-002", "a token is renewed while it has minutes left, not at its end",
              {{"refresh.margin", "refresh-late"}}, [](Test& t) {
                  control(t, "/agent");
                  auto setting = begins_with_agent_token();
                  setting.agent_token = ends_in(240);
                  Scene scene(t, setting);
                  scene.refreshable().get("/agent").run();
                  last_has_margin(scene, scene.resource(), "/agent");
              });
    struct Row {
        int number;
        const char *title, *member, *path;
    };
    for (const Row& row :
         {Row{3, "a person token that is about to end is not presented further", "person_token", "/person"},
          Row{4, "an auth token that is about to end is not presented further", "auth_token", "/data"}}) {
        suite.add(case_id("AG-REF", row.number), row.title, {{"refresh.margin", "refresh-late"}}, [row](Test& t) {
            control(t, row.path);
            Scene scene(t);
            first_ends_soon(scene, row.member);
            scene.get(row.path).get(row.path).run();
            last_has_margin(scene, scene.resource(), row.path);
            scene.served("refresh.margin", 1);
        });
    }
    suite
        .add("AG-REF-011", "tokens are asked for with an agent token that was renewed first",
             {{"refresh.order", "refresh-other-order"}},
             [](Test& t) {
                 control(t, "/data");
                 Setting setting;
                 setting.agent_token = ends_in(short_time);
                 Scene scene(t, setting);
                 scene.refreshable().get("/data").run();
                 const auto path = t.draft().person_tokens ? "/person" : "/token";
                 scene.first(scene.person_server(), path);
                 last_has_margin(scene, scene.person_server(), path);
             })
        .because("A token that is asked for with one about to end is capped by that.");
}

void expiry(Suite& suite) {
    suite.add("AG-REF-021", "an auth token that the resource calls expired is replaced by a new authorization",
              {{"refresh.expired-jwt", "expired-jwt-unhandled"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  const auto refused = std::make_shared<std::atomic<bool>>(false);
                  scene.resource().alter_answers([refused](const http::Request& request, http::Reply& reply) {
                      const bool served = request.path() == "/data" && reply.response.status == 200;
                      if (!served || refused->exchange(true)) return;
                      reply = answer(
                          401, {},
                          {{"Signature-Error", protocol::to_field(protocol::SignatureErrorField{"expired_jwt", {}})}});
                  });
                  scene.get("/data").run();
                  scene.first(scene.person_server(), "/token");
                  const auto asked = scene.at(scene.person_server(), "/token").size();
                  t.check({}, asked == 2, "token requests", "two", std::to_string(asked));
                  scene.served();
              });
}

void rotation(Suite& suite) {
    struct Row {
        int number;
        const char *title, *path, *endpoint;
    };
    for (const Row& row :
         {Row{31, "after a key rotation the agent gets a person token for its new key", "/person", "/person"},
          Row{32, "after a key rotation the agent gets an auth token for its new key", "/data", "/token"}}) {
        suite
            .add(case_id("AG-REF", row.number), row.title, {{"refresh.key-rotation", "rotation-keeps-tokens"}},
                 [row](Test& t) {
                     control(t, row.path);
                     Scene scene(t);
                     auto renewed = scene.agent();
                     renewed.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
                     scene.get(row.path);
                     scene.act("rotate-key",
                               {{"private_jwk", renewed.key.private_jwk()},
                                {"agent_token", scene.provider().agent_token(renewed, scene.scenario.person_server)}});
                     scene.get(row.path).run();
                     if (!scene.result(0).succeeded()) t.blocked("the first call was not served: " + scene.said(0));
                     const auto asked = scene.at(scene.person_server(), row.endpoint).size();
                     t.check({}, asked == 2, "token requests", "one for each key", std::to_string(asked));
                     scene.served({}, 2);
                 })
            .only_for(std::string_view(row.path) == "/person" ? std::vector<std::string>{"11", "11-2026-08"}
                                                              : std::vector<std::string>{"11", "11-2026-08", "10"});
    }
}

}  // namespace

void refresh_cases(Suite& suite) {
    suite.area("Re-authorization", "7.9");
    margins(suite);
    expiry(suite);
    rotation(suite);
}

}  // namespace aauth::suites::ag

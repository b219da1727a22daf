#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/httpsig/sign.h"
#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "suites/agent/areas.h"
#include "suites/agent/later.h"
#include "suites/common/rows.h"

// Servers that mean harm, or are broken: an agent breaks no rule for them, and is still there afterwards.
namespace aauth::suites::ag {

namespace {

using protocol::TokenKind;

constexpr std::string_view injected = "X-Injected";
constexpr const char* line_break = "\r\nX-Injected: 1";

// The program ended as it should, with a result.
void survived(const Scene& scene, std::size_t step = 0) {
    scene.test().check({}, scene.result(step).error != "no_outcome", "outcome", "a result of the step",
                       scene.said(step));
}

void nothing_injected(const Scene& scene) {
    for (const auto& received : scene.everything()) {
        scene.test().check({}, !received.request().fields.contains(injected), "fields", "none that a server wrote",
                           received.summary());
    }
}

// The member auth_token of what the person server grants is this.
void grants(Scene& scene, const std::function<nlohmann::json(const std::string& good)>& make) {
    scene.person_server().alter_answers([make](const http::Request&, http::Reply& reply) {
        auto body = json::parse_object(reply.response.body);
        const auto had = body ? json::string_member(*body, "auth_token") : std::nullopt;
        if (!had) return;
        (*body)["auth_token"] = make(*had);
        reply.response.body = json::dump(*body);
    });
}

// After the person server was asked for an auth token no other call is made at the resource.
void nothing_follows(const Scene& scene) {
    const auto asked = scene.first(scene.person_server(), "/token");
    for (const auto& received : scene.at(scene.resource(), "/data")) {
        const bool again = received.seen.order > asked.seen.order;
        scene.test().check({}, !again, "requests after the grant", "none", received.summary());
    }
    scene.not_served();
}

void tokens(Suite& suite) {
    struct Row {
        int number;
        const char *title, *requirement, *fault;
        std::function<nlohmann::json(const std::string&)> make;
    };
    const auto fixed = [](const nlohmann::json& value) { return [value](const std::string&) { return value; }; };
    const auto large = [](const std::string& good) {
        auto jwt = jose::Jwt::decode(good);
        auto claims = jwt ? jwt->payload() : nlohmann::json::object();
        claims["note"] = std::string(100'000, 'x');
        return nlohmann::json(jose::mint(jwt ? jwt->header() : nlohmann::json::object(), claims,
                                         jose::SigningKey::generate(crypto::Algorithm::Ed25519)));
    };
    const auto broken = [](const std::string& good) { return nlohmann::json(good + line_break); };
    for (const Row& row : {Row{1, "a line break in an auth token begins no field of the next request",
                               "auth-token.response-verify-signature", "writes-raw", broken},
                           Row{2, "an auth token of a hundred kilobytes with a wrong signature is not used",
                               "auth-token.response-verify-signature", "ignore auth-token.signature", large},
                           Row{3, "three parts that are no base64url are not taken for an auth token",
                               "auth-token.response-verify-cnf", "response-undecoded", fixed("***.***.***")},
                           Row{4, "an auth token of empty parts is not used", "auth-token.response-verify-cnf",
                               "response-undecoded", fixed("..")}}) {
        suite.add(case_id("AG-HOS", row.number), row.title, {{row.requirement, row.fault}}, [row](Test& t) {
            control(t, "/data");
            Scene scene(t);
            grants(scene, row.make);
            scene.get("/data").run();
            nothing_follows(scene);
            nothing_injected(scene);
            survived(scene);
        });
    }
}

void requirements(Suite& suite) {
    struct Row {
        int number;
        const char* title;
        std::string field;
    };
    for (const Row& row :
         {Row{11, "a requirement that is no structured field is surfaced",
              "requirement=auth-token; resource-token=\"eyJ"},
          Row{12, "a requirement that is a string is surfaced", "requirement=\"auth-token\""},
          Row{13, "a requirement that is a list is surfaced", "requirement=(auth-token person-token)"},
          Row{14, "fifty kilobytes of requirement are surfaced", "requirement=" + std::string(50'000, 'x')}}) {
        suite.add(case_id("AG-HOS", row.number), row.title,
                  {{"requirement.unknown-value", "unknown-requirement-ignored"}}, [row](Test& t) {
                      control(t, "/data");
                      Scene scene(t);
                      scene.resource().alter_answers([row](const http::Request&, http::Reply& reply) {
                          if (reply.response.status == 401) reply.response.fields.set("AAuth-Requirement", row.field);
                      });
                      scene.get("/data").run();
                      scene.first(scene.resource(), "/data");
                      scene.untouched(scene.person_server(), "/token");
                      scene.not_served();
                      survived(scene);
                  });
    }
}

void capabilities(Suite& suite) {
    struct Row {
        int number;
        const char *title, *fault;
        nlohmann::json names;
    };
    for (const Row& row : {Row{21,
                               "a line break in a mission's capability begins no field",
                               "writes-raw",
                               {std::string("payment") + line_break}},
                           Row{22,
                               "a mission's capability that is no token is not sent",
                               "capabilities-unchecked",
                               {"two words", "\"quoted\"", "c,d;"}}}) {
        suite
            .add(case_id("AG-HOS", row.number), row.title, {{"capabilities.header-form", row.fault}},
                 [row](Test& t) {
                     control(t, "/agent");
                     Scene scene(t, begins_with_agent_token());
                     scene.person_server().alter_answers([row](const http::Request& request, http::Reply& reply) {
                         auto body = json::parse_object(reply.response.body);
                         if (request.path() != "/mission" || reply.response.status != 200 || !body) return;
                         (*body)["capabilities"] = row.names;
                         reply.response.body = json::dump(*body);
                     });
                     scene.act("propose-mission", {{"description", "# Plan a trip"}}).get("/agent").run();
                     scene.first(scene.person_server(), "/mission");
                     nothing_injected(scene);
                     for (const auto& received : scene.at(scene.resource(), "/agent")) {
                         if (received.field("AAuth-Capabilities").empty()) continue;
                         const auto list = protocol::parse_token_list(received.request().fields, "AAuth-Capabilities");
                         bool known = list.has_value();
                         for (const auto& name : list.value_or(std::vector<std::string>())) {
                             known = known && row.names.dump().find("\"" + name + "\"") == std::string::npos;
                         }
                         t.check({}, known, "AAuth-Capabilities", "a list of tokens",
                                 received.field("AAuth-Capabilities"));
                     }
                     survived(scene, 1);
                 })
            .only_for({"11", "11-2026-08"});
    }
}

void waits(Suite& suite) {
    struct Row {
        int number;
        const char *title, *requirement, *fault, *retry_after;
        std::int64_t least;  // seconds
    };
    for (const Row& row : {Row{31, "a Retry-After of weeks is not cut short", "deferred.respects-retry-after",
                               "retry-after-ignored", "2419200", 60},
                           Row{32, "a Retry-After beyond all numbers is not taken for none",
                               "deferred.respects-retry-after", "retry-after-ignored", "99999999999999999999", 5},
                           Row{33, "a Retry-After that is no number counts as none", "deferred.default-interval",
                               "default-interval-0", "soon", 5},
                           Row{34, "a negative Retry-After counts as none", "deferred.default-interval",
                               "default-interval-0", "-30", 5}}) {
        suite
            .add(case_id("AG-HOS", row.number), row.title, {{row.requirement, row.fault}},
                 [row](Test& t) {
                     control(t, "/data");
                     Setting setting;
                     setting.deadline = 12;
                     Scene scene(t, setting);
                     auto first = waiting();
                     first.response.fields.set("Retry-After", row.retry_after);
                     defers(scene.person_server(), "/token", {first});
                     scene.get("/data").run();
                     const auto asked = scene.first(scene.person_server(), "/token");
                     const auto waits = polls(scene, scene.person_server());
                     const auto pause = waits.empty() ? row.least : waits.front().seen.at - asked.seen.at;
                     t.check({}, pause >= row.least - 1, "seconds before the next poll",
                             std::to_string(row.least) + " at least", std::to_string(pause));
                     survived(scene);
                 })
            .slow();
    }
}

void detours(Suite& suite) {
    suite.add("AG-HOS-041", "a resource that goes on asking for ever is given up",
              {{"requirement.auth-token.step-up", "loop-served"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t, odd_resource({"auth-token-wants-mission"}));
                  scene.get("/data").run();
                  scene.first(scene.person_server(), "/token");
                  scene.not_served();
                  survived(scene);
              });
    int number = 42;
    for (const int status : {302, 307, 308}) {
        suite.add(case_id("AG-HOS", number++), fmt::format("a signature is not carried elsewhere by a {}", status),
                  {{"sig.base", "follows-redirects"}}, [status](Test& t) {
                      control(t, "/agent");
                      Scene scene(t, begins_with_agent_token());
                      auto& other = scene.another_resource();
                      scene.resource().intercept([=, target = other.url("/agent")](const http::Request&) {
                          return std::optional(answer(status, {}, {{"Location", target}}));
                      });
                      scene.get("/agent").run();
                      scene.first(scene.resource(), "/agent");
                      // Whoever goes there signs for there.
                      const auto& key = scene.agent().key;
                      for (const auto& received : scene.at(other)) {
                          if (!received.signature) continue;
                          const auto verified = httpsig::verify({&received.request(), nullptr}, *received.signature,
                                                                key.key.public_key(), key.algorithm);
                          t.check({}, verified.has_value(), "signature", "of this request", received.summary());
                      }
                      survived(scene);
                  });
    }
}

}  // namespace

void hostile_cases(Suite& suite) {
    suite.area("Hostile servers", "12");
    tokens(suite);
    requirements(suite);
    capabilities(suite);
    waits(suite);
    detours(suite);
}

}  // namespace aauth::suites::ag

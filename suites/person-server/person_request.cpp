#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/person_server.h"
#include "suites/person-server/endpoints.h"

// What the person token endpoint takes and refuses (7.1, 11.9.3).
namespace aauth::suites::ps {

namespace {

const Codes invalid_request{"error.invalid-request", {"invalid_request"}};

// A token request with another token than the agent token in Signature-Key, after its control.
Answer under_another_token(Test& t, const Endpoint& endpoint, const std::function<std::string(const Player&)>& token) {
    const auto player = t.player();
    t.control(endpoint, player);
    auto request = endpoint.request(t, player);
    request.token = token(player);
    return t.send(request, "the same under another token");
}

// A mission_s256 that names nothing. A server without missions may not know the parameter; putting it into the token is
// wrong in any case.
void expect_no_mission(Test& t, const nlohmann::json& mission, const Codes& codes) {
    const auto player = t.player();
    t.control(person_endpoint(), player);
    auto body = person_body(t);
    body["mission_s256"] = mission;
    const auto answer = t.send(person_request(t, player, body), "the same for a mission");
    if (t.world().has("mission_endpoint") || !granted(answer)) return refused(t, answer, {}, codes);
    better_refused(t, answer, {});
    const auto token = settled(t, player, answer).jwt("person_token");
    const bool stamped = token && json::member(token->payload(), "mission_s256") != nullptr;
    t.check({}, !stamped, "person token", "names no mission that was not verified", "has mission_s256");
}

}  // namespace

void person_request_cases(Suite& suite) {
    suite.area("Person token request", "7.1");
    const auto drafts = drafts_with(&protocol::Draft::person_tokens);

    const struct {
        const char *number, *title, *body;
    } malformed[] = {
        {"040", "a body that is cut off is refused with invalid_request", R"({"resource": "https://rs.exam)"},
        {"041", "a body that is a JSON array is refused with invalid_request", R"(["https://rs.example"])"},
        {"042", "a body that is a JSON string is refused with invalid_request", R"("https://rs.example")"},
        {"043", "a body that is null is refused with invalid_request", "null"},
        {"044", "a body that is no JSON at all is refused with invalid_request", "resource=https://rs.example"},
    };
    for (const auto& row : malformed) {
        suite
            .add(std::string("PS-PER-") + row.number, row.title,
                 {{"person-endpoint.malformed-json", "accept-malformed-json"},
                  {"error.invalid-request", "error-wrong-code"}},
                 [body = std::string(row.body)](Test& t) {
                     const auto answer = t.altered(person_endpoint(), [&](auto& request) { request.body(body); });
                     refused(t, answer, {}, invalid_request);
                 })
            .only_for(drafts);
    }

    suite
        .add("PS-PER-050", "a request without resource is refused with invalid_request",
             {{"person-endpoint.resource-required", "accept-bad-resource"},
              {"error.invalid-request", "error-wrong-code"}},
             [](Test& t) {
                 const auto answer = changed_person(t, [](nlohmann::json& body) { body.erase("resource"); });
                 refused(t, answer, {}, invalid_request);
             })
        .only_for(drafts);
    suite
        .add("PS-PER-051", "members of the body that nobody knows are ignored",
             {{"auth-endpoint.unknown-members", "refuse-unknown-members"}},
             [](Test& t) {
                 const auto answer = changed_person(t, [](nlohmann::json& body) {
                     body["x_aauth_conformance"] = {{"any", {1, 2, 3}}};
                 });
                 t.expect(answer).that(granted(answer), "answer", "accepted like the control", answer.summary());
             })
        .because("An extension adds members, and a server that refuses them breaks its callers.")
        .only_for(drafts);
    suite
        .add("PS-PER-052", "capabilities that nobody knows are ignored",
             {{"capabilities.unknown-ignored", "refuse-unknown-capability"}},
             [](Test& t) {
                 const auto answer = changed_person(t, [](nlohmann::json& body) {
                     body["capabilities"] = {"interaction", "x-telepathy"};
                 });
                 t.expect(answer).that(granted(answer), "answer", "accepted like the control", answer.summary());
             })
        .only_for(drafts);
    suite.add("PS-PER-053", "the optional parameters of the auth token request are taken here too",
              {{"person-endpoint.optional-parameters", "refuse-optional-parameters"}}, [](Test& t) {
                  const auto answer = changed_person(t, [](nlohmann::json& body) {
                      body["justification"] = "To find *available* times";
                      body["device"] = "Pixel 8 (App)";
                      body["login_hint"] = "someone@example.com";
                      body["capabilities"] = {"interaction", "clarification"};
                  });
                  t.expect(answer).that(granted(answer), "answer", "accepted like the control", answer.summary());
              });

    suite
        .add("PS-PER-060", "a mission that does not exist is refused",
             {{"person-endpoint.mission", "accept-unknown-mission"}},
             [](Test& t) { expect_no_mission(t, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", {}); })
        .because("A mission in a person token tells the resource that somebody approved it.")
        .only_for(drafts);
    suite
        .add("PS-PER-061", "a mission_s256 that is no digest is refused",
             {{"person-endpoint.mission-malformed", "accept-unknown-mission"}},
             [](Test& t) { expect_no_mission(t, 7, invalid_request); })
        .only_for(drafts);

    const struct {
        const char *number, *title;
        std::function<std::string(Test&)> token;
    } upstream[] = {
        {"062", "an upstream_token that is no JWT is refused", [](Test&) { return std::string("no.token"); }},
        {"063", "an upstream_token that is an agent token is refused", [](Test& t) { return t.player().token; }},
        {"064", "an upstream_token of another person server is refused",
         [](Test& t) {
             return t.world().person_server().person_token(t.world().agent_provider().identifier(),
                                                           t.player().agent.key);
         }},
    };
    for (const auto& row : upstream) {
        suite
            .add(std::string("PS-PER-") + row.number, row.title,
                 {{"person-endpoint.upstream-verified", "ignore-upstream"}},
                 [token = row.token](Test& t) {
                     const auto answer = changed_person(t, [&](auto& body) { body["upstream_token"] = token(t); });
                     // The codes of upstream tokens came with the published -11, as did presented_token.
                     const Codes codes{"chain.upstream-verified", {"invalid_upstream_token"}};
                     refused(t, answer, {}, t.draft().presented_token ? codes : Codes{});
                 })
            .only_for(drafts);
    }

    suite
        .add("PS-PER-070", "a person token in Signature-Key is refused at the person token endpoint",
             {{"person-endpoint.agent-token-only", "person-endpoint-any-token"}},
             [](Test& t) {
                 const auto token = [&](const Player& player) { return person_token(t, player).compact(); };
                 refused(t, under_another_token(t, person_endpoint(), token), {});
             })
        .because("A person token would let its holder get tokens for other resources.")
        .only_for(drafts);
    suite
        .add("PS-PER-071", "an auth token in Signature-Key is refused at the person token endpoint",
             {{"person-endpoint.agent-token-only", "person-endpoint-any-token"}},
             [](Test& t) {
                 const auto token = [&](const Player& player) { return auth_token(t, player).compact(); };
                 refused(t, under_another_token(t, person_endpoint(), token), {});
             })
        .only_for(drafts);
    suite
        .add("PS-PER-072", "a GET at the person token endpoint gives no token",
             {{"person-endpoint.signed-post", "get-issues"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(person_endpoint(), player);
                 const auto url = t.world().endpoint("person_token_endpoint") + "?resource=" + our_resource(t);
                 const auto answer = t.send(t.request("GET", url, player));
                 t.expect(answer).that(!granted(answer), "answer", "no token", answer.summary());
             })
        .only_for(drafts);
}

void auth_request_cases(Suite& suite) {
    suite.area("Auth token request", "7.2.1");

    const struct {
        const char *number, *title, *body;
    } malformed[] = {
        {"040", "a body that is cut off is refused at the auth token endpoint with invalid_request",
         R"({"resource_token": "eyJ)"},
        {"041", "a body that is a JSON array is refused at the auth token endpoint with invalid_request", "[]"},
    };
    for (const auto& row : malformed) {
        suite.add(std::string("PS-AUT-") + row.number, row.title,
                  {{"auth-endpoint.malformed-json", "grant-anyway"}, {"error.invalid-request", "error-wrong-code"}},
                  [body = std::string(row.body)](Test& t) {
                      const auto answer = t.altered(auth_endpoint(), [&](auto& request) { request.body(body); });
                      refused(t, answer, {}, invalid_request);
                  });
    }
    suite.add("PS-AUT-042", "a request without resource_token is refused with invalid_request",
              {{"auth-endpoint.resource-token", "grant-anyway"}, {"error.invalid-request", "error-wrong-code"}},
              [](Test& t) {
                  const auto answer = changed_ask(t, {}, [](nlohmann::json& body) { body.erase("resource_token"); });
                  refused(t, answer, {}, invalid_request);
              });
    suite.add("PS-AUT-043", "a resource_token that is no string is refused",
              {{"auth-endpoint.resource-token", "grant-anyway"}, {"error.invalid-request", "error-wrong-code"}},
              [](Test& t) {
                  const auto answer = changed_ask(t, {}, [](nlohmann::json& body) { body["resource_token"] = 7; });
                  refused(t, answer, {}, {"error.invalid-request", {"invalid_request", "invalid_resource_token"}});
              });
    suite.add("PS-AUT-044", "members of the body that nobody knows are ignored at the auth token endpoint",
              {{"auth-endpoint.unknown-members", "refuse-unknown-members"}}, [](Test& t) {
                  const auto answer = changed_ask(t, {}, [](auto& body) { body["x_aauth_conformance"] = {1, 2}; });
                  t.expect(answer).that(granted(answer), "answer", "accepted like the control", answer.summary());
              });
    suite.add("PS-AUT-045", "a login_hint that the person server does not know does no harm",
              {{"auth-endpoint.login-hint-accepted", "refuse-optional-parameters"}}, [](Test& t) {
                  const auto answer = changed_ask(t, {}, [](auto& body) { body["login_hint"] = "nobody@example.com"; });
                  t.expect(answer).that(granted(answer), "answer", "accepted like the control", answer.summary());
              });
    suite
        .add("PS-AUT-046", "a person token in Signature-Key is refused at the auth token endpoint",
             {{"auth-endpoint.agent-token-only", "auth-endpoint-any-token"}},
             [](Test& t) {
                 const auto token = [&](const Player& player) { return person_token(t, player).compact(); };
                 refused(t, under_another_token(t, auth_endpoint(), token), {});
             })
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite.add("PS-AUT-047", "an auth token in Signature-Key is refused at the auth token endpoint",
              {{"auth-endpoint.agent-token-only", "auth-endpoint-any-token"}}, [](Test& t) {
                  const auto token = [&](const Player& player) { return auth_token(t, player).compact(); };
                  refused(t, under_another_token(t, auth_endpoint(), token), {});
              });
    suite.add("PS-AUT-048", "a GET at the auth token endpoint gives no token",
              {{"auth-endpoint.signed-post", "get-issues"}}, [](Test& t) {
                  const auto player = t.player();
                  t.control(auth_endpoint(), player);
                  const auto answer =
                      t.send(t.request("GET", t.world().endpoint(t.draft().auth_token_endpoint_field), player));
                  t.expect(answer).that(!granted(answer), "answer", "no token", answer.summary());
              });
}

}  // namespace aauth::suites::ps

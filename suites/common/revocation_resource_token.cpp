#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/resource.h"
#include "suites/common/revocation_cases.h"
#include "suites/common/revocation_requests.h"

namespace aauth::suites {

namespace {

// A resource token of our resource, and the request for which it was made.
struct Asked {
    Player player;
    nlohmann::json body;
    std::string token;
};

Asked with_resource_token(Test& t, const AuthServer& server) {
    const auto player = t.player();
    auto body = server.body(t, player, {});
    return {player, body, body["resource_token"].get<std::string>()};
}

void expect_revoked(Test& t, const AuthServer& server, const Asked& asked) {
    revoked(t, t.world().resource(), asked.token);
    const auto answer = t.send(server.request(t, asked.player, asked.body), "after the revocation");
    refused(t, answer, "revocation.resource-token-refused",
            {"auth-endpoint.revoked-resource-token", {"revoked_resource_token"}});
    t.check("revocation.said-revoked", answer.text("error").rfind("revoked_", 0) == 0, "error", "says revoked",
            answer.summary());
}

}  // namespace

void revoked_resource_token_cases(Suite& suite, const std::string& prefix, const AuthServer& server,
                                  const std::function<PutOffRequest(Test&)>& put_off) {
    suite.add(prefix + "-030", "a revoked resource token is refused with revoked_resource_token",
              {{"revocation.resource-token-refused", "revoke-forgotten"},
               {"auth-endpoint.revoked-resource-token", "error-wrong-code"},
               {"revocation.said-revoked", "error-wrong-code"}},
              [server](Test& t) {
                  const auto asked = with_resource_token(t, server);
                  const auto control = t.send(server.request(t, asked.player, asked.body), "control: as it is");
                  if (!granted(control)) t.blocked("a conforming auth token request got " + control.summary());
                  expect_revoked(t, server, asked);
              });
    suite
        .add(prefix + "-032", "a resource token that was revoked before it came is refused as well",
             {{"revocation.resource-token-refused", "revoke-forgotten"}},
             [server](Test& t) {
                 t.control(server.endpoint, t.player());
                 expect_revoked(t, server, with_resource_token(t, server));
             })
        .because("A resource revokes as soon as it knows, and an agent may take its time.");
    suite
        .add(prefix + "-033", "a request that waits ends with revoked when its resource token is revoked",
             {{"revocation.pending-ended", "revoked-goes-on"}},
             [put_off](Test& t) {
                 const auto waiting = put_off(t);
                 const auto body = json::parse_object(waiting.answer.request.body);
                 const auto token = body ? json::string_member(*body, "resource_token") : std::nullopt;
                 revoked(t, t.world().resource(), token.value_or(""));
                 t.expect(waiting.poll()).status(403).problem({"revoked"});
             })
        .alone();
}

}  // namespace aauth::suites

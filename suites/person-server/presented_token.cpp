#include <nlohmann/json.hpp>

#include "mocks/access_server.h"
#include "mocks/resource.h"
#include "suites/common/revocation_requests.h"
#include "suites/person-server/endpoints.h"

// Verification of a presented_token as only a person server can be asked to (6.7.2 step 3).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

void expired(Test& t) {
    const auto player = t.player();
    const auto until = t.now() + 4;
    auto brief = player;
    brief.token = t.world().agent_provider().agent_token(player.agent, t.person_server_identifier(),
                                                         [=](json&, json& claims) { claims["exp"] = until; });
    t.control(auth_endpoint(), player);
    Ask ask;
    ask.presented = presentable_token(t, brief).compact();
    const auto body = auth_body(t, player, ask);
    wait_until(t, until + 1);
    const auto answer = t.send(auth_request(t, player, body), "after the presented token has expired");
    refused(t, answer, "auth-endpoint.presented-expired",
            {"auth-endpoint.presented-expired", {"expired_presented_token"}});
}

// An auth token for our resource that our access server issued for the target's person, and a step-up with it.
std::string four_party_token(Test& t, const Player& player, const mocks::TokenEdit& edit = {}) {
    const auto& server = t.world().access_server();
    const auto shown = presentable_token(t, player).compact();
    const auto asked =
        t.world().resource().resource_token(shown, player.agent.key, server.identifier(), Ask().scope);
    return server.auth_token(asked, player.agent.key, edit);
}

Answer step_up(Test& t, const Player& player, const std::string& presented) {
    Ask ask;
    ask.scope = "data.write";
    ask.presented = presented;
    return t.send(auth_request(t, player, auth_body(t, player, ask)), "a step-up with an access server's auth token");
}

void step_up_control(Test& t, const Player& player, const std::string& presented) {
    const auto answer = step_up(t, player, presented);
    if (!granted(answer)) t.skip("the target takes no auth token of our access server: " + answer.summary());
}

void long_lived(Test& t) {
    const auto player = t.player();
    step_up_control(t, player, four_party_token(t, player));
    const auto token = four_party_token(t, player, [](json&, json& claims) {
        claims["exp"] = claims["iat"].get<std::int64_t>() + 7200;
    });
    refused(t, step_up(t, player, token), {}, {"auth-endpoint.presented-lifetime", {"invalid_presented_token"}});
}

void revoked_by_issuer(Test& t) {
    const auto player = t.player();
    const auto token = four_party_token(t, player);
    step_up_control(t, player, token);
    revoked(t, t.world().access_server(), token);
    refused(t, step_up(t, player, token), {}, {"auth-endpoint.presented-revoked", {"revoked_presented_token"}});
}

}  // namespace

void presented_token_cases(Suite& suite) {
    suites::presented_token_cases(suite, auth_server());
    suite
        .add("PS-PRE-013", "an expired presented_token is refused with expired_presented_token",
             {{"auth-endpoint.presented-expired", "ignore person-token.exp"}}, expired)
        .slow();
    suite
        .add("PS-PRE-014", "a presented_token that lives longer than an hour is refused",
             {{"auth-endpoint.presented-lifetime", "ignore auth-token.ceiling"}}, long_lived)
        .because("The hour is what bounds a token that was stolen, whoever issued it.");
    suite.add("PS-PRE-015", "a presented_token that its issuer has revoked is refused with revoked_presented_token",
              {{"auth-endpoint.presented-revoked", "revoke-forgotten"}}, revoked_by_issuer);
}

}  // namespace aauth::suites::ps

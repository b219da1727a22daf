#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"
#include "suites/access-server/endpoints.h"
#include "suites/flows/flows.h"

// Four-party access as an access server sees it (section 9): it knows the resource's policy, a person server comes to
// it with the resource's token, and the resource takes what it issues.
namespace aauth::suites::flows {

namespace {

// Our resource, called by an agent that shows this token. It verifies the token as 9.4.3 says.
Answer at_our_resource(Test& t, const Player& player, const std::string& token) {
    const auto url = t.world().resource().url("/data");
    return t.send(t.request("GET", url, player, token), "our resource is shown a token");
}

void expect_opened(Test& t, const Player& player, const Answer& granted, std::string_view requirement) {
    t.expect(granted, requirement).status(200).jwt("auth_token").required();
    const auto served = at_our_resource(t, player, granted.text("auth_token"));
    t.expect(served, requirement).that(served.status() == 200, "our resource", "serves the agent", served.summary());
}

// The person server's request for what our resource's token says, and what comes of it.
Answer asked_for(Test& t, const Player& player, const Ask& ask) {
    const auto body = as::token_body(t, player, ask);
    const auto answer = t.send(as::token_request(t, body), "our person server asks the access server");
    return as::auth_server().settled(t, player, answer);
}

}  // namespace

void of_access_server(Suite& suite) {
    suite.area("Flows", "4.3");
    suite
        .add("AS-FLOW-001",
             "four-party: for the resource's token the person server gets an auth token that opens the resource",
             {{"auth-token.dwk", "alter auth-token.dwk"},
              {"auth-token.aud", "alter auth-token.aud"},
              {"auth-token.cnf", "alter auth-token.cnf"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto granted = asked_for(t, player, {});
                 for (const char* requirement : {"auth-token.dwk", "auth-token.aud", "auth-token.cnf"}) {
                     expect_opened(t, player, granted, requirement);
                 }
             })
        .because(
            "The resource trusts the access server's verdict and knows its key by its metadata; the agent never speaks "
            "with the access server (9.3).");
    suite
        .add("AS-FLOW-002",
             "four-party step-up: with the auth token presented, a wider one comes of the resource's new token",
             {{"auth-endpoint.presented-verified", "refuse-step-up"}},
             [](Test& t) {
                 const auto player = t.player();
                 Ask wider;
                 wider.scope = "data.read data.write";
                 wider.presented = asked_for(t, player, {}).text("auth_token");
                 if (wider.presented.empty()) t.blocked("a conforming request gave no auth token");
                 expect_opened(t, player, asked_for(t, player, wider), "auth-endpoint.presented-verified");
             })
        .because(
            "The agent shows the resource the token that it has, and the resource asks for more (6.5); its new token "
            "names that one, which this access server issued itself.")
        .only_for(drafts_with(&protocol::Draft::presented_token));
    suite
        .add("AS-FLOW-003", "the access server asks the person server for claims, and grants when it has them",
             {{"claims.status-202", "poll-200-pending"}, {"deferred.get", "token-lost"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto put_off = as::put_off(t, player, "claims");
                 t.expect(put_off, "claims.status-202").status(202).requirement("claims").required();
                 const auto waiting = waiting_for(player, put_off);
                 nlohmann::json claims = nlohmann::json::object();
                 for (const auto& name : put_off.json()->value("required_claims", nlohmann::json::array())) {
                     claims[name.get<std::string>()] = "person@example.com";
                 }
                 auto& server = t.world().person_server();
                 t.send(t.request_by(server, "POST", waiting.location, claims), "our person server gives the claims");
                 const auto granted = outcome(t, [&] { return as::poll(t, waiting); });
                 t.expect(granted, "deferred.get").status(200).jwt("auth_token");
             })
        .because("The access server cannot know what it needs before it has seen the resource's token (9.2).");
}

}  // namespace aauth::suites::flows

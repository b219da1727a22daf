#include <nlohmann/json.hpp>

#include "mocks/access_server.h"
#include "mocks/resource.h"
#include "suites/flows/conversation.h"
#include "suites/flows/flows.h"
#include "suites/person-server/federation.h"
#include "suites/resource/challenged.h"
#include "suites/resource/four_party.h"

// Four-party mode as one conversation: agent, resource, person server, access server.
namespace aauth::suites::flows {

namespace {

// The resource of ours that our access server protects, called by an agent with this token.
Answer at_our_resource(Test& t, const Player& player, const std::string& token) {
    const auto url = t.world().resource().url("/federated?access_server=") + t.world().access_server().identifier();
    return t.send(t.request("GET", url, player, token), "our resource, which our access server protects");
}

// How often the target called the token endpoint of our access server with this resource token.
int calls_of_target(Test& t, const std::string& resource_token) {
    int calls = 0;
    for (const auto& seen : t.world().access_server().log().all()) {
        const auto signer = seen.request.fields.combined("Signature-Key").value_or("");
        const bool target = signer.find("\"" + t.world().identifier() + "\"") != std::string::npos;
        if (target && seen.request.body.find(resource_token) != std::string::npos) ++calls;
    }
    return calls;
}

}  // namespace

void four_party_flow_at_person_server(Suite& suite) {
    suite
        .add(
            "PS-FLOW-030", "four-party: the person server gets the auth token from the resource's access server",
            {{"federation.deferred", "as-token-reissued"}},
            [](Test& t) {
                const ps::FourParty control(t);
                const auto player = t.player();
                const auto shown = ps::shown_to_resource(t, player);
                const auto challenge = at_our_resource(t, player, shown);
                const auto resource_token = rs::resource_token_in(challenge);
                if (!resource_token) throw engine::HarnessError{"our resource gave no resource token"};
                nlohmann::json body{{"resource_token", resource_token->compact()}};
                if (t.draft().presented_token) body["presented_token"] = shown;
                const auto asked = t.send(ps::auth_request(t, player, body), "the resource token at the person server");
                const auto granted = ps::settled(t, player, asked);
                t.expect(granted).that(ps::handed_on(granted), "answer", "an auth token", granted.summary()).required();
                const auto opened = at_our_resource(t, player, granted.text("auth_token"));
                t.expect(opened).that(opened.status() == 200, "our resource", "serves the agent", opened.summary());
            })
        .because(
            "The resource token (6.7) names the access server; the person server calls there in its own name (9.1.1), "
            "verifies what comes (9.1.3), and hands it to the agent.");
}

void four_party_flow_at_resource(Suite& suite) {
    suite
        .add("RS-FLOW-050",
             "four-party: the resource sends the agent to its access server, and takes what comes from there",
             {{"resource-token.aud-four-party", "alter resource-token.aud"},
              {"auth-token.accepted", "refuse-access-servers"},
              {"federation.only-ps", "calls-access-server"}},
             [](Test& t) {
                 auto& server = t.world().access_server();
                 const auto player = t.player();
                 const auto shown =
                     t.draft().person_tokens ? person_token_from_ours(t, player, t.world().identifier()) : player.token;
                 const auto url = rs::federated_url(t, server.identifier());
                 const auto challenge =
                     t.send(rs::request(t, "GET", url, player, shown), "the token that shows the person");
                 const auto token = rs::challenged(t, player, shown, challenge).token;
                 const auto aud = token.claim_string("aud").value_or("absent");
                 if (aud != server.identifier() && url.find(server.identifier()) == std::string::npos) {
                     t.skip("the target uses another access server than ours");
                 }
                 t.expect(challenge, "resource-token.aud-four-party")
                     .that(aud == server.identifier(), "aud of the resource token", server.identifier(), aud)
                     .required();
                 const auto granted = auth_token_from_ours(t, player, token.compact(), shown);
                 const auto opened =
                     t.send(rs::request(t, "GET", url, player, granted), "the access server's auth token");
                 t.expect(opened, "auth-token.accepted").that(rs::served(opened), "answer", "served", opened.summary());
                 const auto calls = calls_of_target(t, token.compact());
                 t.check("federation.only-ps", calls == 0, "calls of the resource to the access server", "none",
                         std::to_string(calls));
             })
        .because(
            "The resource asks by its challenge and verifies by the access server's keys; only the person server "
            "talks to the access server (9.3).");
}

}  // namespace aauth::suites::flows

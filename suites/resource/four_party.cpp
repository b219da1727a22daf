#include "suites/resource/four_party.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/token_rows.h"
#include "suites/resource/challenged.h"

// What a resource with an access server asks for and takes (6.7, 9.4).
namespace aauth::suites::rs {

namespace {

using nlohmann::json;

// The answer to a token that shows the person, at the URL that our access server protects.
Challenged challenged_there(Test& t, const Player& player) {
    const auto shown = identity_token(t, player);
    const auto url = federated_url(t, t.world().access_server().identifier());
    return challenged(t, player, shown,
                      t.send(request(t, "GET", url, player, shown), "what the access server protects"));
}

Answer called_there(Test& t, const Player& player, const std::string& token, const std::string& note) {
    const auto url = federated_url(t, t.world().access_server().identifier());
    return t.send(request(t, "GET", url, player, token), note);
}

void audience(Test& t) {
    const auto c = challenged_there(t, t.player());
    const auto aud = c.token.claim_string("aud").value_or("absent");
    const auto& ours = t.world().access_server().identifier();
    // A target that cannot be told of an access server names its own.
    const bool told = t.target().values.at("url.federated").find("{{access_server}}") != std::string::npos;
    const bool good = told ? aud == ours : aud != t.person_server_identifier();
    t.expect(c.answer).that(good, "aud of the resource token", told ? ours : "an access server", aud);
}

// The target takes the auth token of one access server and is shown that of another.
void stranger(Test& t) {
    const auto player = t.player();
    t.control(federated_endpoint(), player);
    auto& other = t.world().another_access_server();
    t.world().trust(other);
    const auto answer = called_there(t, player, auth_token_of(other, t, player), "the token of another access server");
    expect_no_server_error(t, answer);
    // No step of 9.4.3 compares iss with the access server that the resource token was for.
    t.prefer(answer).that(!served(answer), "answer", "not served", answer.summary());
}

void by_person_server(Test& t) {
    const auto player = t.player();
    t.control(federated_endpoint(), player);
    const auto token = rs::auth_token(t, player, challenged_there(t, player).token.claim_string("scope").value_or(""));
    const auto answer = called_there(t, player, token, "the auth token of a person server");
    expect_no_server_error(t, answer);
    t.prefer(answer).that(!served(answer), "answer", "not served", answer.summary());
}

Presented presented() {
    Presented made;
    made.prefix = "RS-FAU";
    made.name = "an auth token of an access server";
    made.token.kind = protocol::TokenKind::Auth;
    made.token.endpoint = federated_endpoint();
    made.token.mint = [](Test& t, const Player& player, const mocks::TokenEdit& edit) {
        return auth_token_of(t.world().access_server(), t, player, edit);
    };
    return made;
}

// What 9.4.3 says of any auth token, for this issuer.
void table(Suite& suite) {
    suite.area("Auth tokens of an access server", "9.4.3");
    const auto expired = [](Test& t, json&, json& claims) {
        claims["iat"] = t.now() - 1200;
        claims["exp"] = t.now() - 600;
    };
    const auto other_key = [](Test&, json&, json& claims) {
        claims["cnf"] = protocol::confirmation(jose::SigningKey::generate(crypto::Algorithm::Ed25519));
    };
    const auto corrupted = [](Test&, const std::string& compact) { return jose::corrupt_signature(compact); };
    const auto forged = [](Test&, const std::string& compact) {
        const auto jwt = jose::Jwt::decode(compact);
        return jose::mint(jwt->header(), jwt->payload(), jose::SigningKey::generate(crypto::Algorithm::Ed25519));
    };
    const Covers signature{{"jwt.signature", "ignore auth-token.signature"}};
    const std::vector<std::string> any, invalid{"invalid_jwt"}, late{"expired_jwt"};
    add_refused(
        suite, presented(),
        {{10, "whose signature is corrupted is refused", signature, invalid, {}, {}, corrupted},
         {11, "signed by another key under the access server's kid is refused", signature, invalid, {}, {}, forged},
         {12,
          "with another typ is refused",
          {{"auth-token.verify-typ", "ignore auth-token.typ"}},
          invalid,
          {},
          header("typ", "JWT")},
         {13,
          "with the dwk of a person server is refused",
          {{"sig.status-401", "status-400-for-signature"}},
          any,
          {},
          claim("dwk", protocol::person_document)},
         {14, "that has expired is refused", {{"auth-token.verify-exp", "ignore auth-token.exp"}}, late, {}, expired},
         {15,
          "for another resource is refused",
          {{"auth-token.verify-aud", "ignore resource.aud"}},
          invalid,
          {},
          claim("aud", "https://resource.example")},
         {16,
          "bound to another key is refused",
          {{"auth-token.verify-cnf", "ignore sig.verifies"}},
          any,
          {},
          other_key},
         {17,
          "without sub is refused",
          {{"auth-token.verify-sub", "ignore auth-token.claims"}},
          any,
          {},
          claim("sub", nullptr),
          {},
          "",
          true}});
}

}  // namespace

std::string federated_url(Test& t, const std::string& access_server) {
    const auto found = t.target().values.find("url.federated");
    if (found == t.target().values.end()) t.skip("the target description gives no value url.federated");
    auto url = named(t, found->second);
    const std::string placeholder = "{{access_server}}";
    const auto at = url.find(placeholder);
    return at == std::string::npos ? url : url.replace(at, placeholder.size(), access_server);
}

std::string auth_token_of(mocks::AccessServer& server, Test& t, const Player& player, const mocks::TokenEdit& edit) {
    const auto c = challenged_there(t, player);
    if (c.token.claim_string("aud") != t.world().access_server().identifier()) {
        t.skip("the target uses another access server than ours");
    }
    return server.auth_token(c.token.compact(), player.agent.key, [&](json& header, json& claims) {
        if (t.draft().resource_token_names_agent) {
            claims["agent"] = player.agent.identifier;
            if (t.draft().actor_required) claims["act"] = {{"sub", player.agent.identifier}};
            claims["sub"] = "person-1";
            claims.erase("ps");
        }
        if (edit) edit(header, claims);
    });
}

Endpoint federated_endpoint() {
    Endpoint endpoint;
    endpoint.name = "URL that an access server protects";
    endpoint.server = false;
    endpoint.accepted = served;
    endpoint.request = [](Test& t, const Player& player) {
        auto& server = t.world().access_server();
        return rs::request(t, "GET", federated_url(t, server.identifier()), player, auth_token_of(server, t, player));
    };
    return endpoint;
}

void four_party_cases(Suite& suite) {
    suite.area("Four-party mode", "6.7");
    suite.add("RS-FED-001", "a resource with an access server issues resource tokens for that server",
              {{"resource-token.aud-four-party", "alter resource-token.aud"}}, audience);
    suite.add("RS-FED-002", "an auth token of the resource's access server opens the resource",
              {{"auth-token.accepted", "refuse-access-servers"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto answer = t.send(federated_endpoint().request(t, player), "the access server's auth token");
                  t.expect(answer).that(served(answer), "answer", "served", answer.summary());
              });
    suite
        .add("RS-FED-003", "an auth token of another access server does no harm, and is better refused",
             {{"input.hostile", "stranger-500"}}, stranger)
        .because("Anybody can run an access server; the resource chose one.");
    suite
        .add("RS-FED-004", "an auth token of the person server, where an access server decides, is better refused",
             {{"input.hostile", "stranger-500"}}, by_person_server)
        .because("A resource with an access server has left the decision to it.");
    table(suite);
}

}  // namespace aauth::suites::rs

#include <nlohmann/json.hpp>

#include "suites/flows/conversation.h"
#include "suites/flows/flows.h"
#include "suites/resource/challenged.h"

// The surfaces of the interop demo profile that a resource has: what two implementers show each other first.
namespace aauth::suites::flows {

namespace {

using rs::Mode;

void expect_shut(Test& t, const Answer& answer, std::string_view requirement) {
    t.expect(answer, requirement).status(401).that(!rs::served(answer), "answer", "not served", answer.summary());
}

void expect_same(Test& t, std::string_view requirement, const std::string& claim, const rs::Challenged& challenged,
                 const std::string& of_presented) {
    const auto wanted = challenged.presented.claim_string(of_presented).value_or("absent");
    const auto found = challenged.token.claim_string(claim).value_or("absent");
    t.check(requirement, found == wanted, claim + " of the resource token", wanted, found);
}

void presentation(Suite& suite) {
    suite
        .add("RS-FLOW-102", "surface 2: the resource token says what the person token said, and names it",
             {{"resource-token.ps", "alter resource-token.ps"},
              {"resource-token.sub", "alter resource-token.sub"},
              {"resource-token.mission", "drop-mission"},
              {"resource-token.presented-jti", "alter resource-token.presented_jti"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto in_mission = [](nlohmann::json&, nlohmann::json& claims) {
                     claims["mission_s256"] = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
                 };
                 const auto shown = rs::challenged(t, player, rs::person_token(t, player, in_mission));
                 expect_same(t, "resource-token.ps", "ps", shown, "iss");
                 expect_same(t, "resource-token.sub", "sub", shown, "sub");
                 expect_same(t, "resource-token.mission", "mission_s256", shown, "mission_s256");
                 expect_same(t, "resource-token.presented-jti", "presented_jti", shown, "jti");
             })
        .because("Both tokens can be decoded by hand and laid side by side; no server is needed to see it.")
        .only_for({"11", "11-2026-08"});
}

void discovery(Suite& suite) {
    suite
        .add("RS-FLOW-103", "surface 3: the resource token's issuer, document and key are found from the token alone",
             {{"resource-token.dwk", "alter resource-token.dwk"}, {"jwks.discovery", "resource-token.bad-signature"}},
             [](Test& t) {
                 const auto token = rs::challenged(t).token;
                 const auto dwk = token.claim_string("dwk").value_or("absent");
                 t.check("resource-token.dwk", dwk == protocol::resource_document, "dwk",
                         std::string(protocol::resource_document), dwk);
                 const auto kid = token.header_string("kid").value_or("");
                 const auto key = rs::published_key(t, kid);
                 const auto& rules = t.draft().jwk;
                 t.check("jwks.discovery", key && key->algorithm && token.signed_by(key->key, *key->algorithm, rules),
                         "signature", "verifies with the key of the JWKS that kid names",
                         key ? "it does not" : "no such key: " + kid);
             })
        .because("Whoever gets a resource token verifies it this way, and needs neither PS nor AS for it.");
}

void presentation_of_auth_token(Suite& suite) {
    suite
        .add("RS-FLOW-104",
             "surface 4: an auth token opens the resource for its audience, its key and its person alone",
             {{"auth-token.accepted", "auth-token-wants-mission"},
              {"auth-token.verify-cnf", "ignore sig.verifies"},
              {"auth-token.verify-aud", "ignore resource.aud"},
              {"auth-token.verify-sub", "ignore auth-token.claims"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto scope = rs::scope_of(t, Mode::Data);
                 const auto call = [&](const Player& who, const std::string& token, const char* note) {
                     return rs::called(t, Mode::Data, who, token, note);
                 };
                 const auto token = rs::auth_token(t, player, scope);
                 expect_served(t, call(player, token, "the auth token"), "auth-token.accepted");
                 expect_shut(t, call(t.player(), token, "under another key"), "auth-token.verify-cnf");
                 const auto elsewhere = rs::auth_token(t, player, scope, [](nlohmann::json&, nlohmann::json& claims) {
                     claims["aud"] = "https://elsewhere.example";
                 });
                 expect_shut(t, call(player, elsewhere, "for another audience"), "auth-token.verify-aud");
                 const auto nobody = rs::auth_token(
                     t, player, scope, [](nlohmann::json&, nlohmann::json& claims) { claims.erase("sub"); });
                 expect_shut(t, call(player, nobody, "without sub"), "auth-token.verify-sub");
             })
        .because("These are the four things that the profile has a resource verify.")
        .only_for({"11", "11-2026-08"});
}

void sub_agents(Suite& suite) {
    suite
        .add("RS-FLOW-105", "surface 5: a token bound to a sub-agent's key lets the sub-agent in, and not its parent",
             {{"auth-token.accepted", "auth-token-wants-mission"}, {"auth-token.verify-cnf", "ignore sig.verifies"}},
             [](Test& t) {
                 const auto parent = t.player();
                 const auto child = t.player();  // the resource cannot tell a sub-agent's key from another
                 const auto token = rs::auth_token(t, child, rs::scope_of(t, Mode::Data));
                 const auto answer = rs::called(t, Mode::Data, child, token, "by the sub-agent");
                 expect_served(t, answer, "auth-token.accepted");
                 const auto refused = rs::called(t, Mode::Data, parent, token, "by its parent");
                 expect_shut(t, refused, "auth-token.verify-cnf");
             })
        .because("No token that a resource sees names an agent: the key is all there is to tell them apart.");
}

}  // namespace

void surfaces_of_resource(Suite& suite) {
    suite.area("Interop demo profile", "surfaces 2 to 5");
    presentation(suite);
    discovery(suite);
    presentation_of_auth_token(suite);
    sub_agents(suite);
}

}  // namespace aauth::suites::flows

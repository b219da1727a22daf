#include "suites/resource/revoking.h"

#include <nlohmann/json.hpp>

#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "mocks/person_server.h"

namespace aauth::suites::rs {

nlohmann::json revocation_body(Test& t, const jose::Jwt& token) {
    nlohmann::json body{{"jti", token.claim_string("jti").value_or("")}};
    if (t.draft().revocation_names_issuer) {
        body["iss"] = token.claim_string("iss").value_or("");
    } else {
        body["exp"] = token.claim_integer("exp").value_or(0);
    }
    return body;
}

mocks::SignedRequest revocation(Test& t, mocks::PersonServer& server, const nlohmann::json& body) {
    t.needs("revocation_endpoint");
    const auto url = t.world().endpoint("revocation_endpoint");
    if (url.empty()) t.skip("the target's metadata names no revocation_endpoint");
    auto plan = request(t, "POST", url, t.player());
    plan.key = server.key();
    plan.signature_key = httpsig::jwks_uri_member(server.identifier(), protocol::person_document, server.key().kid);
    plan.body(json::dump(body));
    return plan;
}

void skip_if_refusable(Test& t, const Answer& answer) {
    if (!t.draft().server_signs_jwks_uri && answer.status() >= 400) {
        t.skip("this draft does not say how a server signs a revocation, and the target refuses ours: " +
               answer.summary());
    }
    if (answer.text("error") == "unsupported_iss") t.skip("the target takes no revocations from our person server");
    if (answer.status() == 429) t.skip("the target takes no more revocations from our person server for now");
}

Answer revoked(Test& t, const std::string& token) {
    const auto body = revocation_body(t, *jose::Jwt::decode(token));
    const auto answer = t.send(revocation(t, t.world().person_server(), body), "our person server revokes a token");
    if (answer.status() == 200) return answer;
    skip_if_refusable(t, answer);
    t.blocked("a conforming revocation got " + answer.summary());
}

jose::Jwt revocable_token(Test& t) {
    const auto player = t.player();
    if (!t.draft().revocation_names_issuer) return *jose::Jwt::decode(auth_token(t, player, surfaces(t).scope));
    const auto token = auth_token(t, player, scope_of(t, Mode::Data));
    const auto answer = called(t, Mode::Data, player, token, "control: before the revocation");
    if (!served(answer)) t.blocked("a conforming call got " + answer.summary());
    return *jose::Jwt::decode(token);
}

Answer fresh_revocation(Test& t) { return revoked(t, revocable_token(t).compact()); }

}  // namespace aauth::suites::rs

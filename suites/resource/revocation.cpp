#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/person_server.h"
#include "suites/common/rows.h"
#include "suites/resource/revoking.h"

// The revocation endpoint, where the resource publishes one (11.12.1 to 11.12.3).
namespace aauth::suites::rs {

namespace {

// A conforming revocation of a fresh token, not yet sent.
mocks::SignedRequest fresh(Test& t) {
    return revocation(t, t.world().person_server(), revocation_body(t, revocable_token(t)));
}

void expect_refused(Test& t, const Answer& answer) {
    t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "refused", answer.summary());
}

void answers(Suite& suite) {
    suite.add("RS-REV-001", "a revocation is answered 200 at once, with an empty body and no Content-Type",
              {{"revocation.response-200", "revoke-204"},
               {"revocation.at-once", "revoke-202"},
               {"revocation.empty-body", "revoke-body"},
               {"revocation.no-body-no-type", "revoke-typed"}},
              [](Test& t) {
                  const auto answer = t.send(fresh(t), "our person server revokes a token");
                  skip_if_refusable(t, answer);
                  t.expect(answer, "revocation.at-once").status_not(202);
                  t.expect(answer, "revocation.response-200").status(200);
                  t.expect(answer, "revocation.empty-body")
                      .that(answer.response.body.empty(), "body", "empty", answer.response.body.substr(0, 100));
                  const bool typed = answer.response.body.empty() && answer.header("Content-Type");
                  t.expect(answer, "revocation.no-body-no-type")
                      .that(!typed, "Content-Type", "absent", answer.header("Content-Type").value_or("absent"));
              });
    suite.add("RS-REV-002", "a revocation of a token that the resource never saw is answered 200",
              {{"revocation.no-404", "revoke-404"}, {"revocation.response-200", "revoke-404"}}, [](Test& t) {
                  auto body = revocation_body(t, revocable_token(t));
                  body["jti"] = "aauth-conformance-never-issued";
                  const auto answer = t.send(revocation(t, t.world().person_server(), body));
                  skip_if_refusable(t, answer);
                  t.expect(answer, "revocation.no-404").status_not(404);
                  t.expect(answer, "revocation.response-200").status(200);
              })
        .only_for({"11"})
        .because("A resource that keeps no record of tokens still has to keep one of revocations.");
    suite.add("RS-REV-003", "a repeated revocation is answered like the first",
              {{"revocation.idempotent", "revoke-once"}}, [](Test& t) {
                  const auto token = revocable_token(t);
                  revoked(t, token.compact());
                  const auto again = revocation(t, t.world().person_server(), revocation_body(t, token));
                  t.expect(t.send(again, "the same again")).status(200);
              });
}

// A revocation whose signature or signer is not right.
void signers(Suite& suite) {
    suite.add("RS-REV-010", "a revocation without a signature is refused",
              {{"revocation.signed-post", "revoke-unsigned"}}, [](Test& t) {
                  fresh_revocation(t);
                  auto request = fresh(t);
                  expect_refused(t, t.send(request.unsigned_(), "unsigned"));
              });
    suite.add("RS-REV-011", "a revocation signed by another key than the issuer's is refused",
              {{"revocation.signed-post", "ignore sig.verifies"}}, [](Test& t) {
                  fresh_revocation(t);
                  auto request = fresh(t);
                  request.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519, request.key.kid);
                  const auto answer = t.send(request, "signed by another key");
                  expect_refused(t, answer);
                  if (t.draft().server_signs_jwks_uri) {
                      t.expect(answer, "sig.signature-invalid").status(401).signature_error({"invalid_signature"});
                  }
              });
    suite
        .add("RS-REV-012", "a revocation signed by an agent is refused",
             {{"revocation.agent-refused", "revoke-by-agent"}},
             [](Test& t) {
                 fresh_revocation(t);
                 const auto player = t.player();
                 auto request = fresh(t);
                 request.key = player.agent.key;
                 request.signature_key.reset();
                 request.token = player.token;
                 expect_refused(t, t.send(request, "signed by an agent"));
             })
        .because("An agent that could revoke could shut out others.");
    for (const char* name : {"content-digest", "content-type"}) {
        suite
            .add(case_id("RS-REV", std::string_view(name) == "content-digest" ? 13 : 14),
                 "a revocation that does not cover " + std::string(name) + " is refused",
                 {{"revocation.components", "ignore sig.components." + std::string(name)}},
                 [name](Test& t) {
                     fresh_revocation(t);
                     auto request = fresh(t);
                     const auto answer = t.send(request.uncover(name), std::string(name) + " is not covered");
                     expect_refused(t, answer);
                     t.expect(answer).status(401).signature_error({"invalid_input"});
                 })
            .only_for(drafts_with(suite, "revocation.components"));
    }
}

struct BodyRow {
    int number;
    const char* title;
    std::function<std::string(Test&, nlohmann::json)> body;
};

std::vector<BodyRow> bodies() {
    const auto without = [](const char* name) {
        return [name](Test&, nlohmann::json body) {
            body.erase(name);
            return json::dump(body);
        };
    };
    return {
        {30, "a revocation without jti is answered invalid_request", without("jti")},
        {31, "a revocation that lacks the other member is answered invalid_request",
         [](Test& t, nlohmann::json body) {
             body.erase(t.draft().revocation_names_issuer ? "iss" : "exp");
             return json::dump(body);
         }},
        {32, "a jti that is a number is answered invalid_request",
         [](Test&, nlohmann::json body) {
             body["jti"] = 7;
             return json::dump(body);
         }},
        {33, "another member of the wrong type is answered invalid_request",
         [](Test& t, nlohmann::json body) {
             body[t.draft().revocation_names_issuer ? "iss" : "exp"] = nlohmann::json::array();
             return json::dump(body);
         }},
        {34, "a revocation that is no JSON is answered invalid_request",
         [](Test&, const nlohmann::json& body) { return json::dump(body) + "}"; }},
        {35, "a revocation that is a JSON array is answered invalid_request",
         [](Test&, const nlohmann::json& body) { return json::dump(nlohmann::json::array({body})); }},
    };
}

}  // namespace

void revocation_cases(Suite& suite) {
    suite.area("Revocation", "11.12");
    answers(suite);
    signers(suite);
    for (const auto& row : bodies()) {
        suite.add(case_id("RS-REV", row.number), row.title, {{"revocation.body", "revoke-any-body"}}, [row](Test& t) {
            fresh_revocation(t);
            auto request = fresh(t);
            request.body(row.body(t, revocation_body(t, revocable_token(t))));
            const auto answer = t.send(request, "another body");
            expect_refused(t, answer);
            if (t.draft().server_signs_jwks_uri) t.expect(answer).status(400).problem({"invalid_request"});
        });
    }
}

}  // namespace aauth::suites::rs

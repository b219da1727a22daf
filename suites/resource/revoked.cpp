#include "mocks/person_server.h"
#include "suites/common/revocation_requests.h"
#include "suites/resource/surfaces.h"

// What a resource does with tokens that were revoked (11.12.4, 11.12.5).
namespace aauth::suites::rs {

namespace {

// A token that the resource accepted, and that was then revoked.
struct Withdrawn {
    Player player;
    std::string token;
};

Withdrawn withdrawn(Test& t, Mode mode, const Player& player, const std::string& token) {
    const auto before = called(t, mode, player, token, "control: before the revocation");
    if (!recognized(before)) t.blocked("a conforming call got " + before.summary());
    revoked(t, t.world().person_server(), token);
    return {player, token};
}

Withdrawn auth_withdrawn(Test& t) {
    const auto player = t.player();
    return withdrawn(t, Mode::Data, player, auth_token(t, player, scope_of(t, Mode::Data)));
}

Answer call_again(Test& t, Mode mode, const Withdrawn& w) {
    return called(t, mode, w.player, w.token, "after the revocation");
}

void expect_refused(Test& t, const Answer& answer, std::string_view requirement) {
    t.expect(answer, requirement)
        .that(!served(answer) && answer.status() >= 400 && answer.status() < 500, "answer", "refused",
              answer.summary());
}

}  // namespace

void revoked_cases(Suite& suite) {
    suite
        .add("RS-REV-020", "a revoked auth token opens nothing, and is called revoked",
             {{"revocation.auth-token-refused", "revoke-ignored"},
              {"sig.jwt.revoked", "revoked-invalid"},
              {"revocation.said-revoked", "revoked-invalid"}},
             [](Test& t) {
                 const auto answer = call_again(t, Mode::Data, auth_withdrawn(t));
                 expect_refused(t, answer, "revocation.auth-token-refused");
                 t.expect(answer, "sig.jwt.revoked").status(401).signature_error({"revoked_jwt"});
                 t.expect(answer, "revocation.said-revoked").signature_error({"revoked_jwt"});
             })
        .because("An agent that is told of an invalid token looks for its own mistake.");
    suite.add("RS-REV-021", "a revoked auth token is never answered with requirement=auth-token",
              {{"requirement.auth-token.revoked", "revoked-auth-challenge"},
               {"requirement.auth-token.revoked-person", "revoked-no-requirement"}},
              [](Test& t) {
                  const auto answer = call_again(t, Mode::Data, auth_withdrawn(t));
                  t.expect(answer, "requirement.auth-token.revoked")
                      .that(!resource_token_in(answer), "resource token", "none", answer.summary());
                  t.expect(answer, "requirement.auth-token.revoked-person").requirement("person-token");
              });
    suite.add("RS-REV-022", "a revoked person token is refused where the person has to be known",
              {{"revocation.resource-refuses", "revoke-ignored"}, {"sig.jwt.revoked", "revoked-invalid"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto gone = withdrawn(t, Mode::Person, player, person_token(t, player));
                  const auto answer = call_again(t, Mode::Person, gone);
                  expect_refused(t, answer, "revocation.resource-refuses");
                  t.expect(answer, "sig.jwt.revoked").status(401).signature_error({"revoked_jwt"});
              });
    suite.add("RS-REV-023", "no resource token is issued that names a revoked person token",
              {{"resource-token.not-for-revoked", "revoke-ignored"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto gone = withdrawn(t, Mode::Data, player, person_token(t, player));
                  const auto answer = call_again(t, Mode::Data, gone);
                  t.expect(answer).that(!resource_token_in(answer), "resource token", "none", answer.summary());
              });
}

}  // namespace aauth::suites::rs

#include <nlohmann/json.hpp>

#include "suites/resource/surfaces.h"

// What opens an endpoint that wants an auth token, and what does not (9.4, 11.10, 13.11).
namespace aauth::suites::rs {

namespace {

void expect_served(Test& t, const Answer& answer, std::string_view requirement = {}) {
    t.expect(answer, requirement).that(served(answer), "answer", "served", answer.summary());
}

void expect_not_served(Test& t, const Answer& answer, std::string_view requirement = {}) {
    t.expect(answer, requirement)
        .that(!served(answer) && answer.status() < 500, "answer", "not served", answer.summary());
}

// The control of a refusal: the player's auth token opens the data endpoint.
Player authorized(Test& t) {
    const auto player = t.player();
    t.control(auth_endpoint(), player);
    return player;
}

// A call to the data endpoint with an auth token whose scope is this.
Answer with_scope(Test& t, const Player& player, const std::string& scope) {
    return called(t, Mode::Data, player, auth_token(t, player, scope), "scope \"" + scope + "\"");
}

void openings(Suite& suite) {
    suite.add("RS-ACC-001", "an auth token for the scope is accepted, with no agent, act or mission claim in it",
              {{"auth-token.accepted", "auth-token-wants-mission"}}, [](Test& t) {
                  const auto player = t.player();
                  expect_served(t, called(t, Mode::Data, player, auth_token(t, player, scope_of(t, Mode::Data))));
              });
    suite.add("RS-ACC-002", "an auth token whose scope has other values beside the one needed is accepted",
              {{"auth-token.accepted", "scope-whole"}}, [](Test& t) {
                  const auto scope = scope_of(t, Mode::Data);
                  expect_served(t, with_scope(t, authorized(t), "aauth-conformance-other " + scope));
              })
        .because("scope is a list separated by spaces, in any order.");
    suite.add("RS-ACC-003", "the same auth token opens the endpoint more than once",
              {{"auth-token.accepted", "auth-token-once"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto token = auth_token(t, player, scope_of(t, Mode::Data));
                  called(t, Mode::Data, player, token, "the first call");
                  expect_served(t, called(t, Mode::Data, player, token, "the second call"));
              });
    suite.add("RS-ACC-004", "claims that the resource does not know are ignored",
              {{"auth-token.accepted", "auth-token-known-claims"}}, [](Test& t) {
                  const auto player = t.player();
                  const auto add = [](nlohmann::json&, nlohmann::json& claims) {
                      claims["https://claims.example/shoe-size"] = {{"eu", 43}};
                  };
                  expect_served(t, called(t, Mode::Data, player, auth_token(t, player, scope_of(t, Mode::Data), add)));
              });
    suite.add("RS-ACC-005", "sub is opaque: a person token with an unusual one is accepted",
              {{"person-token.sub-opaque", "sub-strict"}}, [](Test& t) {
                  const auto player = t.player();
                  t.control(person_endpoint(), player);
                  const auto edit = [](nlohmann::json&, nlohmann::json& claims) {
                      claims["sub"] = "Zo\u00eb|tenant:7/user 42?x=1&y=%20";
                  };
                  if (!has(t, Mode::Person)) t.skip("no URL serves on the person's identity");
                  const auto answer = called(t, Mode::Person, player, person_token(t, player, edit));
                  if (answer.status() == 403) t.skip("the resource serves only persons that it knows");
                  expect_served(t, answer);
              });
}

void closings(Suite& suite) {
    suite.add("RS-ACC-010", "a person token never opens what an auth token is required for",
              {{"person-token.not-for-auth", "person-token-as-auth-token"}}, [](Test& t) {
                  const auto player = authorized(t);
                  expect_not_served(t, called(t, Mode::Data, player, person_token(t, player)));
              })
        .because("Person token and auth token differ by typ alone (13.11): a resource that does not look grants "
                 "everything to everybody who can say who they are.");
    suite.add("RS-ACC-011", "an agent token does not open what an auth token is required for",
              {{"auth-token.verify-typ", "open-door"}}, [](Test& t) {
                  const auto player = authorized(t);
                  expect_not_served(t, called(t, Mode::Data, player, player.token));
              });
    suite.add("RS-ACC-012", "a resource token does not open what an auth token is required for",
              {{"auth-token.verify-typ", "ignore auth-token.typ"}}, [](Test& t) {
                  const auto player = authorized(t);
                  const auto retype = [](nlohmann::json& header, nlohmann::json&) {
                      header["typ"] = "aa-resource+jwt";
                  };
                  const auto token = auth_token(t, player, scope_of(t, Mode::Data), retype);
                  expect_not_served(t, called(t, Mode::Data, player, token));
              });
    suite.add("RS-ACC-013", "a request without a signature does not open what an auth token is required for",
              {{"auth-token.scope-enforced", "open-door"}}, [](Test& t) {
                  authorized(t);
                  expect_not_served(t, call_plain(t, Mode::Data));
              });
    suite.add("RS-ACC-014", "an auth token with another scope does not open the endpoint",
              {{"auth-token.scope-enforced", "ignore-scope"}}, [](Test& t) {
                  const auto player = authorized(t);
                  expect_not_served(t, with_scope(t, player, "aauth-conformance-other"));
              });
    suite.add("RS-ACC-015", "a scope value is compared whole: one that begins with it does not open the endpoint",
              {{"auth-token.scope-enforced", "scope-substring"}}, [](Test& t) {
                  const auto player = authorized(t);
                  expect_not_served(t, with_scope(t, player, scope_of(t, Mode::Data) + "-aauth-conformance"));
              });
    suite.add("RS-ACC-016", "an auth token without scope does not open an endpoint that needs one",
              {{"auth-token.scope-enforced", "ignore-scope"}}, [](Test& t) {
                  const auto player = authorized(t);
                  expect_not_served(t, with_scope(t, player, ""));
              });
    suite.add("RS-ACC-017", "the auth token for one scope does not open the endpoint of another",
              {{"auth-token.scope-enforced", "ignore-scope"}}, [](Test& t) {
                  const auto player = authorized(t);
                  expect_not_served(t, called(t, Mode::Write, player, auth_token(t, player, scope_of(t, Mode::Data))));
              });
    suite.add("RS-ACC-018", "a 403 carries no Signature-Error",
              {{"sig.403-no-signature-error", "scope-403-signature-error"}}, [](Test& t) {
                  const auto answer = with_scope(t, authorized(t), "aauth-conformance-other");
                  for (const char* field :
                       {"Signature-Error", "Accept-Signature-Scheme", "Accept-Signature-Alg", "Accept-Signature"}) {
                      t.expect(answer).that(answer.status() != 403 || !answer.header(field), field, "absent from a 403",
                                            answer.summary());
                  }
              })
        .because("The signature was good; an agent that reads Signature-Error would go and fix what is not broken.");
}

}  // namespace

void access_cases(Suite& suite) {
    suite.area("Auth tokens at the resource", "9.4");
    openings(suite);
    closings(suite);
}

}  // namespace aauth::suites::rs

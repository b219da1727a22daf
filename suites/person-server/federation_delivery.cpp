#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/resource.h"
#include "suites/common/rows.h"
#include "suites/person-server/federation.h"

// What a person server verifies of an access server's auth token before it hands it on (9.1.3).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

// The request, granted with another auth token than the good one of the control.
void not_handed_on(Test& t, FourParty& f, Step wrong) {
    const auto answer = f.outcome({std::move(wrong)});
    t.expect(answer).that(!handed_on(answer), "answer", "no auth token", answer.summary());
    t.expect(answer, "federation.unreachable").status(502).problem({"as_unreachable"});
}

struct Row {
    int number;
    const char *what, *requirement, *fault;
    std::function<void(FourParty&, json& header, json& claims)> wrong;
    std::function<std::string(const std::string&)> change = {};  // of the compact token
};

void row_case(Suite& suite, const Row& row) {
    suite.add(case_id("PS-FED", row.number), fmt::format("an auth token {} is not handed on", row.what),
              {{row.requirement, row.fault}}, [row](Test& t) {
                  FourParty f(t);
                  const auto edit = [&](json& header, json& claims) { row.wrong(f, header, claims); };
                  not_handed_on(t, f, row.change ? f.grants_text(row.change) : f.grants(edit));
              });
}

std::string signed_by_a_stranger(const std::string& token) {
    const auto jwt = jose::Jwt::decode(token);
    return jose::mint(jwt->header(), jwt->payload(), jose::SigningKey::generate(crypto::Algorithm::Ed25519));
}

std::string unsecured(const std::string& token) {
    const auto jwt = jose::Jwt::decode(token);
    auto parameters = jwt->header();
    parameters["alg"] = "none";
    return jose::assemble(aauth::json::dump(parameters), jwt->payload_text(), "");
}

std::function<void(FourParty&, json&, json&)> claim(const std::string& name, const json& value) {
    return [=](FourParty&, json&, json& claims) { claims[name] = value; };
}

// Good in all else, and signed by another access server of ours.
void of_another_server(Test& t) {
    FourParty f(t);
    auto& other = t.world().access_server();
    const auto jwt = [&f, &other](const std::string& token) {
        auto claims = jose::Jwt::decode(token)->payload();
        claims["iss"] = other.identifier();
        return jose::mint(protocol::token_header(protocol::TokenKind::Auth), claims, other.key());
    };
    not_handed_on(t, f, f.grants_text(jwt));
}

// The presented token is an auth token of the access server, for a step-up: that one can have little time left.
void outlives(Test& t) {
    FourParty f(t);
    const auto until = [&](std::int64_t seconds) {
        return [at = t.now() + seconds](json&, json& claims) { claims["exp"] = at; };
    };
    f.wanted.presented = f.auth_token(until(120));
    if (const auto control = f.outcome({f.grants(until(120))}); !handed_on(control)) {
        t.blocked("a step-up with an auth token of the access server got " + control.summary());
    }
    not_handed_on(t, f, f.grants(until(300)));
}

void accepted(Test& t, const mocks::TokenEdit& edit) {
    FourParty f(t);
    f.wanted.scope = "data.read data.write";
    const auto answer = f.outcome({f.grants(edit)});
    t.expect(answer).that(handed_on(answer), "answer", "the auth token", answer.summary());
}

}  // namespace

void federation_delivery_cases(Suite& suite) {
    suite.area("Federation: verification of the auth token", "9.1.3");
    suite.add("PS-FED-090", "the access server's auth token is handed on as it is",
              {{"federation.deferred", "as-token-reissued"}}, [](Test& t) {
                  FourParty f(t);
                  std::string sent;
                  const auto answer =
                      f.outcome({f.grants_text([&](const std::string& token) { return sent = token; })});
                  t.expect(answer).that(answer.text("auth_token") == sent, "auth_token", "the access server's own",
                                        handed_on(answer) ? "another token" : answer.summary());
              });
    suite
        .add("PS-FED-091", "an auth token with less scope than was asked for is handed on",
             {{"federation.verify-scope", "federation-scope-exact"}},
             [](Test& t) { accepted(t, [](json&, json& claims) { claims["scope"] = "data.write"; }); })
        .because("Granting less is the access server's right (11.10).");
    const char* signature = "federation.verify-signature";
    const Row rows[] = {
        {92,
         "whose signature is corrupted",
         signature,
         "ignore auth-token.signature",
         {},
         [](const std::string& token) { return jose::corrupt_signature(token); }},
        {93,
         "signed by a key that the access server does not publish",
         signature,
         "ignore auth-token.signature",
         {},
         signed_by_a_stranger},
        {94, "without a signature", signature, "as-error-grants", {}, unsecured},
        {96, "for another resource", "federation.verify-aud", "ignore federation.aud",
         claim("aud", "https://resource.example")},
        {97, "without aud", "federation.verify-aud", "as-error-grants", claim("aud", nullptr)},
        {98, "bound to another key", "federation.verify-cnf", "ignore federation.cnf",
         [](FourParty&, json&, json& claims) {
             claims["cnf"] = protocol::confirmation(jose::SigningKey::generate(crypto::Algorithm::Ed25519));
         }},
        {99, "for another sub", "federation.verify-sub", "ignore federation.sub", claim("sub", "somebody-else")},
        {100, "with more scope than was asked for", "federation.verify-scope", "ignore federation.scope",
         claim("scope", "data.read data.delete")},
        {102, "of another kind", "federation.unreachable", "ignore auth-token.typ",
         [](FourParty&, json& header, json&) { header["typ"] = "aa-person+jwt"; }},
        {103, "that has expired", "federation.unreachable", "ignore auth-token.exp",
         [](FourParty& f, json&, json& claims) {
             claims["iat"] = f.t.now() - 1200;
             claims["exp"] = f.t.now() - 600;
         }},
        {104, "for another agent", "federation.verify-agent", "ignore federation.agent",
         [](FourParty& f, json&, json& claims) { claims["agent"] = f.t.player().agent.identifier; }},
        {105, "with a delegation that never was", "federation.verify-act", "ignore federation.act",
         [](FourParty& f, json&, json& claims) {
             claims["act"] = {{"agent", f.t.player().agent.identifier}};
         }},
    };
    for (const auto& row : rows) row_case(suite, row);
    suite.add("PS-FED-101", "an auth token that outlives the presented token is not handed on",
              {{"federation.verify-exp", "ignore federation.exp"}}, outlives);
    suite
        .add("PS-FED-095", "an auth token that another access server issued is not handed on",
             {{"federation.verify-iss", "ignore federation.iss"}}, of_another_server)
        .because("Else one access server could grant what another one guards.");
}

}  // namespace aauth::suites::ps

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/auth_server.h"

// Verification of the resource token at an auth token endpoint (6.7.2, 11.5.2).
namespace aauth::suites {

namespace {

using nlohmann::json;

struct Row {
    const char *number, *title, *requirement, *fault;
    std::function<void(Test&, Ask&)> wrong;
    std::vector<std::string> codes = {"invalid_resource_token"};
};

// Changes of one header parameter or claim.
std::function<void(Test&, Ask&)> claim(const std::string& name, json value) {
    return [=](Test&, Ask& ask) { ask.edit = [=](json&, json& claims) { claims[name] = value; }; };
}
std::function<void(Test&, Ask&)> without(const std::string& name) {
    return [=](Test&, Ask& ask) { ask.edit = [=](json&, json& claims) { claims.erase(name); }; };
}
std::function<void(Test&, Ask&)> header(const std::string& name, json value) {
    return [=](Test&, Ask& ask) { ask.edit = [=](json& parameters, json&) { parameters[name] = value; }; };
}
std::function<void(Test&, Ask&)> reshaped(const TextEdit& change) {
    return [=](Test&, Ask& ask) { ask.reshape = change; };
}
std::function<void(Test&, Ask&)> from_now(const std::string& name, std::int64_t seconds) {
    return
        [=](Test& t, Ask& ask) { ask.edit = [=, at = t.now() + seconds](json&, json& claims) { claims[name] = at; }; };
}

std::string unsecured(const std::string& token) {
    const auto jwt = jose::Jwt::decode(token);
    auto parameters = jwt->header();
    parameters["alg"] = "none";
    return jose::assemble(aauth::json::dump(parameters), jwt->payload_text(), "");
}

std::string signed_by_another_key(const std::string& token) {
    const auto jwt = jose::Jwt::decode(token);
    return jose::mint(jwt->header(), jwt->payload(), jose::SigningKey::generate(crypto::Algorithm::Ed25519));
}

// Issued an hour ahead of now, and good for five minutes from then.
void issued_ahead(Test& t, Ask& ask) {
    ask.edit = [at = t.now() + 3600](json&, json& claims) {
        claims["iat"] = at;
        claims["exp"] = at + 300;
    };
}

void slash(Test& t, Ask& ask) {
    ask.edit = [iss = our_resource(t) + "/"](json&, json& claims) { claims["iss"] = iss; };
}

TextEdit replaced_by(const std::string& token) {
    return [token](const std::string&) { return token; };
}

void run(Test& t, const AuthServer& server, const Row& row) {
    const auto player = t.player();
    t.control(server.endpoint, player);
    Ask ask;
    ask.presented = server.shown(t, player, our_resource(t));
    row.wrong(t, ask);
    const auto answer =
        t.send(server.request(t, player, server.body(t, player, ask)), "with the wrong resource token");
    refused(t, answer, row.requirement, row.codes.empty() ? Codes{} : Codes{"jwt.parameter-fails-code", row.codes});
}

// A claim that has to agree with the token that was presented. What the earlier drafts compare is the person server's
// record, and they name no code for a difference.
void disagreeing(Suite& suite, const AuthServer& server, const Row& row) {
    const bool compared = server.prefix == "PS" || row.requirement == std::string("resource-token.verify-ps");
    suite
        .add(server.prefix + "-RES-" + row.number, row.title, {{row.requirement, row.fault}},
             [server, row](Test& t) {
                 auto judged = row;
                 if (!t.draft().presented_token) judged.codes.clear();
                 run(t, server, judged);
             })
        .only_for(drafts_with(compared ? &protocol::Draft::person_tokens : &protocol::Draft::presented_token));
}

}  // namespace

void resource_token_cases(Suite& suite, const AuthServer& server) {
    suite.area("Resource token verification", "6.7.2");
    const char* signature = "resource-token.verify-signature";
    const Row table[] = {
        {"001", "a resource token with the typ of an agent token is refused", "resource-token.verify-typ",
         "ignore resource-token.typ", header("typ", "aa-agent+jwt")},
        {"002", "a resource token without typ is refused", "resource-token.verify-typ", "ignore resource-token.typ",
         header("typ", nullptr)},
        {"003", "a resource token with the typ JWT is refused", "resource-token.verify-typ",
         "ignore resource-token.typ", header("typ", "JWT")},
        {"004", "a resource token with the dwk of an agent provider is refused", "resource-token.verify-dwk",
         "grant-anyway", claim("dwk", "aauth-agent.json")},
        {"005", "a resource token without dwk is refused", "resource-token.verify-dwk", "ignore resource-token.dwk",
         without("dwk")},
        {"006", "a resource token whose iss ends in a slash is refused", "jwt.iss-valid", "grant-anyway", slash},
        {"007", "a resource token without iss is refused", "jwt.iss-valid", "grant-anyway", without("iss")},
        {"008", "a resource token without kid is better refused", "jwt.kid-present", "grant-anyway", header("kid", nullptr)},
        {"009", "a resource token whose kid is not published is refused", signature, "grant-anyway",
         header("kid", "nobody-has-this-kid")},
        {"010", "a resource token with a corrupted signature is refused", signature, "ignore resource-token.signature",
         reshaped([](const std::string& token) { return jose::corrupt_signature(token); })},
        {"011", "a resource token signed by a key that is not published is refused", signature,
         "ignore resource-token.signature", reshaped(signed_by_another_key)},
        {"012", "a resource token without a signature is refused", "jwt.alg", "grant-anyway", reshaped(unsecured)},
        {"013", "a resource token without exp is refused", "resource-token.verify-exp", "ignore resource-token.exp",
         without("exp")},
        {"014", "a resource token whose exp is a string is refused", "resource-token.verify-exp",
         "ignore resource-token.exp", claim("exp", "tomorrow")},
        {"015",
         "an expired resource token is refused with expired_resource_token",
         "auth-endpoint.expired-resource-token",
         "ignore resource-token.exp",
         from_now("exp", -3600),
         {"expired_resource_token"}},
        {"016", "a resource token bound to another key is refused", "resource-token.verify-agent-jkt", "grant-anyway",
         claim("agent_jkt", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")},
        {"017", "a resource token without agent_jkt is refused", "resource-token.verify-agent-jkt", "grant-anyway",
         without("agent_jkt")},
        {"018", "an agent token in place of the resource token is refused", "resource-token.verify-typ", "grant-anyway",
         [](Test& t, Ask& ask) { ask.reshape = replaced_by(t.player().token); }},
        {"019", "a resource token that is no JWT is refused", "auth-endpoint.invalid-resource-token", "grant-anyway",
         reshaped([](const std::string&) { return std::string("no.token"); })},
        {"020",
         "an empty resource token is refused",
         "auth-endpoint.invalid-resource-token",
         "grant-anyway",
         reshaped([](const std::string&) { return std::string(); }),
         {"invalid_resource_token", "invalid_request"}},
        {"021", "a resource token cut off in its payload is refused", "auth-endpoint.invalid-resource-token",
         "grant-anyway", reshaped([](const std::string& token) { return token.substr(0, token.size() / 2); })},
    };
    for (const auto& row : table) {
        suite.add(server.prefix + "-RES-" + row.number, row.title,
                  {{row.requirement, row.fault}, {"jwt.parameter-fails-code", "error-wrong-code"}},
                  [server, row](Test& t) { run(t, server, row); });
    }

    suite.add(server.prefix + "-RES-031", "a resource token from the future is refused",
              {{"jwt.iat-future", "ignore resource-token.iat"}}, [server](Test& t) {
                  run(t, server, {"", "", "jwt.iat-future", "", issued_ahead, {"invalid_resource_token"}});
              });
    suite.add(server.prefix + "-RES-032", "a server that refuses a resource token from the future says clock_skew",
              {{"jwt.parameter-iat-ahead", "iat-ahead-wrong-code"}}, [server](Test& t) {
                  Ask ask;
                  issued_ahead(t, ask);
                  const auto answer = changed_ask(t, server, ask);
                  const auto error = answer.text("error");
                  t.expect(answer).that(granted(answer) || (answer.status() == 400 && error == "clock_skew"), "answer",
                                        "accepted, or 400 clock_skew", answer.summary());
              });
    suite
        .add(server.prefix + "-RES-033", "a person token in place of the resource token is refused",
             {{"resource-token.verify-typ", "grant-anyway"}},
             [server](Test& t) {
                 run(t, server, {"", "", "resource-token.verify-typ", "",
                         [](Test&, Ask& ask) { ask.reshape = replaced_by(ask.presented); }});
             })
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite.add(server.prefix + "-RES-034", "a resource token for another agent is refused",
              {{"resource-token.verify-agent", "ignore auth-endpoint.agent"}}, [server](Test& t) {
                  run(t, server, {"", "", "resource-token.verify-agent", "", [](Test& test, Ask& ask) {
                              ask.edit = [name = test.player().agent.identifier](json&, json& claims) {
                                  claims["agent"] = name;
                              };
                          }});
              });

    const Row disagreements[] = {
        {"040", "a resource token that names another person server is refused", "resource-token.verify-ps",
         "grant-anyway",
         claim("ps", "https://ps.aauth-conformance.invalid")},
        {"041", "a resource token without ps is refused", "resource-token.verify-ps", "grant-anyway", without("ps")},
        {"042", "a resource token with another sub is refused", "resource-token.verify-sub",
         "ignore auth-endpoint.presented-sub", claim("sub", "somebody-else")},
        {"043", "a resource token without sub is refused", "resource-token.verify-sub", "grant-anyway", without("sub")},
        {"044",
         "a resource token that adds a mission is refused",
         "resource-token.verify-mission",
         "ignore auth-endpoint.presented-mission",
         claim("mission_s256", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
         {}},
        {"045", "a resource token that adds a tenant is refused", "resource-token.verify-tenant",
         "ignore auth-endpoint.presented-tenant", claim("tenant", "another-tenant")},
        {"046", "a resource token without presented_jti is refused", "resource-token.verify-presented-jti",
         "grant-anyway", without("presented_jti")},
        {"047", "a resource token with the jti of no known token is refused", "resource-token.verify-presented-jti",
         "grant-anyway", claim("presented_jti", "00000000-0000-4000-8000-000000000000")},
    };
    for (const auto& row : disagreements) disagreeing(suite, server, row);
}

}  // namespace aauth::suites

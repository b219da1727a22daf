#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// Keys and algorithms as an agent has and reads them (11.3.1, 11.4, 11.5.1).
namespace aauth::suites::ag {

namespace {

// The resource's challenge has to be refused, or the resource before it: its token never reaches the person server.
void refuses_challenge(Scene& scene) {
    scene.get("/data").run();
    scene.untouched(scene.person_server(), "/token");
    scene.not_served();
}

void own_keys(Suite& suite) {
    suite.add("AG-KEY-001", "an agent signs with an Ed25519 key, and reads tokens that are signed so",
              {{"key.ed25519", "refuse-ed25519"}}, [](Test& t) {
                  Scene scene(t);
                  scene.get("/data").run();
                  scene.served();
              });
    suite.add("AG-KEY-002", "an agent signs with an ES256 key", {{"key.es256", "refuse-es256"}}, [](Test& t) {
        Setting setting;
        setting.algorithm = crypto::Algorithm::ES256;
        Scene scene(t, setting);
        scene.get("/data").run();
        scene.served();
    });
    suite.add("AG-KEY-003", "an agent reads tokens whose issuers sign with ES256", {{"key.es256", "refuse-es256"}},
              [](Test& t) {
                  control(t, "/data");
                  Setting setting;
                  setting.resource.key = jose::SigningKey::generate(crypto::Algorithm::ES256);
                  setting.person_server.key = jose::SigningKey::generate(crypto::Algorithm::ES256);
                  Scene scene(t, setting);
                  scene.get("/data").run();
                  scene.served();
              });
}

void issuers_keys(Suite& suite) {
    struct Row {
        int number;
        const char *title, *requirement, *party_fault, *fault;
    };
    for (const Row& row : {Row{11, "a resource token is refused whose issuer's key has no alg", "key.alg-required",
                               "jwks-no-alg", "ignore sig.algorithm"},
                           Row{12, "a resource token is refused whose issuer's key says EdDSA", "key.alg-polymorphic",
                               "jwks-eddsa", "ignore sig.algorithm"},
                           Row{13, "a resource token is refused whose issuer's metadata names another issuer",
                               "meta.issuer-match", "metadata-other-issuer", "ignore meta.issuer-match"},
                           Row{14, "a resource token is refused whose issuer's metadata names none",
                               "meta.issuer-match", "metadata-no-issuer", "ignore meta.issuer-match"}}) {
        suite.add(case_id("AG-KEY", row.number), row.title, {{row.requirement, row.fault}},
                  [fault = std::string(row.party_fault)](Test& t) {
                      control(t, "/data");
                      Scene scene(t, odd_resource({fault}));
                      refuses_challenge(scene);
                  });
    }
    suite.add("AG-KEY-017", "identifiers are compared byte for byte: an issuer with a slash at its end is another",
              {{"id.server.compare", "ignore meta.issuer-match"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auto document = scene.resource().metadata();
                  document["issuer"] = scene.resource().identifier() + "/";
                  scene.resource().publish_metadata(json::dump(document));
                  refuses_challenge(scene);
              });
    suite.add("AG-KEY-015", "a resource token is refused whose key is a shared secret",
              {{"key.alg-forbidden", "ignore resource-token.signature"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.resource().publish_jwks(
                      R"({"keys": [{"kty": "oct", "alg": "HS256", "kid": "shared", "k": "c2VjcmV0"}]})");
                  scene.challenges_with([&](const std::string& presented) {
                      return scene.resource_token(presented, [](nlohmann::json& header, nlohmann::json&) {
                          header["alg"] = "HS256";
                          header["kid"] = "shared";
                      });
                  });
                  refuses_challenge(scene);
              });
    suite.add("AG-KEY-016", "an issuer's keys are found by its metadata, wherever jwks_uri leads",
              {{"jwks.discovery", "jwks-guessed"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  auto& resource = scene.resource();
                  auto document = resource.metadata();
                  document["jwks_uri"] = resource.url("/.well-known/keys/2026.json");
                  resource.publish_metadata(json::dump(document));
                  const auto keys = json::dump(resource.jwks());
                  resource.publish_jwks(R"({"keys": []})");
                  resource.answer_documents_with([keys](const http::Request& request) -> std::optional<http::Reply> {
                      if (request.path() != "/.well-known/keys/2026.json") return std::nullopt;
                      return answer(200, keys);
                  });
                  scene.get("/data").run();
                  scene.served();
              });
    struct Header {
        int number;
        const char *title, *requirement, *name, *value, *fault;
    };
    for (const Header& row : {Header{21, "a token of another type is no resource token", "jwt.typ", "typ",
                                     "aa-auth+jwt", "ignore resource-token.typ"},
                              Header{22, "a token without the AAuth type is no resource token", "jwt.typ", "typ", "JWT",
                                     "ignore resource-token.typ"},
                              Header{23, "a resource token with alg none is refused", "jwt.alg", "alg", "none",
                                     "ignore resource-token.signature"},
                              Header{24, "a resource token with alg EdDSA is refused", "jwt.alg", "alg", "EdDSA",
                                     "ignore resource-token.signature"},
                              Header{25, "a resource token with a symmetric alg is refused", "jwt.alg", "alg", "HS256",
                                     "ignore resource-token.signature"}}) {
        auto added = suite.add(case_id("AG-KEY", row.number), row.title, {{row.requirement, row.fault}},
                               [name = std::string(row.name), value = std::string(row.value)](Test& t) {
                                   control(t, "/data");
                                   Scene scene(t);
                                   scene.challenges_with([&](const std::string& presented) {
                                       return scene.resource_token(presented, [&](nlohmann::json& header, nlohmann::json&) {
                                           header[name] = value;
                                       });
                                   });
                                   refuses_challenge(scene);
                               });
        if (std::string_view(row.value) == "EdDSA") added.only_for({"11", "11-2026-08", "10"});  // 01 recommends it
    }
    suite
        .add("AG-KEY-026", "an auth token is not taken for a person token", {{"jwt.typ", "ignore person-token.typ"}},
             [](Test& t) {
                 control(t, asks_for_person(t));
                 Scene scene(t);
                 scene.person_server().alter_answers([&](const http::Request& request, http::Reply& reply) {
                     if (request.path() != "/person" || reply.response.status != 200) return;
                     const auto token =
                         scene.person_server().auth_token(scene.resource().identifier(), scene.agent().key, "");
                     reply.response.body = json::dump({{"person_token", token}, {"expires_in", 3600}});
                 });
                 scene.get("/person").run();
                 scene.first(scene.person_server(), "/person");
                 for (const auto& received : scene.at(scene.resource(), "/person")) {
                     t.check({}, !received.shows(protocol::TokenKind::Auth), "token presented", "not the auth token",
                             received.summary());
                 }
                 scene.not_served();
             })
        .only_for({"11", "11-2026-08"});
}

}  // namespace

void key_cases(Suite& suite) {
    suite.area("Keys and tokens", "11.3.1");
    own_keys(suite);
    issuers_keys(suite);
}

}  // namespace aauth::suites::ag

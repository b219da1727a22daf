#include <memory>
#include <nlohmann/json.hpp>

#include "harness/crypto/encoding.h"
#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// The auth token that an agent is given, verified before it is used (9.4.4).
namespace aauth::suites::ag {

namespace {

using Claims = nlohmann::json;

struct Row {
    int number;
    const char* title;
    Covers covers;
    // The auth token that the person server gives, made from the one that it would have given.
    std::function<std::string(Scene&, const jose::Jwt& good)> make;
};

std::string minted(const jose::Jwt& good, const jose::SigningKey& key, const std::function<void(Claims&)>& edit,
                   const std::string& typ = {}) {
    auto header = good.header();
    auto claims = good.payload();
    header["kid"] = key.kid;
    header["alg"] = std::string(crypto::name(key.algorithm));
    if (!typ.empty()) header["typ"] = typ;
    edit(claims);
    return jose::mint(header, claims, key);
}

// The same token with one claim changed, or left out when the value is null.
std::function<std::string(Scene&, const jose::Jwt&)> with(const std::string& claim, const nlohmann::json& value) {
    return [claim, value](Scene& scene, const jose::Jwt& good) {
        return minted(good, scene.person_server().key(), [&](Claims& claims) {
            if (value.is_null()) {
                claims.erase(claim);
            } else {
                claims[claim] = value;
            }
        });
    };
}

std::string bound_to(Scene& scene, const jose::Jwt& good, const jose::SigningKey& key) {
    return minted(good, scene.person_server().key(), [&](Claims& claims) {
        claims["cnf"] = {{"jwk", key.public_jwk()}};
    });
}

// What the person server grants is made anew; every token that came of it is in the list.
std::shared_ptr<std::vector<std::string>> grants_with(Scene& scene, std::function<std::string(const jose::Jwt&)> make) {
    const auto made = std::make_shared<std::vector<std::string>>();
    scene.person_server().alter_answers([made, make = std::move(make)](const http::Request&, http::Reply& reply) {
        auto body = json::parse_object(reply.response.body);
        const auto had = body ? json::string_member(*body, "auth_token") : std::nullopt;
        const auto good = had ? jose::Jwt::decode(*had) : failure("none", "");
        if (!good) return;
        made->push_back(make(*good));
        (*body)["auth_token"] = made->back();
        reply.response.body = json::dump(*body);
    });
    return made;
}

// None of these tokens was presented anywhere.
void unused(const Scene& scene, const std::vector<std::string>& tokens) {
    auto& t = scene.test();
    if (tokens.empty()) t.blocked("no auth token was granted");
    for (const auto& received : scene.everything()) {
        const auto field = received.field("Signature-Key");
        for (const auto& token : tokens) {
            t.check({}, field.find(token) == std::string::npos, "Signature-Key", "not this auth token",
                    received.summary());
        }
    }
    scene.not_served();
}

std::vector<Row> rows() {
    const auto another_key = [](Scene& scene, const jose::Jwt& good) {
        return bound_to(scene, good, jose::SigningKey::generate(crypto::Algorithm::Ed25519));
    };
    const auto of_the_server = [](Scene& scene, const jose::Jwt& good) {
        return bound_to(scene, good, scene.person_server().key());
    };
    const auto impostor = [](Scene& scene, const jose::Jwt& good) {
        auto key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
        key.kid = scene.person_server().key().kid;
        return minted(good, key, [](Claims&) {});
    };
    const auto aud = [](const std::string& end) {
        return [end](Scene& scene, const jose::Jwt& good) {
            return with("aud", scene.resource().identifier() + end)(scene, good);
        };
    };
    const Covers wrong_aud{{"auth-token.response-verify-aud", "ignore response.aud"}};
    const Covers wrong_cnf{{"auth-token.response-verify-cnf", "ignore response.cnf"}};
    const Covers wrong_sub{{"auth-token.response-verify-sub", "ignore response.sub"}};
    const Covers unsigned_one{{"auth-token.response-verify-signature", "ignore auth-token.signature"}};
    return {
        {3, "an auth token for another resource is not used", wrong_aud, with("aud", "https://elsewhere.example")},
        {4, "an auth token for a path of the resource is not used", wrong_aud, aud("/data")},
        {5, "an auth token that is bound to another key is not used", wrong_cnf, another_key},
        {6, "an auth token that is bound to its issuer's key is not used", wrong_cnf, of_the_server},
        {7, "an auth token about another person is not used", wrong_sub, with("sub", "somebody-else")},
        {9, "an auth token whose signature is broken is not used", unsigned_one,
         [](Scene&, const jose::Jwt& good) { return jose::corrupt_signature(good.compact()); }},
        {10, "an auth token that somebody else signed is not used", unsigned_one, impostor},
        {11,
         "a JWT that nobody signed is not presented as an auth token",
         {{"auth-token.response-verify-iss", "response-undecoded"}},
         [](Scene& scene, const jose::Jwt&) {
             const auto claims = json::dump({{"exp", scene.network().now() + 3600}});
             return crypto::base64url_encode(R"({"alg":"none"})") + "." + crypto::base64url_encode(claims) + ".";
         }},
        {12,
         "a token of another kind is not taken for an auth token",
         {{"jwt.typ", "ignore auth-token.typ"}},
         [](Scene& scene, const jose::Jwt& good) {
             return minted(
                 good, scene.person_server().key(), [](Claims&) {}, "aa-resource+jwt");
         }},
        {13,
         "an auth token for another agent is not used",
         {{"auth-token.response-verify-agent", "ignore response.agent"}},
         with("agent", "aauth:somebody@agents.example")},
        {14,
         "an auth token that another agent delegated is not used",
         {{"auth-token.response-verify-act", "ignore response.act"}},
         with("act", {{"agent", "aauth:somebody@agents.example"}, {"sub", "aauth:somebody@agents.example"}})},
    };
}

void elsewhere(Suite& suite) {
    suite.add("AG-ATV-001", "an auth token of another server than the resource token is for is not used",
              {{"auth-token.response-verify-iss", "ignore response.iss"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  const auto& other = scene.another_person_server();
                  const auto made = grants_with(scene, [&](const jose::Jwt& good) {
                      return minted(good, other.key(), [&](Claims& claims) { claims["iss"] = other.identifier(); });
                  });
                  scene.get("/data").run();
                  unused(scene, *made);
              });
    suite.add("AG-ATV-021", "where the resource token is for an access server, the auth token has to be of that",
              {{"auth-token.response-verify-iss", "ignore response.iss"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  const auto made = grants_with(scene, [&](const jose::Jwt& good) {
                      return minted(good, scene.person_server().key(), [&](Claims& claims) {
                          claims["iss"] = scene.person_server().identifier();
                          claims["dwk"] = "aauth-person.json";
                      });
                  });
                  scene.get("/federated?access_server=" + scene.access_server().identifier()).run();
                  unused(scene, *made);
              });
    suite.add("AG-ATV-022", "the auth token of a step-up is verified like the first",
              {{"auth-token.response-verify-cnf", "ignore response.cnf"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  int grants = 0;
                  const auto made = grants_with(scene, [&](const jose::Jwt& good) {
                      const auto other = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
                      return ++grants == 1 ? good.compact() : bound_to(scene, good, other);
                  });
                  scene.get("/data").get("/write").run();
                  if (!scene.result(0).succeeded() || made->size() < 2)
                      t.blocked("there was no step-up: " + scene.said(1));
                  for (const auto& received : scene.at(scene.resource(), "/write")) {
                      const bool odd = received.field("Signature-Key").find(made->back()) != std::string::npos;
                      t.check({}, !odd, "Signature-Key", "not the second auth token", received.summary());
                  }
                  scene.not_served({}, 1);
              });
    suite.add("AG-ATV-023", "an auth token that a call to the authorization endpoint led to is verified",
              {{"auth-token.response-verify-aud", "ignore response.aud"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  const auto made = grants_with(scene, [&](const jose::Jwt& good) {
                      return with("aud", "https://elsewhere.example")(scene, good);
                  });
                  scene.act("authorize", {{"resource", scene.resource().identifier()}, {"scope", "data.read"}}).run();
                  unused(scene, *made);
              });
    suite.add("AG-ATV-024", "an auth token that came deferred to a waiting call is verified",
              {{"auth-token.response-verify-aud", "ignore response.aud"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  const auto made = grants_with(scene, [&](const jose::Jwt& good) {
                      return with("aud", "https://elsewhere.example")(scene, good);
                  });
                  scene.get("/held").run();
                  unused(scene, *made);
              });
}

}  // namespace

void grant_cases(Suite& suite) {
    suite.area("Auth token response verification", "9.4.4");
    for (const auto& row : rows()) {
        suite.add(case_id("AG-ATV", row.number), row.title, row.covers, [row](Test& t) {
            control(t, "/data");
            Scene scene(t);
            const auto made = grants_with(scene, [&](const jose::Jwt& good) { return row.make(scene, good); });
            scene.get("/data").run();
            unused(scene, *made);
        });
    }
    elsewhere(suite);
}

}  // namespace aauth::suites::ag

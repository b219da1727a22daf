#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// The resource token of a challenge, verified before anything reaches the person server (6.7.3).
namespace aauth::suites::ag {

namespace {

struct Row {
    int number;
    const char* title;
    Covers covers;
    // The resource token that the challenge carries.
    std::function<std::string(Scene&, const std::string& presented)> make;
    bool names_ps = false;  // it is about a claim that draft 10 does not have
};

// A conforming token with one claim changed.
std::function<std::string(Scene&, const std::string&)> with(const std::string& claim, const nlohmann::json& value) {
    return [claim, value](Scene& scene, const std::string& presented) {
        return scene.resource_token(presented, [&](nlohmann::json&, nlohmann::json& claims) {
            if (value.is_null()) {
                claims.erase(claim);
            } else {
                claims[claim] = value;
            }
        });
    };
}

std::vector<Row> rows() {
    const auto unverified = [](const char* rule) {
        return Covers{{"resource-token.challenge-verify-signature", std::string("ignore resource-token.") + rule}};
    };
    return {
        {2,
         "a resource token for another key is not taken to the person server",
         {{"resource-token.challenge-verify-agent-jkt", "ignore challenge.agent-jkt"}},
         with("agent_jkt", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")},
        {3,
         "a resource token that names another person server is not taken to one's own",
         {{"resource-token.challenge-verify-ps", "ignore challenge.ps"}},
         with("ps", "https://ps.elsewhere.example")},
        {4,
         "a resource token about another person is not taken to the person server",
         {{"resource-token.challenge-verify-sub", "ignore challenge.sub"}},
         with("sub", "somebody-else")},
        {5,
         "a resource token that names another presented token is not taken to the person server",
         {{"resource-token.challenge-verify-presented-jti", "ignore challenge.presented-jti"}},
         with("presented_jti", "another-token")},
        {6,
         "an expired resource token is not taken to the person server",
         {{"resource-token.challenge-verify-exp", "ignore resource-token.exp"}},
         [](Scene& scene, const std::string& presented) {
             return with("exp", scene.network().now() - 5)(scene, presented);
         }},
        {7,
         "a resource token for another agent is not taken to the person server",
         {{"resource-token.challenge-verify-agent", "ignore challenge.agent"}},
         with("agent", "aauth:somebody@agents.example")},
        {11, "a resource token whose signature is broken is not taken to the person server", unverified("signature"),
         [](Scene& scene, const std::string& presented) {
             return jose::corrupt_signature(scene.resource_token(presented));
         }},
        {12, "a resource token that somebody else signed is not taken to the person server", unverified("signature"),
         [](Scene& scene, const std::string& presented) {
             const auto jwt = jose::Jwt::decode(scene.resource_token(presented));
             auto key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
             key.kid = scene.resource().key().kid;
             return jwt ? jose::mint(jwt->header(), jwt->payload(), key) : std::string();
         }},
        {13, "a resource token under a key that its issuer does not publish is not taken to the person server",
         unverified("signature"),
         [](Scene& scene, const std::string& presented) {
             return scene.resource_token(presented,
                                         [](nlohmann::json& header, nlohmann::json&) { header["kid"] = "unknown"; });
         }},
        {14, "a resource token that no issuer's document is named for is not taken to the person server",
         unverified("dwk"), with("dwk", "aauth-agent.json")},
        {15,
         "a challenge whose resource token is no JWT ends there",
         {{"resource-token.challenge-verify-signature", "challenge-forwarded"}},
         [](Scene&, const std::string&) { return std::string("not-a-token"); }},
        {16,
         "a resource token without an expiry is not taken to the person server",
         {{"resource-token.challenge-verify-exp", "ignore resource-token.exp"}},
         with("exp", nullptr)},
        {17,
         "a person server that is written in capitals is another",
         {{"id.server.compare", "compare-loosely"}},
         [](Scene& scene, const std::string& presented) {
             auto name = scene.person_server().identifier();
             for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
             return with("ps", name)(scene, presented);
         },
         true},
    };
}

// The challenge is not followed: its resource token does not reach the person server.
void refused(Scene& scene) {
    scene.get("/data").run();
    scene.first(scene.resource(), "/data");
    scene.untouched(scene.person_server(), "/token");
    scene.not_served();
}

void refuse(Test& t, const Row& row) {
    control(t, "/data");
    Scene scene(t);
    scene.challenges_with([&](const std::string& presented) { return row.make(scene, presented); });
    refused(scene);
}

void more(Suite& suite) {
    suite
        .add("AG-RCV-001", "a resource token of another resource is not taken to the person server",
             {{"resource-token.challenge-verify-iss", "ignore challenge.iss"}},
             [](Test& t) {
                 control(t, "/data");
                 Scene scene(t);
                 const auto& other = scene.another_resource();
                 scene.challenges_with([&](const std::string& presented) {
                     return other.resource_token(presented, scene.agent().key, scene.person_server().identifier(),
                                                 "data.read");
                 });
                 refused(scene);
             })
        .because("A resource could otherwise have the agent ask its person for access to somewhere else.");
    suite.add("AG-RCV-021", "on a step-up the resource token has to name the auth token that was presented",
              {{"resource-token.challenge-verify-presented-jti", "ignore challenge.presented-jti"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  std::string first;
                  scene.challenges_with([&](const std::string& presented) {
                      if (first.empty()) first = presented;
                      // Of the person token, whichever was presented.
                      const auto earlier = jose::Jwt::decode(first);
                      const auto jti = earlier ? earlier->claim_string("jti").value_or("") : "";
                      return scene.resource_token(presented, [&](nlohmann::json&, nlohmann::json& claims) {
                          claims["presented_jti"] = jti;
                          claims["scope"] = presented == first ? "data.read" : "data.write";
                      });
                  });
                  scene.get("/data").get("/write").run();
                  if (!scene.result(0).succeeded()) t.blocked("the first call was not served: " + scene.said(0));
                  const auto asked = scene.at(scene.person_server(), "/token");
                  t.check({}, asked.size() == 1, "token requests", "one, for the first call",
                          std::to_string(asked.size()));
              });
    suite.add("AG-RCV-022", "a resource token of the authorization endpoint is verified as one of a challenge is",
              {{"resource-token.challenge-verify-agent-jkt", "ignore challenge.agent-jkt"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.challenges_with([&](const std::string& presented) {
                      return with("agent_jkt", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")(scene, presented);
                  });
                  scene.act("authorize", {{"resource", scene.resource().identifier()}, {"scope", "data.read"}}).run();
                  scene.first(scene.resource(), "/authorize");
                  scene.untouched(scene.person_server(), "/token");
                  scene.not_served();
              });
}

}  // namespace

void resource_challenge_cases(Suite& suite) {
    suite.area("Resource challenge verification", "6.7.3");
    for (const auto& row : rows()) {
        auto made = suite.add(case_id("AG-RCV", row.number), row.title, row.covers, [row](Test& t) { refuse(t, row); });
        if (row.names_ps) made.only_for({"11", "11-2026-08"});
    }
    more(suite);
}

}  // namespace aauth::suites::ag

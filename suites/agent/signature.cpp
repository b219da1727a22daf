#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/httpsig/digest.h"
#include "harness/protocol/headers.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

namespace aauth::suites::ag {

namespace {

using protocol::TokenKind;

constexpr std::int64_t freshness = 10;  // seconds that may lie between signing and arriving

// A flow that calls the resource, and in it the person server twice; something has to have arrived.
void go(Scene& scene) {
    scene.get("/data").run();
    scene.arrived();
}

// Each request of a whole flow has to be so.
using Judge = std::function<bool(const Received&)>;
void each(Test& t, const Judge& good, const std::string& expected, std::string_view field) {
    Scene scene(t);
    go(scene);
    for (const auto& received : scene.everything()) {
        t.check({}, good(received), "request " + received.summary(), expected, received.field(field));
    }
}

void components(Suite& suite) {
    int number = 1;
    for (const std::string name : {"@method", "@authority", "@path", "signature-key"}) {
        const std::string id = "sig.components." + (name.front() == '@' ? name.substr(1) : name);
        suite.add(case_id("AG-SIG", number++), fmt::format("every signature covers {}", name),
                  {{id, "uncover " + name}}, [name](Test& t) {
                      each(
                          t, [&](const Received& r) { return r.covers(name); }, "covers " + name, "Signature-Input");
                  });
    }
    for (const std::string name : {"content-digest", "content-type"}) {
        suite
            .add(case_id("AG-SIG", number++), fmt::format("a request with a body to the person server covers {}", name),
                 {{"sig.components." + name, "uncover " + name}},
                 [name](Test& t) {
                     Scene scene(t);
                     go(scene);
                     for (const auto& received : scene.at(scene.person_server(), "/")) {
                         if (received.request().body.empty()) continue;
                         t.check({}, received.covers(name), "signature of " + received.summary(), "covers " + name,
                                 received.field("Signature-Input"));
                     }
                 })
            .because("Otherwise the tokens in the body could be exchanged on the way.");
    }
    suite.add("AG-SIG-007", "a Content-Digest is that of the body", {{"sig.content-digest.valid", "digest-other"}},
              [](Test& t) {
                  Scene scene(t);
                  go(scene);
                  for (const auto& received : scene.everything()) {
                      if (!received.request().fields.contains("Content-Digest")) continue;
                      const auto good =
                          httpsig::verify_content_digest(received.request().fields, received.request().body);
                      t.check({}, good.has_value(), "Content-Digest of " + received.summary(), "the body's",
                              good ? "it is" : good.error().message);
                  }
              });
    suite.add("AG-SIG-008", "a Content-Digest is made by SHA-256 or SHA-512",
              {{"sig.content-digest.valid", "digest-md5"}}, [](Test& t) {
                  Scene scene(t);
                  go(scene);
                  for (const auto& received : scene.everything()) {
                      const auto digest = received.field("Content-Digest");
                      const bool secure =
                          digest.find("sha-256=") != std::string::npos || digest.find("sha-512=") != std::string::npos;
                      if (!digest.empty()) t.check({}, secure, "Content-Digest", "by a secure algorithm", digest);
                  }
              });
}

void parameters(Suite& suite) {
    const auto parameter = [](const Received& r, const char* name) {
        return r.signature ? r.signature->input.parameters.find(name) : nullptr;
    };
    suite.add("AG-SIG-011", "every request is signed, with Signature, Signature-Input and Signature-Key",
              {{"sig.headers-present", "sends-unsigned"}}, [](Test& t) {
                  const auto whole = [](const Received& r) {
                      const auto& fields = r.request().fields;
                      return fields.contains("Signature") && fields.contains("Signature-Input") &&
                             fields.contains("Signature-Key");
                  };
                  each(t, whole, "the three fields", "Signature-Input");
              });
    suite.add("AG-SIG-012", "a signature says when it was made", {{"sig.created.present", "no-created"}},
              [parameter](Test& t) {
                  each(
                      t, [&](const Received& r) { return parameter(r, "created") != nullptr; }, "created",
                      "Signature-Input");
              });
    suite.add("AG-SIG-013", "created is an integer", {{"sig.created.present", "created-text"}}, [](Test& t) {
        each(
            t, [](const Received& r) { return r.signature && r.signature->created(); }, "an integer",
            "Signature-Input");
    });
    suite.add("AG-SIG-014", "created is the time of signing, for every request anew",
              {{"sig.created.current", "created-old"}}, [](Test& t) {
                  const auto current = [](const Received& r) {
                      const auto created = r.signature ? r.signature->created().value_or(0) : 0;
                      return created >= r.seen.at - freshness && created <= r.seen.at + freshness;
                  };
                  each(t, current, "within ten seconds of its arrival", "Signature-Input");
              });
    suite
        .add("AG-SIG-015", "a signature carries no alg parameter", {{"sig.alg-param.absent", "alg-parameter"}},
             [parameter](Test& t) {
                 each(
                     t, [&](const Received& r) { return parameter(r, "alg") == nullptr; }, "no alg", "Signature-Input");
             })
        .because("The key says which algorithm it is for; a second word on it invites confusion of algorithms.");
    suite.add(
        "AG-SIG-016", "a signature carries no keyid parameter", {{"sig.keyid.absent", "keyid"}}, [parameter](Test& t) {
            each(
                t, [&](const Received& r) { return parameter(r, "keyid") == nullptr; }, "no keyid", "Signature-Input");
        });
    suite.add("AG-SIG-017", "a keyid, where there is one, names the key of the token",
              {{"sig.keyid.agrees", "keyid-other"}}, [parameter](Test& t) {
                  Scene scene(t);
                  go(scene);
                  const auto& key = scene.agent().key;
                  for (const auto& received : scene.everything()) {
                      const auto* keyid = parameter(received, "keyid");
                      const auto* named = keyid == nullptr ? nullptr : std::get_if<std::string>(keyid);
                      const bool agrees =
                          keyid == nullptr || (named != nullptr && (*named == key.kid || *named == key.thumbprint()));
                      t.check({}, agrees, "keyid", "none, or " + key.kid, named == nullptr ? "none" : *named);
                  }
              });
    suite.add("AG-SIG-018", "every signature covers signature-key, where there are several",
              {{"sig.multiple-covered", "second-signature"}}, [](Test& t) {
                  Scene scene(t);
                  go(scene);
                  for (const auto& received : scene.everything()) {
                      const auto all = httpsig::parse_signatures(received.request().fields);
                      const auto bare = [](const auto& one) { return !one.covers("signature-key"); };
                      const bool good = all && std::none_of(all->begin(), all->end(), bare);
                      t.check({}, good, "signatures", "each covers signature-key", received.field("Signature-Input"));
                  }
              });
}

// The signature verifies under the agent's key over the request as it arrived.
void verifies(Test& t, const Scene& scene, const Received& received) {
    const auto& key = scene.agent().key;
    const auto verified = received.signature ? httpsig::verify({&received.request(), nullptr}, *received.signature,
                                                               key.key.public_key(), key.algorithm)
                                             : Result<std::string>(failure("none", "there is no signature"));
    t.check({}, verified.has_value(), "signature of " + received.summary(), "verifies under the agent's key",
            verified ? "it does" : verified.error().message);
}

void bases(Suite& suite) {
    struct Row {
        int number;
        const char *title, *path;
    };
    for (const Row& row : {Row{21, "a signature verifies over the request as it arrives", "/data"},
                           Row{22, "the path is signed as it is sent, escapes and all", "/data/%7Ea%2Fb/%20c"},
                           Row{23, "a URL with a query is signed rightly", "/data?q=a%20b&r=%2F&q=c"}}) {
        suite.add(case_id("AG-SIG", row.number), row.title, {{"sig.base", "signs-other-base"}},
                  [path = std::string(row.path)](Test& t) {
                      Scene scene(t);
                      scene.resource().intercept([](const http::Request& request) -> std::optional<http::Reply> {
                          if (request.path() == "/data") return std::nullopt;
                          return answer(200, "{}");
                      });
                      scene.get(path).run();
                      scene.arrived();
                      for (const auto& received : scene.everything()) verifies(t, scene, received);
                  });
    }
    suite.add("AG-SIG-024", "a signed request with a body arrives at the resource with that body",
              {{"sig.base", "signs-other-base"}}, [](Test& t) {
                  Scene scene(t);
                  scene.call("POST", "/write", R"({"text": "Grüße"})").run();
                  scene.arrived();
                  for (const auto& received : scene.everything()) verifies(t, scene, received);
              });
}

void schemes(Suite& suite) {
    suite
        .add("AG-SIG-031", "every request conveys its key by the jwt scheme, never by hwk or jwks_uri",
             {{"sig.scheme.agent-jwt", "scheme-hwk"}, {"sig.scheme.agent-jwt", "scheme-jwks-uri"}},
             [](Test& t) {
                 // Also of a request whose signature cannot be read, which is judged elsewhere.
                 const auto by_jwt = [](const Received& r) {
                     const bool unread = r.scheme.empty() && r.field("Signature-Key").find("=jwt;") != std::string::npos;
                     return r.scheme == "jwt" || unread;
                 };
                 each(t, by_jwt, "jwt", "Signature-Key");
             })
        .because("hwk says nothing of who the agent is, and jwks_uri is how servers sign.");
    suite.add("AG-SIG-033", "the cached scheme is not used where no identifier was issued",
              {{"sig.cached.not-used", "scheme-cached"}}, [](Test& t) {
                  Scene scene(t);
                  scene.resource().alter_answers([](const http::Request&, http::Reply& reply) {
                      if (reply.response.status == 401)
                          reply.response.fields.add("Accept-Signature-Scheme", "cached, jwt");
                  });
                  go(scene);
                  for (const auto& received : scene.everything()) {
                      t.check({}, received.scheme != "cached", "scheme", "not cached", received.field("Signature-Key"));
                  }
              });
}

void capabilities(Suite& suite) {
    suite.add("AG-SIG-041", "requests to a resource declare capabilities", {{"capabilities.sent", "no-capabilities"}},
              [](Test& t) {
                  Scene scene(t);
                  go(scene);
                  const auto received = scene.first(scene.resource(), "/data");
                  t.check({}, received.request().fields.contains("AAuth-Capabilities"), "AAuth-Capabilities", "there",
                          "absent");
              });
    suite.add("AG-SIG-042", "AAuth-Capabilities is a list of tokens",
              {{"capabilities.header-form", "capabilities-strings"}}, [](Test& t) {
                  Scene scene(t);
                  go(scene);
                  const auto calls = scene.at(scene.resource());
                  if (calls.empty()) t.blocked("no request of the agent came to the resource");
                  for (const auto& received : calls) {
                      const auto list = protocol::parse_token_list(received.request().fields, "AAuth-Capabilities");
                      const bool good = list || list.error().code == "absent";
                      t.check({}, good, "AAuth-Capabilities", "a list of tokens", received.field("AAuth-Capabilities"));
                  }
              });
    suite.add("AG-SIG-043", "the person server is not told capabilities in a header",
              {{"capabilities.not-at-ps", "capabilities-at-ps"}}, [](Test& t) {
                  Scene scene(t);
                  go(scene);
                  for (const auto& received : scene.at(scene.person_server())) {
                      t.check({}, !received.request().fields.contains("AAuth-Capabilities"), "AAuth-Capabilities",
                              "absent", received.field("AAuth-Capabilities"));
                  }
              });
}

}  // namespace

void signature_cases(Suite& suite) {
    suite.area("Signature profile", "11.3.3");
    components(suite);
    parameters(suite);
    bases(suite);
    schemes(suite);
    suite.area("Capabilities", "11.7");
    capabilities(suite);
}

}  // namespace aauth::suites::ag

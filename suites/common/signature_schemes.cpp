#include <fmt/core.h>

#include "harness/httpsig/signature_key.h"
#include "suites/common/signature_parts.h"

// The scheme of Signature-Key (11.3.2, 11.3.4 step 4, HTTP Signature Keys 3).
namespace aauth::suites {

namespace {

using Request = mocks::SignedRequest;

sfv::Item member(const char* scheme, std::vector<std::pair<std::string, sfv::BareItem>> parameters = {}) {
    sfv::Item item{sfv::Token{scheme}, {}};
    for (auto& [name, value] : parameters) item.parameters.set(name, value);
    return item;
}

void unregistered_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const Covers covers{{"sig.scheme.unsupported", "unsupported-scheme-other-code"}};
    const char* why = "An unknown scheme takes one defined path, so that schemes can be added.";
    add_refused(suite, prefix, endpoint,
                {{120,
                  "an unregistered scheme is answered with unsupported_scheme",
                  covers,
                  {"unsupported_scheme"},
                  {},
                  [](Test&, Request& r) { r.signature_key = member("frobnicate"); },
                  why},
                 {121,
                  "an unregistered scheme with odd parameters is answered with unsupported_scheme",
                  covers,
                  {"unsupported_scheme"},
                  {},
                  [](Test&, Request& r) {
                      r.signature_key = member("frobnicate", {{"jwt", std::int64_t{1}}, {"kty", sfv::Bytes{"x"}}});
                  },
                  why},
                 // A server that does cache assertions has another answer for an identifier that it never issued.
                 {122,
                  "the cached scheme is refused by a server that has cached nothing",
                  {{"sig.cached.unsupported", "unsupported-scheme-other-code"}},
                  {"unsupported_scheme", "cache_miss"},
                  {},
                  [](Test&, Request& r) {
                      r.signature_key = member("cached", {{"cid", std::string("never-issued")}});
                  },
                  "A caller falls back to the full token, which needs the defined answer."}});
}

// Schemes that AAuth has no use for. A resource may serve others than AAuth's agents under them.
void foreign_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const std::vector<std::string> codes{"unsupported_scheme"};
    const char* why =
        "The agent token is the least credential of AAuth: a bare key or a foreign assertion names no agent.";
    const Covers foreign{{"sig.scheme.not-aauth", "unsupported-scheme-other-code"}};
    add_refused(
        suite, prefix, endpoint,
        {{125,
          "a bare key under hwk is refused",
          foreign,
          codes,
          {},
          [](Test&, Request& r) { r.signature_key = httpsig::hwk_member(r.key); },
          why},
         {126,
          "a self-issued delegation under jkt-jwt is refused",
          foreign,
          codes,
          {},
          [](Test& t, Request& r) {
              const auto identity = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
              r.signature_key = httpsig::jkt_jwt_member(httpsig::mint_jkt_jwt(identity, r.key, t.now(), t.now() + 600));
          },
          why},
         {128,
          "a key set under jwks is refused",
          foreign,
          codes,
          {},
          [](Test& t, Request& r) {
              const auto& server = t.world().agent_provider();
              r.key = server.key();
              r.signature_key = member("jwks", {{"url", server.url("/.well-known/jwks.json")}, {"kid", r.key.kid}});
          },
          why},
         {129,
          "a token under self-jwt is refused",
          foreign,
          codes,
          {},
          [](Test&, Request& r) {
              r.signature_key = member("self-jwt", {{"jwt", r.token}});
          },
          why},
         {130,
          "a certificate under x509 is refused",
          foreign,
          codes,
          {},
          [](Test& t, Request& r) {
              r.signature_key = member("x509", {{"x5u", t.world().agent_provider().url("/cert.pem")},
                                                {"x5t", sfv::Bytes{std::string(32, 'x')}}});
          },
          why}});
    if (endpoint.by_server) return;
    add_refused(suite, prefix, endpoint,
                {{127,
          "a server's signature under jwks_uri is refused",
          {{"sig.scheme.agent-as-server", "unsupported-scheme-other-code"}},
          codes,
          {},
          [](Test& t, Request& r) {
              const auto& server = t.world().agent_provider();
              r.key = server.key();
              r.signature_key = httpsig::jwks_uri_member(server.identifier(), protocol::agent_document, r.key.kid);
          },
          "These endpoints authenticate agents; a server that signs in its own right is none."}});
}

void accept_scheme_case(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    suite
        .add(case_id(prefix, 135), endpoint.by_server ? "an unsupported_scheme answer names the schemes that are accepted, jwks_uri among them"
                            : "an unsupported_scheme answer names the schemes that are accepted, jwt among them",
             {{"sig.accept-scheme", "no-accept-scheme"},
              {"sig.accept-scheme.form", "accept-scheme-string"},
              {"sig.accept-scheme.complete", "accept-scheme-wrong"}},
             [endpoint](Test& t) {
                 const auto answer = t.altered(endpoint, [](auto& r) { r.signature_key = member("frobnicate"); });
                 if (endpoint.accepted(answer)) t.blocked("the target accepts a scheme that does not exist");
                 if (!t.expect(answer, "sig.accept-scheme").header("Accept-Signature-Scheme").good()) return;
                 if (!t.expect(answer, "sig.accept-scheme.form").token_list("Accept-Signature-Scheme", {}).good())
                     return;
                 t.expect(answer, "sig.accept-scheme.complete")
                     .token_list("Accept-Signature-Scheme", {endpoint.by_server ? "jwks_uri" : "jwt"});
             })
        .because("With the list the caller knows how to try again.");
}

// What is missing or odd in the member of a server.
void server_member_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const Covers covers{{"sig.key.unknown", "status-500-for-signature"}};
    // Which of the codes fits a parameter that is absent or of the wrong type is not said.
    const auto without = [](const char* name) {
        return [name](Test&, Request& r) {
            r.signature_key->parameters.erase(name);
        };
    };
    const auto with = [](const char* name, sfv::BareItem value) {
        return [name, value](Test&, Request& r) { r.signature_key->parameters.set(name, value); };
    };
    add_refused(
        suite, prefix, endpoint,
        {{137, "the jwks_uri scheme without an id is refused", covers, {}, {}, without("id")},
         {138, "the jwks_uri scheme without a dwk is refused", covers, {}, {}, without("dwk")},
         {139, "the jwks_uri scheme without a kid is refused", covers, {}, {}, without("kid")},
         {141, "the jwks_uri scheme with an integer for an id is refused", covers, {}, {}, with("id", std::int64_t{1})},
         {142, "the jwks_uri scheme with an id that is no URL is refused", covers, {}, {}, with("id", std::string("ps"))},
         {143, "the jwks_uri scheme with a dwk that is a path is refused", covers, {}, {},
          with("dwk", std::string("../jwks.json"))},
         {144,
          "the jwks_uri scheme with a kid that the server does not publish is refused",
          {{"sig.key.unknown", "signature-error-wrong-code"}},
          {"unknown_key"},
          {},
          with("kid", std::string("no-such-key"))}});
}

// The member of an agent under the jwt scheme.
void jwt_member_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    suite
        .add(case_id(prefix, 136),
             "the optional cache parameter of the jwt scheme changes nothing where nothing is cached",
             {{"sig.cached.parameter", "refuse-cache-parameter"}},
             [endpoint](Test& t) {
                 t.accepts(endpoint, "sig.cached.parameter", [](auto& r) {
                     r.signature_key = member("jwt", {{"jwt", r.token}, {"cache", true}});
                 });
             })
        .because("It asks for an identifier that the server need not issue (HTTP Signature Keys 6.2).");
    const Covers covers{{"sig.jwt.invalid", "status-500-for-signature"}};
    // Which of the codes fits a parameter of the wrong type is not said.
    add_refused(
        suite, prefix, endpoint,
        {{137,
          "the jwt scheme without a token is refused",
          covers,
          {},
          {"invalid_jwt"},
          [](Test&, Request& r) { r.signature_key = member("jwt"); }},
         {138,
          "the jwt scheme with an integer for a token is refused",
          covers,
          {},
          {"invalid_jwt"},
          [](Test&, Request& r) {
              r.signature_key = member("jwt", {{"jwt", std::int64_t{1}}});
          }},
         {139, "the jwt scheme with an empty token is refused", covers, {}, {"invalid_jwt"}, [](Test&, Request& r) {
              r.signature_key = member("jwt", {{"jwt", std::string()}});
          }}});
}

void odd_member_case(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    suite.add(case_id(prefix, 140), "odd members of Signature-Key do not break the server",
              {{"input.hostile", "status-500-for-signature"}}, [endpoint](Test& t) {
                  const auto who = t.player();
                  t.control(endpoint, who);
                  for (const auto& odd : {sfv::BareItem(std::string("jwt")), sfv::BareItem(std::int64_t{1}),
                                          sfv::BareItem(true), sfv::BareItem(sfv::Bytes{"jwt"})}) {
                      auto request = endpoint.request(t, who);
                      request.signature_key = sfv::Item{odd, {}};
                      request.signature_key->parameters.set("jwt", request.token);
                      const auto answer = t.send(request, "the scheme is no token");
                      expect_no_server_error(t, answer);
                      prefer_refusal(t, answer, endpoint, "sig.scheme.unsupported");
                  }
              });
}

}  // namespace

void scheme_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    unregistered_rows(suite, prefix, endpoint);
    if (endpoint.server) foreign_rows(suite, prefix, endpoint);
    accept_scheme_case(suite, prefix, endpoint);
    const auto member_cases = endpoint.by_server ? server_member_rows : jwt_member_cases;
    member_cases(suite, prefix, endpoint);
    odd_member_case(suite, prefix, endpoint);
}

}  // namespace aauth::suites

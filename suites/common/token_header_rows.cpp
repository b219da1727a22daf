#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "suites/common/token_rows.h"

// The header of a token, and its signature (11.5.1, 11.5.2 steps 1 and 2).
namespace aauth::suites {

namespace {

std::string hmac_sha256(std::string key, const std::string& message) {
    key.resize(64, '\0');
    std::string inner = key, outer = key;
    for (auto& octet : inner) octet = static_cast<char>(octet ^ 0x36);
    for (auto& octet : outer) octet = static_cast<char>(octet ^ 0x5c);
    return crypto::sha256(outer + crypto::sha256(inner + message));
}

// The header of a compact token with a member set, signed anew.
std::string with_header(const std::string& compact, const char* name, const nlohmann::json& value,
                        const jose::SigningKey& key) {
    const auto jwt = jose::Jwt::decode(compact).value();
    auto members = jwt.header();
    members[name] = value;
    return jose::mint_raw(json::dump(members), jwt.payload_text(), key);
}

// A stranger's key under the issuer's kid.
jose::SigningKey impostor(Test& t, const Presented& presented) {
    return jose::SigningKey::generate(crypto::Algorithm::Ed25519, presented.issuer(t).key().kid);
}

void typ_rows(Suite& suite, const Presented& presented) {
    const auto covers = presented.covers("jwt.typ", "verify-typ", presented.ignoring("typ"));
    const std::vector<std::string> codes{"invalid_jwt"};
    const char* why = "Only typ tells AAuth's tokens apart from each other and from any other JWT of the issuer.";
    add_refused(suite, presented,
                {{10, "without typ is refused", covers, codes, {}, header("typ", nullptr), {}, why},
                 {11, "with typ JWT is refused", covers, codes, {}, header("typ", "JWT"), {}, why},
                 {12,
                  "with the typ of a resource token is refused",
                  covers,
                  codes,
                  {},
                  header("typ", "aa-resource+jwt"),
                  {},
                  why},
                 {13, "with a typ that is no string is refused", covers, codes, {}, header("typ", 1), {}, why}});
    // A resource takes more than one of these, depending on what it asks for.
    if (!presented.endpoint().server || (presented.in_body() && !presented.is(protocol::TokenKind::Agent))) return;
    add_refused(
        suite, presented,
        {{14, "with the typ of a person token is refused", covers, codes, {}, header("typ", "aa-person+jwt"), {}, why},
         {15, "with the typ of an auth token is refused", covers, codes, {}, header("typ", "aa-auth+jwt"), {}, why}});
}

void algorithm_rows(Suite& suite, const Presented& presented) {
    const Covers covers{{"jwt.alg", presented.ignoring("signature")}};
    // Which of the two codes fits is not said.
    const std::vector<std::string> codes{"invalid_jwt", "unsupported_algorithm"};
    const auto unsecured = [](Test&, const std::string& compact) {
        const auto jwt = jose::Jwt::decode(compact).value();
        return jose::assemble(jwt.header_text(), jwt.payload_text(), "");
    };
    const auto shared_secret = [presented](Test& t, const std::string& compact) {
        const auto jwt = jose::Jwt::decode(compact).value();
        const auto secret = presented.issuer(t).key().key.public_key().edwards_octets();
        return jose::assemble(jwt.header_text(), jwt.payload_text(),
                              hmac_sha256(secret, std::string(jwt.signing_input())));
    };
    add_refused(
        suite, presented,
        {{20,
          "with alg none and no signature is refused",
          covers,
          codes,
          {},
          header("alg", "none"),
          unsecured,
          "Anybody can write an unsecured token."},
         {21, "with alg none and a signature is refused", covers, codes, {}, header("alg", "none")},
         {22,
          "with alg HS256, made with the issuer's public key as the secret, is refused",
          covers,
          codes,
          {},
          header("alg", "HS256"),
          shared_secret,
          "The public key is known to everybody."},
         {23,
          "with alg EdDSA is refused",
          covers,
          codes,
          {},
          header("alg", "EdDSA"),
          {},
          "EdDSA does not say which curve it is; Ed25519 does.",
          false,
          [](const protocol::Draft& draft) { return !draft.jwk.eddsa_allowed; }},
         {24, "with the alg of another kind of key is refused", covers, codes, {}, header("alg", "ES256")},
         {25, "without alg is refused", {{"jwt.alg", "status-500-for-signature"}}, codes, {}, header("alg", nullptr)}});
}

void kid_rows(Suite& suite, const Presented& presented) {
    // 11.5.2 looks the key up by kid; no sentence asks that a token without one is refused.
    const Covers present{{"jwt.kid-present", presented.ignoring("signature")}};
    const std::vector<std::string> codes{"invalid_jwt", "unknown_key"};
    const char* why = "A verifier that tries what keys there are accepts keys that the issuer did not mean.";
    add_refused(suite, presented,
                {{26, "without kid is better refused", present, codes, {}, header("kid", nullptr), {}, why},
                 {27, "with a kid that is no string is better refused", present, codes, {}, header("kid", 1), {}, why},
                 {28,
                  "with a kid that the issuer does not publish is refused",
                  {{"sig.key.unknown", presented.ignoring("signature")}},
                  codes,
                  {"unknown_key"},
                  header("kid", "no-such-key")}});
}

void signature_rows(Suite& suite, const Presented& presented) {
    const auto fault = presented.ignoring("signature");
    const Covers covers{{"jwt.signature", fault}, {"sig.jwt.invalid", fault}};
    const std::vector<std::string> codes{"invalid_jwt"};
    add_refused(suite, presented,
                {{30,
                  "with one bit of its signature changed is refused",
                  covers,
                  codes,
                  {},
                  {},
                  [](Test&, const std::string& compact) { return jose::corrupt_signature(compact); }},
                 {31,
                  "signed by another key under the issuer's kid is refused",
                  covers,
                  codes,
                  {},
                  {},
                  [presented](Test& t, const std::string& compact) {
                      const auto jwt = jose::Jwt::decode(compact).value();
                      return jose::mint_raw(jwt.header_text(), jwt.payload_text(), impostor(t, presented));
                  }},
                 {32,
                  "without its signature is refused",
                  covers,
                  codes,
                  {},
                  {},
                  [](Test&, const std::string& compact) { return compact.substr(0, compact.rfind('.') + 1); }},
                 {33,
                  "with a claim changed after it was signed is refused",
                  covers,
                  codes,
                  {},
                  {},
                  [](Test&, const std::string& compact) {
                      const auto jwt = jose::Jwt::decode(compact).value();
                      auto claims = jwt.payload();
                      claims["added"] = true;
                      return jose::assemble(jwt.header_text(), json::dump(claims), jwt.signature());
                  }},
                 {34,
                  "signed by a key that its own header brings along is refused",
                  covers,
                  codes,
                  {},
                  {},
                  [presented](Test& t, const std::string& compact) {
                      const auto key = impostor(t, presented);
                      return with_header(compact, "jwk", key.public_jwk(), key);
                  },
                  "The issuer's keys are those that it publishes."},
                 {35,
                  "with a critical header extension that nobody knows is refused",
                  {{"sig.jwt.invalid", presented.ignoring("crit")}},
                  codes,
                  {},
                  [](Test&, nlohmann::json& members, nlohmann::json&) {
                      members["crit"] = {"x-conformance"};
                      members["x-conformance"] = true;
                  },
                  {},
                  "What is marked critical has to be understood (RFC 7515 section 4.1.11)."},
                 });
    if (!presented.token.other) return;
    // Who looks at the issuer again refuses the token for that.
    const bool again = presented.in_body() && !presented.is(protocol::TokenKind::Agent);
    const Covers other_issuer{{"jwt.signature", again ? "grant-anyway" : fault},
                              {"sig.jwt.invalid", again ? "grant-anyway" : fault}};
    // Who compares the iss of a presented token with the ps of the resource token first fetches no stranger's keys, and
    // blames the resource token (6.7.2 step 3).
    std::vector<std::string> stranger_codes{"invalid_jwt", "unknown_key"};
    if (presented.issuer_signs()) stranger_codes.emplace_back("invalid_resource_token");
    add_refused(suite, presented,
                {{36,
                  "that names another issuer than the one that signed it is refused",
                  other_issuer,
                  stranger_codes,
                  {},
                  [presented](Test& t, nlohmann::json&, nlohmann::json& claims) {
                      auto other = presented.token.other(t, t.player(), crypto::Algorithm::Ed25519);
                      t.world().trust(other.party);
                      claims["iss"] = other.party.identifier();
                  }}});
}

}  // namespace

void token_header_rows(Suite& suite, const Presented& presented) {
    typ_rows(suite, presented);
    algorithm_rows(suite, presented);
    kid_rows(suite, presented);
    signature_rows(suite, presented);
}

}  // namespace aauth::suites

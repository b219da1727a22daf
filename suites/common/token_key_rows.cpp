#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "harness/sfv/sfv.h"
#include "mocks/party.h"
#include "suites/common/token_rows.h"

// The key in a token's cnf, and the signature made with it (11.3.1, 11.3.4 steps 5 to 7, HTTP Signature Keys 3.3).
namespace aauth::suites {

namespace {

using nlohmann::json;
using protocol::TokenKind;

std::function<void(Test&, json&, json&)> jwk(std::string name, json value) {
    return [name, value](Test&, json&, json& claims) {
        auto& key = claims["cnf"]["jwk"];
        if (value.is_null()) {
            key.erase(name);
        } else {
            key[name] = value;
        }
    };
}

std::string encoded(std::size_t octets) { return crypto::base64url_encode(std::string(octets, 'k')); }

// What the kind's own section says of an incomplete key.
std::string_view incomplete(const Presented& presented) {
    if (presented.is(TokenKind::Auth)) return "cnf-complete";
    return presented.is(TokenKind::Person) ? "verify-cnf" : "";
}

void missing_rows(Suite& suite, const Presented& presented) {
    const auto covers = presented.covers("jwt.cnf-required", incomplete(presented), "unusable-cnf-other-code");
    // The text does not say which of these it is.
    const std::vector<std::string> codes{"invalid_jwt", "invalid_key", "unsupported_algorithm"};
    const auto thumbprint = [](Test&, json&, json& claims) {
        claims["cnf"] = {{"jkt", jose::thumbprint(claims["cnf"]["jwk"]).value()}};
    };
    add_refused(suite, presented,
                {{120,
                  "without cnf is refused",
                  covers,
                  codes,
                  {},
                  claim("cnf", nullptr),
                  {},
                  "A token that names no key is a bearer token."},
                 {121, "whose cnf is no object is refused", covers, codes, {}, claim("cnf", "key")},
                 {122, "whose cnf has no jwk is refused", covers, codes, {}, claim("cnf", json::object())},
                 {123, "whose cnf has a thumbprint instead of a key is refused", covers, codes, {}, thumbprint},
                 {124, "whose cnf.jwk is no object is refused", covers, codes, {}, claim("cnf", {{"jwk", "key"}})}});
    const auto guessed = presented.covers("sig.key.unparsable", incomplete(presented), "lenient-cnf");
    const auto unusable = presented.covers("sig.key.unparsable", incomplete(presented), "unusable-cnf-other-code");
    add_refused(suite, presented,
                {{125, "whose key has no kty is refused", guessed, codes, {}, jwk("kty", nullptr)},
                 {126, "whose key has no crv is refused", guessed, codes, {}, jwk("crv", nullptr)},
                 {127, "whose key has no x is refused", unusable, codes, {}, jwk("x", nullptr)}});
}

void unparsable_rows(Suite& suite, const Presented& presented) {
    const auto covers = presented.covers("sig.key.unparsable", presented.is(TokenKind::Auth) ? "cnf-parseable" : "",
                                         "unusable-cnf-other-code");
    const std::vector<std::string> codes{"invalid_key"};
    const auto off_curve = [](Test&, json&, json& claims) {
        claims["cnf"]["jwk"] = {
            {"kty", "EC"}, {"crv", "P-256"}, {"alg", "ES256"}, {"x", encoded(32)}, {"y", encoded(32)}};
    };
    add_refused(
        suite, presented,
        {{128, "whose key is an octet short is refused with invalid_key", covers, codes, {}, jwk("x", encoded(31))},
         {129, "whose key is an octet long is refused with invalid_key", covers, codes, {}, jwk("x", encoded(33))},
         {130, "whose key is no base64url is refused with invalid_key", covers, codes, {}, jwk("x", "!!!")},
         {131, "whose key is no string is refused with invalid_key", covers, codes, {}, jwk("x", 1)},
         // Who does not implement ES256 need not look at the point.
         {132,
          "whose key is not on its curve is refused",
          covers,
          {"invalid_key", "unsupported_algorithm"},
          {},
          off_curve}});
}

void algorithm_rows(Suite& suite, const Presented& presented) {
    const std::vector<std::string> unsupported{"unsupported_algorithm"};
    const std::vector<std::string> either{"unsupported_algorithm", "invalid_key"};
    const auto covers = [](const char* requirement) { return Covers{{requirement, "lenient-cnf"}}; };
    const auto post_quantum = claim("cnf", {{"jwk", {{"kty", "AKP"}, {"alg", "ML-DSA-44"}, {"pub", encoded(1312)}}}});
    const auto symmetric = claim("cnf", {{"jwk", {{"kty", "oct"}, {"alg", "HS256"}, {"k", encoded(32)}}}});
    const char* why = "The algorithm is what the key says, and never guessed.";
    add_refused(
        suite, presented,
        {{133,
          "whose key has no alg is refused with unsupported_algorithm",
          covers("key.alg-required"),
          unsupported,
          {},
          jwk("alg", nullptr),
          {},
          why},
         {134,
          "whose key has alg EdDSA is refused with unsupported_algorithm",
          covers("key.alg-polymorphic"),
          unsupported,
          {},
          jwk("alg", "EdDSA"),
          {},
          why},
         {135,
          "whose key has alg none is refused",
          covers("key.alg-forbidden"),
          either,
          {},
          jwk("alg", "none"),
          {},
          why},
         {136,
          "whose key has alg HS256 is refused",
          covers("key.alg-forbidden"),
          either,
          {},
          jwk("alg", "HS256"),
          {},
          why},
         {137,
          "whose key has an alg that nobody knows is refused with unsupported_algorithm",
          covers("key.alg-unimplemented"),
          unsupported,
          {},
          jwk("alg", "Ed25519-X"),
          {},
          why},
         {138,
          "whose key has alg in other case is refused with unsupported_algorithm",
          covers("key.alg-unimplemented"),
          unsupported,
          {},
          jwk("alg", "ed25519"),
          {},
          why},
         {139,
          "whose key is of a type that the server does not implement is refused with unsupported_algorithm",
          {{"key.alg-unimplemented", "unusable-cnf-other-code"}},
          unsupported,
          {},
          post_quantum},
         {140, "whose key is symmetric is refused", {{"key.oct", "unusable-cnf-other-code"}}, either, {}, symmetric},
         {141,
          "whose key has another kty than its alg needs is refused with invalid_key",
          covers("key.kty-crv-agree"),
          {"invalid_key"},
          {},
          jwk("kty", "EC")},
         {142,
          "whose key has another crv than its alg needs is refused with invalid_key",
          covers("key.kty-crv-agree"),
          {"invalid_key"},
          {},
          jwk("crv", "P-256")},
         {143,
          "whose key is for key agreement is refused with invalid_key",
          covers("key.kty-crv-agree"),
          {"invalid_key"},
          {},
          jwk("crv", "X25519")},
         {144,
          "whose key has another alg than its kty and crv need is refused with invalid_key",
          covers("key.kty-crv-agree"),
          {"invalid_key"},
          {},
          jwk("alg", "ES256")}});
    add_preferred(suite, presented,
                  {{145,
                    "whose key has a private member is better refused",
                    {{"sig.key.unparsable", ""}},
                    {},
                    {},
                    jwk("d", encoded(32))}});
    add_accepted(suite, presented,
                 {{146,
                   "whose key has members that nobody knows is accepted",
                   {{"key.unknown-members", "refuse-unknown-jwk-members"}},
                   {},
                   {},
                   jwk("x-conformance", json::array({1, "two"})),
                   {},
                   "A JWK may have further members, which are ignored (RFC 7517 section 4)."}});
}

void holder_case(Suite& suite, const Presented& presented) {
    if (presented.in_body()) return;  // where nobody signs with the key
    const auto requirement = presented.rule(presented.is(TokenKind::Agent) ? "cnf-matches" : "verify-cnf");
    suite
        .add(case_id(presented.prefix, 147),
             fmt::format("{} shown by another than its holder is refused", presented.name),
             {{requirement, "ignore sig.verifies"}},
             [presented](Test& t) {
                 t.refuses(presented.endpoint(), {"invalid_signature"}, [&](auto& r) { r.key = t.player().agent.key; });
             })
        .only_for(drafts_of(suite, presented, requirement))
        .because("A stolen token is worthless without the key that it names.");
}

// A request by an agent with a key of this algorithm.
Answer with_algorithm(Test& t, const Presented& presented, crypto::Algorithm algorithm) {
    Player who{t.world().agent_provider().enrol({}, algorithm), {}};
    who.token = t.world().agent_provider().agent_token(who.agent, t.person_server_identifier());
    return present(t, presented, who, presented.token.mint(t, who, {}));
}

// A request whose signature is made with a key of this algorithm.
Answer signed_with(Test& t, const Presented& presented, crypto::Algorithm algorithm) {
    if (!presented.issuer_signs()) return with_algorithm(t, presented, algorithm);
    const auto player = t.player();
    const auto other = presented.token.other(t, player, algorithm);
    t.world().trust(other.party);
    return t.send(other.place(t, player, other.mint({})), "signed by another server");
}

void es256_case(Suite& suite, const Presented& presented) {
    suite
        .add(case_id(presented.prefix, 150), fmt::format("{} for an ES256 key is accepted", presented.name),
             {{"key.es256", "refuse-es256"}},
             [presented](Test& t) {
                 t.control(presented.endpoint(), t.player());
                 const auto answer = with_algorithm(t, presented, crypto::Algorithm::ES256);
                 const bool accepted = presented.endpoint().accepted(answer);
                 t.expect(answer).that(accepted, "answer", "accepted", answer.summary());
             })
        .only_for(drafts_of(suite, presented, "key.es256"));
}

// An answer with unsupported_algorithm to one of the keys that deserve it.
Answer unsupported(Test& t, const Presented& presented) {
    for (const char* name : {"ML-DSA-44", "EdDSA", "Ed25519-X"}) {
        if (presented.issuer_signs()) {
            const auto player = t.player();
            const auto other = presented.token.other(t, player, crypto::Algorithm::Ed25519);
            auto keys = other.party.jwks();
            keys["keys"][0]["alg"] = name;
            t.world().trust(other.party, {}, aauth::json::dump(keys));
            auto refusal = t.send(other.place(t, player, other.mint({})), std::string("signed by a server whose key has alg ") + name);
            const auto error = protocol::parse_signature_error(refusal.response.fields);
            if (error && error->error == "unsupported_algorithm") return refusal;
            continue;
        }
        const TokenRow row{0, "", {}, {}, {}, jwk("alg", name)};
        auto answer = altered_token(t, presented, row);
        const auto error = protocol::parse_signature_error(answer.response.fields);
        if (error && error->error == "unsupported_algorithm") return answer;
    }
    t.blocked("the target answers no key with unsupported_algorithm");
}

// The list as the target gives it, to a key that it does not accept or to an unsigned request.
std::vector<std::string> accepted_algorithms(Test& t, const Presented& presented) {
    const auto unsigned_answer = t.altered(presented.endpoint(), [](auto& r) { r.unsigned_(); });
    for (const auto& answer : {unsupported(t, presented), unsigned_answer}) {
        const auto names = protocol::parse_token_list(answer.response.fields, "Accept-Signature-Alg");
        if (names) return *names;
    }
    t.skip("the target does not say which algorithms it accepts");
}

// What Accept-Signature-Alg says. Once for a target is enough, so only with agent tokens.
void accept_alg_cases(Suite& suite, const Presented& presented) {
    const char* field = "Accept-Signature-Alg";
    suite.add(case_id(presented.prefix, 151), "an unsupported_algorithm answer names the algorithms that are accepted",
              {{"sig.accept-alg", "no-accept-alg"},
               {"sig.accept-alg.form", "accept-alg-string"},
               {"sig.accept-alg.no-forbidden", "accept-alg-eddsa"}},
              [presented, field](Test& t) {
                  const auto answer = unsupported(t, presented);
                  if (!t.expect(answer, "sig.accept-alg").header(field).good()) return;
                  const auto names = protocol::parse_token_list(answer.response.fields, field);
                  if (!t.expect(answer, "sig.accept-alg.form").token_list(field, {}).good()) return;
                  const auto forbidden = std::find_if(names->begin(), names->end(), [](const std::string& name) {
                      return name == "EdDSA" || name == "none" || name.starts_with("HS");
                  });
                  t.expect(answer, "sig.accept-alg.no-forbidden")
                      .that(forbidden == names->end(), field, "no EdDSA, none or HS",
                            fmt::format("{}", fmt::join(*names, ", ")));
              });
    suite
        .add(case_id(presented.prefix, 152),
             "Accept-Signature-Alg names the algorithms that are accepted, and no others",
             {{"sig.accept-alg.exact", "accept-alg-subset"}},
             [presented](Test& t) {
                 const auto names = accepted_algorithms(t, presented);
                 using enum crypto::Algorithm;
                 for (const auto algorithm : {Ed25519, Ed448, ES256, ES384, ES512, RS256, PS256}) {
                     const auto name = std::string(crypto::name(algorithm));
                     const bool listed = std::find(names.begin(), names.end(), name) != names.end();
                     const auto answer = signed_with(t, presented, algorithm);
                     const bool accepted = presented.endpoint().accepted(answer);
                     t.expect(answer).that(accepted == listed, "a key for " + name,
                                           listed ? "accepted, as listed" : "refused, as not listed", answer.summary());
                 }
             })
        .because("A client that takes an algorithm from the list is to be sure of it.");
    // The older place of the list.
    if (drafts_with(suite, "sig.supported-algorithms").empty()) return;
    suite
        .add(case_id(presented.prefix, 153), "an unsupported_algorithm answer lists the supported_algorithms",
             {{"sig.supported-algorithms", "no-accept-alg"}},
             [presented](Test& t) {
                 const auto answer = unsupported(t, presented);
                 const auto text = answer.header("Signature-Error").value_or("");
                 const auto parsed = sfv::parse_dictionary(text);
                 const auto* list = parsed ? parsed->inner_list("supported_algorithms") : nullptr;
                 const bool good = list != nullptr && !list->items.empty() &&
                                   std::all_of(list->items.begin(), list->items.end(), [](const sfv::Item& item) {
                                       return std::holds_alternative<std::string>(item.value);
                                   });
                 t.expect(answer).that(good, "supported_algorithms", "an inner list of strings", text);
             })
        .only_for(drafts_with(suite, "sig.supported-algorithms"));
}

}  // namespace

void token_key_rows(Suite& suite, const Presented& presented) {
    missing_rows(suite, presented);
    unparsable_rows(suite, presented);
    algorithm_rows(suite, presented);
    holder_case(suite, presented);
    if (!presented.in_body()) es256_case(suite, presented);
    const bool signs = presented.is(TokenKind::Agent) && !presented.in_body();
    if (signs || (presented.issuer_signs() && presented.token.other)) accept_alg_cases(suite, presented);
}

}  // namespace aauth::suites

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/metadata.h"
#include "suites/person-server/endpoints.h"

// The metadata document (11.2, 11.2.2).
namespace aauth::suites::ps {

namespace {

using Rules = std::vector<std::string>;

// The document as it is now; ends the case when it is none.
nlohmann::json document(Test& t) {
    const auto answer = t.send_plain("GET", "/.well-known/aauth-person.json", {{"Accept", "application/json"}});
    const auto body = answer.json();
    if (answer.status() != 200 || !body) t.blocked("the metadata could not be read: " + answer.summary());
    return *body;
}

// No problem of these rules is in the document; `member` narrows it to one.
void expect_no_problem(Test& t, const Rules& rules, std::string_view member = {}) {
    std::string found;
    const auto all = protocol::metadata_problems(document(t), protocol::Role::PersonServer, t.world().identifier(),
                                                 t.draft(), t.world().reach());
    for (const auto& problem : all) {
        const bool asked = std::find(rules.begin(), rules.end(), problem.rule) != rules.end();
        if (asked && (member.empty() || problem.member == member)) found += problem.message + "; ";
    }
    t.check({}, found.empty(), "metadata", "as the draft has it", found.empty() ? "good" : found);
}

void expect_strings(Test& t, const char* member) {
    const auto metadata = document(t);
    const auto* list = json::member(metadata, member);
    const bool strings = list != nullptr && list->is_array() &&
                         std::all_of(list->begin(), list->end(), [](const auto& entry) { return entry.is_string(); });
    t.check({}, strings, member, "an array of strings", list == nullptr ? "absent" : json::dump(*list).substr(0, 200));
}

}  // namespace

void metadata_cases(Suite& suite) {
    suite.area("Metadata", "11.2");

    suite
        .add("PS-MET-001", "the metadata is a JSON object at /.well-known/aauth-person.json",
             {{"meta.well-known", "metadata-not-json"}},
             [](Test& t) {
                 const auto answer =
                     t.send_plain("GET", "/.well-known/aauth-person.json", {{"Accept", "application/json"}});
                 t.expect(answer).status(200).that(answer.json().has_value(), "body", "a JSON object",
                                                   answer.response.body.substr(0, 100));
                 t.prefer(answer).media_type("application/json");
             })
        .because("Everybody else finds the person server's endpoints and keys through this document.");

    const struct {
        const char *number, *title, *requirement, *fault;
        Rules rules;
        const char* member;
    } rows[] = {
        {"002",
         "issuer is in the metadata",
         "meta.ps.required-fields",
         "metadata-no-issuer",
         {"meta.issuer-present"},
         ""},
        {"003",
         "issuer is the URL of the metadata without its well-known part, byte for byte",
         "meta.issuer-match",
         "metadata-other-issuer",
         {"meta.issuer-present", "meta.issuer-match"},
         ""},
        {"004", "issuer is a valid server identifier", "id.server.syntax", "metadata-other-issuer", {"id.server"}, ""},
        {"005",
         "jwks_uri is in the metadata",
         "meta.ps.required-fields",
         "metadata-no-jwks-uri",
         {"meta.jwks-uri"},
         ""},
        {"006",
         "the auth token endpoint is in the metadata",
         "meta.ps.required-fields",
         "metadata-no-auth-endpoint",
         {"meta.ps.auth-token-endpoint"},
         ""},
        {"007",
         "the person token endpoint is in the metadata",
         "person-endpoint.exists",
         "metadata-omit person_token_endpoint",
         {"meta.ps.person-token-endpoint"},
         ""},
        {"008",
         "endpoint URLs are https without query or fragment",
         "meta.endpoints-https",
         "metadata-endpoint-query",
         {"meta.endpoint-url"},
         ""},
        {"009",
         "jwks_uri and the other URIs of the metadata are https",
         "meta.uris-https",
         "metadata-http-jwks-uri",
         {"meta.url-https"},
         ""},
        {"010",
         "accept_signature_algs, where it is published, is a list of fully-specified algorithms",
         "meta.accept-signature-algs",
         "metadata-algs-eddsa",
         {"meta.algs", "meta.types"},
         "accept_signature_algs"},
    };
    for (const auto& row : rows) {
        suite.add(std::string("PS-MET-") + row.number, row.title, {{row.requirement, row.fault}},
                  [rules = row.rules, member = row.member](Test& t) { expect_no_problem(t, rules, member); });
    }

    suite
        .add("PS-MET-011", "the metadata names a revocation endpoint",
             {{"meta.ps.revocation-endpoint", "metadata-omit revocation_endpoint"}},
             [](Test& t) {
                 const auto url = json::string_member(document(t), "revocation_endpoint").value_or("");
                 t.check({}, !url.empty(), "revocation_endpoint", "a URL", "absent");
             })
        .because("Without one a stolen agent token works until it expires.");
    suite.add("PS-MET-012", "the metadata lists the scopes that the person server supports",
              {{"meta.ps.scopes-supported", "metadata-omit scopes_supported"}},
              [](Test& t) { expect_strings(t, "scopes_supported"); });
    suite.add("PS-MET-013", "the metadata lists the identity claims that the person server can provide",
              {{"meta.ps.claims-supported", "metadata-omit claims_supported"}},
              [](Test& t) { expect_strings(t, "claims_supported"); });
}

namespace {

// The keys as they are published now; ends the case when they cannot be read.
nlohmann::json keys(Test& t) {
    const auto uri = t.world().endpoint("jwks_uri");
    if (uri.empty()) t.blocked("the metadata names no jwks_uri");
    const auto answer = t.send_plain("GET", uri, {{"Accept", "application/json"}});
    const auto body = answer.json();
    const auto* list = body ? json::member(*body, "keys") : nullptr;
    t.expect(answer, "jwks.discovery")
        .status(200)
        .that(list != nullptr && list->is_array() && !list->empty(), "body",
              "an object with an array `keys` that is not empty", answer.response.body.substr(0, 100))
        .required();
    return nlohmann::json(*list);
}

std::string shown(const nlohmann::json& key) { return json::dump(key).substr(0, 200); }

// The key that signs the target's tokens; ends the case when it is not among those published.
nlohmann::json signing_key(Test& t) {
    const auto player = t.player();
    const auto token = t.draft().person_tokens ? person_token(t, player) : auth_token(t, player);
    const auto kid = token.header_string("kid").value_or("");
    nlohmann::json found;
    for (const auto& key : keys(t)) {
        if (!kid.empty() && json::string_member(key, "kid") == kid) found = key;
    }
    t.expect({}, "jwt.kid")
        .that(!found.is_null(), "kid", "that of a published key", kid.empty() ? "absent" : kid)
        .required();
    return found;
}

}  // namespace

void key_cases(Suite& suite) {
    suite.area("Keys", "11.4");

    suite.add("PS-MET-020", "jwks_uri gives a JWK Set with keys",
              {{"jwks.discovery", "jwks-not-json"}, {"jwks.discovery", "jwks-empty"}}, [](Test& t) { keys(t); });
    suite.add("PS-MET-021", "the key that signs tokens is published under the kid of their headers",
              {{"jwt.kid", "jwks-no-kid"}}, [](Test& t) { signing_key(t); });
    suite
        .add("PS-MET-022", "the key that signs tokens names a fully-specified algorithm",
             {{"jwks.alg-published", "jwks-no-alg"}, {"jwks.alg-published", "jwks-eddsa"}},
             [](Test& t) {
                 const auto key = signing_key(t);
                 const auto alg = json::string_member(key, "alg").value_or("");
                 t.check({}, crypto::algorithm_from_name(alg).has_value(), "alg", "a fully-specified algorithm",
                         alg.empty() ? "absent" : alg);
                 for (const auto& other : keys(t)) {
                     t.check_preferred({}, json::string_member(other, "alg").has_value(), "alg of every key", "present",
                                       shown(other));
                 }
             })
        .because("Signature-Key names a key without describing it, so the JWKS is the only place for its alg.");
    suite.add("PS-MET-023", "no published key has the polymorphic EdDSA identifier",
              {{"key.alg-polymorphic", "jwks-eddsa"}}, [](Test& t) {
                  for (const auto& key : keys(t)) {
                      t.check({}, json::string_member(key, "alg") != "EdDSA", "alg", "not EdDSA", shown(key));
                  }
              });
    suite.add("PS-MET-024", "no symmetric key is published", {{"key.alg-forbidden", "jwks-symmetric"}}, [](Test& t) {
        for (const auto& key : keys(t)) {
            t.check({}, json::string_member(key, "kty") != "oct", "kty", "that of a public key", "oct");
        }
    });
    suite
        .add("PS-MET-025", "no private key is published", {{"security.keys-protected", "jwks-private"}},
             [](Test& t) {
                 for (const auto& key : keys(t)) {
                     for (const char* member : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
                         t.check({}, json::member(key, member) == nullptr, fmt::format("member {}", member), "absent",
                                 "present");
                     }
                 }
             })
        .because("Whoever reads such a JWKS can issue tokens in the person server's name.");
}

}  // namespace aauth::suites::ps

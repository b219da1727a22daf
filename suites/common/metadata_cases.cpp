#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/metadata.h"
#include "suites/common/metadata_cases.h"

namespace aauth::suites {

nlohmann::json metadata_document(Test& t, protocol::Role role) {
    const auto path = "/.well-known/" + std::string(protocol::document_name(role));
    const auto answer = t.send_plain("GET", path, {{"Accept", "application/json"}});
    const auto body = answer.json();
    if (answer.status() != 200 || !body) t.blocked("the metadata could not be read: " + answer.summary());
    return *body;
}

void expect_no_metadata_problem(Test& t, protocol::Role role, const std::vector<std::string>& rules,
                                std::string_view member) {
    std::string found;
    const auto all = protocol::metadata_problems(metadata_document(t, role), role, t.world().identifier(), t.draft(),
                                                 t.world().reach());
    for (const auto& problem : all) {
        const bool asked = std::find(rules.begin(), rules.end(), problem.rule) != rules.end();
        if (asked && (member.empty() || problem.member == member)) found += problem.message + "; ";
    }
    t.check({}, found.empty(), "metadata", "as the draft has it", found.empty() ? "good" : found);
}

void metadata_cases(Suite& suite, const Publisher& publisher) {
    suite.area("Metadata", "11.2");
    const auto role = publisher.role;
    const auto name = std::string(protocol::document_name(role));
    const auto required = publisher.area + ".required-fields";
    const auto id = [&](const char* number) { return publisher.prefix + "-MET-" + number; };

    suite
        .add(id("001"), "the metadata is a JSON object at /.well-known/" + name,
             {{"meta.well-known", "metadata-not-json"}},
             [name](Test& t) {
                 const auto answer = t.send_plain("GET", "/.well-known/" + name, {{"Accept", "application/json"}});
                 t.expect(answer).status(200).that(answer.json().has_value(), "body", "a JSON object",
                                                   answer.response.body.substr(0, 100));
                 t.prefer(answer).media_type("application/json");
             })
        .because("Everybody else finds the server's endpoints and keys through this document.");

    const struct {
        const char *number, *title;
        std::string requirement;
        const char* fault;
        std::vector<std::string> rules;
        const char* member;
    } rows[] = {
        {"002", "issuer is in the metadata", required, "metadata-no-issuer", {"meta.issuer-present"}, ""},
        {"003",
         "issuer is the URL of the metadata without its well-known part, byte for byte",
         "meta.issuer-match",
         "metadata-other-issuer",
         {"meta.issuer-present", "meta.issuer-match"},
         ""},
        {"004", "issuer is a valid server identifier", "id.server.syntax", "metadata-other-issuer", {"id.server"}, ""},
        {"005", "jwks_uri is in the metadata", required, "metadata-no-jwks-uri", {"meta.jwks-uri"}, ""},
        {"006",
         "the auth token endpoint is in the metadata",
         required,
         "metadata-no-auth-endpoint",
         {publisher.area + ".auth-token-endpoint"},
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
        suite.add(id(row.number), row.title, {{row.requirement, row.fault}},
                  [role, rules = row.rules, member = row.member](Test& t) {
                      expect_no_metadata_problem(t, role, rules, member);
                  });
    }

    suite
        .add(id("011"), "the metadata names a revocation endpoint",
             {{publisher.area + ".revocation-endpoint", "metadata-omit revocation_endpoint"}},
             [role](Test& t) {
                 const auto url = json::string_member(metadata_document(t, role), "revocation_endpoint").value_or("");
                 t.check({}, !url.empty(), "revocation_endpoint", "a URL", "absent");
             })
        .because("Without one a stolen agent token works until it expires.");
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
nlohmann::json signing_key(Test& t, const Publisher& publisher) {
    const auto token = publisher.token(t);
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

void key_cases(Suite& suite, const Publisher& publisher) {
    suite.area("Keys", "11.4");
    const auto id = [&](const char* number) { return publisher.prefix + "-MET-" + number; };

    suite.add(id("020"), "jwks_uri gives a JWK Set with keys",
              {{"jwks.discovery", "jwks-not-json"}, {"jwks.discovery", "jwks-empty"}}, [](Test& t) { keys(t); });
    suite.add(id("021"), "the key that signs tokens is published under the kid of their headers",
              {{"jwt.kid", "jwks-no-kid"}}, [publisher](Test& t) { signing_key(t, publisher); });
    suite
        .add(id("022"), "the key that signs tokens names a fully-specified algorithm",
             {{"jwks.alg-published", "jwks-no-alg"}, {"jwks.alg-published", "jwks-eddsa"}},
             [publisher](Test& t) {
                 const auto key = signing_key(t, publisher);
                 const auto alg = json::string_member(key, "alg").value_or("");
                 t.check({}, crypto::algorithm_from_name(alg).has_value(), "alg", "a fully-specified algorithm",
                         alg.empty() ? "absent" : alg);
                 for (const auto& other : keys(t)) {
                     t.check_preferred({}, json::string_member(other, "alg").has_value(), "alg of every key", "present",
                                       shown(other));
                 }
             })
        .because("Signature-Key names a key without describing it, so the JWKS is the only place for its alg.");
    suite.add(id("023"), "no published key has the polymorphic EdDSA identifier",
              {{"key.alg-polymorphic", "jwks-eddsa"}}, [](Test& t) {
                  for (const auto& key : keys(t)) {
                      t.check({}, json::string_member(key, "alg") != "EdDSA", "alg", "not EdDSA", shown(key));
                  }
              });
    suite.add(id("024"), "no symmetric key is published", {{"key.alg-forbidden", "jwks-symmetric"}}, [](Test& t) {
        for (const auto& key : keys(t)) {
            t.check({}, json::string_member(key, "kty") != "oct", "kty", "that of a public key", "oct");
        }
    });
    suite
        .add(id("025"), "no private key is published",
             {{publisher.role == protocol::Role::PersonServer ? "security.keys-protected" : "jwks.discovery",
               "jwks-private"}},
             [](Test& t) {
                 for (const auto& key : keys(t)) {
                     for (const char* member : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
                         t.check({}, json::member(key, member) == nullptr, fmt::format("member {}", member), "absent",
                                 "present");
                     }
                 }
             })
        .because("Whoever reads such a JWKS can issue tokens in the server's name.");
}

}  // namespace aauth::suites

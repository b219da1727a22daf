#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent-provider/given.h"
#include "suites/common/metadata_cases.h"
#include "suites/common/rows.h"

// The metadata document (11.2, 11.2.1).
namespace aauth::suites::ap {

namespace {

constexpr auto role = protocol::Role::AgentProvider;

// One sentence about the document: rules of protocol::metadata_problems that it may not break.
struct Row {
    int number;
    const char *title, *requirement, *fault, *rule, *member;
};

}  // namespace

void metadata_cases(Suite& suite) {
    suite.area("Metadata", "11.2.1");
    suite
        .add("AP-MET-001", "the metadata is a JSON object at /.well-known/aauth-agent.json",
             {{"meta.well-known", "metadata-not-json"}},
             [](Test& t) {
                 const auto answer =
                     t.send_plain("GET", "/.well-known/aauth-agent.json", {{"Accept", "application/json"}});
                 t.expect(answer).status(200).that(answer.json().has_value(), "body", "a JSON object",
                                                   answer.response.body.substr(0, 100));
                 t.prefer(answer).media_type("application/json");
             })
        .because("Whoever is shown an agent token finds the keys that it is signed with through this document.");
    const Row rows[] = {
        {2, "issuer is in the metadata", "meta.ap.required-fields", "metadata-no-issuer", "meta.issuer-present", ""},
        {3, "jwks_uri is in the metadata", "meta.ap.required-fields", "metadata-no-jwks-uri", "meta.jwks-uri", ""},
        {4, "issuer is the URL of the metadata without its well-known part, byte for byte", "meta.issuer-match",
         "metadata-other-issuer", "meta.issuer-match", ""},
        {5, "issuer is a server identifier: https, lowercase, scheme and host only", "id.server.syntax",
         "metadata-other-issuer", "id.server", ""},
        {6, "the host of issuer is in ASCII form", "id.server.ace", "metadata-unicode-issuer", "id.server", ""},
        {7, "endpoint URLs are https without query or fragment", "meta.endpoints-https", "metadata-endpoint-query",
         "meta.endpoint-url", ""},
        {8, "jwks_uri and the other URIs of the metadata are https", "meta.uris-https", "metadata-http-jwks-uri",
         "meta.url-https", ""},
        {9, "accept_signature_algs, where it is published, names no EdDSA, none or HS", "meta.accept-signature-algs",
         "metadata-algs-eddsa", "meta.algs", "accept_signature_algs"},
    };
    for (const auto& row : rows) {
        suite.add(case_id("AP-MET", row.number), row.title, {{row.requirement, row.fault}},
                  [row](Test& t) { expect_no_metadata_problem(t, role, {row.rule}, row.member); });
    }
    suite
        .add("AP-MET-010", "the metadata has no login_endpoint", {{"ap.no-login-endpoint", "metadata-login-endpoint"}},
             [](Test& t) {
                 const auto document = metadata_document(t, role);
                 const bool found = json::member(document, "login_endpoint") != nullptr;
                 t.check({}, !found, "login_endpoint", "absent", found ? "present" : "absent");
             })
        .because("The draft has dropped it; an agent that still finds it may go on using it.");
}

}  // namespace aauth::suites::ap

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/rows.h"
#include "suites/resource/challenged.h"

// The metadata document, where the resource publishes one (11.2.4).
namespace aauth::suites::rs {

namespace {

using Document = nlohmann::json;

// What is wrong with a document, in a few words; empty when nothing is.
using Problem = std::function<std::string(Test&, const Document&)>;

struct DocumentRow {
    int number;
    const char* title;
    Covers covers;
    Problem problem;
    const char* because = "";
};

// The document; the case is skipped when there is none, and fails where there is something else than a JSON object.
const Document& document(Test& t) {
    const auto& metadata = t.world().metadata();
    if (!metadata.is_null()) return metadata;
    const auto& problem = t.world().metadata_problem();
    if (problem.rfind("status ", 0) == 0) t.skip("the resource publishes no metadata (" + problem + ")");
    t.check("meta.resource.issuer", false, "metadata", "a JSON object with an issuer", problem);
    throw engine::Stop{};
}

// Problems of the members' forms, by the rules of protocol::metadata_problems.
Problem of_rule(const char* rule) {
    return [rule](Test& t, const Document& d) {
        std::string found;
        for (const auto& problem : protocol::metadata_problems(d, protocol::Role::Resource, t.world().identifier(),
                                                               t.draft(), t.world().reach())) {
            if (problem.rule == rule) found += (found.empty() ? "" : "; ") + problem.message;
        }
        return found;
    };
}

std::string endpoint_problems(Test& t, const Document& d) {
    for (const char* member : {"authorization_endpoint", "revocation_endpoint", "interaction_endpoint"}) {
        const auto* value = json::member(d, member);
        if (value == nullptr) continue;
        const auto url = json::string_member(d, member);
        const auto problem = url ? protocol::endpoint_problem(*url, t.world().reach()) : "is no string";
        if (problem) return std::string(member) + ": " + *problem;
    }
    return {};
}

std::string array_of_strings(const Document& d, const char* member) {
    const auto* value = json::member(d, member);
    if (value == nullptr) return {};
    const bool good = value->is_array() &&
                      std::all_of(value->begin(), value->end(), [](const auto& entry) { return entry.is_string(); });
    return good ? "" : json::dump(*value).substr(0, 100);
}

std::string descriptions(Test&, const Document& d) {
    const auto* value = json::member(d, "scope_descriptions");
    if (value == nullptr) return {};
    const bool good = value->is_object() &&
                      std::all_of(value->begin(), value->end(), [](const auto& entry) { return entry.is_string(); });
    return good ? "" : json::dump(*value).substr(0, 100);
}

std::string window(Test&, const Document& d) {
    const auto* value = json::member(d, "signature_window");
    return value == nullptr || value->is_number_integer() ? "" : json::dump(*value).substr(0, 100);
}

std::string algorithms(Test&, const Document& d) {
    if (auto problem = array_of_strings(d, "accept_signature_algs"); !problem.empty()) return problem;
    const auto* value = json::member(d, "accept_signature_algs");
    if (value == nullptr) return {};
    for (const auto& entry : *value) {
        const auto name = entry.get<std::string>();
        if (name == "EdDSA" || name == "none" || name.rfind("HS", 0) == 0) return "names " + name;
    }
    return std::find(value->begin(), value->end(), "Ed25519") == value->end() ? "lacks Ed25519" : "";
}

std::string access_mode_form(Test&, const Document& d) {
    const auto* value = json::member(d, "access_mode");
    return value == nullptr || (value->is_string() && !value->empty()) ? "" : json::dump(*value).substr(0, 100);
}

std::vector<DocumentRow> rows() {
    return {
        {1,
         "metadata is a JSON object with an issuer",
         {{"meta.resource.issuer", "metadata-no-issuer"}},
         [](Test&, const Document& d) {
             return json::string_member(d, "issuer") ? "" : "issuer is missing or no string";
         }},
        {2,
         "issuer is the URL that the document was fetched under, byte for byte",
         {{"meta.issuer-match", "metadata-other-issuer"}},
         of_rule("meta.issuer-match"),
         "A reader that finds another name refuses the document, and every token that points to it."},
        {3, "issuer is a server identifier", {{"id.server.syntax", "metadata-other-issuer"}}, of_rule("id.server")},
        {4,
         "jwks_uri and the other addresses are https URLs",
         {{"meta.uris-https", "metadata-http-jwks-uri"}},
         of_rule("meta.url-https")},
        {5,
         "endpoints are https URLs without query or fragment",
         {{"meta.endpoints-https", "metadata-endpoint-query"}},
         endpoint_problems},
        {6,
         "access_mode is one of the registry's values",
         {{"meta.resource.access-mode", "metadata-set access_mode=7"}},
         access_mode_form},
        {7,
         "scope_descriptions maps scope values to strings",
         {{"meta.resource.scope-descriptions", "metadata-set scope_descriptions=[\"data.read\"]"}},
         descriptions},
        {8,
         "signature_window is an integer",
         {{"meta.resource.signature-window", "metadata-set signature_window=\"60\""}},
         window},
        {9,
         "additional_signature_components is an array of component identifiers",
         {{"meta.resource.additional-components", "metadata-set additional_signature_components=\"@query\""}},
         [](Test&, const Document& d) { return array_of_strings(d, "additional_signature_components"); }},
        {10,
         "accept_signature_algs names algorithms that AAuth takes, Ed25519 among them",
         {{"meta.accept-signature-algs", "metadata-set accept_signature_algs=[\"EdDSA\"]"}},
         algorithms},
        {12,
         "the host of issuer is in its ACE form",
         {{"id.server.ace", "metadata-set issuer=\"https://b\u00fccher.test\""}},
         of_rule("id.server")},
        {11,
         "there is no login_endpoint any more",
         {{"resource.no-login-endpoint", "metadata-set login_endpoint=\"https://rs.example/login\""}},
         [](Test&, const Document& d) { return json::member(d, "login_endpoint") == nullptr ? "" : "login_endpoint"; }},
    };
}

void advice(Suite& suite) {
    suite.add("RS-MET-020", "a resource for agents without prior integration publishes access_mode",
              {{"meta.resource.access-mode-published", "metadata-omit access_mode"}}, [](Test& t) {
                  const auto mode = json::string_member(document(t), "access_mode").value_or("absent");
                  t.check({}, mode != "absent", "access_mode", "published", mode);
                  const std::vector<std::string> known{"agent-token", "person-token", t.draft().session_access_mode,
                                                       "auth-token", "per-call"};
                  const bool registered = std::find(known.begin(), known.end(), mode) != known.end();
                  t.check_preferred("meta.resource.access-mode", registered || mode == "absent", "access_mode",
                                    "a value of the registry", mode);
              });
    suite.add("RS-MET-021", "a resource whose callers' tokens can be revoked names a revocation_endpoint",
              {{"meta.resource.revocation-endpoint", "metadata-omit revocation_endpoint"}}, [](Test& t) {
                  const auto& metadata = document(t);
                  // Older drafts have it for the agent tokens that a resource accepts.
                  t.control(t.draft().server_signs_jwks_uri ? person_endpoint() : agent_endpoint(), t.player());
                  const auto url = json::string_member(metadata, "revocation_endpoint").value_or("absent");
                  t.check({}, url != "absent", "revocation_endpoint", "published", url);
              })
        .because("Without one a token that was withdrawn works until it expires.");
    suite.add("RS-MET-022", "a resource that issues resource tokens names a jwks_uri",
              {{"meta.resource.jwks-uri", "metadata-no-jwks-uri"}}, [](Test& t) {
                  const auto& metadata = document(t);
                  challenged(t);
                  const auto url = json::string_member(metadata, "jwks_uri").value_or("absent");
                  t.check({}, url != "absent", "jwks_uri", "published", url);
              })
        .because("The person server has to find the key that signed the resource token.");
}

}  // namespace

void metadata_cases(Suite& suite) {
    suite.area("Resource metadata", "11.2.4");
    for (const auto& row : rows()) {
        suite
            .add(case_id("RS-MET", row.number), row.title, row.covers,
                 [row](Test& t) {
                     const auto problem = row.problem(t, document(t));
                     t.check({}, problem.empty(), "metadata", row.title, problem.empty() ? "as it should be" : problem);
                 })
            .only_for(drafts_with(suite, row.covers.front().requirement))
            .because(row.because);
    }
    advice(suite);
}

}  // namespace aauth::suites::rs

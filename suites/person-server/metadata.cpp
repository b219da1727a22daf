#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/metadata_cases.h"
#include "suites/person-server/endpoints.h"

// The documents of a person server (11.2.2).
namespace aauth::suites::ps {

namespace {

Publisher publisher() {
    return {"PS", protocol::Role::PersonServer, "meta.ps", [](Test& t) {
                const auto player = t.player();
                return t.draft().person_tokens ? person_token(t, player) : auth_token(t, player);
            }};
}

void expect_strings(Test& t, const char* member) {
    const auto metadata = metadata_document(t, protocol::Role::PersonServer);
    const auto* list = json::member(metadata, member);
    const bool strings = list != nullptr && list->is_array() &&
                         std::all_of(list->begin(), list->end(), [](const auto& entry) { return entry.is_string(); });
    t.check({}, strings, member, "an array of strings", list == nullptr ? "absent" : json::dump(*list).substr(0, 200));
}

}  // namespace

void metadata_cases(Suite& suite) {
    suites::metadata_cases(suite, publisher());
    suite.add("PS-MET-007", "the person token endpoint is in the metadata",
              {{"person-endpoint.exists", "metadata-omit person_token_endpoint"}}, [](Test& t) {
                  expect_no_metadata_problem(t, protocol::Role::PersonServer, {"meta.ps.person-token-endpoint"});
              });
    suite.add("PS-MET-012", "the metadata lists the scopes that the person server supports",
              {{"meta.ps.scopes-supported", "metadata-omit scopes_supported"}},
              [](Test& t) { expect_strings(t, "scopes_supported"); });
    suite.add("PS-MET-013", "the metadata lists the identity claims that the person server can provide",
              {{"meta.ps.claims-supported", "metadata-omit claims_supported"}},
              [](Test& t) { expect_strings(t, "claims_supported"); });
}

void key_cases(Suite& suite) { suites::key_cases(suite, publisher()); }

}  // namespace aauth::suites::ps

#include "suites/access-server/suite.h"

#include <nlohmann/json.hpp>

#include "suites/access-server/endpoints.h"
#include "suites/common/discovery_cases.h"
#include "suites/common/error_cases.h"
#include "suites/common/metadata_cases.h"
#include "suites/common/signature_cases.h"
#include "suites/common/sub_agent_names.h"
#include "suites/common/tls_cases.h"
#include "suites/flows/flows.h"

namespace aauth::suites {

namespace {

Publisher publisher() {
    return {"AS", protocol::Role::AccessServer, "meta.as",
            [](Test& t) { return auth_token(t, as::auth_server(), t.player()); }};
}

ErrorSurface errors() {
    const auto changed = [](const BodyEdit& change) {
        return [change](Test& t) { return changed_ask(t, as::auth_server(), {}, change); };
    };
    return {"AS", as::token_endpoint(),
            changed([](nlohmann::json& body) { body.erase("resource_token"); }),
            changed([](nlohmann::json& body) { body["resource_token"] = "no.token"; })};
}

// By what a person server signs, or in drafts in which it presents no token of its own by an agent token.
Verification verification() {
    const auto by_server = verification_of("AS-DIS", as::presented_person_token());
    const auto by_provider = verification_of("AS-DIS", as::agent_token());
    const auto issuer = [=](Test& t) { return (t.draft().presented_token ? by_server : by_provider).issuer(t); };
    return {"AS-DIS", issuer, as::token_endpoint().accepted};
}

// A request for a sub-agent, with another subagent_token than its own.
mocks::SignedRequest sub_agent_request(Test& t, const Player& parent, const Player& helper, const std::string& token) {
    auto body = as::sub_agent_body(t, parent, helper);
    body["subagent_token"] = token;
    return as::token_request(t, body);
}

}  // namespace

void access_server_suite(Suite& suite) {
    flows::of_access_server(suite);
    metadata_cases(suite, publisher());
    suite.add("AS-MET-014", "the host of issuer is in its ACE form", {{"id.server.ace", "metadata-unicode-issuer"}},
              [](Test& t) { expect_no_metadata_problem(t, protocol::Role::AccessServer, {"id.server"}); });
    key_cases(suite, publisher());
    signature_cases(suite, "AS", as::token_endpoint());
    as::request_cases(suite);
    as::agent_token_cases(suite);
    discovery_cases(suite, verification());
    folded_parent_case(suite, "AS-ID-001", sub_agent_request);
    tls_cases(suite, "AS");
    resource_token_cases(suite, as::auth_server());
    as::presented_cases(suite);
    as::issued_cases(suite);
    as::subagent_cases(suite);
    as::chain_cases(suite);
    as::needs_cases(suite);
    as::deferred_cases(suite);
    as::revocation_cases(suite);
    error_cases(suite, errors());
    as::guessing_cases(suite);
}

}  // namespace aauth::suites

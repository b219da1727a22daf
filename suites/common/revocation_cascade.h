#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mocks/resource.h"
#include "suites/common/suite.h"
#include "suites/common/test.h"

// What a revocation makes a person server or an access server revoke in turn (11.12.3, 11.12.4), as our resources see
// it.
namespace aauth::suites {

// A token of ours whose revocation makes the target revoke one of its own.
struct Cascading {
    mocks::Party* issuer;  // who revokes
    std::string token;     // compact
    std::string jti;       // of the target's token
};

struct CascadeServer {
    std::string prefix;    // of ids: "PS-REV"
    bool reports = false;  // it tells the caller what came of it (an AS)
    // Has the target issue a token for this resource of ours, which is known to it.
    std::function<Cascading(Test&, mocks::Resource&)> issue;
    // Another party of the issuer's role, not yet trusted.
    std::function<mocks::Party&(Test&)> another;
};

// A resource of ours for one case alone, which answers revocations as the script says (default: as it should).
mocks::Resource& own_resource(Test& t, mocks::Revocations::Script script = {});
// The same with metadata that names no revocation endpoint.
mocks::Resource& resource_without_revocation(Test& t);
// The entry of a resource in the report of an access server; null when there is none.
nlohmann::json reported(const Answer& answer, const std::string& recipient);
// The answer to the revocation, as revoked(); the case is skipped when nothing came to the resource.
Answer cascaded(Test& t, const Cascading& cascading, const mocks::Resource& resource);

// The cases: PREFIX-040 to -052, and -060 to -062 about the signature of the calls.
void cascade_cases(Suite& suite, const CascadeServer& server);

}  // namespace aauth::suites

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "suites/common/auth_server.h"
#include "suites/common/suite.h"
#include "suites/common/test.h"

// The revocation endpoint (11.12.1 to 11.12.3): of a person server, an access server and a resource, which take
// revocations alike.
namespace aauth::suites {

// A token of one of our parties, which the target takes until its issuer revokes it.
struct Revocable {
    mocks::Party* issuer;
    std::string token;            // compact
    std::function<Answer()> use;  // sends a request that shows it
};

struct RevocationServer {
    std::string prefix;                         // of ids: "PS-REV"
    std::function<Revocable(Test&)> revocable;  // a fresh one, not yet used
    std::function<bool(const Answer&)> works;   // the use was accepted
    // Another party of the issuer's role, not yet trusted.
    std::function<mocks::Party&(Test&)> another;
    std::vector<std::string> drafts = {};  // in which a token of ours can be revoked there; empty: all
};

// The cases, with ids PREFIX-NNN. A resource numbers them in its own way.
void revocation_endpoint_cases(Suite& suite, const RevocationServer& server);

// What becomes of requests for a resource token that its resource has revoked (11.12.4): PREFIX-030, -032 and -033.
// `put_off` makes a request that waits for the person, and gives the 202 and the way to poll it.
struct PutOffRequest {
    Answer answer;
    std::function<Answer()> poll;
};
void revoked_resource_token_cases(Suite& suite, const std::string& prefix, const AuthServer& server,
                                  const std::function<PutOffRequest(Test&)>& put_off);

// A revocable token that the target has taken once; Blocked when it does not.
Revocable used(Test& t, const RevocationServer& server);
// The control of cases about refusals: a conforming revocation is answered 200.
void needs_revocations(Test& t, const RevocationServer& server);

}  // namespace aauth::suites

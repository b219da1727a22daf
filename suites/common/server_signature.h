#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mocks/exchange_log.h"
#include "suites/common/suite.h"
#include "suites/common/test.h"

// Requests that the target signs as a server, in its own right (11.3.2): a PS to an AS, and revocations of anybody.
namespace aauth::suites {

// Judges such a request as one of our parties received it: scheme, id and dwk name the target (11.3.2), the components
// and parameters are those of the profile (11.3.3), and the signature verifies under the key that the target publishes.
// What the running draft does not ask for is not judged. False when the signature could not be verified.
bool expect_server_signature(Test& t, const mocks::Seen& seen);

// Three cases about one kind of request, PREFIX-NNN with the numbers `first` to `first` + 2: who signs, what the
// signature covers, and how the body is covered. `what` is the request in words, "a token request to an access server".
// `cause` makes the target send one to a party of ours, and gives it (t.received); where none came it ends the case. For
// these drafts; empty: for all.
void server_signature_cases(Suite& suite, const std::string& prefix, int first, const std::string& what,
                            const std::function<mocks::Seen(Test&)>& cause, const std::vector<std::string>& only = {});

}  // namespace aauth::suites

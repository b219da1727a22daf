#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "suites/common/suite.h"
#include "suites/common/test.h"

// What the tables of cases share.
namespace aauth::suites {

// "PS-SIG" and 4 give "PS-SIG-004".
std::string case_id(const std::string& prefix, int number);

// The drafts whose catalogue has this requirement for the role that the suite tests.
std::vector<std::string> drafts_with(const Suite& suite, std::string_view requirement);

// Hostile input may be refused or taken, but does not break the server (input.hostile).
void expect_no_server_error(Test& test, const Answer& answer);

// At most a warning, on this requirement: not accepted.
void prefer_refusal(Test& test, const Answer& answer, const Endpoint& endpoint, std::string_view requirement);

// The answer, or nothing when the server closes the connection instead of giving one.
std::optional<Answer> send_huge(Test& test, const mocks::SignedRequest& request, const std::string& note);

// The answer has to be a refusal as a signature failure: Test::expect_refusal, and the same refusal and code for the
// other requirements that the case covers. `preferred` codes at most as a warning.
void expect_refusal(Test& test, const Answer& answer, const Endpoint& endpoint, const Covers& covers,
                    const std::vector<std::string>& codes, const std::vector<std::string>& preferred);

// One alteration of a conforming request.
struct SignatureRow {
    int number;
    const char* title;
    Covers covers;                       // the first is what the alteration is judged by
    std::vector<std::string> codes;      // of Signature-Error that the draft asks for; empty: any
    std::vector<std::string> preferred;  // of those the best; empty: no preference
    std::function<void(Test&, mocks::SignedRequest&)> change;
    const char* because = "";
};

// A case per row: the request so altered has to be refused as a signature failure. Rows about requirements that do not bind
// the role of the suite are left out.
void add_refused(Suite& suite, const std::string& prefix, const Endpoint& endpoint,
                 const std::vector<SignatureRow>& rows);
// A case per row: the request so altered has to be accepted like the unaltered one. Codes have no meaning here.
void add_accepted(Suite& suite, const std::string& prefix, const Endpoint& endpoint,
                  const std::vector<SignatureRow>& rows);

}  // namespace aauth::suites

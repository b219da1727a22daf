#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/jose/jwt.h"
#include "harness/protocol/metadata.h"
#include "suites/common/suite.h"
#include "suites/common/test.h"

// The documents of a server that issues tokens: a person server or an access server (11.2, 11.4).
namespace aauth::suites {

struct Publisher {
    std::string prefix;  // of ids: "PS"
    protocol::Role role;
    std::string area;    // that the metadata requirements of the role start with: "meta.ps"
    // A token that the target issued, by a real request.
    std::function<jose::Jwt(Test&)> token;
};

// The metadata as it is now; ends the case when it is none.
nlohmann::json metadata_document(Test& t, protocol::Role role);
// No problem of these rules of protocol::metadata_problems is in it; `member` narrows it to one.
void expect_no_metadata_problem(Test& t, protocol::Role role, const std::vector<std::string>& rules,
                                std::string_view member = {});

void metadata_cases(Suite& suite, const Publisher& publisher);  // PREFIX-MET-001 to 019
void key_cases(Suite& suite, const Publisher& publisher);       // PREFIX-MET-020 to 029

}  // namespace aauth::suites

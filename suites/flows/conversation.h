#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "suites/common/test.h"

// What the flows share: the parties on our side, asked over the wire like any other.
namespace aauth::suites::flows {

// Asks our person server for a person token for `resource`, as an agent does (7.1). Compact; HarnessError without one.
std::string person_token_from_ours(Test& t, const Player& player, const std::string& resource);

// Takes a resource token to our person server and gets the auth token for it (7.2). `presented` is the token that the
// resource was shown. Compact; HarnessError without one.
std::string auth_token_from_ours(Test& t, const Player& player, const std::string& resource_token,
                                 const std::string& presented);

// The resource under test serves the request.
void expect_served(Test& t, const Answer& answer, std::string_view requirement);

}  // namespace aauth::suites::flows

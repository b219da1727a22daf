#pragma once

#include <string>

#include "mocks/access_server.h"
#include "suites/resource/surfaces.h"

// The resource under test where an access server decides about it (6.7, 9).
namespace aauth::suites::rs {

// The URL of the target that this access server of ours protects: value "url.federated", with {{access_server}} where
// the target is told which one that is. Skips the case when there is none.
std::string federated_url(Test& t, const std::string& access_server);

// An auth token of an access server of ours for the player, with the scope that the target's federated URL asks for.
// Skips the case when the target uses another access server.
std::string auth_token_of(mocks::AccessServer& server, Test& t, const Player& player,
                          const mocks::TokenEdit& edit = {});

// The federated URL with such a token. Skips the case when there is none.
Endpoint federated_endpoint();

void four_party_cases(Suite& suite);  // RS-FED-001, RS-FAU-*
void identity_cases(Suite& suite);    // RS-FED-030: whom the target takes somebody for

}  // namespace aauth::suites::rs

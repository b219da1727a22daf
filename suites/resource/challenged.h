#pragma once

#include <optional>
#include <string>

#include "harness/jose/jwk.h"
#include "suites/resource/surfaces.h"

// Resource tokens as the target issues them.
namespace aauth::suites::rs {

// A request that was answered with a resource token.
struct Challenged {
    Player player;
    jose::Jwt presented;  // what the request carried
    Answer answer;
    jose::Jwt token;  // the resource token
};

// Calls the target where it wants an auth token, or else its authorization endpoint, with a token that shows the person
// (default: a fresh one of a new player). Skips the case when the target issues no resource tokens; Blocked when a
// conforming request gets none.
Challenged challenged(Test& t);
Challenged challenged(Test& t, const Player& player, const std::string& presented);
// The same for an answer that is there already.
Challenged challenged(Test& t, const Player& player, const std::string& presented, const Answer& answer);

// A claim of the person token has to stand in the resource token with the same value.
void expect_copied(Test& t, const std::string& claim, const std::string& value);

// The usable key of this kid in the target's JWKS; nothing when there is none or more than one. Blocked when the target
// publishes no JWKS that can be read.
std::optional<jose::Jwk> published_key(Test& t, const std::string& kid);
// The JWKS as it is published.
nlohmann::json published_jwks(Test& t);

}  // namespace aauth::suites::rs

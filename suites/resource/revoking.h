#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "suites/resource/surfaces.h"

// Revocations by our person server (11.12).
namespace aauth::suites::rs {

// What a revocation of this token says in the draft: {jti, exp}, or {iss, jti}.
nlohmann::json revocation_body(Test& t, const jose::Jwt& token);

// A signed revocation by a person server, under the jwks_uri scheme. Skips the case when the target has no revocation
// endpoint.
mocks::SignedRequest revocation(Test& t, mocks::PersonServer& server, const nlohmann::json& body);

// The answer to a conforming revocation of a token by its issuer. Blocked when it is refused; skipped in drafts that do
// not say how a server signs.
Answer revoked(Test& t, const std::string& token);
// One that has just been made, of a token that the target has not seen.
Answer fresh_revocation(Test& t);

}  // namespace aauth::suites::rs

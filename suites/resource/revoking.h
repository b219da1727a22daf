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

// Skips the case when the answer is a refusal of our revocation that the draft allows: of our person server, or, in
// drafts that do not say how a server signs, of its signature.
void skip_if_refusable(Test& t, const Answer& answer);

// The answer to a conforming revocation of a token by its issuer. Skipped as above; Blocked when it is refused
// otherwise.
Answer revoked(Test& t, const std::string& token);
// A fresh auth token. The target has seen it where the draft lets it say that it knows no such token.
jose::Jwt revocable_token(Test& t);
// The control of the cases that are about refusals: a conforming revocation of such a token.
Answer fresh_revocation(Test& t);

}  // namespace aauth::suites::rs

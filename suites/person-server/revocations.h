#pragma once

#include "suites/person-server/endpoints.h"

// What a person server revokes in turn (11.12.4).
namespace aauth::suites::ps {

// Makes the target revoke a token that it issued to this player: by its hook "revoke", else by the revocation of the
// player's agent token, after which it should. True when it was the hook, so that it has to.
bool taken_back(Test& t, const Player& player, const std::string& token);
// The jti of a token.
std::string jti_of(const jose::Jwt& token);

void revocation_recipient_cases(Suite& suite);  // PS-REV-070: who is told
void revocation_chain_cases(Suite& suite);      // PS-REV-090: what else goes

}  // namespace aauth::suites::ps

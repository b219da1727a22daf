#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/jose/jwk.h"
#include "harness/protocol/faults.h"
#include "harness/protocol/tokens.h"

namespace aauth::mocks {

// Mints a token as an issuer of ours would, after the faults that concern it have been applied. For a kind K of
// word(kind) and a member M:
//   "omit K.M", "alter K.M"                 a claim is left out; is changed (text gets "-altered", URLs "/altered", numbers grow by 7200,
//                                           cnf gets another key, anything else becomes a number)
//   "omit K.header.M", "alter K.header.M"   the same for a header parameter
//   "add K.M"                               a claim that does not belong there, with the value "added"
//   "K.bad-signature"                       the signature is corrupted
//   "K.jti-fixed", "K.cnf-no-alg"           every token has the same jti; the key in cnf has no alg
std::string issue(const protocol::Draft& draft, protocol::TokenKind kind, nlohmann::json claims,
                  const jose::SigningKey& key, const protocol::Faults& faults);

}  // namespace aauth::mocks

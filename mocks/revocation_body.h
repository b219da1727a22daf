#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/protocol/draft.h"

namespace aauth::mocks {

// The member of a revocation beside jti (11.12.1): "exp", "iss" where a revocation names the issuer, or none (empty) in
// the draft that tells the issuer from the signature and keeps no time.
std::string second_revocation_member(const protocol::Draft& draft);

// The body that revokes this token. `expires` in seconds since the epoch.
nlohmann::json revocation_body(const protocol::Draft& draft, const std::string& issuer, const std::string& jti,
                               std::int64_t expires);

}  // namespace aauth::mocks

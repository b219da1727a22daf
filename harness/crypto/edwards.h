#pragma once

#include <string_view>

#include "harness/crypto/key.h"

namespace aauth::crypto {

// Whether `octets` are the canonical encoding (RFC 8032, sections 5.1.3 and 5.2.3) of a point of the curve whose order
// is not small. OpenSSL imports anything of the right length, and verifies forged signatures under small-order keys.
bool is_usable_edwards_point(KeyType type, std::string_view octets);

}  // namespace aauth::crypto

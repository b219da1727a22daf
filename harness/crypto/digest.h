#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aauth::crypto {

std::string sha256(std::string_view octets);  // 32 octets
std::string sha512(std::string_view octets);  // 64 octets

// Octets from the operating system's generator. Throws std::runtime_error when there are none to be had.
std::string random_octets(std::size_t count);

// 22 base64url characters with 128 bits of randomness: for jti, kid, codes.
std::string random_id();

// Compares without telling by its time where the difference is.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace aauth::crypto

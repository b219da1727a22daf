#pragma once

#include <string>

#include "vectors/topic.h"

namespace aauth::vectors {

// What an implementation says of one input.
struct Answer {
    enum class Kind { Valid, Invalid, Unsupported };
    Kind kind = Kind::Unsupported;
    std::string error;      // with Invalid; empty: no code
    nlohmann::json output;  // with Valid; null: none
};

// What an answer is against what the vector expects: one word, the same that files of known answers have.
//   ""            right
//   "valid"       taken for valid, and is not
//   "invalid"     refused, and is valid
//   "error:CODE"  rightly refused, with a code that is none of the expected ones
//   "output"      rightly taken for valid, with another output
std::string difference(const Vector& vector, const Answer& answer);

// Why it is so, for a person: what was expected and what came.
std::string explanation(const Vector& vector, const Answer& answer);

}  // namespace aauth::vectors

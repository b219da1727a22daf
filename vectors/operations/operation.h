#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/protocol/draft.h"
#include "harness/result.h"

// The operations of the adapter protocol, done by our own code: the first implementation that the vectors are run
// through.
namespace aauth::vectors {

// The output of a valid answer (an object, or null), or the error of an invalid one. Its code may be empty: invalid, for
// which the draft has no code.
using Outcome = Result<nlohmann::json>;

// Throws UnusableInput for an input that is no input of the operation: a mistake of the vector, no verdict.
struct Operation {
    std::string_view name;
    Outcome (*perform)(const protocol::Draft& draft, const nlohmann::json& input);
};

struct UnusableInput {
    std::string message;
};

// By the topics that they come from.
std::span<const Operation> signature_operations();
std::span<const Operation> key_operations();
std::span<const Operation> token_operations();
std::span<const Operation> identifier_operations();
std::span<const Operation> challenge_operations();
std::span<const Operation> deferred_operations();

// All of them; nullptr for an unknown name.
const Operation* find_operation(std::string_view name);
std::vector<std::string> operation_names();

}  // namespace aauth::vectors

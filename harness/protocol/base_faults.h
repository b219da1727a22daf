#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/httpsig/base.h"
#include "harness/protocol/faults.h"
#include "harness/sfv/sfv.h"

namespace aauth::protocol {

// The signature base as a verifier makes it that has one of these faults; nothing when it has none of them:
//   "base-fixed-order"         the components stand in the profile's order, whatever Signature-Input says
//   "base-no-x-fields"         fields whose names start with x- are left out
//   "base-created-only"        of the signature parameters only created is there
//   "base-lowercase-method"    @method in lower case
//   "base-query-without-mark"  @query without its "?"
//   "base-repeats"             a component that is covered twice is no error
// `profile` are the components that the profile requires, in its order.
std::optional<std::string> faulty_base(const Faults& faults, const httpsig::Message& message, sfv::InnerList input,
                                       const std::vector<std::string>& profile);

}  // namespace aauth::protocol

#pragma once

#include <string>

#include "harness/httpsig/base.h"
#include "harness/result.h"
#include "harness/sfv/sfv.h"

namespace aauth::httpsig {

// component_value, appended to `out`; what `out` holds after an error is of no use.
Result<void> append_component_value(std::string& out, const Message& message, const sfv::Item& component);

// True for a lowercase field name (RFC 9110 section 5.1).
bool is_field_name(std::string_view name);

}  // namespace aauth::httpsig

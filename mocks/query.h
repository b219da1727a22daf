#pragma once

#include <string>
#include <string_view>

namespace aauth::mocks {

// The value of one parameter in a query or form, percent-decoded; empty when absent.
std::string parameter(std::string_view text, std::string_view name);
// A text as it can stand in a query.
std::string percent_encoded(std::string_view text);

}  // namespace aauth::mocks

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace aauth::engine {

// What is wrong with a document by a JSON Schema (draft 7; checked by valijson), one sentence each, the deepest first:
// "cases[3].verdict: ...". Empty: it conforms. A schema that cannot be read is std::logic_error.
std::vector<std::string> schema_violations(const nlohmann::json& document, std::string_view schema);

}  // namespace aauth::engine

#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/result.h"

// JSON from strangers. nlohmann/json parses; this room adds what RFC 8259 leaves to the reader and AAuth does
// not: duplicate member names are an error, nesting and size are bounded, and invalid UTF-8 is an error.
namespace aauth::json {

struct Limits {
    std::size_t bytes = 4u << 20;  // of input
    std::size_t depth = 64;        // of nested arrays and objects
};

// Parses one JSON text, whole. Errors: "malformed_json", "duplicate_member", "json_too_deep", "json_too_large".
Result<nlohmann::json> parse(std::string_view text, Limits limits = {});

// Like parse, but the text must be an object. Error "not_an_object" beside those of parse.
Result<nlohmann::json> parse_object(std::string_view text, Limits limits = {});

// The compact text of a value. Invalid UTF-8 in strings is replaced by U+FFFD, never thrown over.
std::string dump(const nlohmann::json& value);

// The text of a value, indented by two spaces, for people.
std::string pretty(const nlohmann::json& value);

// Member look-ups that give nothing when the value is no object, the member is absent or has another type.
std::optional<std::string> string_member(const nlohmann::json& object, std::string_view name);
std::optional<std::int64_t> integer_member(const nlohmann::json& object, std::string_view name);
const nlohmann::json* member(const nlohmann::json& object, std::string_view name);

}  // namespace aauth::json

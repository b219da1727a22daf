#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aauth::engine {

// See "Verdicts" in the design. Ordered by how much they should worry the reader, least first.
enum class Verdict { Pass, Skip, Warn, Blocked, Error, Fail };

std::string_view name(Verdict verdict);  // "pass"
std::optional<Verdict> verdict_from_name(std::string_view name);

enum class Level { May, Should, Must };

std::string_view name(Level level);  // "MUST"
std::optional<Level> level_from_name(std::string_view name);

}  // namespace aauth::engine

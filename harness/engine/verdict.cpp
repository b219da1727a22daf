#include "harness/engine/verdict.h"

#include <array>
#include <utility>

namespace aauth::engine {

namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 6> verdict_names{{{Verdict::Pass, "pass"},
                                                                             {Verdict::Skip, "skip"},
                                                                             {Verdict::Warn, "warn"},
                                                                             {Verdict::Blocked, "blocked"},
                                                                             {Verdict::Error, "error"},
                                                                             {Verdict::Fail, "fail"}}};

constexpr std::array<std::pair<Level, std::string_view>, 3> level_names{
    {{Level::May, "MAY"}, {Level::Should, "SHOULD"}, {Level::Must, "MUST"}}};

template <class Value, std::size_t Size>
std::string_view name_of(const std::array<std::pair<Value, std::string_view>, Size>& names, Value value) {
    for (const auto& [known, text] : names)
        if (known == value) return text;
    return "?";
}

template <class Value, std::size_t Size>
std::optional<Value> value_of(const std::array<std::pair<Value, std::string_view>, Size>& names,
                              std::string_view name) {
    for (const auto& [value, text] : names)
        if (text == name) return value;
    return std::nullopt;
}

}  // namespace

std::string_view name(Verdict verdict) { return name_of(verdict_names, verdict); }
std::optional<Verdict> verdict_from_name(std::string_view name) { return value_of(verdict_names, name); }

std::string_view name(Level level) { return name_of(level_names, level); }
std::optional<Level> level_from_name(std::string_view name) { return value_of(level_names, name); }

}  // namespace aauth::engine

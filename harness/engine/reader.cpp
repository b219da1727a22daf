#include "harness/engine/reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "harness/engine/bounds.h"
#include "harness/json/json.h"

namespace aauth::engine {

namespace {

std::string shown(const nlohmann::json& value) {
    return value.is_object() ? "an object" : value.is_array() ? "an array" : bounded(json::dump(value), 80);
}

// Levenshtein.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

std::string in_quotes(std::string_view word) { return json::dump(bounded(std::string(word), 80)); }

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
    if (word.size() > 64) return {};
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t far = distance(word, candidate);
        if (far < least && far < candidate.size()) {
            least = far;
            best = candidate;
        }
    }
    return std::string(best);
}

Reader::Reader(const nlohmann::json& value, std::string path) : object_(value), path_(std::move(path)) {
    if (!value.is_object()) {
        throw Misread{fmt::format("{}expected an object, got {}", path_.empty() ? "" : path_ + ": ", shown(value))};
    }
}

std::string Reader::path_of(std::string_view name) const {
    return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void Reader::fail(std::string_view name, const std::string& expected) const {
    if (!has(name)) throw Misread{fmt::format("{}: missing; expected {}", path_of(name), expected)};
    throw Misread{fmt::format("{}: expected {}, got {}", path_of(name), expected, shown(value(name)))};
}

void Reader::allow_only(const std::vector<std::string_view>& names) const {
    for (const auto& [member, ignored] : object_.items()) {
        if (std::find(names.begin(), names.end(), member) != names.end()) continue;
        const std::string close = nearest(member, names);
        const std::string hint = close.empty() ? fmt::format("known are {}", fmt::join(names, ", "))
                                               : fmt::format("did you mean \"{}\"?", close);
        throw Misread{
            fmt::format("{}unknown member {}; {}", path_.empty() ? "" : path_ + ": ", in_quotes(member), hint)};
    }
}

std::string Reader::string(std::string_view name, std::string fallback) const {
    if (!has(name)) return fallback;
    if (!value(name).is_string()) fail(name, "a string");
    return value(name).get<std::string>();
}

std::string Reader::required_string(std::string_view name) const {
    const std::string text = string(name);
    if (text.empty()) fail(name, "a string that is not empty");
    return text;
}

std::string Reader::one_of(std::string_view name, const std::vector<std::string>& known, std::string fallback) const {
    const std::string text = string(name, std::move(fallback));
    if (std::find(known.begin(), known.end(), text) != known.end()) return text;
    const std::string close = nearest(text, {known.begin(), known.end()});
    fail(name, fmt::format("one of {}{}", fmt::join(known, ", "),
                           close.empty() ? "" : fmt::format(" (did you mean {}?)", in_quotes(close))));
}

std::int64_t Reader::integer(std::string_view name, std::int64_t least, std::int64_t most,
                             std::int64_t fallback) const {
    if (!has(name)) return fallback;
    const nlohmann::json& number = value(name);
    const bool fits = number.is_number_unsigned()
                          ? number.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::max<std::int64_t>(most, 0))
                          : number.is_number_integer();
    if (!fits || number.get<std::int64_t>() < least || number.get<std::int64_t>() > most) {
        fail(name, fmt::format("a whole number from {} to {}", least, most));
    }
    return number.get<std::int64_t>();
}

bool Reader::boolean(std::string_view name, bool fallback) const {
    if (!has(name)) return fallback;
    if (!value(name).is_boolean()) fail(name, "true or false");
    return value(name).get<bool>();
}

std::vector<std::string> Reader::strings(std::string_view name) const {
    std::vector<std::string> out;
    if (!has(name)) return out;
    if (!value(name).is_array()) fail(name, "an array of strings");
    for (const nlohmann::json& item : value(name)) {
        if (!item.is_string()) {
            throw Misread{fmt::format("{}[{}]: expected a string, got {}", path_of(name), out.size(), shown(item))};
        }
        out.push_back(item.get<std::string>());
    }
    return out;
}

std::map<std::string, std::string> Reader::string_map(std::string_view name) const {
    std::map<std::string, std::string> out;
    if (!has(name)) return out;
    const Reader inner = object(name);
    for (const auto& [member, ignored] : inner.object_.items()) out[member] = inner.string(member);
    return out;
}

std::vector<Reader> Reader::objects(std::string_view name) const {
    std::vector<Reader> out;
    if (!has(name)) return out;
    if (!value(name).is_array()) fail(name, "an array of objects");
    for (const nlohmann::json& item : value(name)) {
        out.emplace_back(item, fmt::format("{}[{}]", path_of(name), out.size()));
    }
    return out;
}

}  // namespace aauth::engine

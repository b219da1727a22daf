#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

// Reads documents that people write, with messages that say where and what: "launch.ready_seconds: expected a whole
// number from 1 to 3600, got "soon"". For .cpp files of this folder only: it includes the JSON library.
namespace aauth::engine {

// What is wrong with a document; thrown inside a parse function, which turns it into its Error.
struct Misread {
    std::string message;
};

// One object of the document and the path that leads to it ("", "launch", "known[3]").
class Reader {
public:
    // Misread when `value` is not an object.
    Reader(const nlohmann::json& value, std::string path);

    // Misread at the first member that is none of these, with the nearest known name.
    void allow_only(const std::vector<std::string_view>& names) const;
    bool has(std::string_view name) const { return object_.contains(std::string(name)); }
    const nlohmann::json& value(std::string_view name) const { return object_.at(std::string(name)); }
    std::string path_of(std::string_view name) const;

    // The member, or the fallback when it is absent. Misread when it has another type.
    std::string string(std::string_view name, std::string fallback = {}) const;
    std::string required_string(std::string_view name) const;  // present and not empty
    std::string one_of(std::string_view name, const std::vector<std::string>& known, std::string fallback) const;
    std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most, std::int64_t fallback) const;
    bool boolean(std::string_view name, bool fallback) const;
    std::vector<std::string> strings(std::string_view name) const;
    std::map<std::string, std::string> string_map(std::string_view name) const;
    std::vector<Reader> objects(std::string_view name) const;
    Reader object(std::string_view name) const { return {value(name), path_of(name)}; }

    [[noreturn]] void fail(std::string_view name, const std::string& expected) const;

private:
    const nlohmann::json& object_;
    std::string path_;
};

// The candidate that is closest to a mistyped word, empty when none is close.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace aauth::engine

#include "vectors/judge.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/json/json.h"

namespace aauth::vectors {

namespace {

// Whether a value gives what is expected: every member that is expected, of lists every element, one of a list where no
// list is given, and of `after` (seconds that a client waits) at least so many.
bool gives(const nlohmann::json& given, const nlohmann::json& expected) {
    if (expected.is_object() && given.is_object()) {
        for (const auto& [name, value] : expected.items()) {
            const auto* found = json::member(given, name);
            if (found == nullptr) return false;
            const bool enough = name == "after" && value.is_number() && found->is_number() && *found >= value;
            if (!enough && !gives(*found, value)) return false;
        }
        return true;
    }
    if (expected.is_array() && given.is_array()) {
        return std::equal(given.begin(), given.end(), expected.begin(), expected.end(), gives);
    }
    if (expected.is_array()) return std::find(expected.begin(), expected.end(), given) != expected.end();
    return given == expected;
}

// The first member of the expected output that the answer does not give, with what is expected. A signature base that
// an answer gives is compared too.
std::optional<std::pair<std::string, nlohmann::json>> missing_member(const Vector& vector, const nlohmann::json& given) {
    if (vector.output.is_object()) {
        for (const auto& [name, value] : vector.output.items()) {
            const auto* found = json::member(given, name);
            if (found == nullptr || !gives(*found, value)) return std::pair(name, value);
        }
    }
    const auto base = json::string_member(given, "base");
    if (!vector.base.empty() && base && *base != vector.base) return std::pair("base", nlohmann::json(vector.base));
    return std::nullopt;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " or ") + word;
    return text;
}

}  // namespace

std::string difference(const Vector& vector, const Answer& answer) {
    if (answer.kind == Answer::Kind::Unsupported) return {};
    const bool valid = answer.kind == Answer::Kind::Valid;
    if (vector.result == Expectation::Acceptable) {
        // Whoever takes it has to come to the same output.
        return valid && missing_member(vector, answer.output) ? "output" : "";
    }
    if (valid != (vector.result == Expectation::Valid)) return valid ? "valid" : "invalid";
    if (valid) return missing_member(vector, answer.output) ? "output" : "";
    const auto& allowed = vector.errors;
    // Who gives no code has refused, which is what a verdict is about.
    if (allowed.empty() || answer.error.empty()) return {};
    return std::find(allowed.begin(), allowed.end(), answer.error) != allowed.end() ? "" : "error:" + answer.error;
}

std::string explanation(const Vector& vector, const Answer& answer) {
    std::string expected(name(vector.result));
    if (!vector.errors.empty()) expected += " (" + joined(vector.errors) + ")";
    std::string given;
    switch (answer.kind) {
        case Answer::Kind::Valid: given = "valid"; break;
        case Answer::Kind::Invalid: given = "invalid" + (answer.error.empty() ? "" : " (" + answer.error + ")"); break;
        case Answer::Kind::Unsupported: given = "unsupported"; break;
    }
    if (difference(vector, answer) == "output") {
        if (const auto member = missing_member(vector, answer.output)) {
            const auto* value = json::member(answer.output, member->first);
            expected += ", " + member->first + " " + json::dump(member->second);
            given += value == nullptr ? ", no " + member->first : ", " + member->first + " " + json::dump(*value);
        }
    }
    return "expected " + expected + ", got " + given;
}

}  // namespace aauth::vectors

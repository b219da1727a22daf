#include "vectors/read.h"

#include <array>

#include "harness/json/json.h"

namespace aauth::vectors {

namespace {

using nlohmann::json;

// Thrown through the parser by what is called during it.
struct Bad {
    std::string message;
};
struct Enough {};

std::string text(const json& object, const char* name, bool required = true) {
    const auto found = object.find(name);
    if (found == object.end() && !required) return {};
    if (found == object.end() || !found->is_string()) throw Bad{std::string(name) + " is missing or no string"};
    return found->get<std::string>();
}

std::vector<std::string> texts(const json& object, const char* name) {
    std::vector<std::string> all;
    const auto found = object.find(name);
    if (found == object.end()) return all;
    if (!found->is_array()) throw Bad{std::string(name) + " is no array"};
    for (const auto& entry : *found) {
        if (!entry.is_string()) throw Bad{std::string(name) + " is no array of strings"};
        all.push_back(entry.get<std::string>());
    }
    return all;
}

Vector vector_in(json& object) {
    Vector vector;
    vector.id = text(object, "id");
    try {
        vector.comment = text(object, "comment");
        vector.differs_from = text(object, "differs_from", false);
        const auto result = expectation_named(text(object, "result"));
        if (!result) throw Bad{"result is none of valid, invalid and acceptable"};
        vector.result = *result;
        if (!object.contains("input") || !object["input"].is_object()) throw Bad{"input is missing or no object"};
        vector.input = std::move(object["input"]);
        vector.base = text(object, "base", false);
        vector.errors = texts(object, "errors");
        vector.flags = texts(object, "flags");
        vector.requirements = texts(object, "requirements");
        if (object.contains("output")) vector.output = std::move(object["output"]);
        return vector;
    } catch (const Bad& bad) {
        throw Bad{vector.id + ": " + bad.message};
    }
}

// Follows the parser: where it is, and what has been seen of the heading and of the group.
class Reading {
public:
    using Visit = std::function<bool(const Heading&, const Group&, const Vector&)>;
    explicit Reading(const Visit& visit) : visit_(visit) {}

    // The depths are those of the file: 1 members of the whole, 2 groups, 3 members of a group, 4 tests.
    bool operator()(int depth, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::key) {
            if (depth == 1 || depth == 3) key_[static_cast<std::size_t>(depth)] = parsed.get<std::string>();
            return true;
        }
        const bool ends = event == json::parse_event_t::value || event == json::parse_event_t::object_end;
        if (event == json::parse_event_t::object_start && depth == 2 && key_[1] == "groups") group_ = Group{};
        if (!ends) return true;
        if (depth == 1 && parsed.is_string() && key_[1] == "draft") heading_.draft = parsed.get<std::string>();
        if (depth == 1 && parsed.is_string() && key_[1] == "topic") heading_.topic = parsed.get<std::string>();
        if (key_[1] != "groups") return true;
        if (depth == 3) member_of_group(parsed);
        if (depth == 2) key_[3].clear();
        if (depth != 4 || key_[3] != "tests") return true;
        if (group_.op.empty()) throw Bad{"op comes after the tests of the group " + group_.name};
        if (heading_.draft.empty() || heading_.topic.empty()) throw Bad{"draft and topic come after the groups"};
        if (!parsed.is_object()) throw Bad{"a test is no object"};
        if (!visit_(heading_, group_, vector_in(parsed))) throw Enough{};
        return false;  // it has been seen, and need not be kept
    }

private:
    void member_of_group(json& parsed) {
        if (key_[3] == "name" && parsed.is_string()) group_.name = parsed.get<std::string>();
        if (key_[3] == "op" && parsed.is_string()) group_.op = parsed.get<std::string>();
        if (key_[3] == "shared") group_.shared = parsed;
    }

    const Visit& visit_;
    Heading heading_;
    Group group_;
    std::array<std::string, 4> key_;
};

}  // namespace

Result<void> read(std::istream& file, const std::function<bool(const Heading&, const Group&, const Vector&)>& visit) {
    Reading reading(visit);
    try {
        const auto whole = json::parse(file, std::ref(reading));
        if (!whole.is_object() || !whole.contains("groups") || !whole["groups"].is_array()) {
            return failure("bad_vectors", "no object with groups");
        }
        return {};
    } catch (const Enough&) {
        return {};
    } catch (const Bad& bad) {
        return failure("bad_vectors", bad.message);
    } catch (const json::exception& error) {
        return failure("bad_vectors", error.what());
    }
}

}  // namespace aauth::vectors

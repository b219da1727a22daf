#include "harness/json/json.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace aauth::json {

namespace {

// Stops the parser as soon as a text breaks a rule, with the reason.
struct Broken {
    std::string code, message;
};

}  // namespace

Result<nlohmann::json> parse(std::string_view text, Limits limits) {
    if (text.size() > limits.bytes) {
        return failure("json_too_large", fmt::format("the JSON text has {} bytes, over the limit of {}", text.size(),
                                                     limits.bytes));
    }
    std::vector<std::set<std::string>> names;
    using Event = nlohmann::json::parse_event_t;
    auto watch = [&](int depth, Event event, nlohmann::json& parsed) {
        if ((event == Event::object_start || event == Event::array_start) &&
            static_cast<std::size_t>(depth) >= limits.depth) {
            throw Broken{"json_too_deep", fmt::format("the JSON text nests deeper than {} levels", limits.depth)};
        }
        if (event == Event::object_start) names.emplace_back();
        if (event == Event::object_end) names.pop_back();
        if (event == Event::key && !names.back().insert(parsed.get<std::string>()).second) {
            throw Broken{"duplicate_member",
                         fmt::format("the member {} appears twice in one object", json::dump(parsed))};
        }
        return true;
    };
    try {
        return nlohmann::json::parse(text.begin(), text.end(), watch);
    } catch (const Broken& broken) {
        return failure(broken.code, broken.message);
    } catch (const nlohmann::json::exception& error) {
        return failure("malformed_json", error.what());
    }
}

Result<nlohmann::json> parse_object(std::string_view text, Limits limits) {
    auto value = parse(text, limits);
    if (value && !value->is_object()) return failure("not_an_object", "the JSON text is not an object");
    return value;
}

std::string dump(const nlohmann::json& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string pretty(const nlohmann::json& value) {
    return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

const nlohmann::json* member(const nlohmann::json& object, std::string_view name) {
    if (!object.is_object()) return nullptr;
    auto found = object.find(std::string(name));
    return found == object.end() ? nullptr : &*found;
}

std::optional<std::string> string_member(const nlohmann::json& object, std::string_view name) {
    const auto* value = member(object, name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return value->get<std::string>();
}

std::optional<std::int64_t> integer_member(const nlohmann::json& object, std::string_view name) {
    const auto* value = member(object, name);
    if (value == nullptr || !value->is_number_integer()) return std::nullopt;
    if (value->is_number_unsigned() &&
        value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return std::nullopt;
    }
    return value->get<std::int64_t>();
}

}  // namespace aauth::json

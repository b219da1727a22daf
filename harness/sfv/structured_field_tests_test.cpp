#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/json/json.h"
#include "harness/sfv/sfv.h"

// The HTTP working group's tests (github.com/httpwg/structured-field-tests); their README.md explains the members.
using namespace aauth;
using namespace aauth::sfv;

namespace {

std::string base32_decoded(const std::string& text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    unsigned bits = 0, count = 0;
    for (char c : text) {
        if (c == '=') break;
        bits = bits << 5 | static_cast<unsigned>(alphabet.find(c));
        count += 5;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(bits >> count & 0xff);
        }
    }
    return out;
}

BareItem bare_item(const nlohmann::json& json) {
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (json.is_number_float()) return rounded_decimal(json.dump()).value();
    if (json.is_string()) return json.get<std::string>();
    const auto type = json.at("__type").get<std::string>();
    const auto& value = json.at("value");
    if (type == "token") return Token{value.get<std::string>()};
    if (type == "binary") return Bytes{base32_decoded(value.get<std::string>())};
    if (type == "date") return Date{value.get<std::int64_t>()};
    if (type == "displaystring") return DisplayString{value.get<std::string>()};
    throw std::runtime_error("unknown type " + type);
}

Parameters parameters(const nlohmann::json& json) {
    Parameters out;
    for (const auto& entry : json) out.set(entry.at(0).get<std::string>(), bare_item(entry.at(1)));
    return out;
}

Item item(const nlohmann::json& json) { return {bare_item(json.at(0)), parameters(json.at(1))}; }

Member member(const nlohmann::json& json) {
    if (!json.at(0).is_array()) return item(json);
    InnerList out;
    for (const auto& one : json.at(0)) out.items.push_back(item(one));
    out.parameters = parameters(json.at(1));
    return out;
}

List list(const nlohmann::json& json) {
    List out;
    for (const auto& one : json) out.push_back(member(one));
    return out;
}

Dictionary dictionary(const nlohmann::json& json) {
    Dictionary out;
    for (const auto& entry : json) out.set(entry.at(0).get<std::string>(), member(entry.at(1)));
    return out;
}

std::string joined(const nlohmann::json& lines) {
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i != 0) out += ", ";
        out += lines.at(i).get<std::string>();
    }
    return out;
}

bool flag(const nlohmann::json& test, const char* name) { return test.contains(name) && test.at(name).get<bool>(); }

template <class Value>
void run(const nlohmann::json& test, Result<Value> (*parse)(std::string_view),
         Value (*expected)(const nlohmann::json&)) {
    INFO(test.at("name").get<std::string>());
    const bool must_fail = flag(test, "must_fail");
    if (test.contains("raw")) {
        const auto parsed = parse(joined(test.at("raw")));
        if (must_fail) {
            CHECK_FALSE(parsed);
            return;
        }
        if (!flag(test, "can_fail")) REQUIRE(parsed);
        if (parsed) CHECK(*parsed == expected(test.at("expected")));
    }
    const auto written = serialize(expected(test.at("expected")));
    if (must_fail) {
        CHECK_FALSE(written);
    } else {
        REQUIRE(written);
        CHECK(*written == joined(test.at(test.contains("canonical") ? "canonical" : "raw")));
    }
}

}  // namespace

TEST_CASE("the HTTP working group's structured field tests", "[sfv]") {
    const char* const files[] = {
        "binary", "boolean", "date", "dictionary", "display-string", "examples", "item", "key-generated",
        "large-generated", "list", "listlist", "number", "number-generated", "param-dict", "param-list",
        "param-listlist", "string", "string-generated", "token", "token-generated",
        "serialisation-tests/key-generated", "serialisation-tests/number", "serialisation-tests/string-generated",
        "serialisation-tests/token-generated"};
    for (const std::string file : files) {
        const auto text = shared_data("structured-field-tests/" + file + ".json");
        if (!text) {
            WARN("structured-field-tests/" << file << ".json is not there");
            continue;
        }
        INFO(file);
        const auto tests = json::parse(*text);
        REQUIRE(tests);
        REQUIRE_FALSE(tests->empty());
        for (const auto& test : *tests) {
            const auto type = test.at("header_type").get<std::string>();
            if (type == "item") {
                run(test, parse_item, item);
            } else if (type == "list") {
                run(test, parse_list, list);
            } else {
                REQUIRE(type == "dictionary");
                run(test, parse_dictionary, dictionary);
            }
        }
    }
}

#include "harness/engine/schema.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

// The project's flags are stricter than valijson's code.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Woverloaded-virtual"
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

namespace aauth::engine {

namespace {

// valijson's context "<root>", "[launch]", "[0]" as "launch[0]".
std::string path_of(const std::vector<std::string>& context) {
    std::string out;
    for (const std::string& step : context) {
        if (step.size() < 2 || step.front() != '[' || step.back() != ']') continue;
        const std::string name = step.substr(1, step.size() - 2);
        const bool is_index = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
        if (is_index) {
            out += step;
        } else {
            out += (out.empty() ? "" : ".") + name;
        }
    }
    return out;
}

}  // namespace

std::vector<std::string> schema_violations(const nlohmann::json& document, std::string_view schema) {
    const nlohmann::json text = nlohmann::json::parse(schema, nullptr, false);
    if (text.is_discarded()) throw std::logic_error("a JSON Schema of ours is not JSON");
    valijson::Schema parsed;
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    const valijson::adapters::NlohmannJsonAdapter schema_adapter(text);
    parser.populateSchema(schema_adapter, parsed);

    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter adapter(document);
    std::vector<std::string> out;
    if (validator.validate(parsed, adapter, &results)) return out;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        const std::string path = path_of(error.context);
        out.push_back((path.empty() ? "" : path + ": ") + error.description);
    }
    if (out.empty()) out.emplace_back("does not conform");
    return out;
}

}  // namespace aauth::engine

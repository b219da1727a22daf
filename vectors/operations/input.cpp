#include "vectors/operations/input.h"

#include <nlohmann/json.hpp>

#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "vectors/operations/operation.h"

namespace aauth::vectors {

namespace {

[[noreturn]] void unusable(std::string_view name, const char* wanted) {
    throw UnusableInput{"the input's member '" + std::string(name) + "' is no " + wanted};
}

}  // namespace

const nlohmann::json& member(const nlohmann::json& input, std::string_view name) {
    const auto* found = json::member(input, name);
    if (found == nullptr) throw UnusableInput{"the input has no member '" + std::string(name) + "'"};
    return *found;
}

std::string text(const nlohmann::json& input, std::string_view name) {
    const auto& value = member(input, name);
    if (!value.is_string()) unusable(name, "string");
    return value.get<std::string>();
}

std::string text_or(const nlohmann::json& input, std::string_view name, std::string otherwise) {
    return json::member(input, name) == nullptr ? otherwise : text(input, name);
}

std::int64_t number(const nlohmann::json& input, std::string_view name) {
    const auto value = json::integer_member(input, name);
    if (!value) unusable(name, "integer");
    return *value;
}

std::string octets(const nlohmann::json& input, std::string_view name) {
    auto decoded = crypto::base64_decode(text(input, name));
    if (!decoded) unusable(name, "base64 text");
    return *decoded;
}

std::vector<std::string> texts(const nlohmann::json& input, std::string_view name) {
    const auto& value = member(input, name);
    if (!value.is_array()) unusable(name, "array");
    std::vector<std::string> all;
    for (const auto& entry : value) {
        if (!entry.is_string()) unusable(name, "array of strings");
        all.push_back(entry.get<std::string>());
    }
    return all;
}

std::vector<std::string> texts_or_none(const nlohmann::json& input, std::string_view name) {
    return json::member(input, name) == nullptr ? std::vector<std::string>() : texts(input, name);
}

http::Fields fields_in(const nlohmann::json& headers) {
    http::Fields fields;
    if (!headers.is_array()) unusable("headers", "array");
    for (const auto& line : headers) {
        if (!line.is_array() || line.size() != 2 || !line[0].is_string() || !line[1].is_string()) {
            unusable("headers", "array of pairs");
        }
        fields.add(line[0].get<std::string>(), line[1].get<std::string>());
    }
    return fields;
}

http::Fields lines_in(const nlohmann::json& input, std::string_view name) {
    http::Fields fields;
    for (auto& line : texts(input, "fields")) fields.add(std::string(name), std::move(line));
    return fields;
}

Result<nlohmann::json> field_of(const std::string& text) {
    if (text.empty()) return failure("", "no structured field can carry this");
    return nlohmann::json{{"field", text}};
}

http::Request request_in(const nlohmann::json& message) {
    http::Request request;
    request.method = text(message, "method");
    const auto url = http::Url::parse(text(message, "url"));
    if (!url) unusable("url", "URL");
    request.scheme = url->scheme;
    request.authority = url->authority();
    request.target = url->request_target();
    request.fields = fields_in(member(message, "headers"));
    if (json::member(message, "body") != nullptr) request.body = octets(message, "body");
    return request;
}

http::Response response_in(const nlohmann::json& message) {
    http::Response response;
    response.status = static_cast<int>(number(message, "status"));
    if (json::member(message, "headers") != nullptr) response.fields = fields_in(member(message, "headers"));
    const auto* body = json::member(message, "body");
    if (body != nullptr) response.body = body->is_string() ? octets(message, "body") : json::dump(*body);
    return response;
}

httpsig::Discovery::Fetch fetch_from(const nlohmann::json& documents) {
    return [&documents](const std::string& url) -> Result<httpsig::Document> {
        const auto* found = json::member(documents, url);
        if (found == nullptr) return httpsig::Document{404, "", std::nullopt};
        return httpsig::Document{200, found->is_string() ? found->get<std::string>() : json::dump(*found),
                                 std::nullopt};
    };
}

}  // namespace aauth::vectors

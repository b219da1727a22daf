#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http/message.h"
#include "harness/httpsig/discovery.h"
#include "harness/result.h"

// The parts of inputs that several operations share. Each throws UnusableInput when the member is not there or has
// another form than VECTORS says.
namespace aauth::vectors {

const nlohmann::json& member(const nlohmann::json& input, std::string_view name);
std::string text(const nlohmann::json& input, std::string_view name);
std::string text_or(const nlohmann::json& input, std::string_view name, std::string otherwise);
std::int64_t number(const nlohmann::json& input, std::string_view name);
std::string octets(const nlohmann::json& input, std::string_view name);  // of base64
std::vector<std::string> texts(const nlohmann::json& input, std::string_view name);
std::vector<std::string> texts_or_none(const nlohmann::json& input, std::string_view name);

// {"method", "url", "headers": [[name, value]…], "body": base64}
http::Request request_in(const nlohmann::json& message);
// {"status", "headers", "body"}; the body is base64, or JSON as it stands
http::Response response_in(const nlohmann::json& message);
http::Fields fields_in(const nlohmann::json& headers);
// The member `fields`, the lines of one header field, under that name.
http::Fields lines_in(const nlohmann::json& input, std::string_view name);
// The output {"field": text} of a builder, to which an empty text says that there is none.
Result<nlohmann::json> field_of(const std::string& text);

// Gets the documents of the input ({url: document}) instead of fetching; others are not found (404). `documents` outlives
// it.
httpsig::Discovery::Fetch fetch_from(const nlohmann::json& documents);

}  // namespace aauth::vectors

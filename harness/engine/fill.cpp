#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/engine/target.h"
#include "harness/json/json.h"

namespace aauth::engine {

namespace {

bool is_name(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
               std::string_view::npos;
}

// RFC 3986 section 2.3: all but the unreserved characters are encoded.
std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '.' || c == '_' || c == '~';
        if (keep) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        }
    }
    return out;
}

std::string inside_json_string(const std::string& value) {
    const std::string quoted = json::dump(value);
    return quoted.substr(1, quoted.size() - 2);
}

// A code of nothing but digits is a text all the same.
std::string as_json_value(const std::string& value) {
    const auto parsed = json::parse(value);
    return parsed && (parsed->is_structured() || parsed->is_string()) ? value : json::dump(value);
}

// Where a JSON text stands: inside a string or not.
class StringContext {
public:
    void pass(std::string_view text) {
        for (const char c : text) {
            if (escaped_) {
                escaped_ = false;
            } else if (inside_ && c == '\\') {
                escaped_ = true;
            } else if (c == '"') {
                inside_ = !inside_;
            }
        }
    }
    bool inside() const { return inside_; }

private:
    bool inside_ = false;
    bool escaped_ = false;
};

}  // namespace

Result<std::string> fill(std::string_view text, const std::map<std::string, std::string>& values, bool as_json) {
    const bool is_url = !as_json && (text.starts_with("http://") || text.starts_with("https://"));
    StringContext context;
    std::string out;
    while (true) {
        const std::size_t open = text.find("{{");
        const std::string_view plain = text.substr(0, open);
        out += plain;
        context.pass(plain);
        if (open == std::string_view::npos) return out;

        const std::size_t close = text.find("}}", open);
        if (close == std::string_view::npos) return failure("bad_hook", "a placeholder is not closed: {{ without }}");
        const std::string name(text.substr(open + 2, close - open - 2));
        if (!is_name(name)) return failure("bad_hook", fmt::format("{} is no name of a placeholder", json::dump(name)));
        const auto found = values.find(name);
        if (found == values.end()) return failure("bad_hook", fmt::format("{{{{{}}}}} has no value here", name));

        if (as_json) {
            out += context.inside() ? inside_json_string(found->second) : as_json_value(found->second);
        } else {
            out += is_url ? percent_encoded(found->second) : found->second;
        }
        text.remove_prefix(close + 2);
    }
}

}  // namespace aauth::engine

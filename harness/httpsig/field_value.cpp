#include "harness/httpsig/field_value.h"

#include <fmt/core.h>

#include <array>
#include <optional>

#include "harness/sfv/sfv.h"

namespace aauth::httpsig {

namespace {

enum class FieldType { Dictionary, List, Item };

struct KnownField {
    std::string_view name;
    FieldType type;
};

constexpr std::array known_fields{
    KnownField{"aauth-capabilities", FieldType::List},
    KnownField{"aauth-requirement", FieldType::Dictionary},
    KnownField{"accept-signature", FieldType::Dictionary},
    KnownField{"accept-signature-alg", FieldType::List},
    KnownField{"accept-signature-scheme", FieldType::List},
    KnownField{"cache-status", FieldType::List},
    KnownField{"client-cert", FieldType::Item},
    KnownField{"client-cert-chain", FieldType::List},
    KnownField{"content-digest", FieldType::Dictionary},
    KnownField{"priority", FieldType::Dictionary},
    KnownField{"proxy-status", FieldType::List},
    KnownField{"repr-digest", FieldType::Dictionary},
    KnownField{"signature", FieldType::Dictionary},
    KnownField{"signature-error", FieldType::Dictionary},
    KnownField{"signature-input", FieldType::Dictionary},
    KnownField{"signature-key", FieldType::Dictionary},
    KnownField{"signature-key-cache", FieldType::Dictionary},
    KnownField{"want-content-digest", FieldType::Dictionary},
    KnownField{"want-repr-digest", FieldType::Dictionary},
};

tl::unexpected<Error> refused(std::string_view name, std::string_view why) {
    return failure("invalid_input", fmt::format("the field {} {}", name.substr(0, 80), why));
}

std::optional<FieldType> known_type(std::string_view name) {
    for (const KnownField& field : known_fields) {
        if (field.name == name) return field.type;
    }
    return std::nullopt;
}

// Appends one line with each fold (whitespace, line end, whitespace; RFC 9112 section 5.2) as one space.
void append_line(std::string& out, std::string_view line) {
    if (line.find('\n') == std::string_view::npos) {
        out += http::trim(line);
        return;
    }
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    std::string unfolded;
    for (std::size_t at = 0; at < line.size();) {
        if (!blank(line[at])) {
            unfolded += line[at++];
            continue;
        }
        std::size_t end = at;
        while (end < line.size() && blank(line[end])) ++end;
        const std::string_view gap = line.substr(at, end - at);
        const bool fold = gap.find('\n') != std::string_view::npos && (gap.back() == ' ' || gap.back() == '\t');
        unfolded += fold ? std::string_view(" ") : gap;
        at = end;
    }
    out += http::trim(unfolded);
}

template <class Take>
bool for_each_line(const http::Fields& fields, std::string_view name, Take take) {
    bool found = false;
    for (const auto& [field, value] : fields.all()) {
        if (field.size() != name.size() || !http::equals_ignoring_case(field, name)) continue;
        take(std::string_view(value), !found);
        found = true;
    }
    return found;
}

template <class Value>
void keep_text(std::vector<std::string>& texts, const Result<Value>& parsed) {
    if (!parsed) return;
    auto text = sfv::serialize(*parsed);
    if (text) texts.push_back(std::move(*text));
}

Result<std::string> whole_value(const http::Fields& fields, std::string_view name) {
    std::string value;
    auto appended = append_field(value, fields, name);
    if (!appended) return tl::unexpected(appended.error());
    return value;
}

}  // namespace

Result<void> append_field(std::string& out, const http::Fields& fields, std::string_view name) {
    const bool found = for_each_line(fields, name, [&](std::string_view line, bool first) {
        if (!first) out += ", ";
        append_line(out, line);
    });
    if (!found) return refused(name, "is not in the message");
    return {};
}

Result<void> append_field_as_bytes(std::string& out, const http::Fields& fields, std::string_view name) {
    std::string error;
    const bool found = for_each_line(fields, name, [&](std::string_view line, bool first) {
        std::string octets;
        append_line(octets, line);
        auto text = sfv::serialize(sfv::BareItem(sfv::Bytes{std::move(octets)}));
        if (!first) out += ", ";
        if (text) out += *text;
        if (!text) error = text.error().message;
    });
    if (!found) return refused(name, "is not in the message");
    if (!error.empty()) return refused(name, error);
    return {};
}

Result<void> append_structured_field(std::string& out, const http::Fields& fields, std::string_view name) {
    auto value = whole_value(fields, name);
    if (!value) return tl::unexpected(value.error());
    const auto type = known_type(name);
    std::vector<std::string> texts;
    if (!type || type == FieldType::Dictionary) keep_text(texts, sfv::parse_dictionary(*value));
    if (!type || type == FieldType::List) keep_text(texts, sfv::parse_list(*value));
    if (!type || type == FieldType::Item) keep_text(texts, sfv::parse_item(*value));
    if (texts.empty()) return refused(name, "is not a valid structured field");
    for (const std::string& text : texts) {
        if (text != texts.front()) return refused(name, "is of no known structured type, and the type matters here");
    }
    out += texts.front();
    return {};
}

Result<void> append_dictionary_member(std::string& out, const http::Fields& fields, std::string_view name,
                                      std::string_view key) {
    auto value = whole_value(fields, name);
    if (!value) return tl::unexpected(value.error());
    const auto dictionary = sfv::parse_dictionary(*value);
    if (!dictionary) return refused(name, "is not a valid dictionary");
    const sfv::Member* member = dictionary->find(key);
    if (member == nullptr) return refused(name, "has no member of the key that the component names");
    auto text = std::visit([](const auto& typed) { return sfv::serialize(typed); }, *member);
    if (!text) return refused(name, text.error().message);
    out += *text;
    return {};
}

}  // namespace aauth::httpsig

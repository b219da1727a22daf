#include "harness/sfv/broken.h"

#include <algorithm>
#include <stdexcept>

#include "harness/sfv/base64.h"
#include "harness/sfv/characters.h"

namespace aauth::sfv {

namespace {

template <class Value>
std::string text_of(const Value& value) {
    auto text = serialize(value);
    if (!text) throw std::invalid_argument("broken: " + text.error().message);
    return std::move(*text);
}

// One bare item of the member that is written as `text` instead of canonically.
struct Substitute {
    const BareItem* at = nullptr;
    std::string text;
    bool field_ends_here = false;
};

// A dictionary taken apart around one member: before, key, equals, value, parameters and after, joined, are its text.
struct Field {
    std::string before, key, equals, value, parameters, after;

    std::string text() const { return before + key + equals + value + parameters + after; }
};

// Writes a member, with one of its bare items substituted. `ended` says that the field stops at the substitute.
class MemberWriter {
public:
    explicit MemberWriter(const Substitute& substitute) : substitute_(substitute) {}

    std::string bare(const BareItem& value) {
        if (&value != substitute_.at) return text_of(value);
        ended = substitute_.field_ends_here;
        return substitute_.text;
    }
    std::string parameters(const Parameters& parameters) {
        std::string out;
        for (const auto& [name, value] : parameters.entries()) {
            if (ended) break;
            out += ';';
            out += name;
            if (value == BareItem(true)) continue;
            out += '=';
            out += bare(value);
        }
        return out;
    }
    std::string item(const Item& item) {
        std::string out = bare(item.value);
        return ended ? out : out + parameters(item.parameters);
    }
    std::string items(const InnerList& list) {
        std::string out = "(";
        for (const Item& one : list.items) {
            if (ended) return out;
            if (&one != &list.items.front()) out += ' ';
            out += item(one);
        }
        return ended ? out : out + ")";
    }

    bool ended = false;

private:
    const Substitute& substitute_;
};

const Parameters& parameters_of(const Member& member) {
    return std::visit([](const auto& typed) -> const Parameters& { return typed.parameters; }, member);
}

Field take_apart(const Dictionary& dictionary, std::string_view key, const Substitute& substitute = {}) {
    Field field;
    bool passed = false;
    bool ended = false;
    for (const auto& [name, member] : dictionary.entries()) {
        if (name != key) {
            Dictionary one;
            one.set(name, member);
            if (passed) {
                field.after += ", ";
                field.after += text_of(one);
            } else {
                field.before += text_of(one) + ", ";
            }
            continue;
        }
        passed = true;
        field.key = name;
        field.equals.assign(1, '=');
        MemberWriter writer(substitute);
        if (const auto* list = std::get_if<InnerList>(&member)) {
            field.value = writer.items(*list);
        } else if (const BareItem& value = std::get<Item>(member).value; value == BareItem(true)) {
            field.equals.clear();
        } else {
            field.value = writer.bare(value);
        }
        if (!writer.ended) field.parameters = writer.parameters(parameters_of(member));
        ended = writer.ended;
    }
    if (ended) field.after.clear();
    return field;
}

const BareItem* first_in(const Parameters& parameters, auto wanted) {
    for (const auto& entry : parameters.entries()) {
        if (wanted(entry.second)) return &entry.second;
    }
    return nullptr;
}

const BareItem* first_in(const Item& item, auto wanted) {
    return wanted(item.value) ? &item.value : first_in(item.parameters, wanted);
}

const BareItem* first_in(const InnerList& list, auto wanted) {
    for (const Item& item : list.items) {
        if (const BareItem* found = first_in(item, wanted)) return found;
    }
    return first_in(list.parameters, wanted);
}

// Writes the first bare item of the member that is a T with `write`; without one, a parameter `broken` that holds
// `fallback`. `wanted` narrows which T will do.
template <class T>
std::string with_first(const Dictionary& dictionary, std::string_view key, const T& fallback, auto write,
                       bool field_ends_here = false, bool (*wanted)(const T&) = nullptr) {
    auto matches = [&](const BareItem& value) {
        const T* typed = std::get_if<T>(&value);
        return typed != nullptr && (wanted == nullptr || wanted(*typed));
    };
    const Member* member = dictionary.find(key);
    const BareItem* found = std::visit([&](const auto& typed) { return first_in(typed, matches); }, *member);
    if (found != nullptr) {
        const std::string text = text_of(*found);
        return take_apart(dictionary, key, {found, write(text), field_ends_here}).text();
    }
    Field field = take_apart(dictionary, key);
    field.parameters += ";broken=";
    field.parameters += write(text_of(BareItem(fallback)));
    if (field_ends_here) field.after.clear();
    return field.text();
}

// Writes a text with `addition` before its last character (the closing quote or colon).
auto with_inside(std::string_view addition) {
    return [addition](const std::string& text) {
        std::string out(text, 0, text.size() - 1);
        out += addition;
        out += text.back();
        return out;
    };
}

std::string without_last(std::string text) {
    text.pop_back();
    return text;
}

bool has_padding(const Bytes& bytes) { return bytes.data.size() % 3 != 0; }

bool differs_in_url_alphabet(const Bytes& bytes) {
    return text_of(BareItem(bytes)).find_first_of("+/") != std::string::npos;
}

std::string in_url_alphabet(std::string text) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

// The padded `text` with its first unused bit set. The last character before the padding has that bit zero, and the
// character with the next value is the next letter, digit or sign of the alphabet.
std::string with_nonzero_pad(std::string text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char& last = text[text.find_last_not_of("=:")];
    last = alphabet[alphabet.find(last) + 1];
    return text;
}

std::string without_padding(std::string text) {
    std::erase(text, '=');
    return text;
}

std::string with_16_digits(std::string text) {
    const std::size_t sign = text.front() == '-' ? 1 : 0;
    text.insert(sign, 16 - (text.size() - sign), '0');
    return text;
}

std::string in_parentheses(const std::string& text) { return "(" + text + ")"; }

std::string uppercase_first(std::string key) {
    if (key.front() == '*') return key.insert(0, 1, 'A');
    key.front() = static_cast<char>(key.front() - 'a' + 'A');
    return key;
}

// The text of the last parameter; without parameters, of the one that stands in for them.
std::string last_of(const Parameters& parameters) {
    if (parameters.empty()) return ";broken";
    Parameters last;
    last.set(parameters.entries().back().first, parameters.entries().back().second);
    return text_of(last);
}

// The texts of the inner list's items (of the one item, when the member is no inner list).
std::vector<std::string> item_texts(const Member& member) {
    if (const auto* item = std::get_if<Item>(&member)) return {text_of(item->value)};
    std::vector<std::string> texts;
    for (const Item& item : std::get<InnerList>(member).items) texts.push_back(text_of(item));
    return texts;
}

// "(" and the items, with `separator` between them, or after the only one.
std::string separated_by(std::string_view separator, const std::vector<std::string>& items) {
    std::string out = "(";
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i != 0) out += separator;
        out += items[i];
    }
    if (items.size() < 2) out += separator;
    return out + ")";
}

}  // namespace

std::string broken(const Dictionary& dictionary, std::string_view key, Breakage breakage) {
    const Member* member = dictionary.find(key);
    if (member == nullptr) throw std::invalid_argument("broken: the dictionary has no such key");
    text_of(dictionary);  // throws when it cannot be serialized
    Field field = take_apart(dictionary, key);
    const std::string some_parameters = field.parameters.empty() ? ";broken" : field.parameters;
    const std::string last_parameter = last_of(parameters_of(*member));
    const bool is_list = std::holds_alternative<InnerList>(*member);
    const std::string explicit_value = field.equals.empty() ? "?1" : field.value;
    const std::string as_list = is_list ? field.value : in_parentheses(explicit_value);
    auto with_value = [&](std::string value) {
        field.equals.assign(1, '=');
        field.value = std::move(value);
        return field.text();
    };
    auto string = [&](auto write, bool field_ends_here = false) {
        return with_first(dictionary, key, std::string("x"), write, field_ends_here);
    };
    auto bytes = [&](auto write, bool (*wanted)(const Bytes&) = nullptr) {
        return with_first(dictionary, key, Bytes{"\xfb\xff"}, write, false, wanted);
    };

    switch (breakage) {
        case Breakage::leading_comma: field.before = ", " + field.before; break;
        case Breakage::trailing_comma: return field.text() + ",";
        case Breakage::double_comma: field.after = (field.after.empty() ? ",," : ",") + field.after; break;
        case Breakage::missing_comma:
            field.after = field.after.empty() ? " broken" : field.after.substr(1);
            break;
        case Breakage::trailing_garbage: return field.text() + " !";
        case Breakage::duplicate_key:
            field.after += ", " + field.key + field.equals + field.value + field.parameters;
            break;
        case Breakage::uppercase_key: field.key = uppercase_first(field.key); break;
        case Breakage::digit_first_key: field.key.insert(0, 1, '1'); break;
        case Breakage::space_before_equals: field.key += ' '; return with_value(explicit_value);
        case Breakage::tab_before_value: return with_value("\t" + explicit_value);
        case Breakage::missing_value: return with_value("");
        case Breakage::uppercase_parameter:
            field.parameters.assign(1, ';');
            field.parameters += uppercase_first(some_parameters.substr(1));
            break;
        case Breakage::duplicate_parameter: field.parameters = some_parameters + last_parameter; break;
        case Breakage::space_before_semicolon: field.parameters = " " + some_parameters; break;
        case Breakage::unterminated_inner_list: return with_value(without_last(as_list));
        case Breakage::comma_separated_inner_list: return with_value(separated_by(", ", item_texts(*member)));
        case Breakage::tab_separated_inner_list: return with_value(separated_by("\t", item_texts(*member)));
        case Breakage::nested_inner_list: return with_value(in_parentheses(as_list));
        case Breakage::unterminated_string: return string(without_last, true);
        case Breakage::single_quoted_string:
            return string([](std::string text) {
                text.front() = text.back() = '\'';
                return text;
            });
        case Breakage::non_ascii_string: return string(with_inside("\xc3\xa9"));
        case Breakage::tab_in_string: return string(with_inside("\t"));
        case Breakage::bad_escape_in_string: return string(with_inside("\\n"));
        case Breakage::unterminated_bytes: return bytes(without_last);
        case Breakage::bytes_without_padding: return bytes(without_padding, has_padding);
        case Breakage::bytes_with_nonzero_pad: return bytes(with_nonzero_pad, has_padding);
        case Breakage::bytes_in_url_alphabet: return bytes(in_url_alphabet, differs_in_url_alphabet);
        case Breakage::space_in_bytes: return bytes(with_inside(" "));
        case Breakage::too_long_integer: return with_first(dictionary, key, std::int64_t{1}, with_16_digits);
    }
    return field.text();
}

}  // namespace aauth::sfv

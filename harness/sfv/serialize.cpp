#include <charconv>

#include "harness/sfv/base64.h"
#include "harness/sfv/characters.h"
#include "harness/sfv/sfv.h"
#include "harness/sfv/utf8.h"

namespace aauth::sfv {

namespace {

constexpr std::int64_t largest = 999'999'999'999'999;

// The algorithms of RFC 9651 section 4.1. Functions return false after noting what could not be written.
class Writer {
public:
    bool write(const BareItem& value) {
        return std::visit([this](const auto& typed) { return bare(typed); }, value);
    }
    bool write(const Item& item) { return write(item.value) && write(item.parameters); }
    bool write(const InnerList& list);
    bool write(const Parameters& parameters);
    bool write(const List& list);
    bool write(const Dictionary& dictionary);

    std::string text;
    const char* problem = "";

private:
    bool write(const Member& member) {
        return std::visit([this](const auto& typed) { return write(typed); }, member);
    }
    bool bare(std::int64_t value);
    bool bare(const Decimal& value);
    bool bare(const std::string& value);
    bool bare(const Token& value);
    bool bare(const Bytes& value);
    bool bare(bool value);
    bool bare(const Date& value);
    bool bare(const DisplayString& value);
    bool key(std::string_view name);
    void append(std::int64_t value);

    bool fail(const char* what) {
        problem = what;
        return false;
    }
};

bool Writer::write(const InnerList& list) {
    text += '(';
    for (const Item& item : list.items) {
        if (&item != &list.items.front()) text += ' ';
        if (!write(item)) return false;
    }
    text += ')';
    return write(list.parameters);
}

bool Writer::write(const Parameters& parameters) {
    for (const auto& [name, value] : parameters.entries()) {
        text += ';';
        if (!key(name)) return false;
        const bool* flag = std::get_if<bool>(&value);
        if (flag != nullptr && *flag) continue;
        text += '=';
        if (!write(value)) return false;
    }
    return true;
}

bool Writer::write(const List& list) {
    for (const Member& member : list) {
        if (&member != &list.front()) text += ", ";
        if (!write(member)) return false;
    }
    return true;
}

bool Writer::write(const Dictionary& dictionary) {
    for (const auto& entry : dictionary.entries()) {
        if (&entry != &dictionary.entries().front()) text += ", ";
        if (!key(entry.first)) return false;
        const Item* item = std::get_if<Item>(&entry.second);
        const bool* flag = item ? std::get_if<bool>(&item->value) : nullptr;
        if (flag != nullptr && *flag) {
            if (!write(item->parameters)) return false;
            continue;
        }
        text += '=';
        if (!write(entry.second)) return false;
    }
    return true;
}

bool Writer::key(std::string_view name) {
    if (name.empty() || !is(name.front(), key_start)) {
        return fail("a key does not start with a lowercase letter or an asterisk");
    }
    for (char c : name) {
        if (!is(c, key_character)) return fail("a key holds a character that keys do not allow");
    }
    text += name;
    return true;
}

void Writer::append(std::int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    text.append(digits, end);
}

bool Writer::bare(std::int64_t value) {
    if (value > largest || value < -largest) return fail("an integer has more than 15 digits");
    append(value);
    return true;
}

bool Writer::bare(const Decimal& value) {
    if (value.thousandths > largest || value.thousandths < -largest) {
        return fail("a decimal has more than 12 digits before the point");
    }
    const std::int64_t size = value.thousandths < 0 ? -value.thousandths : value.thousandths;
    if (value.thousandths < 0) text += '-';
    append(size / 1000);
    const std::int64_t fraction = size % 1000;
    text += '.';
    text += static_cast<char>('0' + fraction / 100);
    if (fraction % 100 != 0) text += static_cast<char>('0' + fraction / 10 % 10);
    if (fraction % 10 != 0) text += static_cast<char>('0' + fraction % 10);
    return true;
}

bool Writer::bare(const std::string& value) {
    text += '"';
    for (char c : value) {
        if (c == '"' || c == '\\') {
            text += '\\';
        } else if (!is(c, plain_character)) {
            return fail("a string holds a character that is not printable ASCII");
        }
        text += c;
    }
    text += '"';
    return true;
}

bool Writer::bare(const Token& value) {
    if (value.text.empty() || !is(value.text.front(), token_start)) {
        return fail("a token does not start with a letter or an asterisk");
    }
    for (char c : value.text) {
        if (!is(c, token_character)) return fail("a token holds a character that tokens do not allow");
    }
    text += value.text;
    return true;
}

bool Writer::bare(const Bytes& value) {
    text += ':';
    append_base64(text, value.data);
    text += ':';
    return true;
}

bool Writer::bare(bool value) {
    text += value ? "?1" : "?0";
    return true;
}

bool Writer::bare(const Date& value) {
    text += '@';
    return bare(value.seconds) || fail("a date has more than 15 digits");
}

bool Writer::bare(const DisplayString& value) {
    if (!is_utf8(value.utf8)) return fail("a display string is not UTF-8");
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    text += "%\"";
    for (char c : value.utf8) {
        if ((is(c, plain_character) && c != '%') || c == '\\') {
            text += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        text += '%';
        text += hexadecimal[octet >> 4];
        text += hexadecimal[octet & 15];
    }
    text += '"';
    return true;
}

template <class Value>
Result<std::string> write_whole(const Value& value) {
    Writer writer;
    if (!writer.write(value)) return failure("unserializable", writer.problem);
    return std::move(writer.text);
}

}  // namespace

Result<std::string> serialize(const BareItem& value) { return write_whole(value); }
Result<std::string> serialize(const Item& item) { return write_whole(item); }
Result<std::string> serialize(const InnerList& list) { return write_whole(list); }
Result<std::string> serialize(const Parameters& parameters) { return write_whole(parameters); }
Result<std::string> serialize(const List& list) { return write_whole(list); }
Result<std::string> serialize(const Dictionary& dictionary) { return write_whole(dictionary); }

Result<Decimal> rounded_decimal(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    const bool negative = at != end && *at == '-';
    if (negative) ++at;
    const char* const start = at;
    std::int64_t value = 0;
    for (; at != end && is(*at, digit); ++at) {
        if (value > largest / 10) {
            return failure("unserializable", "a decimal has more than 15 digits before the point");
        }
        value = value * 10 + (*at - '0');
    }
    if (at == start) return failure("malformed_field", "a decimal does not start with a digit");
    value *= 1000;
    if (at == end) return Decimal{negative ? -value : value};
    if (*at++ != '.' || at == end) return failure("malformed_field", "a decimal has no digits after its point");
    int next = 0;       // the first digit that is cut off
    bool more = false;  // whether any digit after it is not zero
    std::int64_t weight = 100;
    for (int place = 0; at != end; ++at, ++place) {
        if (!is(*at, digit)) return failure("malformed_field", "a decimal holds something other than digits");
        if (place < 3) {
            value += weight * (*at - '0');
            weight /= 10;
        } else if (place == 3) {
            next = *at - '0';
        } else {
            more = more || *at != '0';
        }
    }
    const bool up = next > 5 || (next == 5 && (more || value % 2 != 0));
    if (up) ++value;
    return Decimal{negative ? -value : value};
}

}  // namespace aauth::sfv

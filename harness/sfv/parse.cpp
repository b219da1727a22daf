#include <fmt/core.h>

#include "harness/sfv/base64.h"
#include "harness/sfv/characters.h"
#include "harness/sfv/seen_keys.h"
#include "harness/sfv/sfv.h"
#include "harness/sfv/utf8.h"

namespace aauth::sfv {

// The algorithms of RFC 9651 section 4.2 over one text. Functions return false after noting what was expected; the
// place is where they stopped.
class Parser {
public:
    explicit Parser(std::string_view text) : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

    bool whole(Item& out) {
        skip_spaces();
        return item(out) && finish();
    }
    bool whole(List& out);
    bool whole(Dictionary& out);

    tl::unexpected<Error> error() const {
        return failure("malformed_field", fmt::format("expected {} at byte {}", expected_, at_ - begin_));
    }

private:
    bool member(Member& out);
    bool item(Item& out) { return bare_item(out.value) && parameters(out.parameters); }
    bool inner_list(InnerList& out);
    bool parameters(Parameters& out);
    bool key(std::string_view& out);
    bool bare_item(BareItem& out);
    bool number(BareItem& out);
    bool string(std::string& out);
    bool byte_sequence(std::string& out);
    bool boolean(BareItem& out);
    bool date(BareItem& out);
    bool display_string(std::string& out);
    bool percent_encoded(std::string& out);
    bool separator(bool& more);

    template <class Entries, class Value>
    static void add(Entries& entries, SeenKeys& seen, std::vector<std::string>& repeated, std::string_view key,
                    Value&& value) {
        if (const auto place = seen.find_or_add(entries, key)) {
            entries[*place].second = std::forward<Value>(value);
            repeated.emplace_back(key);
        } else {
            entries.emplace_back(std::string(key), std::forward<Value>(value));
        }
    }

    bool fail(const char* expected) {
        expected_ = expected;
        return false;
    }
    bool finish() {
        skip_spaces();
        return at_end() || fail("the end of the field");
    }
    bool at_end() const { return at_ == end_; }
    bool next_is(char c) const { return at_ != end_ && *at_ == c; }
    bool next_is(CharacterClass wanted) const { return at_ != end_ && is(*at_, wanted); }
    bool take(char c) {
        if (!next_is(c)) return false;
        ++at_;
        return true;
    }
    std::string_view take_while(CharacterClass wanted) {
        const char* start = at_;
        while (next_is(wanted)) ++at_;
        return {start, static_cast<std::size_t>(at_ - start)};
    }
    void skip_spaces() {
        while (next_is(' ')) ++at_;
    }
    void skip_optional_whitespace() {
        while (next_is(' ') || next_is('\t')) ++at_;
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    const char* expected_ = "";
};

// What follows a member of a list or dictionary: the end of the text, or a comma and one more member.
bool Parser::separator(bool& more) {
    skip_optional_whitespace();
    more = !at_end();
    if (!more) return true;
    if (!take(',')) return fail("a comma or the end of the field");
    skip_optional_whitespace();
    return !at_end() || fail("one more member after the comma");
}

bool Parser::whole(List& out) {
    skip_spaces();
    for (bool more = !at_end(); more;) {
        if (!member(out.emplace_back()) || !separator(more)) return false;
    }
    return true;
}

bool Parser::whole(Dictionary& out) {
    skip_spaces();
    SeenKeys seen;
    for (bool more = !at_end(); more;) {
        std::string_view name;
        if (!key(name)) return false;
        Member value;
        if (take('=')) {
            if (!member(value)) return false;
        } else {
            auto& flag = std::get<Item>(value);
            flag.value.emplace<bool>(true);
            if (!parameters(flag.parameters)) return false;
        }
        add(out.entries_, seen, out.repeated, name, std::move(value));
        if (!separator(more)) return false;
    }
    return true;
}

bool Parser::member(Member& out) {
    if (next_is('(')) return inner_list(out.emplace<InnerList>());
    return item(out.emplace<Item>());
}

bool Parser::inner_list(InnerList& out) {
    ++at_;
    for (;;) {
        skip_spaces();
        if (take(')')) return parameters(out.parameters);
        if (at_end()) return fail("an item or a closing parenthesis");
        if (!item(out.items.emplace_back())) return false;
        if (!next_is(' ') && !next_is(')')) return fail("a space or a closing parenthesis");
    }
}

bool Parser::parameters(Parameters& out) {
    if (!next_is(';')) return true;
    SeenKeys seen;
    while (take(';')) {
        skip_spaces();
        std::string_view name;
        if (!key(name)) return false;
        BareItem value(std::in_place_type<bool>, true);
        if (take('=') && !bare_item(value)) return false;
        add(out.entries_, seen, out.repeated, name, std::move(value));
    }
    return true;
}

bool Parser::key(std::string_view& out) {
    if (!next_is(key_start)) return fail("a key (a lowercase letter or an asterisk first)");
    out = take_while(key_character);
    return true;
}

bool Parser::bare_item(BareItem& out) {
    if (at_end()) return fail("a value");
    const char first = *at_;
    if (first == '"') return string(out.emplace<std::string>());
    if (first == '-' || is(first, digit)) return number(out);
    if (is(first, token_start)) {
        out.emplace<Token>().text = take_while(token_character);
        return true;
    }
    switch (first) {
        case ':': return byte_sequence(out.emplace<Bytes>().data);
        case '?': return boolean(out);
        case '@': return date(out);
        case '%': return display_string(out.emplace<DisplayString>().utf8);
        default: return fail("a value");
    }
}

bool Parser::number(BareItem& out) {
    const bool negative = take('-');
    if (!next_is(digit)) return fail("a digit");
    std::int64_t value = 0;
    const char* start = at_;
    while (next_is(digit)) {
        if (at_ - start == 15) return fail("at most 15 digits in a number");
        value = value * 10 + (*at_++ - '0');
    }
    if (!next_is('.')) {
        out.emplace<std::int64_t>(negative ? -value : value);
        return true;
    }
    if (at_ - start > 12) return fail("at most 12 digits before a decimal point");
    start = ++at_;
    if (!next_is(digit)) return fail("a digit after the decimal point");
    while (next_is(digit)) {
        if (at_ - start == 3) return fail("at most three digits after a decimal point");
        value = value * 10 + (*at_++ - '0');
    }
    for (auto digits = at_ - start; digits < 3; ++digits) value *= 10;
    out.emplace<Decimal>(Decimal{negative ? -value : value});
    return true;
}

bool Parser::string(std::string& out) {
    ++at_;
    for (;;) {
        out += take_while(plain_character);
        if (take('"')) return true;
        if (!take('\\')) return fail(at_end() ? "a closing quote" : "printable ASCII in a string");
        if (!next_is('"') && !next_is('\\')) return fail("a quote or a backslash after a backslash");
        out += *at_++;
    }
}

bool Parser::byte_sequence(std::string& out) {
    const char* start = ++at_;
    while (!at_end() && *at_ != ':') ++at_;
    if (at_end()) return fail("a closing colon of a byte sequence");
    if (!decode_base64({start, static_cast<std::size_t>(at_ - start)}, out)) {
        at_ = start;
        return fail("a byte sequence in padded base64");
    }
    ++at_;
    return true;
}

bool Parser::boolean(BareItem& out) {
    ++at_;
    if (!next_is('0') && !next_is('1')) return fail("0 or 1 after a question mark");
    out.emplace<bool>(*at_++ == '1');
    return true;
}

bool Parser::date(BareItem& out) {
    ++at_;
    if (!number(out)) return false;
    const auto* seconds = std::get_if<std::int64_t>(&out);
    if (seconds == nullptr) return fail("a date in whole seconds");
    out.emplace<Date>(Date{*seconds});
    return true;
}

bool Parser::display_string(std::string& out) {
    ++at_;
    if (!take('"')) return fail("a quote after the percent sign of a display string");
    for (;;) {
        if (take('%')) {
            if (!percent_encoded(out)) return false;
        } else if (take('"')) {
            return is_utf8(out) || fail("UTF-8 in a display string");
        } else if (next_is(plain_character) || next_is('\\')) {
            out += *at_++;
        } else {
            return fail(at_end() ? "a closing quote" : "printable ASCII in a display string");
        }
    }
}

bool Parser::percent_encoded(std::string& out) {
    unsigned octet = 0;
    for (int i = 0; i < 2; ++i) {
        const bool letter = !at_end() && *at_ >= 'a' && *at_ <= 'f';
        if (!letter && !next_is(digit)) return fail("two lowercase hexadecimal digits after a percent sign");
        octet = octet * 16 + static_cast<unsigned>(letter ? *at_ - 'a' + 10 : *at_ - '0');
        ++at_;
    }
    out += static_cast<char>(octet);
    return true;
}

namespace {

template <class Value>
Result<Value> parse_whole(std::string_view text) {
    Result<Value> out;
    Parser parser(text);
    if (!parser.whole(*out)) return parser.error();
    return out;
}

}  // namespace

Result<Item> parse_item(std::string_view text) { return parse_whole<Item>(text); }
Result<List> parse_list(std::string_view text) { return parse_whole<List>(text); }
Result<Dictionary> parse_dictionary(std::string_view text) { return parse_whole<Dictionary>(text); }

}  // namespace aauth::sfv

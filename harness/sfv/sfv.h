#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "harness/result.h"

// Structured field values, RFC 9651: the types, strict parsing (section 4.2), canonical serialization (section 4.1).
namespace aauth::sfv {

class Parser;  // of parse.cpp

struct Token {
    std::string text;
    bool operator==(const Token&) const = default;
};
struct Bytes {
    std::string data;  // decoded octets
    bool operator==(const Bytes&) const = default;
};
struct DisplayString {
    std::string utf8;
    bool operator==(const DisplayString&) const = default;
};
struct Date {
    std::int64_t seconds;  // since the Unix epoch
    bool operator==(const Date&) const = default;
};
// A decimal keeps the three fraction digits that RFC 9651 allows, exactly.
struct Decimal {
    std::int64_t thousandths;
    bool operator==(const Decimal&) const = default;
};

using BareItem = std::variant<std::int64_t, Decimal, std::string, Token, Bytes, bool, Date, DisplayString>;

// Parameters in order. A key that is parsed twice keeps the place of the first and the value of the last
// (section 4.2.3.2); `repeated` remembers that it happened, for profiles that forbid it.
class Parameters {
public:
    using Entry = std::pair<std::string, BareItem>;

    const BareItem* find(std::string_view key) const;
    template <class T>
    const T* find_as(std::string_view key) const {
        const BareItem* value = find(key);
        return value ? std::get_if<T>(value) : nullptr;
    }
    void set(std::string key, BareItem value);
    void erase(std::string_view key);
    bool contains(std::string_view key) const { return find(key) != nullptr; }
    const std::vector<Entry>& entries() const { return entries_; }
    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    bool operator==(const Parameters& other) const { return entries_ == other.entries_; }

    std::vector<std::string> repeated;

private:
    friend class Parser;
    std::vector<Entry> entries_;
};

struct Item {
    BareItem value;
    Parameters parameters;
    bool operator==(const Item&) const = default;
};
struct InnerList {
    std::vector<Item> items;
    Parameters parameters;
    bool operator==(const InnerList&) const = default;
};
using Member = std::variant<Item, InnerList>;
using List = std::vector<Member>;

// Dictionary members in order; `repeated` as in Parameters.
class Dictionary {
public:
    using Entry = std::pair<std::string, Member>;

    const Member* find(std::string_view key) const;
    const Item* item(std::string_view key) const;            // nullptr when absent or an inner list
    const InnerList* inner_list(std::string_view key) const;  // nullptr when absent or an item
    void set(std::string key, Member value);
    void erase(std::string_view key);
    bool contains(std::string_view key) const { return find(key) != nullptr; }
    const std::vector<Entry>& entries() const { return entries_; }
    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    bool operator==(const Dictionary& other) const { return entries_ == other.entries_; }

    std::vector<std::string> repeated;

private:
    friend class Parser;
    std::vector<Entry> entries_;
};

// Parse a whole field value (lines already joined by ", "). Error code "malformed_field", with the offset in
// bytes and what was expected in the message.
Result<Item> parse_item(std::string_view text);
Result<List> parse_list(std::string_view text);
Result<Dictionary> parse_dictionary(std::string_view text);

// Canonical text. Error code "unserializable" when a value is outside its range (section 4.1). An empty list or
// dictionary gives an empty string; the caller leaves the field out.
Result<std::string> serialize(const BareItem& value);
Result<std::string> serialize(const Item& item);
Result<std::string> serialize(const InnerList& list);
Result<std::string> serialize(const Parameters& parameters);
Result<std::string> serialize(const List& list);
Result<std::string> serialize(const Dictionary& dictionary);

// The decimal nearest to a number written as [-]digits[.digits] with any number of fraction digits; a tie goes to the
// even neighbour (section 4.1.5). Errors: "malformed_field" when the text is no such number, "unserializable" when
// it has more than 15 digits before the point. Between 12 and 15 it is serialize that refuses.
Result<Decimal> rounded_decimal(std::string_view text);

}  // namespace aauth::sfv

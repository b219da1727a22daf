#include <algorithm>

#include "harness/sfv/sfv.h"

namespace aauth::sfv {

namespace {

template <class Entries>
auto place_of(Entries& entries, std::string_view key) {
    return std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == key; });
}

template <class Value>
const Value* find_in(const std::vector<std::pair<std::string, Value>>& entries, std::string_view key) {
    const auto place = place_of(entries, key);
    return place == entries.end() ? nullptr : &place->second;
}

template <class Value>
void set_in(std::vector<std::pair<std::string, Value>>& entries, std::string key, Value value) {
    const auto place = place_of(entries, key);
    if (place == entries.end()) {
        entries.emplace_back(std::move(key), std::move(value));
    } else {
        place->second = std::move(value);
    }
}

template <class Entries>
void erase_from(Entries& entries, std::string_view key) {
    const auto place = place_of(entries, key);
    if (place != entries.end()) entries.erase(place);
}

}  // namespace

const BareItem* Parameters::find(std::string_view key) const { return find_in(entries_, key); }
void Parameters::set(std::string key, BareItem value) { set_in(entries_, std::move(key), std::move(value)); }
void Parameters::erase(std::string_view key) { erase_from(entries_, key); }

const Member* Dictionary::find(std::string_view key) const { return find_in(entries_, key); }
void Dictionary::set(std::string key, Member value) { set_in(entries_, std::move(key), std::move(value)); }
void Dictionary::erase(std::string_view key) { erase_from(entries_, key); }

const Item* Dictionary::item(std::string_view key) const {
    const Member* member = find(key);
    return member ? std::get_if<Item>(member) : nullptr;
}

const InnerList* Dictionary::inner_list(std::string_view key) const {
    const Member* member = find(key);
    return member ? std::get_if<InnerList>(member) : nullptr;
}

}  // namespace aauth::sfv

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace aauth::sfv {

// The keys that one dictionary or parameter list has had so far. A few are compared one by one; beyond that a map
// keeps a hostile field with very many keys from costing quadratic time.
class SeenKeys {
public:
    // The place of `key` among the entries, or nothing when it is new; it then gets the next place.
    template <class Entries>
    std::optional<std::size_t> find_or_add(const Entries& entries, std::string_view key) {
        if (entries.size() < few) {
            for (std::size_t i = 0; i < entries.size(); ++i) {
                if (entries[i].first == key) return i;
            }
            return std::nullopt;
        }
        if (!places_) {
            places_.emplace();
            for (std::size_t i = 0; i < entries.size(); ++i) places_->emplace(entries[i].first, i);
        }
        const auto [place, added] = places_->emplace(std::string(key), entries.size());
        if (added) return std::nullopt;
        return place->second;
    }

private:
    static constexpr std::size_t few = 16;
    std::optional<std::map<std::string, std::size_t>> places_;
};

}  // namespace aauth::sfv

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vectors/table.h"

// The groups of the topic "keys", and the rows that they share.
namespace aauth::vectors {

void write_key_checks(Table& table);     // 101 to 319
void write_key_sets(Table& table);       // 321 to 399
void write_scheme_fields(Table& table);  // 401 to 699

// One change of a valid input.
struct KeyRow {
    std::string comment;
    std::function<void(json&)> edit;
    Says says = {};
};
void add_valid(Rows& rows, const std::string& from, const std::vector<KeyRow>& all);
void add_invalid(Rows& rows, const std::string& from, const std::vector<KeyRow>& all);
void add_acceptable(Rows& rows, const std::string& from, const std::vector<KeyRow>& all);

// A member of the input's jwk set or, with null, left out.
std::function<void(json&)> jwk_member(const std::string& name, json value);
std::function<void(json&)> jwk_replaced(json jwk);

}  // namespace aauth::vectors

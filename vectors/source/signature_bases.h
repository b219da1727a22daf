#pragma once

#include "vectors/source/signatures.h"

// What the sources of the signature bases share.
namespace aauth::vectors {

// A component identifier as it stands in Signature-Input, and its value.
struct Component {
    std::string identifier, value;
};

// A row: a message, and the components that are covered.
struct Base {
    std::string comment;
    json message;
    std::vector<Component> components;
    std::vector<std::string> flags =
        {};  // any: either answer is right, and the row before is the one without the change
};

// Adds a group of them; created is the one parameter.
void write_bases(Table& table, const std::string& name, int first, const std::vector<Base>& bases);

json get(const std::string& url, const Lines& lines = {});
json plain(const Lines& lines);  // GET https://rs.example/data

void write_base_fields(Table& table);
void write_base_parameters(Table& table);

}  // namespace aauth::vectors

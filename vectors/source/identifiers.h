#pragma once

#include <string>
#include <vector>

#include "vectors/table.h"

// The parts of the topic `identifiers`, and what its tables of texts are written with.
namespace aauth::vectors {

// One text and what is special about it.
struct TextRow {
    const char* comment;
    std::string text;
    const char* flag = "";
};

// What the rows of one operation on a text share.
struct TextRows {
    Rows rows;
    std::string member;  // of the input, that has the text
    std::string base;    // the id of the valid vector from which the others differ
    std::vector<std::string> requirements;

    void valid(const std::vector<TextRow>& table);
    void invalid(const std::vector<TextRow>& table);
    void acceptable(const std::vector<TextRow>& table);
};

void write_server_identifiers(Table& table);
void write_agent_identifiers(Table& table);
void write_endpoints(Table& table);
void write_codes(Table& table);
void write_metadata(Table& table);
void write_missions(Table& table);

}  // namespace aauth::vectors

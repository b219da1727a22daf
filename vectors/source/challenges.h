#pragma once

#include <string>
#include <utility>
#include <vector>

#include "vectors/table.h"

// The parts of the topic `challenges`, and what its tables of field lines are written with.
namespace aauth::vectors {

using Lines = std::vector<std::string>;

// Field lines and what is special about them.
struct LinesRow {
    const char* comment;
    Lines lines;
    const char* flag = "";
};

// What the rows of one parser share.
struct ParserRows {
    Rows rows;
    json more;         // further members of each input: header
    std::string base;  // the id of the valid vector from which the others differ
    std::vector<std::string> requirements;

    std::string valid(const std::string& comment, const Lines& lines, json output);
    void invalid(const std::vector<LinesRow>& table);
    void acceptable(const std::vector<LinesRow>& table);
    // Every way of harness/sfv/broken.h to break the dictionary that is the one line of `base`, at its member `key`.
    void broken(const std::string& key);

    json input(const Lines& lines) const;
};

void write_requirements(Table& table);
void write_access(Table& table);
void write_token_lists(Table& table);
void write_signature_errors(Table& table);
void write_whole_challenges(Table& table);

}  // namespace aauth::vectors

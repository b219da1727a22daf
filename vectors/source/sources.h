#pragma once

// The sources of the vectors, a function a topic; larger topics have further files.
namespace aauth::vectors {

class Table;

void write_signatures(Table& table);
void write_keys(Table& table);
void write_tokens(Table& table);
void write_identifiers(Table& table);
void write_challenges(Table& table);
void write_deferred(Table& table);

}  // namespace aauth::vectors

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "vectors/table.h"

// The parts of the topic `deferred`, and what its scripts are written with.
namespace aauth::vectors {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Responses.
json response(int status, const Headers& headers = {}, json body = nullptr);
json problem(const protocol::Draft& draft, int status, const std::string& error, Headers headers = {});
// A 202 as 11.8.2 has it. An empty Location or Retry-After leaves the field out.
json pending(const std::string& retry_after = "0", const std::string& requirement = {},
             json body = {{"status", "pending"}}, const std::string& location = "/pending/1");

// Actions.
json poll(std::int64_t after);
json poll();
json stop(const std::string& error);
json stop();
json finish();

// One script.
struct Script {
    std::string comment;
    std::vector<json> responses;  // the first answers the original request
    std::vector<json> actions;    // one for each; none: whatever the client does
    const char* flag = "";
};

// Scripts of one group. The first one is the one from which those differ that are acceptable.
class Scripts {
public:
    // `url` is that of the original request, and `role` says who makes it.
    Scripts(Table& table, const std::string& name, int first, const std::string& url, const char* role = "agent");

    std::string play(const Script& script, std::vector<std::string> requirements);
    void free(const Script& script, std::vector<std::string> requirements);  // either way is right

    const protocol::Draft& draft;

private:
    Rows rows_;
    std::string first_;
};

void write_polling(Table& table);
void write_ends(Table& table);
void write_people(Table& table);
void write_needs(Table& table);
void write_locations(Table& table);

}  // namespace aauth::vectors

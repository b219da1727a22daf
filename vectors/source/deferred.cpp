#include "vectors/source/deferred.h"

#include <stdexcept>

#include "vectors/source/sources.h"

namespace aauth::vectors {

json response(int status, const Headers& headers, json body) {
    json made{{"status", status}, {"headers", headers}};
    if (!body.is_null()) made["body"] = std::move(body);
    return made;
}

json problem(const protocol::Draft& draft, int status, const std::string& error, Headers headers) {
    headers.emplace_back("Content-Type", draft.problem_json ? "application/problem+json" : "application/json");
    return response(status, headers, {{"error", error}});
}

json pending(const std::string& retry_after, const std::string& requirement, json body, const std::string& location) {
    Headers headers;
    if (!location.empty()) headers.emplace_back("Location", location);
    if (!retry_after.empty()) headers.emplace_back("Retry-After", retry_after);
    headers.emplace_back("Cache-Control", "no-store");
    if (!requirement.empty()) headers.emplace_back("AAuth-Requirement", requirement);
    if (!body.is_null()) headers.emplace_back("Content-Type", "application/json");
    return response(202, headers, std::move(body));
}

json poll(std::int64_t after) { return {{"do", "poll"}, {"after", after}}; }
json poll() { return {{"do", "poll"}}; }
json stop(const std::string& error) { return {{"do", "stop"}, {"error", error}}; }
json stop() { return {{"do", "stop"}}; }
json finish() { return {{"do", "finish"}}; }

Scripts::Scripts(Table& table, const std::string& name, int first, const std::string& url, const char* role)
    : draft(table.draft), rows_(table.group(name, "run-deferred", first, {{"url", url}, {"role", role}})) {}

namespace {

json input(const Script& script) {
    return {{"start", script.responses.front()},
            {"responses", std::vector<json>(script.responses.begin() + 1, script.responses.end())}};
}

}  // namespace

std::string Scripts::play(const Script& script, std::vector<std::string> requirements) {
    if (script.actions.size() != script.responses.size()) throw std::logic_error("vectors: " + script.comment);
    Says says{.requirements = std::move(requirements), .output = {{"actions", script.actions}}};
    if (*script.flag != '\0') says.flags = {script.flag};
    auto id = rows_.valid(script.comment, input(script), std::move(says));
    if (first_.empty()) first_ = id;
    return id;
}

void Scripts::free(const Script& script, std::vector<std::string> requirements) {
    rows_.acceptable(script.comment, first_, input(script),
                     {.flags = {script.flag}, .requirements = std::move(requirements)});
}

void write_deferred(Table& table) {
    table.flag("Ambiguous", "The draft is silent, or says two things; the comment says about what.");
    table.flag("MayStartOver",
               "The draft lets the client begin a fresh request afterwards; the exchange itself is over.");
    table.flag("OtherOrigin",
               "The pending URL is not on the origin of the server that answered, as it has to be (11.8.2 of -11); all "
               "values are validated before they are processed (13.3).");
    table.flag("BrokenResponse", "The response lacks what it has to have, so that a client cannot go on.");
    table.flag("ClientsChoice", "The draft leaves the choice to the client.");
    table.flag("NoBody",
               "The 202 has no body. 11.8.2 of -11 asks for one; the examples of 11.6.3 and 11.6.4 have none.");
    write_polling(table);
    write_ends(table);
    write_people(table);
    write_needs(table);
    write_locations(table);
}

}  // namespace aauth::vectors

#include "vectors/source/deferred.h"
#include "vectors/source/material.h"

namespace aauth::vectors {

namespace {

const json done = response(200, {{"Content-Type", "application/json"}}, {{"auth_token", "eyJ"}, {"expires_in", 3600}});

json slow_down(const protocol::Draft& draft, const Headers& headers = {}) {
    return problem(draft, 429, "slow_down", headers);
}

void intervals(Table& table) {
    Scripts scripts(table, "polling intervals", 1, std::string(person_server) + "/token");
    const std::vector<std::string> waits{"deferred.respects-retry-after"};
    scripts.play({"pending once, then the result", {pending("0"), done}, {poll(0), finish()}},
                 {"deferred.get", waits[0]});
    for (const int seconds : {1, 2, 5, 10, 30, 60, 300, 3600}) {
        scripts.play({"Retry-After: " + std::to_string(seconds),
                      {pending(std::to_string(seconds)), done},
                      {poll(seconds), finish()}},
                     waits);
    }
    scripts.play({"another Retry-After each time",
                  {pending("0"), pending("5"), pending("2"), pending("30"), done},
                  {poll(0), poll(5), poll(2), poll(30), finish()}},
                 waits);
    scripts.play({"without Retry-After: five seconds", {pending(""), done}, {poll(5), finish()}},
                 {"deferred.default-interval"});
    scripts.play({"without Retry-After three times",
                  {pending(""), pending(""), pending(""), done},
                  {poll(5), poll(5), poll(5), finish()}},
                 {"deferred.default-interval"});
    scripts.play({"Retry-After first, then none", {pending("1"), pending(""), done}, {poll(1), poll(5), finish()}},
                 {"deferred.default-interval"});
    scripts.play({"none first, then Retry-After", {pending(""), pending("1"), done}, {poll(5), poll(1), finish()}},
                 waits);
    scripts.play({"the name of the field in lower case",
                  {response(202, {{"location", "/pending/1"}, {"retry-after", "7"}}, {{"status", "pending"}}), done},
                  {poll(7), finish()}},
                 waits);
    std::vector<json> many(20, pending("1")), polls(20, poll(1));
    many.push_back(done);
    polls.push_back(finish());
    scripts.play({"pending twenty times", many, polls}, waits);
    for (const auto& [comment, value] : std::vector<std::pair<const char*, const char*>>{{"a negative number", "-1"},
                                                                                         {"a fraction", "1.5"},
                                                                                         {"a word", "soon"},
                                                                                         {"empty", ""},
                                                                                         {"an exponent", "1e3"},
                                                                                         {"a plus sign", "+5"},
                                                                                         {"a unit", "5s"},
                                                                                         {"two values", "1, 2"},
                                                                                         {"hexadecimal", "0x10"}}) {
        auto odd = response(202, {{"Location", "/pending/1"}, {"Retry-After", value}}, {{"status", "pending"}});
        scripts.play(
            {std::string("a Retry-After that is no number of seconds: ") + comment, {odd, done}, {poll(), finish()}},
            waits);
    }
    scripts.play(
        {"a Retry-After of 25 digits", {pending("9999999999999999999999999"), done}, {json{{"do", "poll"}}, finish()}},
        waits);
    scripts.play({"leading zeros", {pending("007"), done}, {poll(7), finish()}}, waits);
    scripts.free({"Retry-After as a date, which HTTP has and the draft has not: it says seconds",
                  {pending("Mon, 21 Sep 2026 14:14:20 GMT"), done},
                  {},
                  "Ambiguous"},
                 waits);
    scripts.free({"two lines of Retry-After",
                  {response(202, {{"Location", "/pending/1"}, {"Retry-After", "1"}, {"Retry-After", "9"}},
                            {{"status", "pending"}}),
                   done},
                  {},
                  "Ambiguous"},
                 waits);
}

void backing_off(Table& table) {
    const auto& draft = table.draft;
    Scripts scripts(table, "429 and 503", 101, std::string(person_server) + "/token");
    const std::vector<std::string> slower{"deferred.backoff-429", "deferred.slow-down"};
    scripts.play({"429 after Retry-After: 5", {pending("5"), slow_down(draft), done}, {poll(5), poll(10), finish()}},
                 slower);
    scripts.play({"429 after Retry-After: 30", {pending("30"), slow_down(draft), done}, {poll(30), poll(35), finish()}},
                 slower);
    scripts.play(
        {"429 after the default interval", {pending(""), slow_down(draft), done}, {poll(5), poll(10), finish()}},
        slower);
    scripts.play({"429 twice",
                  {pending("5"), slow_down(draft), slow_down(draft), done},
                  {poll(5), poll(10), poll(15), finish()}},
                 slower);
    scripts.play(
        {"429 five times",
         {pending("1"), slow_down(draft), slow_down(draft), slow_down(draft), slow_down(draft), slow_down(draft), done},
         {poll(1), poll(6), poll(11), poll(16), poll(21), poll(26), finish()}},
        slower);
    scripts.play({"429, then pending without Retry-After",
                  {pending(""), slow_down(draft), pending(""), done},
                  {poll(5), poll(10), poll(), finish()}},
                 slower);
    scripts.play({"429 without a body", {pending("5"), response(429), done}, {poll(5), poll(10), finish()}}, slower);
    scripts.play({"429 with a body that is no JSON",
                  {pending("5"), response(429, {{"Content-Type", "text/html"}}, "PGh0bWw+"), done},
                  {poll(5), poll(10), finish()}},
                 slower);
    scripts.play({"429 with a code that nobody knows",
                  {pending("5"), problem(draft, 429, "x_other"), done},
                  {poll(5), poll(10), finish()}},
                 slower);
    scripts.play({"429, then denied",
                  {pending("5"), slow_down(draft), problem(draft, 403, "denied")},
                  {poll(5), poll(10), stop("denied")}},
                 slower);
    scripts.play({"429, then gone",
                  {pending("5"), slow_down(draft), problem(draft, 410, "invalid_code")},
                  {poll(5), poll(10), stop("invalid_code")}},
                 slower);
    scripts.play({"429 with a longer Retry-After than the interval",
                  {pending("5"), slow_down(draft, {{"Retry-After", "60"}}), done},
                  {poll(5), poll(60), finish()}},
                 slower);
    scripts.play({"429 after Retry-After: 0", {pending("0"), slow_down(draft), done}, {poll(0), poll(5), finish()}},
                 slower);
    scripts.play({"429, then Retry-After: 5 again",
                  {pending("5"), slow_down(draft), pending("5"), done},
                  {poll(5), poll(10), poll(5), finish()}},
                 slower);
    scripts.free({"429 with a shorter Retry-After than the interval",
                  {pending("30"), slow_down(draft, {{"Retry-After", "1"}}), done},
                  {},
                  "Ambiguous"},
                 slower);
    scripts.free({"429 to the original request: the draft has it for polls",
                  {response(429, {{"Retry-After", "10"}}), done},
                  {},
                  "Ambiguous"},
                 slower);
    const std::vector<std::string> back{"deferred.stops-on-terminal"};
    for (const int seconds : {1, 30, 120}) {
        const auto text = std::to_string(seconds);
        scripts.play({"503 with Retry-After: " + text + " to a poll",
                      {pending("0"), response(503, {{"Retry-After", text}}), done},
                      {poll(0), poll(seconds), finish()}},
                     back);
        scripts.play({"503 with Retry-After: " + text + " to the original request",
                      {response(503, {{"Retry-After", text}}), done},
                      {json{{"do", "retry"}, {"after", seconds}}, finish()}},
                     back);
    }
    scripts.play({"503 with Retry-After: 30 to a poll, and no shorter interval before",
                  {pending("5"), response(503, {{"Retry-After", "30"}}), done},
                  {poll(5), poll(30), finish()}},
                 back);
    scripts.play(
        {"503 without Retry-After to a poll", {pending("5"), response(503), done}, {poll(5), poll(), finish()}}, back);
    scripts.play(
        {"503 without Retry-After to the original request", {response(503), done}, {json{{"do", "retry"}}, finish()}},
        back);
    scripts.play({"503 twice, then pending",
                  {pending("5"), response(503, {{"Retry-After", "10"}}), response(503, {{"Retry-After", "20"}}),
                   pending("5"), done},
                  {poll(5), poll(10), poll(20), poll(5), finish()}},
                 back);
    scripts.play({"503 to the original request, then pending",
                  {response(503, {{"Retry-After", "1"}}), pending("0"), done},
                  {json{{"do", "retry"}, {"after", 1}}, poll(0), finish()}},
                 back);
    scripts.play({"503 with a body that names an error",
                  {pending("0"), problem(draft, 503, "server_error", {{"Retry-After", "1"}}), done},
                  {poll(0), poll(), finish()}},
                 back);
}

void statuses(Table& table) {
    Scripts scripts(table, "the body of a pending response", 201, std::string(person_server) + "/token");
    const std::vector<std::string> unknown{"deferred.unknown-status"};
    scripts.play({"pending", {pending("1"), done}, {poll(1), finish()}}, {"deferred.status-202"});
    scripts.play({"interacting",
                  {pending("1"), pending("1", "", {{"status", "interacting"}}), done},
                  {poll(1), poll(1), finish()}},
                 {"interaction.status-interacting"});
    for (const char* status :
         {"queued", "PENDING", "approved", "denied", "done", "failed", "complete", "error", "expired", ""}) {
        scripts.play({std::string("the status '") + status + "', which the draft does not define",
                      {pending("1", "", {{"status", status}}), done},
                      {poll(1), finish()}},
                     unknown);
    }
    scripts.play({"an unknown status, then another",
                  {pending("1", "", {{"status", "queued"}}), pending("2", "", {{"status", "running"}}), done},
                  {poll(1), poll(2), finish()}},
                 unknown);
    scripts.play({"members that the draft does not define",
                  {pending("1", "", {{"status", "pending"}, {"position", 7}, {"x", {1, 2}}}), done},
                  {poll(1), finish()}},
                 unknown);
    scripts.play({"a member error beside status: the response is a 202",
                  {pending("1", "", {{"status", "pending"}, {"error", "denied"}}), done},
                  {poll(1), finish()}},
                 {"deferred.status-202"});
    scripts.play({"a member auth_token beside status: the response is a 202",
                  {pending("1", "", {{"status", "pending"}, {"auth_token", "eyJ"}}), done},
                  {poll(1), finish()}},
                 {"deferred.status-202"});
    scripts.free({"no body", {pending("1", "", nullptr), done}, {}, "NoBody"}, {"deferred.status-202"});
    scripts.free({"a body without status", {pending("1", "", json::object()), done}, {}, "Ambiguous"},
                 {"deferred.status-202"});
    scripts.free({"a status that is a number", {pending("1", "", {{"status", 1}}), done}, {}, "Ambiguous"},
                 {"deferred.status-202"});
    scripts.free({"a body that is no JSON", {pending("1", "", "cGVuZGluZw=="), done}, {}, "Ambiguous"},
                 {"deferred.status-202"});
    scripts.free({"a body that is an array", {pending("1", "", json::array({"pending"})), done}, {}, "Ambiguous"},
                 {"deferred.status-202"});
}

}  // namespace

void write_polling(Table& table) {
    intervals(table);
    backing_off(table);
    statuses(table);
}

}  // namespace aauth::vectors

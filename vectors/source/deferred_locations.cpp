#include <tuple>

#include "vectors/source/deferred.h"
#include "vectors/source/material.h"

namespace aauth::vectors {

namespace {

const json done = response(200);
const json body{{"status", "pending"}};

json at(const std::string& location) { return pending("1", "", body, location); }
json poll_at(const std::string& url) { return {{"do", "poll"}, {"url", url}, {"after", 1}}; }

void write_withdrawals(Table& table) {
    const auto& draft = table.draft;
    Scripts scripts(table, "withdrawing a request", 1201, std::string(person_server) + "/token");
    const std::vector<std::string> about{"clarification.cancel"};
    const json withdrawn{{"event", "cancel"}};
    const json cancel{{"do", "cancel"}, {"url", "https://ps.example/pending/1"}};
    const std::string question = "requirement=clarification";
    const json asked{{"status", "pending"}, {"clarification", "Why?"}};
    for (const int status : {200, 202, 204}) {
        const auto last = status == 202 ? pending("5") : response(status);
        scripts.play({"withdrawn while it is pending, answered with " + std::to_string(status),
                      {pending("5"), withdrawn, last},
                      {poll(5), cancel, stop()}},
                     about);
    }
    scripts.play({"withdrawn, and gone already",
                  {pending("5"), withdrawn, problem(draft, 410, "invalid_code")},
                  {poll(5), cancel, stop()}},
                 about);
    scripts.play({"withdrawn after two polls",
                  {pending("5"), pending("5"), withdrawn, response(204)},
                  {poll(5), poll(5), cancel, stop()}},
                 about);
    scripts.play({"a question, and the request is withdrawn instead",
                  {pending("0", question, asked), withdrawn, response(204)},
                  {json{{"do", "answer"}}, cancel, stop()}},
                 about);
    scripts.play({"withdrawn after 429",
                  {pending("5"), problem(draft, 429, "slow_down"), withdrawn, response(204)},
                  {poll(5), poll(10), cancel, stop()}},
                 about);
}

}  // namespace

void write_locations(Table& table) {
    write_withdrawals(table);
    Scripts scripts(table, "the pending URL", 1101, std::string(person_server) + "/aauth/token");
    const std::vector<std::string> about{"deferred.location", "deferred.same-origin"};
    for (const auto& [comment, location, url] : std::vector<std::tuple<const char*, const char*, const char*>>{
             {"a path", "/pending/1", "https://ps.example/pending/1"},
             {"an absolute URL", "https://ps.example/pending/1", "https://ps.example/pending/1"},
             {"a relative path", "pending/1", "https://ps.example/aauth/pending/1"},
             {"a relative path that goes up", "../pending/1", "https://ps.example/pending/1"},
             {"a relative path with a dot", "./pending/1", "https://ps.example/aauth/pending/1"},
             {"a path and a query", "/pending?id=1", "https://ps.example/pending?id=1"},
             {"a query alone", "?id=1", "https://ps.example/aauth/token?id=1"},
             {"without scheme", "//ps.example/pending/1", "https://ps.example/pending/1"},
             {"percent-encoded characters", "/pending/a%2Fb%20c", "https://ps.example/pending/a%2Fb%20c"},
             {"characters that identifiers have", "/pending/a-._~:@!$&'()*+,;=1",
              "https://ps.example/pending/a-._~:@!$&'()*+,;=1"}}) {
        scripts.play({std::string("Location: ") + comment, {at(location), done}, {poll_at(url), finish()}}, about);
    }
    scripts.play({"the default port, which is the same origin",
                  {at("https://ps.example:443/pending/1"), done},
                  {poll(1), finish()}},
                 about);
    scripts.play({"the host in upper case, which is the same origin",
                  {at("https://PS.EXAMPLE/pending/1"), done},
                  {poll(1), finish()}},
                 about);
    scripts.play({"the same Location at each poll",
                  {at("/pending/1"), at("/pending/1"), done},
                  {poll_at("https://ps.example/pending/1"), poll_at("https://ps.example/pending/1"), finish()}},
                 about);
    for (const auto& [comment, location] : std::vector<std::pair<const char*, const char*>>{
             {"another host", "https://evil.example/pending/1"},
             {"a host below", "https://pending.ps.example/pending/1"},
             {"a host that begins so", "https://ps.example.evil.example/pending/1"},
             {"a host that ends so", "https://evilps.example/pending/1"},
             {"another host without scheme", "//evil.example/pending/1"},
             {"another port", "https://ps.example:8443/pending/1"},
             {"http", "http://ps.example/pending/1"},
             {"the right host as user of another", "https://ps.example@evil.example/pending/1"},
             {"the right host and a port-like password", "https://ps.example:443@evil.example/pending/1"},
             {"a trailing dot behind the host", "https://ps.example./pending/1"},
             {"the loopback address", "https://127.0.0.1/pending/1"},
             {"a file", "file:///etc/passwd"},
             {"javascript", "javascript:alert(1)"},
             {"data", "data:application/json,{}"}}) {
        scripts.play({std::string("Location at another origin: ") + comment, {at(location)}, {stop()}, "OtherOrigin"},
                     about);
    }
    scripts.play({"without Location", {pending("1", "", body, "")}, {stop()}, "BrokenResponse"}, about);
    scripts.play(
        {"an interaction without Location",
         {pending("1", "requirement=interaction;url=\"https://ps.example/interaction\";code=\"A1B2-C3D4\"", body, "")},
         {stop()},
         "BrokenResponse"},
        about);
    scripts.free({"a later 202 without Location: it is REQUIRED, and the pending URL is known",
                  {at("/pending/1"), pending("1", "", body, ""), done},
                  {},
                  "Ambiguous"},
                 about);
    scripts.free({"a later 202 with another Location of the same origin",
                  {at("/pending/1"), at("/pending/2"), done},
                  {},
                  "Ambiguous"},
                 about);
    scripts.free({"a later 202 with a Location at another origin: the first one is known, and no other is to be used",
                  {at("/pending/1"), at("https://evil.example/pending/1")},
                  {},
                  "ClientsChoice"},
                 about);
    scripts.free(
        {"an empty Location", {response(202, {{"Location", ""}, {"Retry-After", "1"}}, body), done}, {}, "Ambiguous"},
        about);
    scripts.free(
        {"two Locations",
         {response(202, {{"Location", "/pending/1"}, {"Location", "/pending/2"}, {"Retry-After", "1"}}, body), done},
         {},
         "Ambiguous"},
        about);
    scripts.free({"a fragment", {at("/pending/1#x"), done}, {}, "Ambiguous"}, about);
    scripts.free({"a user in the URL", {at("https://user@ps.example/pending/1"), done}, {}, "Ambiguous"}, about);
    scripts.free({"a space in the URL", {at("/pending/a b"), done}, {}, "Ambiguous"}, about);
    scripts.free(
        {"backslashes, which some parsers read as slashes", {at("\\\\evil.example\\pending"), done}, {}, "Ambiguous"},
        about);
    scripts.free({"a slash and a backslash, which some parsers read as another host",
                  {at("/\\evil.example/pending"), done},
                  {},
                  "Ambiguous"},
                 about);
}

}  // namespace aauth::vectors

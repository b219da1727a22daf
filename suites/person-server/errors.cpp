#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "suites/person-server/endpoints.h"

// Error bodies (11.9.2, 11.9.3) and hostile input (13.3).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

// An error that every target gives: a token request without its one required parameter.
Answer plain_error(Test& t) {
    if (!t.draft().person_tokens) return changed_ask(t, {}, [](json& body) { body.erase("resource_token"); });
    return changed_person(t, [](json& body) { body.erase("resource"); });
}

Answer auth_error(Test& t) {
    return changed_ask(t, {}, [](json& body) { body["resource_token"] = "no.token"; });
}

// An error of the token endpoints' table, or of this document's other tables that such a request may run into.
bool defined(const std::string& error) { return protocol::status_of(error).has_value(); }

struct Hostile {
    const char *number, *title;
    std::function<std::string(Test&)> body;
};

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string with_member(Test& t, const std::string& name, const std::string& value) {
    auto text = aauth::json::dump(person_body(t));
    text.pop_back();
    return text + ",\"" + name + "\":" + value + "}";
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

void error_cases(Suite& suite) {
    suite.area("Error bodies", "11.9.2");

    const struct {
        const char *number, *title;
        Answer (*make)(Test&);
    } rows[] = {{"0", "a missing parameter", plain_error}, {"1", "a malformed resource token", auth_error}};
    for (const auto& row : rows) {
        const auto id = [&](const char* last) { return std::string("PS-ERR-0") + row.number + last; };
        const std::string about = std::string("the error about ") + row.title;
        const auto make = row.make;
        suite.add(id("1"), about + " is application/problem+json",
                  {{"error.problem-json", "error-plain-json"}, {"error.problem-json", "error-html"}}, [make](Test& t) {
                      const auto answer = make(t);
                      t.expect(answer)
                          .media_type("application/problem+json")
                          .that(answer.json().has_value(), "body", "a JSON object",
                                answer.response.body.substr(0, 100));
                  });
        suite.add(id("2"), about + " has its code in error", {{"error.member", "error-no-member"}},
                  [make](Test& t) { t.expect(make(t)).member_string("error"); });
        suite.add(id("3"), about + " has the status that goes with the code",
                  {{"error.status-matches", "error-wrong-status"}}, [make](Test& t) {
                      const auto answer = make(t);
                      t.expect(answer).status(protocol::status_of(answer.text("error")).value_or(400));
                  });
        suite.add(id("4"), about + " has a code that the draft defines", {{"error.code-defined", "error-wrong-code"}},
                  [make](Test& t) {
                      const auto answer = make(t);
                      t.expect(answer).that(defined(answer.text("error")), "error", "a code of the endpoint's table",
                                            answer.summary());
                  });
        suite.add(id("5"), about + " has a string as detail, if it has one", {{"error.detail", "error-detail-object"}},
                  [make](Test& t) {
                      const auto body = make(t).json();
                      const auto* detail = body ? aauth::json::member(*body, "detail") : nullptr;
                      t.check({}, detail == nullptr || detail->is_string(), "detail", "a string", "of another type");
                  });
    }

    suite.area("Hostile input", "13.3");
    const Hostile table[] = {
        {"30", "a member of one megabyte",
         [](Test& t) { return with_member(t, "a", quoted(std::string(1 << 20, 'a'))); }},
        {"31", "arrays nested a thousand deep", [](Test& t) { return with_member(t, "a", nested(1000)); }},
        {"32", "arrays nested a hundred thousand deep", [](Test& t) { return with_member(t, "a", nested(100000)); }},
        {"33", "a NUL in the resource",
         [](Test&) { return std::string(R"({"resource":"https://rs\u0000.example"})"); }},
        {"34", "a raw NUL in the body",
         [](Test&) { return std::string("{\"resource\":\"https://rs\0.example\"}", 34); }},
        {"35", "invalid UTF-8 in the body",
         [](Test&) { return std::string("{\"resource\":\"https://r\xff\xfe.example\"}"); }},
        {"36", "half a surrogate pair in the resource",
         [](Test&) { return R"({"resource":"https://\ud800.example"})" + std::string(2000, ' '); }},
        {"37", "a resource of a hundred thousand characters",
         [](Test&) { return "{\"resource\":\"https://" + std::string(100000, 'a') + ".example\"}"; }},
        {"38", "the same member twice",
         [](Test& t) { return with_member(t, "resource", quoted("https://other.example")); }},
        {"39", "a number of a thousand digits", [](Test& t) { return with_member(t, "a", std::string(2001, '9')); }},
        {"40", "ten thousand members",
         [](Test& t) {
             std::string value = "{\"a\":1";
             for (int i = 0; i < 10000; ++i) value += ",\"m" + std::to_string(i) + "\":1";
             return with_member(t, "a", value + "}");
         }},
        {"41", "a prototype-polluting member",
         [](Test& t) {
             return with_member(t, "__proto__", R"({"resource":1,"toString":null})") + std::string(2000, ' ');
         }},
        {"42", "an upstream_token of a megabyte",
         [](Test& t) { return with_member(t, "upstream_token", quoted(std::string(1 << 20, 'e'))); }},
        {"43", "a subagent_token of ten thousand dots",
         [](Test& t) { return with_member(t, "subagent_token", quoted(std::string(10000, '.'))); }},
    };
    for (const auto& row : table) {
        suite.add(std::string("PS-ERR-0") + row.number, std::string(row.title) + " causes no server error",
                  {{"input.hostile", "server-error-on-hostile"}}, [body = row.body](Test& t) {
                      const auto answer = t.altered(token_endpoint(), [&](auto& request) { request.body(body(t)); });
                      t.expect(answer).that(answer.status() < 500, "status", "not 5xx", answer.summary());
                  });
    }
}

}  // namespace aauth::suites::ps

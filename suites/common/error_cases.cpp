#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "suites/common/error_cases.h"

namespace aauth::suites {

namespace {

using nlohmann::json;

// An error of the token endpoints' table, or of this document's other tables that such a request may run into.
bool defined(const std::string& error) { return protocol::status_of(error).has_value(); }

struct Hostile {
    const char *number, *title;
    // The body, made from a conforming one; `member` is one that it needs.
    std::function<std::string(std::string body, const std::string& member)> body;
};

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string with_member(std::string body, const std::string& name, const std::string& value) {
    body.pop_back();
    return body + ",\"" + name + "\":" + value + "}";
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

void error_cases(Suite& suite, const ErrorSurface& surface) {
    suite.area("Error bodies", "11.9.2");

    const struct {
        const char *number, *title;
        const std::function<Answer(Test&)>& make;
    } rows[] = {{"0", "a missing parameter", surface.missing}, {"1", "a malformed resource token", surface.malformed}};
    for (const auto& row : rows) {
        const auto id = [&](const char* last) { return surface.prefix + "-ERR-0" + row.number + last; };
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
         [](std::string b, const std::string&) {
             return with_member(std::move(b), "a", quoted(std::string(1 << 20, 'a')));
         }},
        {"31", "arrays nested a thousand deep",
         [](std::string b, const std::string&) { return with_member(std::move(b), "a", nested(1000)); }},
        {"32", "arrays nested a hundred thousand deep",
         [](std::string b, const std::string&) { return with_member(std::move(b), "a", nested(100000)); }},
        {"33", "a NUL in a required member",
         [](std::string, const std::string& m) { return "{" + quoted(m) + R"(:"https://rs\u0000.example"})"; }},
        {"34", "a raw NUL in the body",
         [](std::string, const std::string& m) { return "{" + quoted(m) + ":\"https://rs" + '\0' + ".example\"}"; }},
        {"35", "invalid UTF-8 in the body",
         [](std::string, const std::string& m) { return "{" + quoted(m) + ":\"https://r\xff\xfe.example\"}"; }},
        {"36", "half a surrogate pair in a required member",
         [](std::string, const std::string& m) {
             return "{" + quoted(m) + R"(:"https://\ud800.example"})" + std::string(2000, ' ');
         }},
        {"37", "a required member of a hundred thousand characters",
         [](std::string, const std::string& m) {
             return "{" + quoted(m) + ":\"https://" + std::string(100000, 'a') + ".example\"}";
         }},
        {"38", "the same member twice",
         [](std::string b, const std::string& m) {
             return with_member(std::move(b), m, quoted("https://other.example"));
         }},
        {"39", "a number of a thousand digits",
         [](std::string b, const std::string&) { return with_member(std::move(b), "a", std::string(2001, '9')); }},
        {"40", "ten thousand members",
         [](std::string b, const std::string&) {
             std::string value = "{\"a\":1";
             for (int i = 0; i < 10000; ++i) value += ",\"m" + std::to_string(i) + "\":1";
             return with_member(std::move(b), "a", value + "}");
         }},
        {"41", "a prototype-polluting member",
         [](std::string b, const std::string&) {
             return with_member(std::move(b), "__proto__", R"({"resource":1,"toString":null})") +
                    std::string(4000, ' ');
         }},
        {"42", "an upstream_token of a megabyte",
         [](std::string b, const std::string&) {
             return with_member(std::move(b), "upstream_token", quoted(std::string(1 << 20, 'e')));
         }},
        {"43", "a subagent_token of ten thousand dots",
         [](std::string b, const std::string&) {
             return with_member(std::move(b), "subagent_token", quoted(std::string(10000, '.')));
         }},
    };
    for (const auto& row : table) {
        suite.add(surface.prefix + "-ERR-0" + row.number, std::string(row.title) + " causes no server error",
                  {{"input.hostile", "server-error-on-hostile"}}, [surface, body = row.body](Test& t) {
                      const auto answer = t.altered(surface.endpoint, [&](auto& request) {
                          const auto good = aauth::json::parse_object(request.request.body).value();
                          request.body(body(request.request.body, good.begin().key()));
                      });
                      t.expect(answer).that(answer.status() < 500, "status", "not 5xx", answer.summary());
                  });
    }
}

}  // namespace aauth::suites

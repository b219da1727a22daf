#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/rows.h"
#include "suites/resource/surfaces.h"

// What the authorization endpoint answers to requests that it cannot serve (6.6.3, 11.9).
namespace aauth::suites::rs {

namespace {

// A body that has to be refused with this code.
struct BodyRow {
    int number;
    const char* title;
    Covers covers;
    const char* code;
    std::function<std::string(Test&)> body;
};

// The control, then a request whose body is this text.
Answer with_body(Test& t, const std::string& text) {
    const auto player = t.player();
    t.control(authorize_endpoint(), player);
    auto request = authorize(t, player, authorize_body(t));
    request.body(text);
    return t.send(request, "the same with another body");
}

std::string with_member(Test& t, const char* name, const nlohmann::json& value) {
    auto body = authorize_body(t);
    body[name] = value;
    return json::dump(body);
}

void add_body_rows(Suite& suite, const std::vector<BodyRow>& rows) {
    for (const auto& row : rows) {
        suite.add(case_id("RS-AZE", row.number), row.title, row.covers, [row](Test& t) {
            const auto answer = with_body(t, row.body(t));
            t.expect(answer)
                .that(answer.status() >= 400 && answer.status() < 500, "answer", "refused", answer.summary())
                .required();
            t.expect(answer).status(400);
            t.expect(answer).that(answer.text("error") == row.code, "error", row.code, answer.summary());
        });
    }
}

std::vector<BodyRow> malformed() {
    const Covers scope{{"authz-endpoint.scope-required", "authorize-no-scope"}};
    const Covers text{{"authz-endpoint.scope-required", "authorize-malformed-body"}};
    return {
        {20, "a request for no scope is answered invalid_request", scope, "invalid_request",
         [](Test&) { return std::string("{}"); }},
        {21, "a scope that is a number is answered invalid_request", scope, "invalid_request",
         [](Test& t) { return with_member(t, "scope", 7); }},
        {22, "a scope that is an array is answered invalid_request", scope, "invalid_request",
         [](Test& t) { return with_member(t, "scope", nlohmann::json::array({authorize_body(t)["scope"]})); }},
        {23, "a body that is no JSON is answered invalid_request", text, "invalid_request",
         [](Test& t) { return "{\"scope\": \"" + authorize_body(t)["scope"].get<std::string>() + "\""; }},
        {24, "a body that is a JSON array is answered invalid_request", text, "invalid_request",
         [](Test& t) { return json::dump(nlohmann::json::array({authorize_body(t)})); }},
        {25, "an empty body is answered invalid_request", text, "invalid_request",
         [](Test&) { return std::string(); }},
        {26, "a scope that the resource does not know is answered invalid_scope",
         {{"authz-endpoint.invalid-scope", "authorize-any-scope"}}, "invalid_scope",
         [](Test& t) { return with_member(t, "scope", "aauth-conformance.no-such-scope"); }},
    };
}

void account_cases(Suite& suite) {
    suite.add("RS-AZE-030", "an account that the person does not hold is answered invalid_account",
              {{"authz-endpoint.invalid-account", "authorize-any-account"}}, [](Test& t) {
                  if (t.target().values.count("account") == 0) t.skip("the target description gives no value account");
                  const auto answer = with_body(t, with_member(t, "account", "aauth-conformance-no-such-account"));
                  t.expect(answer).that(answer.status() >= 400, "answer", "refused", answer.summary()).required();
                  t.expect(answer).status(400);
                  t.expect(answer).that(answer.text("error") == "invalid_account", "error", "invalid_account",
                                        answer.summary());
              });
}

void format_cases(Suite& suite) {
    suite.add("RS-AZE-031", "an error of the authorization endpoint has the draft's form, with one code of its table",
              {{"error.problem-json", "error-plain-json"},
               {"error.plain-json", "error-html"},
               {"error.member", "error-no-member"},
               {"error.code-defined", "error-wrong-code"},
               {"error.status-matches", "error-wrong-status"}},
              [](Test& t) {
                  const auto answer = with_body(t, "{}");
                  t.expect(answer, "error.problem-json").media_type("application/problem+json");
                  t.expect(answer, "error.plain-json").media_type("application/json");
                  t.expect(answer, "error.member").member_string("error").required();
                  const auto error = answer.text("error");
                  const bool defined = error == "invalid_request" || error == "invalid_scope" ||
                                       error == "invalid_account" || error == "server_error";
                  t.expect(answer, "error.code-defined").that(defined, "error", "a code of 6.6.3", error);
                  const auto status = protocol::status_of(error);
                  if (status) t.expect(answer, "error.status-matches").status(*status);
              });
    suite.add("RS-AZE-032", "what an error says to people, where it says something, is a string",
              {{"error.detail", "error-detail-object"}, {"error.description", "error-detail-object"}}, [](Test& t) {
                  const auto answer = with_body(t, "{}");
                  const auto body = answer.json();
                  const bool plain = !t.draft().problem_json;
                  const auto* name = plain ? "error_description" : "detail";
                  const auto* detail = body ? json::member(*body, name) : nullptr;
                  t.expect(answer, plain ? "error.description" : "error.detail")
                      .that(detail == nullptr || detail->is_string(), name, "a string or absent",
                            detail == nullptr ? "absent" : json::dump(*detail).substr(0, 100));
              });
}

}  // namespace

void authorize_error_cases(Suite& suite) {
    add_body_rows(suite, malformed());
    account_cases(suite);
    format_cases(suite);
}

}  // namespace aauth::suites::rs

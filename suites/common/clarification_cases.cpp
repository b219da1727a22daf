#include "suites/common/clarification_cases.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"

namespace aauth::suites {

namespace {

using nlohmann::json;

std::string requirement_of(const Answer& answer) {
    const auto requirement = protocol::parse_requirement(answer.response.fields);
    return requirement ? requirement->value : std::string();
}

bool is_question(const Answer& answer) {
    return requirement_of(answer) == "clarification" || !answer.text("clarification").empty();
}

// What 7.5.1 says of the members that go with a question; empty when they are as it says.
std::string problem_of(const json& body) {
    const auto* question = aauth::json::member(body, "clarification");
    if (question == nullptr || !question->is_string() || question->get<std::string>().empty()) {
        return "clarification is absent or no string";
    }
    const auto* timeout = aauth::json::member(body, "timeout");
    if (timeout != nullptr && !timeout->is_number()) return "timeout is no number";
    const auto* options = aauth::json::member(body, "options");
    if (options == nullptr) return {};
    const bool strings = options->is_array() && std::all_of(options->begin(), options->end(),
                                                            [](const json& option) { return option.is_string(); });
    return strings ? "" : "options is no array of strings";
}

void expect_members(Test& t, const Answer& answer) {
    const auto body = answer.json();
    const auto problem = body ? problem_of(*body) : "the body is no JSON object";
    t.expect(answer, "clarification.member")
        .that(problem.empty(), "body", "clarification and what goes with it", problem);
}

}  // namespace

json clarification_response(const std::string& text) {
    return {{"action", "clarification_response"}, {"clarification_response", text}};
}

Answer post(Test& t, const Deferring& deferring, const Waiting& waiting, const json& body, std::string note) {
    if (waiting.location.empty()) t.blocked("the 202 has no Location");
    auto request = deferring.request(t, "POST", waiting);
    request.body(aauth::json::dump(body));
    return t.send(request, std::move(note));
}

void clarification_cases(Suite& suite, const Clarifying& clarifying) {
    suite.area("Clarification", "7.5");
    const auto rows = [&](auto body) { return [clarifying, body](Test& t, const Deferring&) { body(t, clarifying); }; };
    add_deferred(
        suite, clarifying,
        {
            {"120",
             "a question comes as 202 with requirement=clarification and the question",
             {{"clarification.status-202", "question-as-interaction"}, {"clarification.member", "question-no-member"}},
             rows([](Test& t, const Clarifying& c) {
                 const auto answer = c.asked(t).answer;
                 t.expect(answer, "clarification.status-202").status(202).requirement("clarification");
                 expect_members(t, answer);
             })},
            {"121",
             "timeout and options of a question are a number and strings",
             {{"clarification.member", "question-options-object"}},
             rows([](Test& t, const Clarifying& c) { expect_members(t, c.asked(t).answer); })},
            {"122",
             "a poll that repeats the question says that it is one",
             {{"clarification.poll-requirement", "question-poll-bare"}},
             rows([](Test& t, const Clarifying& c) {
                 const auto answer = poll(t, c, c.asked(t), "poll while the question stands");
                 if (!is_question(answer)) t.skip("the target asks once: " + answer.summary());
                 // 7.5.1 demands it with the question; 11.8.2 calls it OPTIONAL in a pending response.
                 t.expect(answer).requirement("clarification");
             }),
             "An agent that lost the first answer sees the question in the poll, and has to know that it is one."},
            {"123",
             "an answer to the question is taken, and polling goes on",
             {{"clarification.response", "response-refused"}},
             rows([](Test& t, const Clarifying& c) {
                 const auto waiting = c.asked(t);
                 const auto answer = post(t, c, waiting, clarification_response("Because I need it"), "the answer");
                 t.expect(answer).that(answer.status() >= 200 && answer.status() < 300, "answer to the POST", "2xx",
                                       answer.summary());
                 const auto after = poll(t, c, waiting, "poll after the answer");
                 t.expect(after).that(pending(after) || c.done(after), "poll after the answer",
                                      "202, or what was asked for", after.summary());
             })},
            {"124",
             "an answer by another agent is not taken",
             {{"clarification.cancel-other-agent", "post-any-agent"}},
             rows([](Test& t, const Clarifying& c) {
                 auto request = c.stranger(t, "POST", c.asked(t));
                 request.body(aauth::json::dump(clarification_response("Because I say so")));
                 const auto answer = t.send(request, "somebody else answers");
                 t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "4xx",
                                       answer.summary());
             })},
        });
}

}  // namespace aauth::suites

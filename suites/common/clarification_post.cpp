#include <nlohmann/json.hpp>

#include "mocks/resource.h"
#include "suites/common/clarification_cases.h"

// POST to the pending URL (7.5.2): what may be said while a request waits, and what it cannot bring about.
namespace aauth::suites {

namespace {

using nlohmann::json;

bool taken(const Answer& answer) { return answer.status() >= 200 && answer.status() < 300; }

void expect_client_error(Test& t, const Answer& answer, std::string_view requirement = {}) {
    t.expect(answer, requirement)
        .that(answer.status() >= 400 && answer.status() < 500, "answer", "4xx", answer.summary());
}

// The same request with less scope, as updated_request; `ask` changes it further.
json update(Test& t, const Clarifying& c, const Waiting& waiting, const Ask& ask = {}) {
    auto body = c.server.body(t, waiting.player, ask);
    body.erase("agent_token");  // which only the first request of a person server carries
    body["action"] = "updated_request";
    return body;
}

// A pending request at a target that takes a good updated_request; where nobody asked for one that may well be refused.
Waiting open_to_updates(Test& t, const Clarifying& c) {
    const auto control = c.open(t);
    const auto answer = post(t, c, control, update(t, c, control), "control: a good updated_request");
    if (!taken(answer)) t.skip("the target takes no updated request at this point: " + answer.summary());
    return c.open(t);
}

void expect_no_action(Test& t, const Clarifying& c, const json& body) {
    const auto waiting = c.put_off(t);
    const auto control = poll(t, c, waiting, "control: poll");
    if (!pending(control)) t.blocked("the poll of the one that asked got " + control.summary());
    const auto answer = post(t, c, waiting, body, "POST to the pending URL");
    if (answer.status() == 404 || answer.status() == 405) t.skip("the target takes no POST at its pending URLs");
    t.expect(answer).status(400);
}

Answer updated(Test& t, const Clarifying& c, const Ask& ask, const char* note,
               const std::function<void(json&)>& change = {}) {
    const auto waiting = open_to_updates(t, c);
    auto body = update(t, c, waiting, ask);
    if (change) change(body);
    return post(t, c, waiting, body, note);
}

}  // namespace

void pending_post_cases(Suite& suite, const Clarifying& clarifying) {
    suite.area("POST to the pending URL", "7.5.2");
    const auto rows = [&](auto body) { return [clarifying, body](Test& t, const Deferring&) { body(t, clarifying); }; };
    add_deferred(
        suite, clarifying,
        {
            {"060",
             "a POST without action is answered 400",
             {{"clarification.action-required", "post-any-action"}},
             rows([](Test& t, const Clarifying& c) {
                 expect_no_action(t, c, {{"clarification_response", "because"}});
             })},
            {"061",
             "a POST with an action that nobody knows is answered 400",
             {{"clarification.action-required", "post-any-action"}},
             rows([](Test& t, const Clarifying& c) {
                 expect_no_action(t, c, {{"action", "x-aauth-conformance"}, {"clarification_response", "because"}});
             })},
            {"063",
             "an updated request with a corrupted resource token is refused",
             {{"clarification.updated-verified", "updated-unverified"},
              {"clarification.updated-request", "updated-unverified"}},
             rows([](Test& t, const Clarifying& c) {
                 const auto answer = updated(t, c, {}, "with a corrupted resource token", [](json& body) {
                     body["resource_token"] = jose::corrupt_signature(body["resource_token"].get<std::string>());
                 });
                 for (const char* id : {"clarification.updated-verified", "clarification.updated-request"}) {
                     expect_client_error(t, answer, id);
                 }
             })},
            {"064",
             "an updated request for another resource is refused",
             {{"clarification.updated-same-binding", "updated-any-binding"}},
             rows([](Test& t, const Clarifying& c) {
                 const auto waiting = open_to_updates(t, c);
                 auto& other = second_resource(t);
                 Ask ask;
                 ask.issuer = &other;
                 if (t.draft().person_tokens) ask.presented = c.server.shown(t, waiting.player, other.identifier());
                 expect_client_error(t, post(t, c, waiting, update(t, c, waiting, ask), "for another resource"));
             }),
             "The person was asked about the first resource and would approve the second."},
            {"065",
             "an updated request without presented_token is refused",
             {{"clarification.updated-presented-token", "updated-unverified"}},
             rows([](Test& t, const Clarifying& c) {
                 expect_client_error(t, updated(t, c, {}, "without presented_token",
                                                [](json& body) { body.erase("presented_token"); }));
             })},
            {"066",
             "an updated request replaces the first: no more scope is granted than it asks for",
             {{"clarification.updated-request", "updated-not-applied"}},
             rows([](Test& t, const Clarifying& c) {
                 const auto waiting = open_to_updates(t, c);
                 if (!taken(post(t, c, waiting, update(t, c, waiting), "with less scope"))) {
                     t.blocked("the update was refused");
                 }
                 try_to_decide(t, waiting, "approve");
                 const auto answer = outcome(t, c, waiting);
                 const auto token = answer.jwt("auth_token");
                 if (!token) t.blocked("no auth token came after the update: " + answer.summary());
                 const auto scope = token->claim_string("scope").value_or("");
                 t.check({}, scope.find("data.write") == std::string::npos, "scope", "data.read at most", scope);
             }),
             "The agent took back part of its request, and gets it all the same."},
            {"067",
             "an updated request whose tokens do not belong together is refused",
             {{"clarification.updated-presented-jti", "ignore auth-endpoint.presented-jti"}},
             rows([](Test& t, const Clarifying& c) {
                 const auto waiting = open_to_updates(t, c);
                 auto body = update(t, c, waiting);
                 body["presented_token"] = c.server.shown(t, waiting.player, our_resource(t));
                 expect_client_error(t, post(t, c, waiting, body, "with another person token than it names"));
             })},
            {"068",
             "an updated request may come with a fresh presented token",
             {{"clarification.updated-presented-jti", "updated-refused"}},
             rows([](Test& t, const Clarifying& c) {
                 const auto waiting = c.asked(t);
                 Ask ask;
                 ask.presented = c.server.shown(t, waiting.player, our_resource(t));
                 const auto answer = post(t, c, waiting, update(t, c, waiting, ask), "with a fresh person token");
                 t.expect(answer).that(taken(answer), "answer", "2xx", answer.summary());
             })},
        });
}

}  // namespace aauth::suites

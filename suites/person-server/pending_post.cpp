#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/json/json.h"
#include "mocks/resource.h"
#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// POST to the pending URL (7.5.2): what an agent may say while it waits, and what it cannot bring about.
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

const char* const wide = "data.read data.write";

Answer post(Test& t, const Waiting& waiting, const json& body, std::string note) {
    if (waiting.location.empty()) t.blocked("the 202 has no Location");
    auto request = t.request("POST", waiting.location, waiting.player);
    request.body(aauth::json::dump(body));
    return t.send(request, std::move(note));
}

bool taken(const Answer& answer) { return answer.status() >= 200 && answer.status() < 300; }

// A pending request for two scope values.
Waiting pending_for_both(Test& t) {
    const auto player = t.player();
    Ask ask;
    ask.scope = wide;
    return put_off(t, player, auth_request(t, player, auth_body(t, player, ask)));
}

// The same request with less scope, as updated_request; `ask` changes it further.
json update(Test& t, const Waiting& waiting, Ask ask = {}) {
    if (ask.scope == wide) ask.scope = "data.read";
    auto body = auth_body(t, waiting.player, ask);
    body["action"] = "updated_request";
    return body;
}

// A pending request at a target of which a good updated_request is taken while nobody asked for one; skipped otherwise.
Waiting open_to_updates(Test& t) {
    const auto control = pending_for_both(t);
    const auto answer = post(t, control, update(t, control), "control: a good updated_request");
    if (!taken(answer)) t.skip("the target takes no updated request before it asked something: " + answer.summary());
    return pending_for_both(t);
}

void expect_no_action(Test& t, const json& body) {
    const auto waiting = put_off(t, auth_endpoint());
    const auto control = poll(t, waiting, "control: poll");
    if (control.status() != 202) t.blocked("the agent's poll got " + control.summary());
    const auto answer = post(t, waiting, body, "POST to the pending URL");
    if (answer.status() == 404 || answer.status() == 405) t.skip("the target takes no POST at its pending URLs");
    t.expect(answer).status(400);
}

}  // namespace

void pending_post_cases(Suite& suite) {
    suite.area("POST to the pending URL", "7.5.2");

    suite
        .add("PS-DEF-060", "a POST without action is answered 400",
             {{"clarification.action-required", "post-any-action"}},
             [](Test& t) {
                 expect_no_action(t, {{"clarification_response", "because"}});
             })
        .alone();
    suite
        .add("PS-DEF-061", "a POST with an action that nobody knows is answered 400",
             {{"clarification.action-required", "post-any-action"}},
             [](Test& t) {
                 expect_no_action(t, {{"action", "x-aauth-conformance"}, {"clarification_response", "because"}});
             })
        .alone();
    suite
        .add("PS-DEF-062", "an answer by the agent does not stand for the person's approval",
             {{"interaction.code-not-credential", "post-approves"}},
             [](Test& t) {
                 const auto waiting = put_off(t, auth_endpoint());
                 const auto control = poll(t, waiting, "control: poll");
                 if (control.status() != 202) t.blocked("the agent's poll got " + control.summary());
                 const auto answer =
                     post(t, waiting,
                          {{"action", "clarification_response"}, {"clarification_response", "Because I need it"}},
                          "the agent explains itself");
                 const auto after = poll(t, waiting, "poll after the POST");
                 t.expect(after).that(!(after.status() == 200 && granted(after)), "poll after the POST", "no token",
                                      after.summary());
                 if (answer.status() != 202) return;
                 // Whether the 202 to a POST is a pending response like the first, no section says.
                 t.prefer(answer, "deferred.location").header("Location");
                 t.prefer(answer, "deferred.retry-after").header("Retry-After");
                 t.prefer(answer, "deferred.no-store").cache_control_no_store();
             })
        .because("Otherwise the agent consents to its own request.")
        .alone();

    suite
        .add("PS-DEF-063", "an updated request with a corrupted resource token is refused",
             {{"clarification.updated-verified", "updated-unverified"},
              {"clarification.updated-request", "updated-unverified"}},
             [](Test& t) {
                 const auto waiting = open_to_updates(t);
                 auto body = update(t, waiting);
                 body["resource_token"] = jose::corrupt_signature(body["resource_token"].get<std::string>());
                 const auto answer = post(t, waiting, body, "with a corrupted resource token");
                 for (const char* id : {"clarification.updated-verified", "clarification.updated-request"}) {
                     t.expect(answer, id)
                         .that(answer.status() >= 400 && answer.status() < 500, "answer", "4xx", answer.summary());
                 }
             })
        .alone();
    suite
        .add("PS-DEF-064", "an updated request for another resource is refused",
             {{"clarification.updated-same-binding", "updated-any-binding"}},
             [](Test& t) {
                 const auto waiting = open_to_updates(t);
                 auto& other = second_resource(t);
                 Ask ask;
                 ask.issuer = &other;
                 if (t.draft().person_tokens) {
                     ask.presented = person_token(t, waiting.player, other.identifier()).compact();
                 }
                 const auto answer = post(t, waiting, update(t, waiting, ask), "for another resource");
                 t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "4xx",
                                       answer.summary());
             })
        .because("The person was asked about the first resource and would approve the second.")
        .alone();
    suite
        .add("PS-DEF-065", "an updated request without presented_token is refused",
             {{"clarification.updated-presented-token", "updated-unverified"}},
             [](Test& t) {
                 const auto waiting = open_to_updates(t);
                 auto body = update(t, waiting);
                 body.erase("presented_token");
                 const auto answer = post(t, waiting, body, "without presented_token");
                 t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "4xx",
                                       answer.summary());
             })
        .alone();
    suite
        .add("PS-DEF-066", "an updated request replaces the first: no more scope is granted than it asks for",
             {{"clarification.updated-request", "updated-not-applied"}},
             [](Test& t) {
                 const auto waiting = open_to_updates(t);
                 if (!taken(post(t, waiting, update(t, waiting), "with less scope")))
                     t.blocked("the update was refused");
                 try_to_decide(t, waiting, "approve");
                 const auto answer = outcome(t, waiting);
                 const auto token = answer.jwt("auth_token");
                 if (!token) t.blocked("no auth token came after the update: " + answer.summary());
                 const auto scope = token->claim_string("scope").value_or("");
                 t.check({}, scope.find("data.write") == std::string::npos, "scope", "data.read at most", scope);
             })
        .because("The agent took back part of its request, and gets it all the same.")
        .alone();
}

}  // namespace aauth::suites::ps

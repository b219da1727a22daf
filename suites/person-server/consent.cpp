#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/crypto/digest.h"
#include "harness/json/json.h"
#include "mocks/resource.h"
#include "suites/common/deferred_page.h"
#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// What the person sees before deciding, and who decides (7.2.1, 7.4, 13.3, 13.13).
namespace aauth::suites::ps {

namespace {

const Capabilities both = std::vector<std::string>{"interaction", "clarification"};
const Capabilities alone = std::vector<std::string>{"interaction"};

// A word that stands nowhere else.
std::string marker() { return "aauth" + crypto::random_id().substr(0, 12); }

// The page that the person comes to, for a request with this justification.
Answer page_for(Test& t, const std::string& justification) {
    const auto player = t.player();
    auto body = auth_body(t, player);
    body["justification"] = justification;
    const auto waiting = put_off(t, player, auth_request(t, player, body));
    if (arrival_approves(t)) t.skip("by its description, coming to the target's page approves");
    const auto page = arrive(t, waiting, waiting.code);
    if (page.status() >= 400) t.blocked("the visit with the code got " + page.summary());
    return page;
}

bool shows(const Answer& page, const std::string& text) { return page.response.body.find(text) != std::string::npos; }

// Skips the case unless the page with this text is one at which the person decides, as far as HTML alone shows.
void needs_consent_page(Test& t, const Answer& page) {
    if (!form_for(page.response.body, "approve"))
        t.skip("what the code leads to is no page with a decision in its HTML");
}

// Text from outside that a page would run, with the marker in it.
std::string hostile(const std::string& mark) {
    return fmt::format("{} <script>{}()</script> <img src=x onerror={}()>", mark, mark, mark);
}

void expect_harmless(Test& t, const Answer& page, const std::string& mark, std::string_view requirement) {
    if (!shows(page, mark)) t.skip("the page does not show what the agent says");
    const bool harmful = shows(page, "<script>" + mark) || shows(page, "<img src=x onerror=" + mark);
    t.expect(page, requirement).that(!harmful, "the agent's text in the page", "escaped or left out", "as it was sent");
}

}  // namespace

void consent_cases(Suite& suite) {
    suite.area("Consent", "7.4");
    suite
        .add("PS-CON-001", "the justification is shown to the person",
             {{"consent.justification-shown", "justification-unshown"}},
             [](Test& t) {
                 const auto mark = marker();
                 const auto page = page_for(t, "To find a time for " + mark);
                 needs_consent_page(t, page);
                 t.expect(page).that(shows(page, mark), "page", "the justification", "without it");
             })
        .alone();
    suite
        .add("PS-CON-002", "no script of the agent reaches the consent page", {{"consent.sanitized", "page-unescaped"}},
             [](Test& t) {
                 const auto mark = marker();
                 expect_harmless(t, page_for(t, hostile(mark)), mark, "consent.sanitized");
             })
        .because("A script on the consent page presses the button itself.")
        .alone();
    suite
        .add("PS-CON-003", "no script of the agent's answer to a question reaches the consent page",
             {{"clarification.sanitized", "page-unescaped"}},
             [](Test& t) {
                 if (arrival_approves(t)) t.skip("by its description, coming to the target's page approves");
                 const auto mark = marker();
                 const auto waiting = asked(t, both);
                 post(t, deferring(), waiting, clarification_response(hostile(mark)), "a hostile answer");
                 const auto after = waiting_for(waiting.player, poll(t, waiting, "poll for the code"));
                 const auto& at = after.code.empty() ? waiting : after;
                 if (at.code.empty()) t.skip("the target gives no code with which the person would come");
                 expect_harmless(t, arrive(t, at, at.code), mark, "clarification.sanitized");
             })
        .alone();
    suite
        .add("PS-CON-004", "who has the code and is not known as the person cannot approve",
             {{"consent.approver-authenticated", "approver-unchecked"},
              {"interaction.code-not-credential", "approver-unchecked"}},
             [](Test& t) {
                 const bool reachable =
                     t.world().reach() == protocol::Reach::Strict || t.world().has("approver-authentication");
                 if (!reachable) t.skip("a person server on loopback alone need not authenticate its person");
                 const auto waiting = with_page(t, deferring());
                 if (arrival_approves(t)) t.skip("by its description, coming to the target's page approves");
                 const auto page = arrive(t, waiting, waiting.code);
                 const auto form = form_for(page.response.body, "approve")
                                       .value_or(Form{"POST", {}, "code=" + waiting.code + "&decision=approve"});
                 submit(t, page, form, "somebody with the code, and nothing else, approves");
                 const auto answer = poll(t, waiting, "poll after that");
                 for (const char* id : {"consent.approver-authenticated", "interaction.code-not-credential"}) {
                     t.expect(answer, id)
                         .that(!deferring().done(answer), "poll after that", "no token", answer.summary());
                 }
             })
        .because("The agent knows the code: it could approve its own request.")
        .alone();
    suite
        .add("PS-CON-005", "the person is shown what a resource that is new to them says of itself",
             {{"person-endpoint.shows-metadata", "metadata-unshown"}},
             [](Test& t) {
                 if (!t.world().discovers()) t.skip("the target is told of our documents instead of reading them");
                 if (arrival_approves(t)) t.skip("by its description, coming to the target's page approves");
                 auto& resource = t.world().another_resource();
                 auto metadata = resource.metadata();
                 const std::pair<const char*, std::string> members[] = {{"name", marker()}, {"description", marker()}};
                 for (const auto& [name, mark] : members) metadata[name] = mark;
                 t.world().trust(resource, json::dump(metadata));
                 const auto player = t.player();
                 const auto request = person_request(t, player, {{"resource", resource.identifier()}});
                 const auto waiting = put_off(t, player, request);
                 const auto page = arrive(t, waiting, waiting.code);
                 needs_consent_page(t, page);
                 for (const auto& [name, mark] : members) {
                     t.expect(page).that(shows(page, mark), "page", std::string("the resource's ") + name,
                                         "without it");
                 }
             })
        .because("The identifier alone tells a person little of whom the agent is going to.")
        .alone()
        .only_for(drafts_with(&protocol::Draft::person_tokens));
    suite
        .add("PS-CON-006", "the first person token for a resource needs the person's approval",
             {{"person-endpoint.first-needs-approval", "first-unasked"}},
             [](Test& t) {
                 if (t.target().defer.given()) t.skip("whether the person is asked is set by the target's hooks");
                 const auto resource = second_resource(t).identifier();
                 if (t.world().hook("new-resource") != nullptr) t.hook("new-resource", {{"resource", resource}});
                 const auto player = t.player();
                 const nlohmann::json body{{"resource", resource}, {"capabilities", {"interaction"}}};
                 const auto answer =
                     t.send(person_request(t, player, body), "for a resource that is new to the person");
                 if (answer.status() >= 400) t.blocked("a conforming request got " + answer.summary());
                 t.expect(answer).status(202);
             })
        .because("A resource may serve on identity alone: then this approval is the only one.")
        .only_for(drafts_with(&protocol::Draft::person_tokens));
}

void question_cases(Suite& suite) {
    suite.area("Clarification", "7.5");
    const auto is_question = [](const Answer& answer) { return !answer.text("clarification").empty(); };
    suite
        .add("PS-DEF-125", "only agents that declared it are asked questions",
             {{"clarification.capability", "ask-undeclared"}},
             [is_question](Test& t) {
                 needs_asking_person(t);
                 if (!is_question(asked(t, both).answer)) t.blocked("no question was asked");
                 const auto answer = asked(t, alone).answer;
                 t.expect(answer).that(!is_question(answer), "answer", "no question", answer.summary());
             })
        .because("An agent that cannot answer waits until the request has timed out.")
        .alone();
    suite
        .add("PS-DEF-126", "an agent that declared no capabilities is asked no questions",
             {{"capabilities.not-assumed", "capabilities-assumed"}},
             [is_question](Test& t) {
                 needs_asking_person(t);
                 if (!is_question(asked(t, both).answer)) t.blocked("no question was asked");
                 const auto answer = asked(t, std::nullopt).answer;
                 t.expect(answer).that(!is_question(answer), "answer", "no question", answer.summary());
             })
        .alone();
    suite
        .add("PS-DEF-127", "the rounds of questions have a maximum",
             {{"clarification.limit", "rounds-unlimited"}, {"clarification.limit-five", "rounds-eight"}},
             [is_question](Test& t) {
                 constexpr int most = 20;
                 const auto d = deferring();
                 auto waiting = asked(t, both);
                 if (!is_question(waiting.answer)) t.blocked("no question was asked");
                 int rounds = 1;
                 for (; rounds < most; ++rounds) {
                     const auto reply = post(t, d, waiting, clarification_response("Because I need it"), "an answer");
                     if (reply.status() >= 300) t.blocked("the answer was refused: " + reply.summary());
                     if (!ask_again(t, waiting) || !is_question(poll(t, waiting, "poll after one more question")))
                         break;
                 }
                 t.check("clarification.limit", rounds < most, "rounds", "a maximum",
                         fmt::format("{} and more", rounds));
                 t.check("clarification.limit-five", rounds <= 5, "rounds", "five at most", std::to_string(rounds));
             })
        .alone();
}

}  // namespace aauth::suites::ps

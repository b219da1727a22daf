#include <algorithm>
#include <array>

#include "mocks/agent_provider.h"
#include "suites/common/deferred.h"
#include "suites/common/deferred_page.h"

// Where the person's browser goes when the interaction is over (7.3, 7.3.1).
namespace aauth::suites {

namespace {

std::string our_callback(Test& t) { return t.world().agent_provider().url("/aauth-callback"); }

// Where the answer sends the browser at once; empty when nowhere.
std::string sent_to(const Answer& answer) {
    const auto location = answer.header("Location").value_or("");
    return answer.status() >= 300 && answer.status() < 400 ? location : std::string();
}

// What the browser gets after this decision, made on the page itself. Skips the case where the page has no form that
// could be sent in the person's place.
Answer decided_on_page(Test& t, const Deferring& deferring, const std::string& decision, const std::string& callback) {
    const auto waiting = with_page(t, deferring);
    const auto page = arrive(t, waiting, waiting.code, callback);
    if (page.status() >= 400) t.blocked("the visit with the code got " + page.summary());
    const bool over = arrival_approves(t) && decision == "approve";
    if (over) return page;
    const auto& values = t.target().values;
    const auto person = values.find("person.form");
    const auto form = form_for(page.response.body, decision, person == values.end() ? "" : person->second);
    if (!form) t.skip("the page has no form with which the harness could " + decision);
    auto answer = submit(t, page, *form, "the person decides: " + decision);
    if (answer.status() == 401 || answer.status() == 403)
        t.skip("the page does not know the person: " + answer.summary());
    return answer;
}

std::string parameter_of(const std::string& url, const std::string& name) {
    const auto at = std::min(url.find("?" + name + "="), url.find("&" + name + "="));
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 2;
    return url.substr(from, url.find_first_of("&#", from) - from);
}

}  // namespace

void deferred_callback_cases(Suite& suite, const Deferring& deferring, Covers also) {
    suite.area("Callback", "7.3");
    const auto with_also = [&](Covers covers) {
        covers.insert(covers.end(), also.begin(), also.end());
        return covers;
    };
    std::string further = also.empty() ? std::string() : also.front().requirement;
    add_deferred(
        suite, deferring,
        {
            {"080", "at the end the browser is sent to the callback",
             with_also({{"interaction.callback", "callback-ignored"}}),
             [further](Test& t, const Deferring& d) {
                 const auto callback = our_callback(t);
                 const auto answer = decided_on_page(t, d, "approve", callback);
                 const bool there = sent_to(answer).rfind(callback, 0) == 0;
                 for (const std::string& id : {std::string("interaction.callback"), further}) {
                     if (!id.empty()) t.expect(answer, id).that(there, "redirect", callback, answer.summary());
                 }
                 const auto error = parameter_of(sent_to(answer), "error");
                 if (there) t.expect(answer).that(error.empty(), "error at the callback", "none", error);
             }},
            {"081",
             "a declined interaction goes to the callback with access_denied",
             {{"interaction.callback-error", "callback-no-error"}},
             [](Test& t, const Deferring& d) {
                 const auto answer = decided_on_page(t, d, "deny", our_callback(t));
                 const auto error = parameter_of(sent_to(answer), "error");
                 static const std::array<std::string, 5> defined{"access_denied", "user_abandoned", "server_error",
                                                                 "temporarily_unavailable", "interaction_expired"};
                 const bool known = std::find(defined.begin(), defined.end(), error) != defined.end();
                 t.expect(answer).that(known, "error at the callback", "one of 7.3.1", error.empty() ? "none" : error);
                 t.prefer(answer).that(error == "access_denied", "error at the callback", "access_denied", error);
             },
             "The agent's page would otherwise tell the person that all went well."},
            {"082",
             "without a callback the person sees that it is over",
             {{"interaction.callback", "page-end-500"}},
             [](Test& t, const Deferring& d) {
                 const auto answer = decided_on_page(t, d, "approve", {});
                 t.expect(answer).that(answer.status() < 400, "page at the end", "a page", answer.summary());
             }},
        });
}

}  // namespace aauth::suites

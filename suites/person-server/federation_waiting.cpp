#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "suites/common/server_signature.h"
#include "suites/person-server/federation.h"

// What an access server may ask for before it grants, and how a person server follows it to an end (9.1.2, 9.2).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

constexpr const char* code = "7QFG-8K2M";

Step waits_for_person(const FourParty& f) {
    return waits(protocol::to_field({"interaction", {{"url", f.server.url("/interaction")}, {"code", code}}}));
}

// The agent can do what may be passed on to it.
void able(json& body) { body["capabilities"] = {"interaction", "clarification"}; }

void expect_granted(Test& t, const Answer& answer, std::string_view requirement = {}) {
    t.expect(answer, requirement).that(handed_on(answer), "answer in the end", "the auth token", answer.summary());
}

void polled(Test& t) {
    FourParty f(t);
    const auto answer = f.outcome({waits("requirement=approval"), f.grants()}, able);
    expect_granted(t, answer);
    const auto poll = f.call_at_pending("GET");
    t.check({}, poll.has_value(), "poll of the access server's pending URL", "a GET", poll ? "came" : "none came");
    if (poll) expect_server_signature(t, *poll);
}

void interaction(Test& t) {
    FourParty f(t);
    expect_granted(t, f.outcome({waits_for_person(f), f.grants()}, able));
}

// Nothing has to be passed on: the person server may direct the person itself. What is passed on has to be usable.
void passed_on(Test& t) {
    FourParty f(t);
    expect_granted(t, f.outcome({waits_for_person(f), f.grants()}, able), "federation.deferred");
    const auto first =
        std::find_if(f.answers.begin(), f.answers.end(), [](const auto& a) { return a.status() == 202; });
    if (first == f.answers.end()) t.skip("the target let its agent wait for no interaction of the access server");
    const auto location =
        http::Url::parse(t.world().identifier() + "/")->resolve(first->header("Location").value_or(""));
    const bool own = location && location->origin() == t.world().identifier();
    t.expect(*first).that(own, "Location", "a pending URL of the person server",
                          first->header("Location").value_or("absent"));
    const auto requirement = protocol::parse_requirement(first->response.fields);
    if (!requirement || requirement->parameter("url") != f.server.url("/interaction")) return;
    t.check("interaction.code", requirement->parameter("code") == code, "code beside the access server's url", code,
            requirement->parameter("code"));
}

void question(Test& t) {
    FourParty f(t);
    const auto answer = f.outcome({asks_question("Why does the agent need this?"), f.grants()}, able);
    const auto posted = f.call_at_pending("POST");
    const auto deleted = posted ? std::nullopt : f.call_at_pending("DELETE");
    t.check("clarification.answered", posted || deleted, "answer to the access server's question", "a POST or a DELETE",
            posted || deleted ? "came" : "none came");
    if (!posted) return;
    const auto body = aauth::json::parse_object(posted->request.body).value_or(json::object());
    const auto action = aauth::json::string_member(body, "action").value_or("absent");
    t.check("clarification.action-sent", action == "clarification_response" || action == "updated_request", "action",
            "clarification_response or updated_request", action);
    expect_granted(t, answer, "federation.deferred");
}

// Paying is beyond the draft, and a server need not be able to.
void payment(Test& t) {
    FourParty f(t);
    const auto answer = f.outcome({asks_for_payment(), f.grants()}, able);
    const bool again = f.times_asked() > 1;
    const auto poll = f.call_at_pending("GET");
    if (!again && !poll) t.skip("the target settles no payment of this kind: it answered " + answer.summary());
    t.check({}, !again, "after the payment", "a poll of the pending URL", again ? "a new token request" : "a poll");
    expect_granted(t, answer);
}

void everything(Test& t) {
    FourParty f(t);
    const auto answer = f.outcome({waits("requirement=approval", 1), waits_for_person(f), asks_for_claims({"email"}),
                                   waits("requirement=approval", 1), f.grants()},
                                  able);
    expect_granted(t, answer);
}

// The claims that the target posts when these are asked for; nothing when it posts none.
std::optional<json> claims_posted(FourParty& f, const std::vector<std::string>& names, std::optional<Answer>& answer) {
    answer = f.outcome({asks_for_claims(names), f.grants()}, able);
    const auto posted = f.call_at_pending("POST");
    if (!posted) return std::nullopt;
    expect_server_signature(f.t, *posted);
    auto body = aauth::json::parse_object(posted->request.body);
    return body ? std::optional(*body) : std::nullopt;
}

// How claims are put into the body the draft does not say.
bool names_claim(const json& body, const char* name) {
    const auto* nested = aauth::json::member(body, "claims");
    return aauth::json::member(body, name) != nullptr ||
           (nested != nullptr && aauth::json::member(*nested, name) != nullptr);
}

void claims(Test& t) {
    FourParty f(t);
    std::optional<Answer> answer;
    const auto body = claims_posted(f, {"email"}, answer);
    t.check({}, body.has_value(), "claims for the access server", "a signed POST of JSON to the pending URL",
            body ? "came" : "none came");
    if (!body) return;
    // The person may have no address, or not want it to be told.
    t.check_preferred({}, names_claim(*body, "email"), "claims", "email among them", aauth::json::dump(*body));
    expect_granted(t, *answer, "federation.deferred");
}

void sub_in_claims(Test& t, bool wanted) {
    FourParty f(t);
    std::optional<Answer> answer;
    const auto body = claims_posted(f, {"email"}, answer);
    if (!body) t.blocked("the target posted no claims");
    t.check({}, names_claim(*body, "sub") == wanted, "sub among the claims", wanted ? "there" : "not there",
            aauth::json::dump(*body));
}

}  // namespace

void federation_waiting_cases(Suite& suite) {
    suite.area("Federation: what the access server asks for", "9.1.2");
    const char* deferred = "federation.deferred";
    suite.add("PS-FED-030", "an access server that gets approval itself is polled, with signed GETs, until it grants",
              {{deferred, "federation-stops-at approval"}}, polled);
    suite
        .add("PS-FED-031", "an access server that needs the person is polled until it grants",
             {{deferred, "federation-stops-at interaction"}}, interaction)
        .because("It is how a person lets an access server know this person server (9.3.1).");
    suite
        .add("PS-FED-032", "the agent waits at the person server, whatever the access server waits for",
             {{"deferred.same-origin", "federation-relays-location"}}, passed_on)
        .because("An agent may not poll an access server: only the person server calls there.");
    suite.add("PS-FED-033", "a question of the access server is answered, or the request withdrawn",
              {{"clarification.answered", "federation-stops-at clarification"},
               {"clarification.action-sent", "clarification-no-action"}},
              question);
    suite.add("PS-FED-034", "after a 402 the pending URL is polled, and nothing is asked anew",
              {{deferred, "payment-asks-again"}}, payment);
    suite.add("PS-FED-035", "approval, interaction and claims in a row are followed to the end",
              {{deferred, "federation-stops-at claims"}}, everything);
    suite.add("PS-FED-036", "claims that the access server asks for are posted to its pending URL, signed",
              {{"claims.provided", "claims-polled"}}, claims);
    suite
        .add("PS-FED-037", "sub is not among the claims that are posted", {{"claims.no-sub-sent", "claims-sub"}},
             [](Test& t) { sub_in_claims(t, false); })
        .because("The presented token says who the person is, under its issuer's signature.");
    suite.add("PS-FED-038", "sub is among the claims that are posted", {{"claims.sub-sent", "claims-no-sub"}},
              [](Test& t) { sub_in_claims(t, true); });
    suite.add("PS-FED-039", "names of claims that the person server does not know are ignored",
              {{"claims.unknown-ignored", "claims-unknown-refused"}}, [](Test& t) {
                  FourParty f(t);
                  std::optional<Answer> control;
                  if (!claims_posted(f, {"email"}, control)) t.blocked("the target posted no claims");
                  const auto names = {"email", "aauth_conformance_shoe_size"};
                  expect_granted(t, f.outcome({asks_for_claims({names.begin(), names.end()}), f.grants()}, able));
              });
}

}  // namespace aauth::suites::ps

#include "suites/person-server/waiting.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/identifiers.h"

namespace aauth::suites::ps {

Answer with_person_needed(Test& t, mocks::SignedRequest request, const std::vector<std::string>& capabilities) {
    auto body = json::parse_object(request.request.body).value_or(nlohmann::json::object());
    body["capabilities"] = capabilities;
    const auto& target = t.target();
    if (!target.defer.given()) body["prompt"] = "consent";
    request.body(json::dump(body));
    if (!target.defer.given()) return t.send(request, "a request that the person has to be asked about");
    t.world().call(target.defer, {});
    auto answer = t.send(request, "a request that the person has to be asked about");
    if (target.proceed.given()) t.world().call(target.proceed, {});
    return answer;
}

Waiting put_off(Test& t, const Player& player, mocks::SignedRequest request) {
    const auto answer = with_person_needed(t, std::move(request), {"interaction"});
    const bool token = !answer.text("person_token").empty() || !answer.text("auth_token").empty();
    if (token || answer.status() >= 400) {
        t.skip("the target answered at once (" + answer.summary() + ") and declares no way to make it ask");
    }
    t.expect(answer, "deferred.status-202").status(202).required();
    return waiting_for(player, answer);
}

Waiting put_off(Test& t, const Endpoint& endpoint) {
    const auto player = t.player();
    return put_off(t, player, endpoint.request(t, player));
}

Answer poll_as(Test& t, const Waiting& waiting, const Player& player) {
    if (waiting.location.empty()) t.blocked("the 202 has no Location");
    return t.send(t.request("GET", waiting.location, player), "poll by another agent");
}

Answer poll(Test& t, const Waiting& waiting, std::string note) {
    if (waiting.location.empty()) t.blocked("the 202 has no Location");
    return t.send(t.request("GET", waiting.location, waiting.player), std::move(note));
}

Answer cancel(Test& t, const Waiting& waiting) {
    return t.send(t.request("DELETE", waiting.location, waiting.player), "the agent withdraws its request");
}

Answer outcome(Test& t, const Waiting& waiting) {
    return suites::outcome(t, [&] { return poll(t, waiting); });
}

Answer arrive(Test& t, const Waiting& waiting, const std::string& code) {
    if (waiting.url.empty()) t.blocked("the 202 names no interaction url");
    return t.send_plain("GET", waiting.url + "?code=" + code, {{"Accept", "text/html"}}, {}, "the person's browser");
}

void needs_judging_page(Test& t, const Waiting& waiting) {
    const auto answer = arrive(t, waiting, protocol::new_interaction_code());
    if (answer.status() < 400) {
        t.skip("the interaction page answers an unknown code like a known one, so a visit tells nothing");
    }
}

bool arrival_approves(Test& t) {
    const auto& values = t.target().values;
    const auto declared = values.find("interaction.arrival-approves");
    return declared != values.end() && declared->second != "false";
}

}  // namespace aauth::suites::ps

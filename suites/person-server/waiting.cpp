#include "suites/person-server/waiting.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/identifiers.h"

namespace aauth::suites::ps {

namespace {

// Seconds that the server wants the agent to wait, within reason.
int retry_after(const Answer& answer) {
    const auto text = answer.header("Retry-After").value_or("");
    int seconds = 1;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return std::clamp(seconds, 0, 5);
}

void call_hook(Test& t, const Waiting& waiting, const std::string& decision) {
    t.world().call(
        t.target().approve,
        {{"code", waiting.code}, {"url", waiting.url}, {"location", waiting.location}, {"decision", decision}});
}

bool mentions_decision(const engine::Hook& hook) {
    for (const auto* text : {&hook.url, &hook.body, &hook.command}) {
        if (text->find("{{decision}}") != std::string::npos) return true;
    }
    return false;
}

void needs_person(Test& t, const std::string& decision) {
    const auto& consent = t.target().consent;
    if (consent == "none") t.skip("the target declares no way to answer for its person");
    if (consent != "auto" || !t.target().approve.given()) {
        t.skip("the person answers by hand (consent: " + consent + "), which this run does not do");
    }
    if (decision != "approve" && !mentions_decision(t.target().approve)) {
        t.skip("the target's hook can only approve");
    }
}

}  // namespace

Waiting waiting_for(const Player& player, const Answer& answer) {
    Waiting waiting{player, answer, answer.header("Location").value_or(""), {}, {}};
    if (auto requirement = protocol::parse_requirement(answer.response.fields)) {
        waiting.url = requirement->parameter("url");
        waiting.code = requirement->parameter("code");
    }
    return waiting;
}

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

void decide(Test& t, const Waiting& waiting, const std::string& decision) {
    needs_person(t, decision);
    call_hook(t, waiting, decision);
}

void try_to_decide(Test& t, const Waiting& waiting, const std::string& decision) {
    needs_person(t, decision);
    try {
        call_hook(t, waiting, decision);
    } catch (const engine::HarnessError&) {
        // The target has nothing left to decide, which is as good as deciding without effect.
    }
}

Answer outcome(Test& t, const Waiting& waiting) {
    auto answer = poll(t, waiting);
    while (answer.status() == 202) {
        const auto pause = std::chrono::milliseconds(std::max(retry_after(answer) * 1000, 200));
        if (t.record().remaining() <= pause + std::chrono::seconds(1)) {
            t.blocked("the request was still pending when the case ran into its deadline");
        }
        std::this_thread::sleep_for(pause);
        answer = poll(t, waiting);
    }
    return answer;
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

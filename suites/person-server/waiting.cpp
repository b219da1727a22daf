#include "suites/person-server/waiting.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/resource.h"
#include "suites/person-server/endpoints.h"

namespace aauth::suites::ps {

namespace {

constexpr const char* question = "Why do you need this?";

// True when the hook is told of a request that waits already, and not of the next one.
bool asks_later(const engine::Hook& hook) {
    return (hook.url + hook.body + hook.command).find("{{location}}") != std::string::npos;
}

mocks::SignedRequest wide_request(Test& t, const Player& player) {
    Ask ask;
    ask.scope = wide;
    return auth_request(t, player, auth_body(t, player, ask));
}

}  // namespace

Answer needing_person(Test& t, mocks::SignedRequest request, const Capabilities& capabilities) {
    auto body = json::parse_object(request.request.body).value_or(nlohmann::json::object());
    if (capabilities) body["capabilities"] = *capabilities;
    const auto& target = t.target();
    if (!target.defer.given()) body["prompt"] = "consent";
    request.body(json::dump(body));
    if (!target.defer.given()) return t.send(request, "a request that the person has to be asked about");
    t.world().call(target.defer, {});
    auto answer = t.send(request, "a request that the person has to be asked about");
    if (target.proceed.given()) t.world().call(target.proceed, {});
    return answer;
}

Answer with_person_needed(Test& t, mocks::SignedRequest request, const std::vector<std::string>& capabilities) {
    return needing_person(t, std::move(request), capabilities);
}

Waiting put_off(Test& t, const Player& player, mocks::SignedRequest request, const Capabilities& capabilities) {
    const auto answer = needing_person(t, std::move(request), capabilities);
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

Waiting asked(Test& t, const Capabilities& capabilities) {
    const auto* hook = t.world().hook("clarify");
    if (hook == nullptr) t.skip("the target's description has no hook \"clarify\"");
    const auto player = t.player();
    auto request = wide_request(t, player);
    if (asks_later(*hook)) {
        auto waiting = put_off(t, player, request, capabilities);
        ask_again(t, waiting);
        waiting.answer = poll(t, waiting, "poll after the person asked");
        return waiting;
    }
    auto body = json::parse_object(request.request.body).value_or(nlohmann::json::object());
    if (capabilities) body["capabilities"] = *capabilities;
    request.body(json::dump(body));
    t.hook("clarify", {{"question", question}});
    const auto answer = t.send(request, "a request that the person asks about");
    if (t.target().proceed.given()) t.world().call(t.target().proceed, {});
    return waiting_for(player, answer);
}

void needs_asking_person(Test& t) {
    const auto* hook = t.world().hook("clarify");
    if (hook != nullptr && !asks_later(*hook)) t.skip("whether the agent is asked is set by the target's hook");
}

bool ask_again(Test& t, const Waiting& waiting) {
    const auto* hook = t.world().hook("clarify");
    if (hook == nullptr || !asks_later(*hook)) t.skip("the target has no hook that asks about a request that waits");
    try {
        t.hook("clarify", {{"location", waiting.location}, {"question", question}});
    } catch (const engine::HarnessError&) {
        return false;
    }
    return true;
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

Deferring deferring() {
    Deferring made;
    made.prefix = "PS-DEF-";
    made.put_off = [](Test& t) { return put_off(t, auth_endpoint()); };
    made.request = [](Test& t, const std::string& method, const Waiting& waiting) {
        return t.request(method, waiting.location, waiting.player);
    };
    made.stranger = [](Test& t, const std::string& method, const Waiting& waiting) {
        return t.request(method, waiting.location, t.player());
    };
    made.done = [](const Answer& answer) { return answer.status() == 200 && granted(answer); };
    made.revoke = revoke_resource_token;
    return made;
}

Clarifying clarifying() {
    Clarifying made;
    static_cast<Deferring&>(made) = deferring();
    made.server = auth_server();
    made.asked = [](Test& t) { return asked(t, std::vector<std::string>{"interaction", "clarification"}); };
    made.open = [](Test& t) {
        if (t.world().hook("clarify") != nullptr)
            return asked(t, std::vector<std::string>{"interaction", "clarification"});
        const auto player = t.player();
        return put_off(t, player, wide_request(t, player));
    };
    return made;
}

void waiting_cases(Suite& suite) {
    deferred_end_cases(suite, deferring());
    deferred_callback_cases(suite, deferring());
    clarification_cases(suite, clarifying());
    question_cases(suite);
    consent_cases(suite);
    resource_interaction_cases(suite);
}

void guessing_cases(Suite& suite) { deferred_guessing_cases(suite, deferring()); }

}  // namespace aauth::suites::ps

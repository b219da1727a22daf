#include "suites/common/waiting.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

#include "harness/protocol/headers.h"

namespace aauth::suites {

namespace {

void call_hook(Test& t, const Waiting& waiting, const std::string& decision) {
    t.world().call(
        t.target().approve,
        {{"code", waiting.code}, {"url", waiting.url}, {"location", waiting.location}, {"decision", decision}});
}

void needs_person(Test& t, const std::string& decision) {
    const auto& consent = t.target().consent;
    if (consent == "browser" || consent == "ask") {
        t.skip("the person answers by hand (consent: " + consent + "), which this run does not do");
    }
    const auto& hook = t.target().approve;
    if (!hook.given()) t.skip("the target declares no way to answer for its person");
    const bool decides = (hook.url + hook.body + hook.command).find("{{decision}}") != std::string::npos;
    if (decision != "approve" && !decides) t.skip("the target's hook can only approve");
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

std::optional<int> retry_after(const Answer& answer) {
    const auto text = answer.header("Retry-After").value_or("");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool whole = error == std::errc() && end == text.data() + text.size() && seconds >= 0;
    return whole ? std::optional<int>(seconds) : std::nullopt;
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

Answer outcome(Test& t, const std::function<Answer()>& poll) {
    auto answer = poll();
    while (answer.status() == 202) {
        const auto asked = std::chrono::seconds(std::min(retry_after(answer).value_or(1), 5));
        const auto pause = std::max<std::chrono::milliseconds>(asked, std::chrono::milliseconds(200));
        if (t.record().remaining() <= pause + std::chrono::seconds(1)) {
            t.blocked("the request was still pending when the case ran into its deadline");
        }
        std::this_thread::sleep_for(pause);
        answer = poll();
    }
    return answer;
}

}  // namespace aauth::suites

#include "suites/common/deferred.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/identifiers.h"
#include "mocks/resource.h"
#include "suites/common/deferred_page.h"

namespace aauth::suites {

std::string Deferring::id(const std::string& number) const {
    const auto found = older.find(number);
    return found == older.end() ? prefix + number : found->second;
}

void add_deferred(Suite& suite, const Deferring& deferring, const std::vector<DeferredRow>& rows) {
    for (const auto& row : rows) {
        auto made = suite.add(deferring.id(row.number), row.title, row.covers,
                              [deferring, body = row.body](Test& t) { body(t, deferring); });
        made.because(row.because);
        if (deferring.alone || row.alone) made.alone();
    }
}

Answer poll(Test& t, const Deferring& deferring, const Waiting& waiting, std::string note) {
    if (waiting.location.empty()) t.blocked("the 202 has no Location");
    return t.send(deferring.request(t, "GET", waiting), std::move(note));
}

Answer poll_by_stranger(Test& t, const Deferring& deferring, const Waiting& waiting) {
    return t.send(deferring.stranger(t, "GET", waiting), "poll by somebody else");
}

Answer outcome(Test& t, const Deferring& deferring, const Waiting& waiting) {
    return outcome(t, [&] { return poll(t, deferring, waiting); });
}

bool pending(const Answer& answer) { return answer.status() == 202; }

Waiting being_polled(Test& t, const Deferring& deferring) {
    auto waiting = deferring.put_off(t);
    const auto control = poll(t, deferring, waiting, "control: poll by the one that asked");
    if (!pending(control) && !deferring.done(control)) t.blocked("the owner's poll got " + control.summary());
    return waiting;
}

Waiting with_page(Test& t, const Deferring& deferring) {
    auto waiting = deferring.put_off(t);
    if (waiting.url.empty() || waiting.code.empty()) t.skip("the target does not ask by requirement=interaction");
    needs_judging_page(t, waiting);
    return waiting;
}

std::string revoke_resource_token(Test& t, Waiting& waiting) {
    t.needs("revocation_endpoint");
    const auto asked = json::parse_object(waiting.answer.request.body);
    const auto compact = asked ? json::string_member(*asked, "resource_token").value_or("") : std::string();
    const auto token = jose::Jwt::decode(compact);
    if (!token) t.blocked("the request carried no resource token");
    nlohmann::json body{{"jti", token->claim_string("jti").value_or("")},
                        {"exp", token->claim_integer("exp").value_or(0)}};
    if (t.draft().revocation_names_issuer) body["iss"] = t.world().resource().identifier();
    const auto url = t.world().endpoint("revocation_endpoint");
    const auto answer = t.send(t.request_by(t.world().resource(), "POST", url, body), "the resource revokes its token");
    if (answer.status() >= 300) t.blocked("the revocation was answered " + answer.summary());
    return "resource token";
}

void decide_unusually(Test& t, const Waiting& waiting, const std::string& decision) {
    try {
        decide(t, waiting, decision);
    } catch (const engine::HarnessError&) {
        t.skip("the target's hook knows no decision \"" + decision + "\"");
    }
}

Answer arrive(Test& t, const Waiting& waiting, const std::string& code, const std::string& callback) {
    if (waiting.url.empty()) t.blocked("the 202 names no interaction url");
    auto url = waiting.url + "?code=" + code;
    if (!callback.empty()) url += "&callback=" + percent_encoded(callback);
    return t.send_plain("GET", url, {{"Accept", "text/html"}}, {}, "the person's browser");
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

}  // namespace aauth::suites

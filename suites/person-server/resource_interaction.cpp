#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/protocol/identifiers.h"
#include "mocks/resource.h"
#include "suites/common/deferred_page.h"
#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// A resource that has to see the person before the person server asks (7.2.3).
namespace aauth::suites::ps {

namespace {

// A request that waits, whose resource token names an interaction of the resource.
struct SentOn {
    Waiting waiting;
    std::string url, code;  // of the resource's interaction
};

Answer request_with_interaction(Test& t, const Player& player, const std::string& url, const std::string& code) {
    Ask ask;
    ask.edit = [&](nlohmann::json&, nlohmann::json& claims) { claims["interaction"] = {{"url", url}, {"code", code}}; };
    auto body = auth_body(t, player, ask);
    body["capabilities"] = {"interaction"};
    return t.send(auth_request(t, player, body), "a resource token with an interaction");
}

// A request that the person server puts off for the resource's sake. The case is skipped where it does not, which only
// one case judges.
SentOn sent_on(Test& t, bool judged = false) {
    const auto player = t.player();
    const auto url = t.world().resource().url("/interaction");
    const auto code = protocol::new_interaction_code();
    const auto answer = request_with_interaction(t, player, url, code);
    if (answer.status() >= 400) t.blocked("a resource token with an interaction got " + answer.summary());
    // 7.2.3 orders the two questions, and says nothing of a person server that asks none.
    if (judged) t.prefer(answer).status(202).required();
    if (answer.status() != 202) t.skip("the target takes no notice of the resource's interaction: " + answer.summary());
    SentOn made{waiting_for(player, answer), url, code};
    if (made.waiting.url.empty()) t.skip("the target does not ask by requirement=interaction");
    return made;
}

// Where the page sends the browser at the resource; empty when nowhere.
std::string way_to(const std::string& url, const Answer& page) {
    for (const auto& way : ways_from(page)) {
        if (way.rfind(url + "?", 0) == 0) return way;
    }
    return {};
}

// The person comes to the person server's page, and goes on from there where it takes a press of a button. The way to
// the resource; empty when there is none.
std::string way_to_resource(Test& t, const SentOn& flow, Answer& page) {
    page = arrive(t, flow.waiting, flow.waiting.code);
    auto way = way_to(flow.url, page);
    if (!way.empty() && way.find("code=") != std::string::npos) return way;
    const auto form = form_for(page.response.body, "continue");
    if (!form) return way;
    page = submit(t, page, *form, "the person goes on");
    return way_to(flow.url, page);
}

// The value of one parameter, as it stands and percent-decoded.
std::string parameter_of(const std::string& url, const std::string& name) {
    const auto query = url.substr(std::min(url.find('?') + 1, url.size()));
    std::string_view rest = query;
    while (!rest.empty()) {
        const auto part = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        if (part.substr(0, part.find('=')) != name) continue;
        std::string value;
        for (std::size_t i = name.size() + 1; i < part.size(); ++i) {
            unsigned octet = 0;
            const auto* digits = part.data() + i + 1;
            const bool escape = part[i] == '%' && i + 2 < part.size() &&
                                std::from_chars(digits, digits + 2, octet, 16).ptr == digits + 2;
            value += escape ? static_cast<char>(octet) : part[i];
            if (escape) i += 2;
        }
        return value;
    }
    return {};
}

// The callback that the person server gave the browser on its way to the resource.
std::string callback_of(Test& t, const SentOn& flow) {
    Answer page;
    const auto way = way_to_resource(t, flow, page);
    const auto callback = parameter_of(way, "callback");
    if (callback.empty()) t.blocked("the page does not lead to the resource with a callback: " + page.summary());
    return callback;
}

// The browser comes back with this error, and the agent polls.
Answer ended_with(Test& t, const std::string& error) {
    const auto flow = sent_on(t);
    const auto callback = callback_of(t, flow);
    const auto separator = callback.find('?') == std::string::npos ? "?error=" : "&error=";
    t.send_plain("GET", callback + separator + error, {{"Accept", "text/html"}}, {},
                 "the browser comes back with " + error);
    return poll(t, flow.waiting, "poll after " + error);
}

}  // namespace

void resource_interaction_cases(Suite& suite) {
    suite.area("Resource-initiated interaction", "7.2.3");
    suite
        .add("PS-RIN-001", "the person is sent to the resource before being asked for consent",
             {{"auth-endpoint.resource-interaction-first", "first-skipped"}},
             [](Test& t) {
                 const auto flow = sent_on(t, true);
                 Answer page;
                 const auto way = way_to_resource(t, flow, page);
                 t.expect(page).that(!way.empty(), "page", "leads to " + flow.url, page.summary());
                 try_to_decide(t, flow.waiting, "approve");
                 const auto answer = poll(t, flow.waiting, "poll before the resource is done");
                 t.expect(answer).that(!deferring().done(answer), "poll before the resource is done", "no token",
                                       answer.summary());
             })
        .alone();
    suite
        .add("PS-RIN-002", "the browser is sent to the resource's url with its code and a callback",
             {{"auth-endpoint.resource-interaction-redirect", "first-no-callback"}},
             [](Test& t) {
                 const auto flow = sent_on(t);
                 Answer page;
                 const auto way = way_to_resource(t, flow, page);
                 const auto code = parameter_of(way, "code");
                 const auto callback = parameter_of(way, "callback");
                 const auto place = http::Url::parse(callback);
                 t.expect(page)
                     .that(code == flow.code, "code", flow.code, code.empty() ? "absent" : code)
                     .that(place.has_value(), "callback", "a URL", callback.empty() ? "absent" : callback);
             })
        .alone();
    suite
        .add("PS-RIN-003", "two flows have different callbacks",
             {{"auth-endpoint.resource-interaction-redirect", "first-no-callback"}},
             [](Test& t) {
                 const auto first = sent_on(t);
                 const auto second = sent_on(t);
                 Answer page;
                 const auto one = parameter_of(way_to_resource(t, first, page), "callback");
                 const auto other = parameter_of(way_to_resource(t, second, page), "callback");
                 t.check({}, !one.empty() && one != other, "callbacks", "two different ones", one + " and " + other);
             })
        .because("The callback tells the person server which request it is about.")
        .alone();
    suite
        .add("PS-RIN-004", "nobody is sent to an interaction url that is not https",
             {{"auth-endpoint.resource-interaction-https", "first-any-url"}},
             [](Test& t) {
                 sent_on(t);  // the control
                 const auto player = t.player();
                 const std::string url = "http://interaction.example/page";
                 const auto answer = request_with_interaction(t, player, url, protocol::new_interaction_code());
                 Answer page = answer;
                 const SentOn flow{waiting_for(player, answer), url, {}};
                 // To refuse the token is the best that it can do.
                 const auto way = answer.status() >= 400 ? std::string() : way_to_resource(t, flow, page);
                 t.expect(page).that(way.empty(), "page", "does not lead to " + url, way);
             })
        .alone();
    suite
        .add("PS-RIN-005", "an error at the callback ends the request with the error that goes with it",
             {{"auth-endpoint.resource-interaction-error", "first-error-as-denied"}},
             [](Test& t) {
                 t.expect(ended_with(t, "access_denied")).status(403).member_is("error", "denied");
                 t.expect(ended_with(t, "user_abandoned")).status(403).member_is("error", "abandoned");
                 t.expect(ended_with(t, "interaction_expired")).status(408).member_is("error", "expired");
                 t.expect(ended_with(t, "server_error")).status(500).member_is("error", "server_error");
             })
        .alone();
    suite
        .add("PS-RIN-006", "a request whose callback had an error gives no token any more",
             {{"interaction.callback-error-surfaced", "first-error-ignored"}},
             [](Test& t) {
                 const auto flow = sent_on(t);
                 t.send_plain("GET", callback_of(t, flow) + "?error=access_denied", {{"Accept", "text/html"}}, {},
                              "the browser comes back with access_denied");
                 try_to_decide(t, flow.waiting, "approve");
                 const auto answer = poll(t, flow.waiting, "poll after the error and an approval");
                 t.expect(answer).that(answer.status() >= 400, "poll after the error", "an error", answer.summary());
             })
        .alone();
    suite
        .add("PS-RIN-007", "when the resource is done the person server goes on with its own consent",
             {{"auth-endpoint.resource-interaction-first", "first-forever"}},
             [](Test& t) {
                 const auto flow = sent_on(t);
                 t.send_plain("GET", callback_of(t, flow), {{"Accept", "text/html"}}, {}, "the browser comes back");
                 try_to_decide(t, flow.waiting, "approve");
                 const auto answer = outcome(t, flow.waiting);
                 t.expect(answer).status(200).jwt("auth_token");
             })
        .alone();
}

}  // namespace aauth::suites::ps

#include <fmt/core.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/interactions.h"
#include "mocks/query.h"

// The page at which a person decides (11.6.3.1, 7.3, 7.4), and the way there.
namespace aauth::mocks {

namespace {

http::Reply page_reply(int status, const std::string& text) {
    http::Reply reply;
    reply.response.status = status;
    reply.response.fields.add("Content-Type", "text/html; charset=utf-8");
    reply.response.fields.add("Cache-Control", "no-store");
    reply.response.fields.add("Content-Security-Policy", "default-src 'none'; form-action 'self'");
    reply.response.body = "<!doctype html><title>aauth-conformance</title>" + text;
    return reply;
}

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text.substr(0, 4096)) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            case '\'':
                safe += "&#39;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

Decision decision_named(std::string_view word) {
    if (word == "approve") return Decision::Approved;
    if (word == "deny" || word == "access_denied") return Decision::Denied;
    if (word == "abandon" || word == "user_abandoned") return Decision::Abandoned;
    if (word == "expire" || word == "interaction_expired") return Decision::Expired;
    if (word == "server_error" || word == "temporarily_unavailable") return Decision::Failed;
    return Decision::Waiting;
}

}  // namespace

// Whose code somebody guesses at cannot be told, so that too many wrong ones fail every request that waits. So many
// that no cases which run side by side get there.
http::Reply Interactions::wrong_code() {
    constexpr int most = 50;
    if (++wrong_codes_ >= most && !on("codes-unlimited")) {
        wrong_codes_ = 0;
        change([](Pending& pending) { pending.decision = Decision::Locked; });
    }
    return problem("invalid_code", "this code is not known or was used already");
}

http::Reply Interactions::page(const http::Request& request) {
    const auto query = request.query();
    const auto found = requests_.find_code(parameter(query, "code"));
    const bool used = found && (found->code_used || found->decision == Decision::Locked);
    if (!found || (used && !on("code-reusable"))) return wrong_code();
    wrong_codes_ = 0;
    if (found->decision == Decision::Expired && !on("code-outlives"))
        return problem("expired", "this code has expired");
    const auto callback = parameter(query, "callback");
    const bool usable = http::Url::parse(callback).has_value();  // which no text with a line end is
    bool first = false;
    Pending now = *found;
    requests_.update(found->id, [&](Pending& pending) {
        first = !pending.code_used || on("code-reusable");
        if (!first) return;
        pending.code_used = true;
        pending.interacting = !on("never-interacting");
        if (usable) pending.callback = callback;
        now = pending;
    });
    if (!first) return problem("invalid_code", "this code was used already");
    if (on("page-approves")) decided(found->id, "approve");
    return now.wants.first_url.empty() || on("first-skipped") ? consent_page(now) : interstitial(now);
}

http::Reply Interactions::consent_page(const Pending& pending) const {
    std::string shown;
    for (const auto& [who, what] : pending.wants.shown) {
        if (on("page-shows-nothing")) continue;
        shown += fmt::format("<h2>{}</h2><blockquote>{}</blockquote>", escaped(who),
                             on("page-unescaped") ? what : escaped(what));
    }
    const char* pin = "<label>PIN <input type=\"password\" name=\"pin\"></label> ";
    return page_reply(200, fmt::format("<h1>An agent asks</h1><p>Code {}</p><form method=\"post\" action=\"{}\">"
                                       "<input type=\"hidden\" name=\"visit\" value=\"{}\">{}"
                                       "<button name=\"decision\" value=\"approve\">Approve</button> "
                                       "<button name=\"decision\" value=\"deny\">Decline</button></form>{}",
                                       pending.code, page_path(), pending.visit, pin_.empty() ? "" : pin, shown));
}

http::Reply Interactions::interstitial(const Pending& pending) const {
    const auto back = party_.url(back_path() + pending.visit);
    auto url = pending.wants.first_url + "?code=" + percent_encoded(pending.wants.first_code);
    if (!on("first-no-callback")) url += "&callback=" + percent_encoded(back);
    return page_reply(
        200, fmt::format("<p>The resource asks for more permissions first.</p><a href=\"{}\">Go on</a>", escaped(url)));
}

http::Reply Interactions::returned(const http::Request& request) {
    const auto found = requests_.find_visit(request.path().substr(back_path().size()));
    const bool expected = found && found->decision == Decision::Waiting && !found->wants.first_url.empty();
    if (!expected) return page_reply(400, "<p>This page is no longer valid.</p>");
    const auto error = parameter(request.query(), "error");
    const bool failed = !error.empty() && !on("first-error-ignored");
    Pending now = *found;
    requests_.update(found->id, [&](Pending& pending) {
        if (!on("first-forever")) pending.wants.first_url.clear();
        const auto mapped = decision_named(on("first-error-as-denied") ? "deny" : error);
        if (failed) pending.decision = mapped == Decision::Waiting ? Decision::Failed : mapped;
        now = pending;
    });
    return failed ? end_page(now, error) : consent_page(now);
}

http::Reply Interactions::end_page(const Pending& pending, const std::string& error) const {
    if (pending.callback.empty() || on("callback-ignored")) {
        return page_reply(on("page-end-500") ? 500 : 200, "<p>Done. You can close this page.</p>");
    }
    const auto named = on("callback-other-error") ? "it_failed" : error;
    const bool with_query = pending.callback.find('?') != std::string::npos;
    http::Reply reply;
    reply.response.status = 303;
    reply.response.fields.add("Location", named.empty() || on("callback-no-error")
                                              ? pending.callback
                                              : pending.callback + (with_query ? "&error=" : "?error=") + named);
    return reply;
}

bool Interactions::decided(const std::string& id, const std::string& decision) {
    const auto outcome = decision_named(decision);
    if (outcome == Decision::Waiting) return false;
    bool done = false;
    requests_.update(id, [&](Pending& pending) {
        const bool waits = pending.decision == Decision::Waiting || on("cancel-revived");
        const auto& wants = pending.wants;
        const bool elsewhere = !wants.first_url.empty() && !on("first-skipped");
        const bool another = wants.need == Need::Claims || wants.need == Need::Payment || elsewhere;
        done = waits && !(outcome == Decision::Approved && another);
        if (!done) return;
        pending.decision = outcome;
        if (on("cancel-revived")) pending.finished = false;
        if (outcome != Decision::Expired) pending.code_used = true;
    });
    if (on("decides-for-all")) requests_.update_all([&](Pending& pending) { pending.decision = outcome; });
    return done;
}

http::Reply Interactions::submitted(const http::Request& request) {
    const auto decision = parameter(request.body, "decision");
    const auto found = requests_.find_visit(parameter(request.body, "visit"));
    const bool known = pin_.empty() || parameter(request.body, "pin") == pin_ || on("approver-unchecked");
    if (!known) return page_reply(403, "<p>Who are you?</p>");
    if (!found || !found->interacting || !decided(found->id, decision)) {
        return page_reply(400, "<p>This page is no longer valid.</p>");
    }
    return end_page(*found, decision == "approve" ? "" : "access_denied");
}

http::Reply Interactions::decide(const http::Request& request) {
    const auto body = json::parse_object(request.body);
    const auto text = [&](std::string_view name) {
        return body ? json::string_member(*body, name).value_or("") : std::string();
    };
    auto id = text("location");
    id = id.substr(id.rfind('/') + 1);
    if (const auto found = requests_.find_code(text("code"))) id = found->id;
    if (!decided(id, text("decision")))
        return problem("invalid_request", "no waiting request has this code or location");
    http::Reply reply;
    reply.response.status = 204;
    return reply;
}

}  // namespace aauth::mocks

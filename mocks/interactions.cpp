#include "mocks/interactions.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/problem.h"

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

// The value of one parameter in a query or form, percent-decoded; empty when absent.
std::string parameter(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        const auto part = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const auto equals = part.find('=');
        if (part.substr(0, equals) != name || equals == std::string_view::npos) continue;
        std::string value;
        for (std::size_t i = equals + 1; i < part.size(); ++i) {
            unsigned octet = 0;
            if (part[i] == '%' && i + 2 < part.size() + 0 &&
                std::from_chars(part.data() + i + 1, part.data() + i + 3, octet, 16).ptr == part.data() + i + 3) {
                value += static_cast<char>(octet);
                i += 2;
            } else {
                value += part[i] == '+' ? ' ' : part[i];
            }
        }
        return value;
    }
    return {};
}

// Seconds of `Prefer: wait=N`, five at most.
std::chrono::milliseconds willing_to_wait(const http::Request& request) {
    const auto prefer = request.fields.combined("Prefer").value_or("");
    const auto at = prefer.find("wait=");
    int seconds = 0;
    if (at != std::string::npos) std::from_chars(prefer.data() + at + 5, prefer.data() + prefer.size(), seconds);
    return std::chrono::seconds(std::clamp(seconds, 0, 5));
}

std::string id_of(const http::Request& request, const std::string& prefix) {
    return request.path().substr(std::min(prefix.size(), request.path().size()));
}

}  // namespace

Interactions::Interactions(const Party& party, std::string prefix) : party_(party), prefix_(std::move(prefix)) {}

http::Reply Interactions::problem(std::string_view error, std::string_view detail, int status) const {
    http::Reply reply;
    reply.response = protocol::problem_response(status == 0 ? protocol::status_of(error).value_or(400) : status,
                                                {std::string(error), std::string(detail), {}});
    return reply;
}

http::Reply Interactions::defer(const std::string& owner, Complete complete, const std::string& binding) {
    auto pending = requests_.add(owner, std::chrono::minutes(10), std::move(complete));
    requests_.update(pending.id, [&](Pending& kept) { kept.binding = binding; });
    if (on("code-alphabet")) pending.code = "ILOU-" + pending.code;
    if (on("code-short")) pending.code = pending.code.substr(0, 4);
    if (on("code-fixed")) pending.code = "A1B2-C3D4";
    requests_.update(pending.id, [&](Pending& kept) { kept.code = pending.code; });
    return pending_reply(pending);
}

http::Reply Interactions::pending_reply(const Pending& pending) const {
    http::Reply reply;
    auto& fields = reply.response.fields;
    reply.response.status = on("poll-200-pending") ? 200 : 202;
    std::string location = party_.url(pending_path() + pending.id);
    if (on("pending-guessable")) location = party_.url(pending_path() + "1001");
    if (on("pending-other-origin")) location = "https://elsewhere.example" + pending_path() + pending.id;
    if (!on("pending-no-location")) fields.add("Location", location);
    if (!on("pending-no-retry-after")) fields.add("Retry-After", "0");
    if (!on("pending-cacheable")) fields.add("Cache-Control", "no-store");
    fields.add("Content-Type", "application/json");
    protocol::Requirement requirement{"interaction", {{"url", party_.url(page_path())}, {"code", pending.code}}};
    if (on("interaction-http-url")) requirement.parameters["url"] = "http://interaction.example/page";
    if (on("interaction-url-query")) requirement.parameters["url"] += "?a=b";
    if (on("interaction-no-code")) requirement.parameters.erase("code");
    const auto field = on("requirement-string") ? "requirement=\"interaction\"" : protocol::to_field(requirement);
    if (!on("pending-no-requirement")) fields.add("AAuth-Requirement", field);
    nlohmann::json body{{"status", pending.interacting ? "interacting" : "pending"}};
    if (on("pending-no-status")) body = {{"state", "waiting"}};
    reply.response.body = json::dump(body);
    return reply;
}

http::Reply Interactions::terminal_reply(const Pending& pending) {
    if (!requests_.finish(pending.id) && !on("poll-repeats")) return problem("gone", "this request is finished", 410);
    switch (pending.decision) {
        case Decision::Approved: {
            http::Reply reply;
            reply.response = pending.complete();
            if (on("token-lost")) reply.response.body = "{}";
            return reply;
        }
        case Decision::Denied:
            if (on("poll-denied-200")) return problem("denied", "", 200);
            return problem("denied", "the person declined", on("poll-denied-400") ? 400 : 0);
        case Decision::Abandoned: return problem("abandoned", "the person did not complete the interaction");
        case Decision::Expired: return problem("expired", "nobody answered in time", on("poll-expired-403") ? 403 : 0);
        case Decision::Revoked: return problem("revoked", "a token that this request depends on was revoked");
        case Decision::Locked: return problem("invalid_code", "there were too many wrong codes");
        default: return problem("gone", "this request was withdrawn", 410);
    }
}

http::Reply Interactions::poll(const http::Request& request, const Verify& verify) {
    std::string owner;
    if (!on("poll-unsigned") || request.fields.contains("Signature")) {
        auto verified = verify(request);
        if (!verified) return verified.error();
        owner = *verified;
    }
    const auto id = id_of(request, pending_path());
    const auto found = requests_.find(id);
    const bool theirs = found && (found->owner == owner || on("poll-any-agent") || owner.empty());
    if (!theirs) return problem("not_found", "there is no such pending request", 404);
    if (found->finished && !on("poll-repeats")) return problem("gone", "this request is finished", 410);
    const auto pending = requests_.wait(id, willing_to_wait(request));
    if (!pending || pending->decision == Decision::Waiting) return pending_reply(pending.value_or(*found));
    return terminal_reply(*pending);
}

http::Reply Interactions::cancel(const http::Request& request, const Verify& verify) {
    auto owner = verify(request);
    if (!owner) return owner.error();
    const auto id = id_of(request, pending_path());
    const auto found = requests_.find(id);
    const bool theirs = found && (found->owner == *owner || on("cancel-any-agent"));
    if (!theirs) return problem("not_found", "there is no such pending request", 404);
    if (!on("delete-ignored")) {
        requests_.update(id, [](Pending& pending) {
            pending.decision = Decision::Cancelled;
            pending.finished = true;
        });
    }
    http::Reply reply;
    reply.response.status = 204;
    return reply;
}

http::Reply Interactions::post(const http::Request& request, const Verify& verify, const Update& update) {
    auto owner = verify(request);
    if (!owner) return owner.error();
    const auto id = id_of(request, pending_path());
    const auto found = requests_.find(id);
    if (!found || found->owner != *owner) return problem("not_found", "there is no such pending request", 404);
    if (found->finished) return problem("gone", "this request is finished", 410);
    const auto body = json::parse_object(request.body);
    const auto action = body ? json::string_member(*body, "action").value_or("") : std::string();
    const bool answered = body && json::string_member(*body, "clarification_response").has_value();
    if (action == "updated_request") {
        auto complete = update(request, found->binding);
        if (!complete && !on("updated-unverified")) return complete.error();
        if (complete && !on("updated-not-applied")) {
            requests_.update(id, [&](Pending& pending) { pending.complete = *complete; });
        }
    } else if ((action != "clarification_response" || !answered) && !on("post-any-action")) {
        return problem("invalid_request", "action is missing or unknown, or the answer is missing");
    }
    if (on("post-approves")) decided(id, "approve");
    return pending_reply(*found);
}

// Whose code somebody guesses at cannot be told, so that too many wrong ones fail every request that waits. So many that
// no cases which run side by side get there.
http::Reply Interactions::wrong_code() {
    constexpr int most = 50;
    if (++wrong_codes_ >= most) {
        wrong_codes_ = 0;
        requests_.update_all([](Pending& pending) {
            if (pending.decision == Decision::Waiting) pending.decision = Decision::Locked;
        });
    }
    return problem("invalid_code", "this code is not known or was used already");
}

http::Reply Interactions::page(const http::Request& request) {
    const auto query = request.query();
    const auto code = parameter(query, "code");
    auto found = requests_.find_code(code);
    if (found) {
        const bool exact = code == found->code;
        const auto upper = [](std::string text) {
            std::transform(text.begin(), text.end(), text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
            return text;
        };
        const auto bare = [](std::string text) {
            text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
            return text;
        };
        const bool cased = bare(code) == bare(found->code);
        const bool aliased = bare(upper(code)) == bare(found->code);
        const bool hyphened = upper(code) == found->code;
        if ((on("code-case-sensitive") && !cased) || (on("code-no-aliases") && !aliased) ||
            (on("code-hyphens-matter") && !hyphened && !exact)) {
            found.reset();
        }
    }
    const bool used = found && (found->code_used || found->decision == Decision::Locked);
    if (!found || (used && !on("code-reusable"))) return wrong_code();
    wrong_codes_ = 0;
    if (found->decision == Decision::Expired) return problem("expired", "this code has expired");
    const auto callback = parameter(query, "callback");
    const bool usable = http::Url::parse(callback).has_value();  // which no text with a line end is
    bool first = false;
    requests_.update(found->id, [&](Pending& pending) {
        first = !pending.code_used || on("code-reusable");
        if (!first) return;
        pending.code_used = true;
        pending.interacting = !on("never-interacting");
        if (usable) pending.callback = callback;
    });
    if (!first) return problem("invalid_code", "this code was used already");
    if (on("page-approves")) decided(found->id, "approve");
    return page_reply(200, fmt::format("<h1>An agent asks</h1><p>Code {}</p><form method=\"post\" action=\"{}\">"
                                       "<input type=\"hidden\" name=\"visit\" value=\"{}\">"
                                       "<button name=\"decision\" value=\"approve\">Approve</button> "
                                       "<button name=\"decision\" value=\"deny\">Decline</button></form>",
                                       found->code, page_path(), found->id));
}

bool Interactions::decided(const std::string& id, const std::string& decision) {
    const auto outcome = decision == "approve"   ? Decision::Approved
                         : decision == "deny"    ? Decision::Denied
                         : decision == "abandon" ? Decision::Abandoned
                         : decision == "expire"  ? Decision::Expired
                                                 : Decision::Waiting;
    if (outcome == Decision::Waiting) return false;
    bool done = false;
    requests_.update(id, [&](Pending& pending) {
        done = pending.decision == Decision::Waiting || on("cancel-revived");
        if (done) pending.decision = outcome;
        if (on("cancel-revived")) pending.finished = false;
        pending.code_used = true;
    });
    if (on("decides-for-all")) requests_.update_all([&](Pending& pending) { pending.decision = outcome; });
    return done;
}

http::Reply Interactions::submitted(const http::Request& request) {
    const auto id = parameter(request.body, "visit");
    const auto decision = parameter(request.body, "decision");
    const auto found = requests_.find(id);
    if (!found || !found->interacting || !decided(id, decision)) {
        return page_reply(400, "<p>This page is no longer valid.</p>");
    }
    if (found->callback.empty()) return page_reply(200, "<p>Done. You can close this page.</p>");
    http::Reply reply;
    reply.response.status = 303;
    const char* error = decision == "approve" ? "" : "?error=access_denied";
    reply.response.fields.add("Location", found->callback + error);
    return reply;
}

http::Reply Interactions::decide(const http::Request& request) {
    const auto body = json::parse_object(request.body);
    const auto text = [&](std::string_view name) {
        return body ? json::string_member(*body, name).value_or("") : std::string();
    };
    auto id = text("location");
    id = id.substr(id.rfind('/') + 1);
    if (const auto found = requests_.find_code(text("code"))) id = found->id;
    if (!decided(id, text("decision"))) return problem("invalid_request", "no waiting request has this code or location");
    http::Reply reply;
    reply.response.status = 204;
    return reply;
}

}  // namespace aauth::mocks

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/html_view.h"
#include "reports/text.h"

namespace aauth::reports {

namespace {

using engine::CaseResult;
using engine::Check;
using engine::Exchange;
using engine::Level;
using engine::Verdict;

constexpr std::size_t search_limit = 600;  // bytes of what the search finds beside id and title

View text_view(const std::string& text) { return View(text); }

bool is_broken(const CaseResult& result, const std::string& requirement) {
    return std::any_of(result.checks.begin(), result.checks.end(),
                       [&](const Check& check) { return !check.passed && check.requirement == requirement; });
}

View requirement_views(const CaseResult& result, const Requirements& known) {
    View out = list();
    for (const std::string& id : result.requirements) {
        const auto found = known.find(id);
        const engine::Requirement* requirement = found == known.end() ? nullptr : found->second;
        View view = object();
        view.set("requirement_id", one_line(id));
        view.set("broken", flag(is_broken(result, id)));
        view.set("known", flag(requirement != nullptr));
        if (requirement != nullptr) {
            view.set("requirement_level", text_view(std::string(name(requirement->level))));
            view.set("specification", one_line(requirement->specification));
            view.set("section", one_line(requirement->section));
            view.set("has_since", flag(!requirement->since.empty()));
            view.set("since", one_line(requirement->since));
            view.set("wording", one_line(requirement->text));
        }
        out.push_back(std::move(view));
    }
    return out;
}

// `code` in an explanation becomes code.
View explanation_view(const std::string& explanation) {
    View out = list();
    std::string_view left = explanation;
    bool code = false;
    while (true) {
        const std::size_t tick = left.find('`');
        View piece = object();
        const bool closed = tick != std::string_view::npos || !code;
        piece.set("is_code", flag(code && closed));
        piece.set("piece", one_line(left.substr(0, tick)));
        if (tick != 0 || code) out.push_back(std::move(piece));
        if (tick == std::string_view::npos) return out;
        left.remove_prefix(tick + 1);
        code = !code;
    }
}

View check_views(const CaseResult& result) {
    View out = list();
    for (const Check& check : result.checks) {
        const bool must = check.level == Level::Must;
        View view = object();
        view.set("check_state", text_view(check.passed ? "held" : must ? "failed" : "missed"));
        view.set("check_glyph", text_view(check.passed ? "✓" : must ? "✕" : "!"));
        view.set("check_word", text_view(check.passed ? "passed" : must ? "failed" : "not followed"));
        view.set("check_level", text_view(std::string(name(check.level))));
        view.set("check_milder", flag(!must));
        view.set("names_requirement", flag(!check.requirement.empty() && result.requirements.size() > 1));
        view.set("check_requirement", one_line(check.requirement));
        view.set("what", one_line(check.what));
        view.set("expected", one_line(check.expected));
        view.set("observed", one_line(check.observed));
        out.push_back(std::move(view));
    }
    return out;
}

struct Message {
    std::string_view head, body;
};

Message split_message(std::string_view bytes) {
    for (const std::string_view blank : {"\r\n\r\n", "\n\n"}) {
        const std::size_t end = bytes.find(blank);
        if (end != std::string_view::npos) return {bytes.substr(0, end), bytes.substr(end + blank.size())};
    }
    return {bytes, {}};
}

// The first line whole, then name and value of each field. `marked` is the end of the first line to be highlighted.
View head_views(std::string_view head, std::string_view marked) {
    View out = list();
    bool first = true;
    while (true) {
        const std::size_t end = head.find('\n');
        std::string_view line = head.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        View view = object();
        const std::size_t colon = first ? std::string_view::npos : line.find(':');
        const std::size_t name_end = colon == std::string_view::npos ? 0 : colon + 1;
        const std::size_t mark = first && !marked.empty() ? line.find(marked) : std::string_view::npos;
        view.set("name", one_line(line.substr(0, name_end)));
        view.set("value", one_line(line.substr(name_end, mark == std::string_view::npos ? mark : mark - name_end)));
        view.set("has_name", flag(name_end != 0));
        view.set("has_mark", flag(mark != std::string_view::npos));
        view.set("marked", one_line(mark == std::string_view::npos ? std::string_view() : line.substr(mark)));
        out.push_back(std::move(view));
        first = false;
        if (end == std::string_view::npos) return out;
        head.remove_prefix(end + 1);
    }
}

std::string first_line(std::string_view bytes) {
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    return std::string(bytes.substr(0, std::min<std::size_t>(end, 120)));
}

// "POST /person → 200 OK"
std::string exchange_line(const Exchange& exchange) {
    std::string request = first_line(exchange.request);
    if (request.ends_with(" HTTP/1.1")) request.resize(request.size() - 9);
    std::string response = first_line(exchange.response);
    if (response.starts_with("HTTP/1.1 ")) response.erase(0, 9);
    if (response.empty()) response = "no response";
    return request + " → " + response;
}

// The status as a failed check saw it, when it stands in this response.
std::string failed_status(const CaseResult& result, const Exchange& exchange) {
    for (const Check& check : result.checks) {
        if (check.passed || check.what.find("status") == std::string::npos || check.observed.size() < 3) continue;
        const std::string status = check.observed.substr(0, 3);
        if (status.find_first_not_of("0123456789") == std::string::npos &&
            first_line(exchange.response).find(" " + status) != std::string::npos)
            return status;
    }
    return {};
}

View exchange_views(const CaseResult& result) {
    constexpr std::size_t open_at_end = 3;
    View out = list();
    const std::size_t total = result.exchanges.size();
    for (std::size_t i = 0; i < total; ++i) {
        const Exchange& exchange = result.exchanges[i];
        const Message request = split_message(exchange.request), response = split_message(exchange.response);
        View view = object();
        view.set("number", text_view(fmt::format("{} of {}", i + 1, total)));
        view.set("exchange_line", one_line(exchange_line(exchange)));
        view.set("lone", flag(total == 1 && exchange.note.empty()));
        view.set("exchange_open", flag(i + open_at_end >= total));
        view.set("has_note", flag(!exchange.note.empty()));
        view.set("note", one_line(exchange.note));
        view.set("from", one_line(exchange.from));
        view.set("to", one_line(exchange.to));
        view.set("elapsed", text_view(milliseconds(exchange.elapsed_us)));
        view.set("request_lines", head_views(request.head, {}));
        view.set("has_request_body", flag(!request.body.empty()));
        view.set("request_body", many_lines(indented(request.body)));
        view.set("has_response", flag(!exchange.response.empty()));
        view.set("response_lines", head_views(response.head, failed_status(result, exchange)));
        view.set("has_response_body", flag(!response.body.empty()));
        view.set("response_body", many_lines(indented(response.body)));
        view.set("has_failure", flag(!exchange.failure.empty()));
        view.set("failure", one_line(exchange.failure));
        out.push_back(std::move(view));
    }
    return out;
}

View base_views(const CaseResult& result) {
    View out = list();
    for (std::size_t i = 0; i < result.exchanges.size(); ++i) {
        const Exchange& exchange = result.exchanges[i];
        if (exchange.signature_base.empty()) continue;
        View view = object();
        view.set("base_of",
                 one_line(fmt::format("{} of {}: {}", i + 1, result.exchanges.size(), exchange_line(exchange))));
        view.set("base_text", many_lines(exchange.signature_base));
        out.push_back(std::move(view));
    }
    return out;
}

// Each token once, with all the places where it was seen.
View token_views(const CaseResult& result) {
    std::vector<std::pair<const engine::TokenView*, std::string>> seen;
    for (std::size_t i = 0; i < result.exchanges.size(); ++i) {
        for (const engine::TokenView& token : result.exchanges[i].tokens) {
            auto place = fmt::format("{} of {}: {}", i + 1, result.exchanges.size(), token.where);
            const auto same = std::find_if(seen.begin(), seen.end(), [&](const auto& one) {
                return one.first->compact == token.compact && one.first->payload == token.payload;
            });
            if (same == seen.end()) {
                seen.emplace_back(&token, std::move(place));
            } else {
                same->second += ", " + place;
            }
        }
    }
    View out = list();
    for (const auto& [token_seen, where] : seen) {
        View view = object();
        view.set("where", one_line(where));
        view.set("compact", one_line(token_seen->compact));
        view.set("token_header", many_lines(token_seen->header));
        view.set("token_payload", many_lines(token_seen->payload));
        out.push_back(std::move(view));
    }
    return out;
}

View tab_view(const char* name, const char* title, bool empty) {
    View view = object();
    view.set("tab", text_view(name));
    view.set("tab_title", text_view(title));
    view.set("empty", flag(empty));
    return view;
}

std::string search_words(const CaseResult& result, const Requirements& known) {
    std::string out = result.suite + ' ' + result.area;
    for (const std::string& id : result.requirements) {
        out += ' ' + id;
        const auto found = known.find(id);
        if (found != known.end()) out += " §" + found->second->section;
    }
    out += ' ' + result.reason;
    for (const Check& check : result.checks)
        if (!check.passed) out += ' ' + check.what + ' ' + check.expected + ' ' + check.observed;
    out.resize(std::min(out.size(), search_limit));
    return out;
}

// What the level filter looks at: of the requirements that the case names.
std::string levels(const CaseResult& result, const Requirements& known) {
    std::set<std::string> names;
    for (const std::string& id : result.requirements) {
        const auto found = known.find(id);
        if (found != known.end()) names.emplace(name(found->second->level));
    }
    std::string out;
    for (const std::string& one : names) out += (out.empty() ? "" : " ") + one;
    return out;
}

}  // namespace

View case_view(const CaseResult& result, const Requirements& requirements, const std::string& anchor) {
    bool has_bases = false, has_tokens = false;
    for (const Exchange& exchange : result.exchanges) {
        has_bases = has_bases || !exchange.signature_base.empty();
        has_tokens = has_tokens || !exchange.tokens.empty();
    }
    View view = object();
    view.set("anchor", text_view(anchor));
    view.set("id", one_line(result.id));
    view.set("title", one_line(result.title));
    view.set("verdict", text_view(std::string(name(result.verdict))));
    view.set("glyph", text_view(std::string(glyph(result.verdict))));
    view.set("levels", text_view(levels(result, requirements)));
    view.set("search", one_line(search_words(result, requirements)));
    view.set("is_expected", flag(result.expectation == "expected"));
    view.set("is_fixed", flag(result.expectation == "fixed"));
    view.set("expectation_reason", one_line(result.expectation_reason));
    view.set("requirements", requirement_views(result, requirements));
    view.set("has_explanation", flag(!result.explanation.empty()));
    view.set("explanation", explanation_view(result.explanation));
    // The table says it already, unless the case ended for another reason.
    const bool by_checks = result.verdict == Verdict::Fail || result.verdict == Verdict::Warn;
    view.set("has_reason", flag(!result.reason.empty() && (!by_checks || result.checks.empty())));
    view.set("reason", one_line(result.reason));
    view.set("has_checks", flag(!result.checks.empty()));
    view.set("checks", check_views(result));
    View tabs = list();
    tabs.push_back(tab_view("conversation", "Conversation", result.exchanges.empty()));
    tabs.push_back(tab_view("base", "Signature base", !has_bases));
    tabs.push_back(tab_view("tokens", "Tokens", !has_tokens));
    tabs.push_back(tab_view("reproduce", "Reproduce", result.reproduce.empty()));
    view.set("tabs", std::move(tabs));
    view.set("alarming", flag(by_checks || result.verdict == Verdict::Error));
    view.set("has_exchanges", flag(!result.exchanges.empty()));
    view.set("exchanges", exchange_views(result));
    view.set("has_bases", flag(has_bases));
    view.set("bases", base_views(result));
    view.set("has_tokens", flag(has_tokens));
    view.set("tokens", token_views(result));
    view.set("has_reproduce", flag(!result.reproduce.empty()));
    view.set("reproduce", one_line(result.reproduce));
    return view;
}

}  // namespace aauth::reports

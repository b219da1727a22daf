#include <algorithm>
#include <array>

#include "harness/engine/bounds.h"
#include "reports/text.h"

namespace aauth::reports {

namespace {

constexpr std::string_view key_mark = "[private key left out]";
constexpr std::size_t token_shown = 24;

bool is_base64(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '+' || c == '/' || c == '=';
}
bool is_base64url(char c) { return is_base64(c) && c != '+' && c != '/' && c != '='; }

// The end of the run of characters for which `belongs` holds.
template <class Belongs>
std::size_t end_of_run(std::string_view text, std::size_t at, Belongs belongs) {
    while (at < text.size() && belongs(text[at])) ++at;
    return at;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Steps over a quote, which is behind backslashes when the JSON stands in a JSON string. False when there is none.
bool step_over_quote(std::string_view text, std::size_t& at) {
    const std::size_t quote = end_of_run(text, at, [](char c) { return c == '\\'; });
    if (quote >= text.size() || text[quote] != '"') return false;
    at = quote + 1;
    return true;
}

// Where the value of a private member starts, when one's name starts at `at` (after its opening quote): the members of
// RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1.
std::size_t private_value(std::string_view text, std::size_t at) {
    static constexpr std::array<std::string_view, 7> names{"dp", "dq", "qi", "d", "p", "q", "k"};
    for (const std::string_view name : names) {
        if (!text.substr(at).starts_with(name)) continue;
        std::size_t next = at + name.size();
        if (!step_over_quote(text, next)) continue;
        next = end_of_run(text, next, is_space);
        if (next >= text.size() || text[next] != ':') continue;
        next = end_of_run(text, next + 1, is_space);
        if (step_over_quote(text, next)) return next;
    }
    return std::string_view::npos;
}

std::string without_private_members(const std::string& text) {
    constexpr std::size_t shortest_key = 8;  // characters; what is shorter is no key
    std::string out;
    std::size_t copied = 0;
    for (std::size_t quote = text.find('"'); quote != std::string::npos; quote = text.find('"', quote + 1)) {
        const std::size_t value = private_value(text, quote + 1);
        if (value == std::string::npos) continue;
        const std::size_t end = end_of_run(text, value, is_base64);
        if (end - value < shortest_key) continue;
        out.append(text, copied, value - copied).append(key_mark);
        copied = end;
        quote = end - 1;
    }
    return copied == 0 ? text : out.append(text, copied);
}

std::string without_pem_keys(const std::string& text) {
    constexpr std::string_view start = "-----BEGIN ", label = "PRIVATE KEY-----";
    constexpr std::size_t longest_kind = 40;  // "ENCRYPTED ", "EC "
    std::string out;
    std::size_t copied = 0;
    for (std::size_t begin = text.find(start); begin != std::string::npos; begin = text.find(start, begin + 1)) {
        const std::size_t kind = begin + start.size();
        const std::size_t named = std::string_view(text).substr(kind, longest_kind).find(label);
        if (named == std::string_view::npos) continue;
        const std::size_t body = kind + named + label.size();
        const std::size_t end = std::min(text.find("-----END ", body), text.size());
        out.append(text, copied, body - copied).append(key_mark);
        copied = end;
        begin = end - 1;
    }
    return copied == 0 ? text : out.append(text, copied);
}

// The base64url of a JSON object starts so: "{" and then a quote, a blank, or "}".
bool starts_like_json(std::string_view segment) {
    if (segment.size() < 12 || segment[0] != 'e') return false;
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto bits = [&](std::size_t i) { return static_cast<unsigned>(alphabet.find(segment[i])); };
    if (bits(1) >> 4 != 3) return false;
    const unsigned second = (bits(1) & 0xFu) << 4 | bits(2) >> 2;
    return second == '"' || second == ' ' || second == '\t' || second == '\r' || second == '\n' || second == '}';
}

// Where the JWT whose first segment ends at `end` ends, or nothing when its other segments are not there.
std::size_t end_of_token(std::string_view text, std::size_t end) {
    int segments = 1;
    while (end < text.size() && text[end] == '.') {
        end = end_of_run(text, end + 1, is_base64url);
        ++segments;
    }
    return segments >= 3 ? end : 0;
}

}  // namespace

std::string without_private_keys(std::string text) { return without_private_members(without_pem_keys(text)); }

std::string with_short_tokens(std::string text) {
    const std::string_view all = text;
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t end = end_of_run(all, at, is_base64url);
        if (end == at) {
            ++at;
            continue;
        }
        const std::size_t token_end = end_of_token(all, end);
        if (token_end == 0) {
            at = end;
            continue;
        }
        // The token may follow other letters, as in "token%3DeyJ…".
        while (at < end && !starts_like_json(all.substr(at, end - at))) ++at;
        if (at < end && token_end - at > token_shown) {
            out.append(all, copied, at + token_shown - copied).append("…");
            copied = token_end;
            at = token_end;
        } else {
            at = end;
        }
    }
    return copied == 0 ? text : out.append(all, copied);
}

engine::RunResult fit_to_show(engine::RunResult run, bool full_tokens) {
    const auto fit = [&](std::string& text, std::size_t limit = engine::check_text_limit) {
        // Twice the limit: what the engine cut and marked already is left alone.
        if (text.size() > 2 * limit) text = engine::bounded(std::move(text), limit);
        text = without_private_keys(std::move(text));
        if (!full_tokens) text = with_short_tokens(std::move(text));
    };
    for (std::string* text :
         {&run.tool_version, &run.suite, &run.target_name, &run.target_url, &run.draft, &run.draft_title, &run.started})
        fit(*text);
    for (std::string& note : run.notes) fit(note);
    for (engine::Requirement& requirement : run.requirements) {
        for (std::string* text : {&requirement.id, &requirement.specification, &requirement.section, &requirement.text,
                                  &requirement.untestable, &requirement.since})
            fit(*text);
        for (std::string& role : requirement.roles) fit(role);
    }
    for (engine::CaseResult& result : run.cases) {
        for (std::string* text : {&result.id, &result.title, &result.suite, &result.area, &result.explanation,
                                  &result.reason, &result.reproduce, &result.expectation, &result.expectation_reason})
            fit(*text);
        for (std::string& id : result.requirements) fit(id);
        for (engine::Check& check : result.checks)
            for (std::string* text : {&check.requirement, &check.what, &check.expected, &check.observed}) fit(*text);
        for (engine::Exchange& exchange : result.exchanges) {
            for (std::string* text : {&exchange.request, &exchange.response, &exchange.signature_base})
                fit(*text, engine::exchange_limit);
            for (std::string* text : {&exchange.from, &exchange.to, &exchange.failure, &exchange.note}) fit(*text);
            for (engine::TokenView& token : exchange.tokens) {
                fit(token.where);
                for (std::string* text : {&token.compact, &token.header, &token.payload})
                    fit(*text, engine::exchange_limit);
            }
        }
    }
    return run;
}

}  // namespace aauth::reports

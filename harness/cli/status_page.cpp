#include "harness/cli/status_page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/protocol/problem.h"
#include "reports/text.h"

namespace aauth::cli {

namespace {

constexpr std::size_t most_shown = 50;
constexpr std::size_t longest_shown = 16u << 10;  // bytes of one message

constexpr const char* style =
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 "
    "1rem;color:#222;background:#fff}"
    "pre{background:#f4f4f2;padding:.7rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}"
    "summary{cursor:pointer;padding:.3rem 0;border-bottom:1px solid #ddd}code{overflow-wrap:anywhere}"
    ".bad{color:#a00}@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}pre{background:#222}"
    "summary{border-color:#444}.bad{color:#f88}}";

std::string safe(std::string_view text) { return reports::escaped_for_xml(reports::visible(text)); }

std::string message(std::string text) {
    const bool cut = text.size() > longest_shown;
    if (cut) text.resize(longest_shown);
    text = reports::visible(reports::with_short_tokens(std::move(text)), reports::Lines::Keep);
    return "<pre>" + reports::escaped_for_xml(text) + (cut ? "\n[cut here]" : "") + "</pre>";
}

// What a reader looks for first: the fields that say why.
std::string reason(const http::Response& response) {
    std::string out;
    for (const char* name : {"Signature-Error", "AAuth-Requirement"}) {
        const auto value = response.fields.combined(name);
        if (value) out += fmt::format(" · {}: {}", name, safe(value->substr(0, 60)));
    }
    if (const auto problem = protocol::parse_problem(response)) out += " · " + safe(problem->error);
    return out;
}

std::string exchange(const mocks::Seen& seen) {
    const auto status = seen.response.status;
    return fmt::format("<details><summary>{} {:%H:%M:%S} <code>{} {}</code> <b{}>{}</b>{}</summary>{}{}</details>\n",
                       seen.number, fmt::gmtime(static_cast<std::time_t>(seen.at)), safe(seen.request.method),
                       safe(seen.request.target.substr(0, 200)), status >= 400 ? " class=\"bad\"" : "", status,
                       reason(seen.response), message(http::to_wire(seen.request)),
                       message(http::to_wire(seen.response)));
}

}  // namespace

http::Reply status_page(const mocks::Party& party) {
    auto seen = party.log().all();
    std::reverse(seen.begin(), seen.end());
    std::string faults;
    for (const auto& fault : party.faults().names()) faults += " <code>" + safe(fault) + "</code>";
    std::string links;
    for (const auto& path : {"/.well-known/" + std::string(protocol::document_name(party.role())),
                             std::string("/.well-known/jwks.json")}) {
        links += fmt::format(" <a href=\"{0}\">{0}</a>", path);
    }
    std::string list;
    for (std::size_t i = 0; i < std::min(seen.size(), most_shown); ++i) list += exchange(seen[i]);
    if (seen.empty()) list = "<p>Nobody has asked for anything yet.</p>";
    http::Reply reply;
    auto& fields = reply.response.fields;
    reply.response.status = 200;
    fields.add("Content-Type", "text/html; charset=utf-8");
    fields.add("Cache-Control", "no-store");
    fields.add("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    reply.response.body = fmt::format(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"5\">"
        "<title>{0}</title><style>{1}</style><h1>{0}</h1><p><code>{2}</code>, {3}.{4}</p><p>{5}</p>"
        "<h2>Last exchanges</h2>\n{6}</html>",
        safe(party.name()), style, safe(party.identifier()), safe(party.draft().title),
        faults.empty() ? "" : " Wrong on purpose:" + faults, links, list);
    return reply;
}

}  // namespace aauth::cli

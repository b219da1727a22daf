#include <fmt/format.h>

#include "harness/cli/run.h"
#include "reports/text.h"

namespace aauth::cli {

namespace {

std::string indented(const std::string& text, std::string_view margin) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out += fmt::format("{}{}\n", margin, std::string_view(text).substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string shown(std::string_view text) { return reports::visible(text, reports::Lines::Keep); }

std::string exchange_of(const engine::Exchange& exchange) {
    std::string out =
        fmt::format("\n  {} to {}, {}{}\n", exchange.from, exchange.to, reports::milliseconds(exchange.elapsed_us),
                    exchange.note.empty() ? "" : " (" + exchange.note + ")");
    out += indented(shown(exchange.request), "  > ");
    out += exchange.response.empty() ? fmt::format("  ! {}\n", exchange.failure)
                                     : indented(shown(exchange.response), "  < ");
    if (!exchange.signature_base.empty())
        out += "  signature base:\n" + indented(shown(exchange.signature_base), "  | ");
    for (const auto& token : exchange.tokens) {
        out += fmt::format("  token in {}:\n", token.where);
        out += indented(shown(token.header), "    ") + indented(shown(token.payload), "    ");
    }
    return out;
}

}  // namespace

std::string wire_of(const engine::CaseResult& result, bool full_tokens) {
    engine::RunResult run;
    run.cases.push_back(result);
    const auto fit = reports::fit_to_show(std::move(run), full_tokens).cases.front();
    std::string out = fmt::format("== {} {}: {}\n", fit.id, engine::name(fit.verdict), fit.title);
    if (!fit.reason.empty()) out += fmt::format("  {}\n", reports::visible(fit.reason));
    for (const auto& exchange : fit.exchanges) out += exchange_of(exchange);
    if (!fit.checks.empty()) out += "\n";
    for (const auto& check : fit.checks) {
        out += fmt::format("  {} {} {}: expected {}, observed {} ({})\n", check.passed ? "ok  " : "FAIL",
                           engine::name(check.level), reports::visible(check.what), reports::visible(check.expected),
                           reports::visible(check.observed), check.requirement);
    }
    return out + "\n";
}

}  // namespace aauth::cli

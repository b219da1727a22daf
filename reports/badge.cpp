#include <fmt/format.h>

#include "harness/engine/bounds.h"
#include "reports/report.h"
#include "reports/text.h"

namespace aauth::reports {

namespace {

using engine::RunResult;
using engine::Verdict;

// Near enough for a proportional font of 11 px.
std::size_t width_of(const std::string& text) {
    std::size_t characters = 0;
    for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u ? 1 : 0;
    return characters * 65 / 10 + 12;
}

struct Message {
    std::string text;
    const char* colour;
};

Message message_of(const RunResult& run) {
    const auto [met, judged] = run.met(engine::Level::Must);
    const std::size_t failed = run.count(Verdict::Fail), errors = run.count(Verdict::Error);
    if (failed != 0) return {fmt::format("{} of {} MUST, {} failed", met, judged, failed), "#b3202f"};
    if (errors != 0) return {fmt::format("{} of {} MUST, {} in error", met, judged, errors), "#6b3fb0"};
    if (judged == 0) return {"nothing judged", "#6f7c8a"};
    return {fmt::format("{} of {} MUST", met, judged), run.count(Verdict::Warn) != 0 ? "#8f5400" : "#17693f"};
}

}  // namespace

std::string render_badge(const RunResult& whole) {
    const RunResult run = fit_to_show(whole, false);
    const auto [text, colour] = message_of(run);
    const std::string label = visible(engine::bounded("aauth " + run.draft + " " + run.suite, 60));
    const std::size_t left = width_of(label), right = width_of(text);
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"20\" role=\"img\" aria-label=\"{1}: {2}\">"
        "<title>{1}: {2}</title>"
        "<clipPath id=\"r\"><rect width=\"{0}\" height=\"20\" rx=\"3\"/></clipPath>"
        "<g clip-path=\"url(#r)\"><rect width=\"{3}\" height=\"20\" fill=\"#444c55\"/>"
        "<rect x=\"{3}\" width=\"{4}\" height=\"20\" fill=\"{5}\"/></g>"
        "<g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">"
        "<text x=\"{6}\" y=\"14\">{1}</text><text x=\"{7}\" y=\"14\">{2}</text></g></svg>\n",
        left + right, escaped_for_xml(label), escaped_for_xml(text), left, right, colour, left / 2, left + right / 2);
}

}  // namespace aauth::reports

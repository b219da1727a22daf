#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "reports/report.h"
#include "reports/text.h"

namespace aauth::reports {

std::string render_json(const engine::RunResult& run, bool full_tokens) {
    return json::pretty(engine::to_json(fit_to_show(run, full_tokens))) + "\n";
}

std::string render_json(std::span<const engine::RunResult> runs, bool full_tokens) {
    nlohmann::json out = nlohmann::json::array();
    for (const engine::RunResult& run : runs) out.push_back(engine::to_json(fit_to_show(run, full_tokens)));
    return json::pretty(out) + "\n";
}

}  // namespace aauth::reports

#include "harness/cli/results_input.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/cli/files.h"
#include "harness/cli/say.h"
#include "harness/json/json.h"

namespace aauth::cli {

namespace {

constexpr json::Limits limits{.bytes = 1u << 30, .depth = 64};

engine::RunResult run_of(const nlohmann::json& document, const std::string& path) {
    auto run = engine::run_result_from_json(document);
    if (!run) stop(bad_usage, fmt::format("{} is no result file: {}", path, run.error().message));
    return *run;
}

std::vector<engine::RunResult> runs_of(const nlohmann::json& document, const std::string& path) {
    std::vector<engine::RunResult> runs;
    if (document.is_array()) {
        for (const auto& one : document) runs.push_back(run_of(one, path));
    } else {
        runs.push_back(run_of(document, path));
    }
    return runs;
}

}  // namespace

std::vector<engine::RunResult> read_results(const std::string& path) {
    const auto document = json::parse(read_file(path, "the result"), limits);
    if (!document) {
        stop(bad_usage, fmt::format("{} is no result file: {} (a run writes one with --json FILE)", path,
                                    document.error().message));
    }
    return runs_of(*document, path);
}

std::vector<engine::RunResult> read_results_unless_journal(const std::string& path) {
    const auto document = json::parse(read_file(path, "the results"), limits);
    // A journal is a text of many lines, or one that has a case in its only line.
    const bool journal = !document || (document->is_object() && !document->contains("cases"));
    return journal ? std::vector<engine::RunResult>() : runs_of(*document, path);
}

}  // namespace aauth::cli

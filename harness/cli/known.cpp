#include "harness/cli/known.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/say.h"
#include "harness/engine/runner.h"
#include "harness/engine/selection.h"
#include "suites/common/drafts.h"
#include "suites/common/suite.h"
#include "suites/common/world.h"

namespace aauth::cli {

std::string role_named(const std::string& word, const std::vector<std::string>& known) {
    const std::vector<std::pair<std::string, std::string>> short_forms = {
        {"ps", "person-server"}, {"rs", "resource"}, {"ap", "agent-provider"}, {"as", "access-server"}};
    for (const auto& [brief, full] : short_forms) {
        if (word == brief && std::find(known.begin(), known.end(), full) != known.end()) return full;
    }
    if (std::find(known.begin(), known.end(), word) != known.end()) return word;
    std::string list;
    for (const auto& name : known) list += (list.empty() ? "" : ", ") + name;
    stop(bad_usage,
         fmt::format("'{}' is no role that can be used here{}; there are: {}", word, suggestion(word, known), list));
}

const protocol::Draft& draft_named(const std::string& id) {
    if (const auto* found = protocol::find_draft(id)) return *found;
    std::string list;
    for (const auto& draft : protocol::drafts_with_vectors()) list += (list.empty() ? "" : ", ") + draft.id;
    stop(bad_usage, fmt::format("there is no draft '{}'; there are: {}", id, list));
}

std::vector<engine::Case> all_cases() {
    std::vector<engine::Case> all;
    for (const auto& suite : suites::suite_names()) {
        for (auto& made : suites::suite_cases(suite, nullptr)) all.push_back(std::move(made));
    }
    return all;
}

bool applies(const engine::Case& made, const protocol::Draft& draft) {
    if (!suites::runs_for(made.suite, draft)) return false;
    if (!made.drafts.empty() && std::find(made.drafts.begin(), made.drafts.end(), draft.id) == made.drafts.end()) {
        return false;
    }
    const auto& requirements = suites::catalogue(draft);
    return std::any_of(made.covers.begin(), made.covers.end(), [&](const engine::Covered& covered) {
        return requirements.find(covered.requirement) != nullptr;
    });
}

std::vector<std::string> parts_of(const std::string& only) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= only.size();) {
        const std::size_t end = std::min(only.find(',', at), only.size());
        parts.push_back(only.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

std::vector<engine::Case> chosen_cases(const std::string& suite, const protocol::Draft& draft,
                                       const std::string& only) {
    if (!suites::runs_for(suite, draft)) stop(bad_usage, suites::why_not(suite, draft));
    auto cases = suites::suite_cases(suite, nullptr);
    std::vector<std::string> ids;
    for (const auto& made : cases) ids.push_back(made.id);
    std::erase_if(cases, [&](const engine::Case& made) { return !applies(made, draft); });

    for (const auto& part : parts_of(only)) {
        const bool matches = only.empty() || std::any_of(cases.begin(), cases.end(), [&](const engine::Case& made) {
                                 return engine::glob_matches(part, made.id);
                             });
        if (!matches) {
            stop(bad_usage, fmt::format("no {} case of draft {} matches '{}'{}; '{} list cases' names them all", suite,
                                        draft.id, part, suggestion(part, ids), program_name()));
        }
    }

    engine::RunOptions options;
    options.only = only;
    options.draft = draft.id;
    std::vector<engine::Case> out;
    for (const auto& one : engine::choose(cases, options)) out.push_back(*one.experiment);
    return out;
}

}  // namespace aauth::cli

#include "harness/engine/result.h"

#include <algorithm>
#include <set>

namespace aauth::engine {

namespace {

bool was_judged(const CaseResult& result) {
    return result.verdict == Verdict::Pass || result.verdict == Verdict::Warn || result.verdict == Verdict::Fail;
}

}  // namespace

std::size_t RunResult::count(Verdict verdict) const {
    return static_cast<std::size_t>(
        std::count_if(cases.begin(), cases.end(), [&](const CaseResult& result) { return result.verdict == verdict; }));
}

std::pair<std::size_t, std::size_t> RunResult::met(Level level) const {
    std::set<std::string> of_level, judged, broken;
    for (const Requirement& requirement : requirements)
        if (requirement.level == level) of_level.insert(requirement.id);

    for (const CaseResult& result : cases) {
        if (!was_judged(result)) continue;
        for (const Check& check : result.checks) {
            // What is judged as a SHOULD says nothing about a MUST, neither way.
            if (check.level < level) continue;
            const std::vector<std::string> one{check.requirement};
            for (const std::string& id : check.requirement.empty() ? result.requirements : one) {
                if (of_level.contains(id)) judged.insert(id);
                if (!check.passed) broken.insert(id);
            }
        }
    }
    const auto met = std::count_if(judged.begin(), judged.end(), [&](const auto& id) { return !broken.contains(id); });
    return {static_cast<std::size_t>(met), judged.size()};
}

}  // namespace aauth::engine

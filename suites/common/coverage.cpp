#include "suites/common/coverage.h"

#include <algorithm>
#include <map>
#include <set>

#include "suites/common/drafts.h"
#include "suites/common/suite.h"
#include "suites/common/world.h"

namespace aauth::suites {

namespace {

// The requirements that each suite's cases cover when they run for a draft.
std::map<std::string, std::set<std::string>> covered_in(const protocol::Draft& draft) {
    std::map<std::string, std::set<std::string>> covered;
    for (const auto& suite : suite_names()) {
        if (!runs_for(suite, draft)) continue;
        for (const auto& made : suite_cases(suite, nullptr)) {
            const auto& drafts = made.drafts;
            if (!drafts.empty() && std::find(drafts.begin(), drafts.end(), draft.id) == drafts.end()) continue;
            for (const auto& one : made.covers) covered[suite].insert(one.requirement);
        }
    }
    return covered;
}

}  // namespace

std::vector<Gap> gaps(const protocol::Draft& draft) {
    const auto covered = covered_in(draft);
    std::vector<Gap> found;
    for (const auto& requirement : catalogue(draft).all()) {
        if (!requirement.untestable.empty()) continue;
        Gap gap{&requirement, {}};
        for (const auto& role : requirement.roles) {
            if (!runs_for(role, draft)) continue;
            const auto suite = covered.find(role);
            if (suite == covered.end() || suite->second.count(requirement.id) == 0) gap.roles.push_back(role);
        }
        if (!gap.roles.empty()) found.push_back(std::move(gap));
    }
    return found;
}

Coverage coverage(const protocol::Draft& draft, const std::string& role, engine::Level level) {
    const auto has_role = [&](const std::vector<std::string>& roles) {
        return std::find(roles.begin(), roles.end(), role) != roles.end();
    };
    Coverage counted;
    for (const auto& requirement : catalogue(draft).all()) {
        if (requirement.untestable.empty() && requirement.level == level && has_role(requirement.roles)) {
            ++counted.testable;
        }
    }
    counted.covered = counted.testable;
    for (const auto& gap : gaps(draft)) {
        if (gap.requirement->level == level && has_role(gap.roles)) --counted.covered;
    }
    return counted;
}

}  // namespace aauth::suites

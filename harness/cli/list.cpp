#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/commands.h"
#include "harness/cli/manifest.h"
#include "harness/cli/files.h"
#include "harness/cli/known.h"
#include "harness/engine/target.h"
#include "suites/common/coverage.h"
#include "suites/common/suite.h"
#include "suites/common/world.h"

namespace aauth::cli {

namespace {

const std::vector<std::string>& all_roles() {
    static const std::vector<std::string> roles = {"agent", "agent-provider", "resource", "person-server",
                                                   "access-server"};
    return roles;
}

// What --role, --draft and --level leave.
struct Narrowing {
    explicit Narrowing(const ListFlags& flags)
        : role(flags.role.empty() ? "" : role_named(flags.role, all_roles())),
          draft(draft_named(flags.draft.empty() ? "11" : flags.draft)),
          draft_given(!flags.draft.empty()) {
        if (flags.level.empty()) return;
        std::string upper = flags.level;
        for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        level = engine::level_from_name(upper);
        if (!level) stop(bad_usage, "there is no level '" + flags.level + "'; there are MUST, SHOULD and MAY");
    }

    bool has_role(const std::string& one) const { return role.empty() || role == one; }
    bool takes(const engine::Requirement& requirement) const {
        const bool theirs = role.empty() || std::find(requirement.roles.begin(), requirement.roles.end(), role) !=
                                                requirement.roles.end();
        return theirs && (!level || requirement.level == *level);
    }
    bool takes(const engine::Case& made) const {
        if (!has_role(made.suite) || (draft_given && !applies(made, draft))) return false;
        return !level || std::any_of(made.covers.begin(), made.covers.end(), [&](const engine::Covered& covered) {
            const auto* requirement = suites::catalogue(draft).find(covered.requirement);
            return requirement != nullptr && requirement->level == *level;
        });
    }

    std::string role;
    const protocol::Draft& draft;
    bool draft_given;
    std::optional<engine::Level> level;
};

void list_suites(const Narrowing& narrowing) {
    for (const auto& suite : suites::suite_names()) {
        if (!narrowing.has_role(suite)) continue;
        const auto cases = suites::suite_cases(suite, nullptr);
        const auto count =
            std::count_if(cases.begin(), cases.end(), [&](const auto& one) { return narrowing.takes(one); });
        fmt::print("{}\t{} cases\n", suite, count);
    }
}

void list_cases(const Narrowing& narrowing) {
    for (const auto& made : all_cases()) {
        if (narrowing.takes(made)) fmt::print("{}\t{}\t{}\t{}\n", made.id, made.suite, made.area, made.title);
    }
}

void print_requirement(const engine::Requirement& one, const std::vector<std::string>& roles) {
    fmt::print("{}\t{}\t{}\t{}\t{}\t{}\n", one.id, engine::name(one.level), one.specification, one.section,
               fmt::join(roles, ","), one.text);
}

void list_requirements(const Narrowing& narrowing) {
    for (const auto& one : suites::catalogue(narrowing.draft).all()) {
        if (narrowing.takes(one)) print_requirement(one, one.roles);
    }
}

// With the roles that lack a case.
void list_uncovered(const Narrowing& narrowing) {
    for (const auto& gap : suites::gaps(narrowing.draft)) {
        const bool theirs = narrowing.role.empty() ||
                            std::find(gap.roles.begin(), gap.roles.end(), narrowing.role) != gap.roles.end();
        if (narrowing.takes(*gap.requirement) && theirs) print_requirement(*gap.requirement, gap.roles);
    }
}

void list_faults(const Narrowing& narrowing) {
    for (const auto& fault : known_faults()) {
        if (fault.role != "any" && !narrowing.has_role(fault.role)) continue;
        fmt::print("{}\t{}\t{}\n", fault.name, fault.role, fmt::join(fault.cases, ","));
    }
}

void list_peers(const Narrowing& narrowing) {
    for (const auto& name : manifest_names()) {
        const auto manifest = read_manifest(name);
        std::vector<std::string> roles;
        for (const auto& role : manifest.roles) roles.push_back(role.role);
        const bool has_role = std::any_of(roles.begin(), roles.end(),
                                          [&](const std::string& role) { return narrowing.has_role(role); });
        const bool narrowed = !narrowing.has_role("person-server") || !narrowing.has_role("resource");
        if (narrowed && !has_role) continue;
        const auto& drafts = manifest.drafts;
        if (narrowing.draft_given && std::find(drafts.begin(), drafts.end(), narrowing.draft.id) == drafts.end()) continue;
        if (manifest.adapter) roles.emplace_back("vectors");
        fmt::print("{}\t{}\t{}\t{} {}\n", name, fmt::join(roles, ","), fmt::join(drafts, ","), manifest.title,
                   manifest.version);
    }
}

}  // namespace

Exit list(const ListFlags& flags) {
    const Narrowing narrowing(flags);
    if (flags.uncovered && flags.what != "requirements") {
        stop(bad_usage, "--uncovered narrows requirements: 'list requirements --uncovered'");
    }
    if (flags.what == "suites") {
        list_suites(narrowing);
    } else if (flags.what == "cases") {
        list_cases(narrowing);
    } else if (flags.what == "requirements") {
        if (flags.uncovered) {
            list_uncovered(narrowing);
        } else {
            list_requirements(narrowing);
        }
    } else if (flags.what == "drafts") {
        for (const auto& draft : protocol::drafts_with_vectors()) fmt::print("{}\t{}\n", draft.id, draft.title);
    } else if (flags.what == "faults") {
        list_faults(narrowing);
    } else if (flags.what == "peers") {
        list_peers(narrowing);
    } else {
        const std::vector<std::string> known = {"suites", "cases", "requirements", "drafts", "faults", "peers"};
        stop(bad_usage, fmt::format("cannot list '{}'{}; there are: {}", flags.what, suggestion(flags.what, known),
                                    fmt::join(known, ", ")));
    }
    return nothing_worse;
}

}  // namespace aauth::cli

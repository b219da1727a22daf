#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "harness/cli/known.h"
#include "harness/cli/say.h"

namespace aauth::cli {

namespace {

constexpr std::array<std::string_view, 4> tokens = {"agent-token", "person-token", "resource-token", "auth-token"};

// "omit person-token.aud" and the like, with any member name.
bool is_of_a_family(std::string_view name) {
    if (name.starts_with("ignore sig.components.")) return name.size() > 22;
    for (const std::string_view token : tokens) {
        const std::string dotted = std::string(token) + ".";
        if (name == dotted + "bad-signature") return true;
        for (const std::string_view verb : {"omit ", "alter ", "add "}) {
            const std::string start = std::string(verb) + dotted;
            if (name.starts_with(start) && name.size() > start.size()) return true;
        }
        for (const std::string_view rule : {"typ", "dwk", "iss", "kid", "signature", "exp", "iat", "cnf", "claims",
                                            "ps", "parent", "sub", "ceiling"}) {
            if (name == "ignore " + dotted + std::string(rule)) return true;
        }
    }
    return false;
}

}  // namespace

std::vector<KnownFault> known_faults() {
    std::map<std::string, KnownFault> known;
    for (const auto& made : all_cases()) {
        for (const auto& covered : made.covers) {
            auto& fault = known[covered.fault];
            fault.name = covered.fault;
            if (fault.role.empty()) fault.role = made.suite;
            if (fault.cases.empty() || fault.cases.back() != made.id) fault.cases.push_back(made.id);
            if (fault.role != made.suite) fault.role = "any";
        }
    }
    std::vector<KnownFault> out;
    for (auto& [name, fault] : known) out.push_back(std::move(fault));
    return out;
}

bool is_known_fault(const std::string& name, const std::vector<KnownFault>& known) {
    return is_of_a_family(name) ||
           std::any_of(known.begin(), known.end(), [&](const KnownFault& fault) { return fault.name == name; });
}

void check_fault(const std::string& name) {
    const auto known = known_faults();
    if (is_known_fault(name, known)) return;
    std::vector<std::string> names;
    for (const auto& fault : known) names.push_back(fault.name);
    stop(bad_usage, "there is no fault '" + name + "'" + suggestion(name, names, 3) + "; '" + program_name() +
                        " list faults' names them all");
}

}  // namespace aauth::cli

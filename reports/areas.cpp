#include "reports/areas.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace aauth::reports {

namespace {

using engine::CaseResult;
using engine::RunResult;
using engine::Verdict;

std::map<std::string, const engine::Requirement*> index_of(const RunResult& run) {
    std::map<std::string, const engine::Requirement*> out;
    for (const engine::Requirement& requirement : run.requirements) out[requirement.id] = &requirement;
    return out;
}

bool section_before(const std::string& a, const std::string& b) {
    // By number: 5.3 before 11.3.
    const auto number = [](const std::string& text) { return text.find_first_not_of("0123456789"); };
    const std::size_t first = std::min(number(a), a.size()), second = std::min(number(b), b.size());
    if (first != second && first != 0 && second != 0) return first < second;
    return a < b;
}

}  // namespace

bool Area::all(Verdict verdict) const {
    return std::all_of(cases.begin(), cases.end(), [&](const CaseResult* one) { return one->verdict == verdict; });
}

std::size_t Area::good() const {
    return static_cast<std::size_t>(std::count_if(cases.begin(), cases.end(), [](const CaseResult* one) {
        return one->verdict == Verdict::Pass || one->verdict == Verdict::Warn;
    }));
}

std::size_t Area::judged() const {
    return static_cast<std::size_t>(
        std::count_if(cases.begin(), cases.end(), [](const CaseResult* one) { return one->verdict != Verdict::Skip; }));
}

std::string Area::note() const {
    if (all(Verdict::Skip)) {
        const std::string& reason = cases.front()->reason;
        const bool same =
            std::all_of(cases.begin(), cases.end(), [&](const auto* one) { return one->reason == reason; });
        return same && !reason.empty() && reason.size() <= 60 ? "skipped · " + reason : "skipped";
    }
    std::string out = fmt::format("{} of {}", good(), judged());
    constexpr std::size_t most = 3;
    for (std::size_t i = 0; i < std::min(sections.size(), most); ++i) out += (i == 0 ? " · §" : ", §") + sections[i];
    if (sections.size() > most) out += ", …";
    return out;
}

std::string upper_section(std::string_view section) {
    const std::size_t first = section.find('.');
    if (first == std::string_view::npos) return std::string(section);
    return std::string(section.substr(0, section.find('.', first + 1)));
}

std::vector<Area> areas_of(const RunResult& run) {
    const auto requirements = index_of(run);
    std::vector<Area> out;
    std::map<std::string, std::size_t> places;
    for (const CaseResult& result : run.cases) {
        const auto [place, is_new] = places.emplace(result.area, out.size());
        // An area may say itself which section it is about: "Polling · §11.8.3".
        const std::size_t said = result.area.find(" · §");
        if (is_new) {
            out.push_back({result.area.empty() ? "Cases" : result.area.substr(0, said), {}, {}});
            if (said != std::string::npos) out.back().sections = {result.area.substr(said + std::string(" · §").size())};
        }
        Area& area = out[place->second];
        area.cases.push_back(&result);
        if (said != std::string::npos) continue;
        for (const std::string& id : result.requirements) {
            const auto found = requirements.find(id);
            if (found == requirements.end() || found->second->section.empty()) continue;
            std::string section = upper_section(found->second->section);
            if (std::find(area.sections.begin(), area.sections.end(), section) == area.sections.end())
                area.sections.push_back(std::move(section));
        }
    }
    for (Area& area : out) std::sort(area.sections.begin(), area.sections.end(), section_before);
    return out;
}

const std::vector<Verdict>& verdicts_in_order() {
    static const std::vector<Verdict> order{Verdict::Fail, Verdict::Warn,    Verdict::Pass,
                                            Verdict::Skip, Verdict::Blocked, Verdict::Error};
    return order;
}

std::string counts_sentence(const RunResult& run) {
    std::string out;
    for (const Verdict verdict : verdicts_in_order()) {
        const std::size_t count = run.count(verdict);
        if (count != 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, name(verdict));
    }
    return out.empty() ? "no cases" : out;
}

std::string role_phrase(const std::string& suite) {
    std::string words = suite;
    std::replace(words.begin(), words.end(), '-', ' ');
    const bool vowel = !words.empty() && std::string_view("aeiou").find(words.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + words;
}

std::vector<std::string> sections_of(const RunResult& run, const CaseResult& result) {
    std::vector<std::string> out;
    for (const std::string& id : result.requirements) {
        for (const engine::Requirement& requirement : run.requirements) {
            if (requirement.id != id) continue;
            std::string section = requirement.specification + " §" + requirement.section;
            if (std::find(out.begin(), out.end(), section) == out.end()) out.push_back(std::move(section));
        }
    }
    return out;
}

}  // namespace aauth::reports

#pragma once

#include <string>
#include <vector>

#include "harness/engine/result.h"

namespace aauth::reports {

// The cases of one area, in the order of the run.
struct Area {
    std::string name;
    std::vector<const engine::CaseResult*> cases;
    std::vector<std::string> sections;  // of their requirements, two levels deep: "11.3"; sorted, each once

    bool all(engine::Verdict verdict) const;
    std::size_t good() const;    // passed or warned about
    std::size_t judged() const;  // not skipped
    std::string note() const;    // "41 of 45 · §11.3", "skipped · no mission_endpoint published"
};

std::vector<Area> areas_of(const engine::RunResult& run);

// "3 fail, 2 warn, 40 pass": what there is, the worst first.
std::string counts_sentence(const engine::RunResult& run);

// The verdicts in the order of a report: the worst first, skips last.
const std::vector<engine::Verdict>& verdicts_in_order();

// "a person server"
std::string role_phrase(const std::string& suite);

// The sections of what a case covers, "AAuth -11 §11.3.3.1", each once.
std::vector<std::string> sections_of(const engine::RunResult& run, const engine::CaseResult& result);

// "11.3" of "11.3.3.1"; a section written otherwise is left alone.
std::string upper_section(std::string_view section);

}  // namespace aauth::reports

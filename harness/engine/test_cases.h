#pragma once

#include <stdexcept>

#include "harness/engine/runner.h"

// Small cases for the tests of the runner.
namespace aauth::engine {

inline Check passed(std::string what = "status") { return {"req.a", Level::Must, true, std::move(what), "401", "401"}; }
inline Check failed(Level level = Level::Must) { return {"req.b", level, false, "status", "401", "200"}; }

inline Case make(std::string id, std::function<void(Record&)> body, std::vector<std::string> after = {}) {
    Case out;
    out.id = std::move(id);
    out.title = "a title";
    out.suite = "person-server";
    out.area = "Signature profile";
    out.covers = {{"req.a", "fault-a"}, {"req.c", "fault-c"}};
    out.after = std::move(after);
    out.run = std::move(body);
    return out;
}

inline void pass(Record& record) { record.check(passed()); }

inline const CaseResult& find(const std::vector<CaseResult>& results, const std::string& id) {
    for (const CaseResult& result : results)
        if (result.id == id) return result;
    throw std::runtime_error("no result for " + id);
}

}  // namespace aauth::engine

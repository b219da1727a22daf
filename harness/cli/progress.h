#pragma once

#include <mutex>
#include <vector>

#include "harness/engine/result.h"

namespace aauth::cli {

// Keeps what has finished, for a run that is interrupted, and shows on a terminal how far it is. Thread-safe.
class Progress {
public:
    // `total` cases are going to be run; `earlier` are those that a journal has already.
    Progress(std::size_t total, std::vector<engine::CaseResult> earlier);
    ~Progress();  // takes the line away
    void add(const engine::CaseResult& result);
    void clear();
    std::vector<engine::CaseResult> finished() const;

private:
    void show(const engine::CaseResult& result);

    std::size_t total_;
    bool visible_;
    mutable std::mutex mutex_;
    std::vector<engine::CaseResult> finished_;
    std::size_t failed_ = 0;
};

}  // namespace aauth::cli

#include "harness/cli/progress.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "harness/cli/say.h"

namespace aauth::cli {

Progress::Progress(std::size_t total, std::vector<engine::CaseResult> earlier)
    : total_(total), visible_(errors_on_terminal()), finished_(std::move(earlier)) {}

Progress::~Progress() { clear(); }

void Progress::add(const engine::CaseResult& result) {
    const std::scoped_lock lock(mutex_);
    finished_.push_back(result);
    if (result.verdict == engine::Verdict::Fail) ++failed_;
    if (visible_) show(result);
}

void Progress::show(const engine::CaseResult& result) {
    const std::string failed = failed_ == 0 ? "" : fmt::format(", {} failed", failed_);
    fmt::print(stderr, "\r\x1b[K{}/{} cases{}  {}", finished_.size(), total_, failed, result.id);
    std::fflush(stderr);
}

void Progress::clear() {
    if (!visible_) return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
}

std::vector<engine::CaseResult> Progress::finished() const {
    const std::scoped_lock lock(mutex_);
    return finished_;
}

}  // namespace aauth::cli

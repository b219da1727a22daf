#include <algorithm>

#include "harness/engine/bounds.h"
#include "harness/engine/case.h"

namespace aauth::engine {

namespace {

std::string sentence(const Check& check) {
    if (check.expected.empty() && check.observed.empty()) return check.what;
    return check.what + ": expected " + (check.expected.empty() ? "(nothing)" : check.expected) + ", observed " +
           (check.observed.empty() ? "(nothing)" : check.observed);
}

}  // namespace

bool Record::check(Check check) {
    bound(check);
    checks_.push_back(std::move(check));
    return checks_.back().passed;
}

void Record::require(Check check) {
    if (!this->check(std::move(check))) throw Stop{};
}

std::size_t Record::exchange(Exchange exchange) {
    exchanges_.push_back(std::move(exchange));
    return exchanges_.size() - 1;
}

std::chrono::milliseconds Record::remaining() const {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    return std::max(left, std::chrono::milliseconds(0));
}

Verdict Record::verdict() const {
    if (checks_.empty()) return Verdict::Error;
    Verdict verdict = Verdict::Pass;
    for (const Check& check : checks_) {
        if (check.passed) continue;
        if (check.level == Level::Must) return Verdict::Fail;
        verdict = Verdict::Warn;
    }
    return verdict;
}

std::string Record::reason() const {
    if (checks_.empty()) return "the case checked nothing";
    const Check* first = nullptr;
    for (const Check& check : checks_) {
        if (check.passed) continue;
        if (first == nullptr || (first->level != Level::Must && check.level == Level::Must)) first = &check;
    }
    return first == nullptr ? std::string() : sentence(*first);
}

}  // namespace aauth::engine

#include "harness/process/lines.h"

#include <utility>

namespace aauth::process {

namespace {
// Held lines cost memory even when they are empty.
constexpr std::size_t line_cost = 16;
}  // namespace

void Lines::add(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto newline = bytes.find('\n');
        extend(bytes.substr(0, newline));
        if (newline == std::string_view::npos) return;
        finish();
        bytes.remove_prefix(newline + 1);
    }
}

void Lines::end() {
    if (!partial_.empty()) finish();
    dropping_ = false;
}

void Lines::extend(std::string_view bytes) {
    if (dropping_) return;
    if (held_ + bytes.size() <= limit_) {
        partial_ += bytes;
        held_ += bytes.size();
        return;
    }
    held_ -= partial_.size();
    partial_.clear();
    dropping_ = true;
    if (ready_.empty() || ready_.back()) ready_.emplace_back(std::nullopt);
}

void Lines::finish() {
    if (std::exchange(dropping_, false)) return;
    held_ += line_cost;
    ready_.emplace_back(std::exchange(partial_, {}));
}

std::optional<std::string> Lines::take() {
    auto line = std::move(ready_.front());
    ready_.pop_front();
    if (line) held_ -= line->size() + line_cost;
    return line;
}

}  // namespace aauth::process

#include "harness/cli/say.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <utility>

namespace aauth::cli {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// How many letters have to be changed, added, taken away or swapped with their neighbour. Case does not count.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before, row(b.size() + 1), next(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + change});
            const bool swapped =
                i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) next[j] = std::min(next[j], before[j - 2] + 1);
        }
        before = std::exchange(row, next);
    }
    return row[b.size()];
}

}  // namespace

void stop(Exit code, std::string message) { throw Stopped{code, std::move(message)}; }

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates, std::size_t most) {
    if (word.empty() || word.size() > 200) return {};
    std::vector<std::pair<std::size_t, std::string>> close;
    for (const auto& candidate : candidates) {
        const bool part = word.size() >= 4 && candidate.find(word) != std::string::npos;
        const std::size_t steps = part ? 1 : distance(word, candidate);
        if (steps <= std::max<std::size_t>(2, word.size() / 4)) close.emplace_back(steps, candidate);
    }
    std::sort(close.begin(), close.end());
    std::vector<std::string> out;
    for (auto& [steps, candidate] : close) {
        if (out.size() == most) break;
        if (out.empty() || out.back() != candidate) out.push_back(std::move(candidate));
    }
    return out;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates, std::size_t most) {
    const auto found = nearest(word, candidates, most);
    if (found.empty()) return {};
    std::string list = found.front();
    for (std::size_t i = 1; i < found.size(); ++i) list += (i + 1 == found.size() ? " or " : ", ") + found[i];
    return fmt::format(" (did you mean {}?)", list);
}

std::string program_name() { return std::getenv("AAUTH_HOME") != nullptr ? "./conform" : "aauth-conform"; }

std::string quoted(const std::string& word) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@,+%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

bool colour_wanted() {
    const char* refused = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0');
}

std::size_t terminal_width() {
    winsize size{};
    const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40;
    return known ? size.ws_col : 100;
}

bool errors_on_terminal() { return ::isatty(STDERR_FILENO) == 1; }

}  // namespace aauth::cli

#include "harness/engine/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace aauth::engine {

namespace {

bool runs_for(const Case& experiment, const std::string& draft) {
    return draft.empty() || experiment.drafts.empty() ||
           std::find(experiment.drafts.begin(), experiment.drafts.end(), draft) != experiment.drafts.end();
}

bool matches_any(std::string_view patterns, std::string_view id) {
    while (!patterns.empty()) {
        const std::size_t comma = std::min(patterns.find(','), patterns.size());
        std::string_view pattern = patterns.substr(0, comma);
        patterns.remove_prefix(std::min(comma + 1, patterns.size()));
        while (!pattern.empty() && pattern.front() == ' ') pattern.remove_prefix(1);
        while (!pattern.empty() && pattern.back() == ' ') pattern.remove_suffix(1);
        if (glob_matches(pattern, id)) return true;
    }
    return false;
}

// Marks every case of a circle, found by depth-first search.
class CircleSearch {
public:
    explicit CircleSearch(std::vector<Chosen>& chosen) : chosen_(chosen), state_(chosen.size(), State::New) {}

    void run() {
        for (std::size_t i = 0; i < chosen_.size(); ++i) visit(i);
    }

private:
    enum class State { New, Open, Done };

    void visit(std::size_t at) {
        if (state_[at] != State::New) return;
        state_[at] = State::Open;
        path_.push_back(at);
        for (const std::size_t before : chosen_[at].after) {
            if (state_[before] == State::Open) {
                mark(before);
            } else {
                visit(before);
                chosen_[at].alone = chosen_[at].alone || chosen_[before].alone;
            }
        }
        path_.pop_back();
        state_[at] = State::Done;
    }

    void mark(std::size_t first) {
        const auto begin = std::find(path_.begin(), path_.end(), first);
        std::string circle;
        for (auto it = begin; it != path_.end(); ++it) circle += chosen_[*it].experiment->id + " waits for ";
        // `after` of each names the next on the path.
        circle += chosen_[first].experiment->id;
        for (auto it = begin; it != path_.end(); ++it) chosen_[*it].wrong = "prerequisites in a circle: " + circle;
    }

    std::vector<Chosen>& chosen_;
    std::vector<State> state_;
    std::vector<std::size_t> path_;
};

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0;
    std::optional<std::size_t> star;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star) {
            p = *star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

std::vector<Chosen> choose(const std::vector<Case>& cases, const RunOptions& options) {
    std::map<std::string, std::size_t, std::less<>> by_id;
    for (std::size_t i = 0; i < cases.size(); ++i) by_id.emplace(cases[i].id, i);

    std::vector<bool> wanted(cases.size(), false);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (!runs_for(cases[i], options.draft)) continue;
        if (!options.only.empty() && !matches_any(options.only, cases[i].id)) continue;
        wanted[i] = true;
        open.push_back(i);
    }
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        for (const std::string& id : cases[at].after) {
            const auto found = by_id.find(id);
            if (found == by_id.end() || wanted[found->second] || !runs_for(cases[found->second], options.draft))
                continue;
            wanted[found->second] = true;
            open.push_back(found->second);
        }
    }

    std::vector<Chosen> chosen;
    std::vector<std::optional<std::size_t>> place(cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (!wanted[i]) continue;
        place[i] = chosen.size();
        Chosen one;
        one.experiment = &cases[i];
        one.alone = cases[i].exclusive;
        if (by_id.at(cases[i].id) != i) one.wrong = fmt::format("another case has the id {} too", cases[i].id);
        chosen.push_back(std::move(one));
    }
    for (Chosen& one : chosen) {
        for (const std::string& id : one.experiment->after) {
            const auto found = by_id.find(id);
            if (found == by_id.end()) {
                one.wrong = fmt::format("there is no case {}, which this one is to run after", id);
            } else if (const auto index = place[found->second]) {
                one.after.push_back(*index);
            } else {
                one.blocked = fmt::format("{} does not run for draft {}", id, options.draft);
            }
        }
    }
    CircleSearch(chosen).run();
    return chosen;
}

}  // namespace aauth::engine

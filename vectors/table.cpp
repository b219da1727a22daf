#include "vectors/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace aauth::vectors {

namespace {

[[noreturn]] void mistake(const std::string& where, const std::string& what) {
    throw std::logic_error("vectors: " + where + ": " + what);
}

const Vector* find(const Topic& topic, const std::string& id) {
    for (const auto& group : topic.groups) {
        for (const auto& vector : group.vectors) {
            if (vector.id == id) return &vector;
        }
    }
    return nullptr;
}

}  // namespace

std::string Rows::valid(std::string comment, json input, Says says) {
    return add(Expectation::Valid, std::move(comment), {}, std::move(input), std::move(says));
}

std::string Rows::invalid(std::string comment, const std::string& from, json input, Says says) {
    return add(Expectation::Invalid, std::move(comment), from, std::move(input), std::move(says));
}

std::string Rows::acceptable(std::string comment, const std::string& from, json input, Says says) {
    return add(Expectation::Acceptable, std::move(comment), from, std::move(input), std::move(says));
}

const json& Rows::input(const std::string& id) const {
    const auto* vector = find(table_.topic_, id);
    if (vector == nullptr) mistake(id, "there is no such vector yet");
    return vector->input;
}

std::string Rows::add(Expectation result, std::string comment, const std::string& from, json input, Says says) {
    auto& topic = table_.topic_;
    Vector vector;
    vector.id = fmt::format("{}-{:04}", topic.name, next_++);
    if (!table_.ids_.insert(vector.id).second) mistake(vector.id, "the id is used twice");
    if (comment.empty()) mistake(vector.id, "no comment");
    if (result != Expectation::Valid) {
        const auto* origin = find(topic, from);
        if (origin == nullptr || origin->result != Expectation::Valid) {
            mistake(vector.id, "differs from '" + from + "', which is no valid vector");
        }
        if (result == Expectation::Acceptable && says.flags.empty()) mistake(vector.id, "no flag says why");
    }
    for (const auto& flag : says.flags) {
        if (topic.flags.count(flag) == 0) mistake(vector.id, "unknown flag " + flag);
        table_.used_flags_.insert(flag);
    }
    for (auto& requirement : says.requirements) {
        if (table_.has_requirement_(requirement)) {
            vector.requirements.push_back(std::move(requirement));
        } else if (table_.draft.id == "11") {
            mistake(vector.id, "the catalogue has no requirement " + requirement);
        }
    }
    vector.comment = std::move(comment);
    vector.differs_from = from;
    vector.input = std::move(input);
    vector.result = result;
    vector.errors = std::move(says.errors);
    vector.flags = std::move(says.flags);
    vector.output = std::move(says.output);
    vector.base = std::move(says.base);
    topic.groups[group_].vectors.push_back(std::move(vector));
    return topic.groups[group_].vectors.back().id;
}

Table::Table(std::string topic, const protocol::Draft& of, const HasRequirement& has_requirement)
    : draft(of), has_requirement_(has_requirement) {
    topic_.name = std::move(topic);
    topic_.draft = of.id;
}

void Table::flag(std::string name, std::string meaning) {
    const auto [place, added] = topic_.flags.emplace(std::move(name), meaning);
    if (!added && place->second != meaning) mistake(place->first, "the flag is explained twice");
}

Rows Table::group(std::string name, std::string op, int first, json shared) {
    topic_.groups.push_back(Group{std::move(name), std::move(op), std::move(shared), {}});
    return Rows(*this, topic_.groups.size() - 1, first);
}

Topic Table::take() {
    auto& groups = topic_.groups;
    groups.erase(std::remove_if(groups.begin(), groups.end(), [](const Group& group) { return group.vectors.empty(); }),
                 groups.end());
    for (auto flag = topic_.flags.begin(); flag != topic_.flags.end();) {
        flag = used_flags_.count(flag->first) == 0 ? topic_.flags.erase(flag) : std::next(flag);
    }
    return std::move(topic_);
}

}  // namespace aauth::vectors

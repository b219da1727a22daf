#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "vectors/topic.h"

namespace aauth::vectors {

using nlohmann::json;

// What a vector has beside comment, input and result.
struct Says {
    std::vector<std::string> errors = {};
    std::vector<std::string> flags = {};
    std::vector<std::string> requirements = {};
    json output = {};
    std::string base = {};
};

class Table;

// One group in the making. Each function adds one vector and gives its id.
class Rows {
public:
    Rows(Table& table, std::size_t group, int number) : table_(table), group_(group), next_(number) {}

    std::string valid(std::string comment, json input, Says says = {});
    // `from` is the id of the valid vector that differs from this one by the one change that the comment names.
    std::string invalid(std::string comment, const std::string& from, json input, Says says = {});
    // Either answer is right, and a flag says why: the draft is silent, or says two things ("Ambiguous").
    std::string acceptable(std::string comment, const std::string& from, json input, Says says = {});

    // The input of a vector of this group, to be changed.
    const json& input(const std::string& id) const;

private:
    std::string add(Expectation result, std::string comment, const std::string& from, json input, Says says);

    Table& table_;
    std::size_t group_;
    int next_;
};

// One topic in the making.
class Table {
public:
    Table(std::string topic, const protocol::Draft& draft, const HasRequirement& has_requirement);

    const protocol::Draft& draft;
    // Whether the draft has a requirement of this id.
    bool has(std::string_view requirement) const { return has_requirement_(requirement); }

    // A flag, with what it means. Before it is used; again is allowed with the same words.
    void flag(std::string name, std::string meaning);
    // A group whose vectors are numbered from `first` on (so that new ones at its end change no other id). The group's
    // `shared` input is what all of its vectors have.
    Rows group(std::string name, std::string op, int first, json shared = json::object());

    // Checks what can only be seen at the end and gives the topic, without groups that have no vectors.
    Topic take();

private:
    friend class Rows;
    Topic topic_;
    const HasRequirement& has_requirement_;
    std::set<std::string> used_flags_, ids_;
};

}  // namespace aauth::vectors

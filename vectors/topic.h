#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/protocol/draft.h"
#include "harness/result.h"

// Test vectors as values: what a file of this folder holds. Everything here is JSON, so this header, unlike others, has
// the JSON library in full; only sources of this room include it.
namespace aauth::vectors {

enum class Expectation { Valid, Invalid, Acceptable };

std::string_view name(Expectation expectation);  // "valid"
std::optional<Expectation> expectation_named(std::string_view name);

struct Vector {
    std::string id;            // "tokens-0007"
    std::string comment;       // what this input is, or what differs
    std::string differs_from;  // the valid vector from which this one differs by one change; empty for valid ones
    nlohmann::json input;      // of the operation, over the group's `shared`
    Expectation result = Expectation::Valid;
    std::vector<std::string> errors;        // codes of which one has to come with `invalid`; none: any, or none
    std::vector<std::string> flags;         // names, explained in the topic
    std::vector<std::string> requirements;  // of the catalogue of the draft
    nlohmann::json output;                  // members that a `valid` answer has to give; null: nothing is compared
    std::string base;  // the signature base of the message as it stands, for people; compared where an answer has one
};

struct Group {
    std::string name;
    std::string op;         // the operation of the adapter protocol
    nlohmann::json shared;  // input that all vectors of the group have: keys, documents, the clock
    std::vector<Vector> vectors;
};

// What one file holds.
struct Topic {
    std::string name;   // "tokens"
    std::string draft;  // "11"
    std::map<std::string, std::string> flags;  // every flag that is used, with what it means
    std::vector<Group> groups;

    std::size_t count() const;
};

// The text of the file: the same bytes for the same topic, one vector a line.
std::string to_text(const Topic& topic, const protocol::Draft& draft);

// "signatures", "keys", "tokens", "identifiers", "challenges", "deferred".
const std::vector<std::string>& topic_names();

// Says whether the catalogue of the draft has a requirement of this id.
using HasRequirement = std::function<bool(std::string_view id)>;

// Makes the vectors of a topic for a draft, the same every time. Ids of requirements that the draft does not have are
// left out of it; for the newest draft, 11, one that is unknown is a std::logic_error, as is every other mistake in the
// sources (an unknown flag, a vector that differs from one that is not valid, an id used twice).
Topic make_topic(std::string_view name, const protocol::Draft& draft, const HasRequirement& has_requirement);

}  // namespace aauth::vectors

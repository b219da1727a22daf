#include "vectors/topic.h"

#include <stdexcept>

#include "vectors/source/sources.h"
#include "vectors/table.h"

namespace aauth::vectors {

namespace {

// Members in the order in which a reader wants them, which is the order of writing.
using Ordered = nlohmann::ordered_json;

struct Source {
    std::string name;
    void (*write)(Table&);
};

const std::vector<Source>& sources() {
    static const std::vector<Source> all{{"signatures", write_signatures}, {"keys", write_keys},
                                         {"tokens", write_tokens},         {"identifiers", write_identifiers},
                                         {"challenges", write_challenges}, {"deferred", write_deferred}};
    return all;
}

std::string line(const Vector& vector) {
    Ordered object;
    object["id"] = vector.id;
    object["comment"] = vector.comment;
    if (!vector.differs_from.empty()) object["differs_from"] = vector.differs_from;
    object["input"] = Ordered(vector.input);
    object["result"] = name(vector.result);
    if (!vector.errors.empty()) object["errors"] = vector.errors;
    if (!vector.output.is_null()) object["output"] = Ordered(vector.output);
    if (!vector.base.empty()) object["base"] = vector.base;
    object["flags"] = vector.flags;
    object["requirements"] = vector.requirements;
    return object.dump();
}

}  // namespace

std::string_view name(Expectation expectation) {
    switch (expectation) {
        case Expectation::Valid: return "valid";
        case Expectation::Invalid: return "invalid";
        case Expectation::Acceptable: return "acceptable";
    }
    return {};
}

std::optional<Expectation> expectation_named(std::string_view text) {
    for (const auto expectation : {Expectation::Valid, Expectation::Invalid, Expectation::Acceptable}) {
        if (name(expectation) == text) return expectation;
    }
    return std::nullopt;
}

std::size_t Topic::count() const {
    std::size_t sum = 0;
    for (const auto& group : groups) sum += group.vectors.size();
    return sum;
}

const std::vector<std::string>& topic_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const auto& source : sources()) all.push_back(source.name);
        return all;
    }();
    return names;
}

std::string to_text(const Topic& topic, const protocol::Draft& draft) {
    Ordered head;
    head["$schema"] = "../schema/vectors.schema.json";
    head["format"] = 1;
    head["draft"] = topic.draft;
    head["specification"] = draft.protocol_name + ", " + draft.signature_keys_name;
    head["topic"] = topic.name;
    head["generator"] = "aauth-conformance vectors 1";
    head["count"] = topic.count();
    head["flags"] = topic.flags;
    auto text = head.dump(2);
    text.resize(text.size() - 2);  // the newline and the brace, to go on
    text += ",\n  \"groups\": [";
    for (const auto& group : topic.groups) {
        if (text.back() == '}') text += ',';
        text += "\n    {\"name\": " + Ordered(group.name).dump() + ", \"op\": " + Ordered(group.op).dump() +
                ",\n     \"shared\": " + Ordered(group.shared).dump() + ",\n     \"tests\": [";
        for (const auto& vector : group.vectors) {
            if (text.back() == '}') text += ',';
            text += "\n      " + line(vector);
        }
        text += "]}";
    }
    return text + "]}\n";
}

Topic make_topic(std::string_view wanted, const protocol::Draft& draft, const HasRequirement& has_requirement) {
    for (const auto& source : sources()) {
        if (source.name != wanted) continue;
        Table table(source.name, draft, has_requirement);
        source.write(table);
        return table.take();
    }
    throw std::logic_error("there is no topic " + std::string(wanted));
}

}  // namespace aauth::vectors

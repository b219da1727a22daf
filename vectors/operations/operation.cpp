#include "vectors/operations/operation.h"

#include <array>

namespace aauth::vectors {

namespace {

template <class Visit>
void each_operation(Visit visit) {
    for (const auto list : {signature_operations(), key_operations(), token_operations(), identifier_operations(),
                            challenge_operations(), deferred_operations()}) {
        for (const auto& operation : list) visit(operation);
    }
}

}  // namespace

const Operation* find_operation(std::string_view name) {
    const Operation* found = nullptr;
    each_operation([&](const Operation& operation) {
        if (operation.name == name) found = &operation;
    });
    return found;
}

std::vector<std::string> operation_names() {
    std::vector<std::string> names;
    each_operation([&](const Operation& operation) { names.emplace_back(operation.name); });
    return names;
}

}  // namespace aauth::vectors

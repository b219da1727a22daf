#include "harness/protocol/base_faults.h"

#include <algorithm>

namespace aauth::protocol {

namespace {

constexpr const char* base_faults[] = {"base-fixed-order",      "base-no-x-fields",        "base-created-only",
                                       "base-lowercase-method", "base-query-without-mark", "base-repeats"};

// Where a component stands in the profile; behind everything when it is not there.
std::ptrdiff_t place(const sfv::Item& item, const std::vector<std::string>& profile) {
    const auto* name = std::get_if<std::string>(&item.value);
    return std::find(profile.begin(), profile.end(), name == nullptr ? std::string() : *name) - profile.begin();
}

}  // namespace

std::optional<std::string> faulty_base(const Faults& faults, const httpsig::Message& message, sfv::InnerList input,
                                       const std::vector<std::string>& profile) {
    const bool faulty = std::any_of(std::begin(base_faults), std::end(base_faults),
                                    [&](const char* fault) { return faults.on(fault); });
    if (!faulty) return std::nullopt;
    if (faults.on("base-no-x-fields")) {
        std::erase_if(input.items, [](const sfv::Item& item) {
            const auto* name = std::get_if<std::string>(&item.value);
            return name != nullptr && name->starts_with("x-");
        });
    }
    if (faults.on("base-fixed-order")) {
        std::stable_sort(input.items.begin(), input.items.end(),
                         [&](const sfv::Item& a, const sfv::Item& b) { return place(a, profile) < place(b, profile); });
    }
    if (faults.on("base-created-only")) {
        const auto* created = input.parameters.find("created");
        sfv::Parameters kept;
        if (created != nullptr) kept.set("created", *created);
        input.parameters = kept;
    }
    std::string base;
    for (const auto& item : input.items) {
        auto value = httpsig::component_value(message, item).value_or("");
        const bool query = item.value == sfv::BareItem(std::string("@query"));
        if (query && faults.on("base-query-without-mark")) value.erase(0, 1);
        const bool method = item.value == sfv::BareItem(std::string("@method"));
        if (method && faults.on("base-lowercase-method")) value = http::lowercase(value);
        base += sfv::serialize(item).value_or("") + ": " + value + "\n";
    }
    return base + "\"@signature-params\": " + sfv::serialize(input).value_or("");
}

}  // namespace aauth::protocol

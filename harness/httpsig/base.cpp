#include "harness/httpsig/base.h"

#include <algorithm>

#include "harness/httpsig/component.h"

namespace aauth::httpsig {

namespace {

bool same_parameters(const sfv::Parameters& a, const sfv::Parameters& b) {
    if (a.size() != b.size()) return false;
    return std::all_of(a.entries().begin(), a.entries().end(), [&](const sfv::Parameters::Entry& entry) {
        const sfv::BareItem* other = b.find(entry.first);
        return other != nullptr && *other == entry.second;
    });
}

bool covered_twice(const std::vector<sfv::Item>& items) {
    for (auto one = items.begin(); one != items.end(); ++one) {
        for (auto other = items.begin(); other != one; ++other) {
            if (one->value == other->value && same_parameters(one->parameters, other->parameters)) return true;
        }
    }
    return false;
}

Result<void> append_identifier(std::string& out, const sfv::Item& component) {
    const auto* name = std::get_if<std::string>(&component.value);
    const bool plain = name != nullptr && component.parameters.empty() &&
                       is_field_name(name->starts_with('@') ? std::string_view(*name).substr(1) : *name);
    if (plain) {
        out += '"';
        out += *name;
        out += '"';
        return {};
    }
    const auto text = sfv::serialize(component);
    if (!text) return failure("invalid_input", text.error().message);
    out += *text;
    return {};
}

}  // namespace

sfv::Item component(std::string name) { return sfv::Item{sfv::BareItem(std::move(name)), {}}; }

std::vector<sfv::Item> components(const std::vector<std::string>& names) {
    std::vector<sfv::Item> items;
    items.reserve(names.size());
    for (const std::string& name : names) items.push_back(component(name));
    return items;
}

Result<std::string> component_value(const Message& message, const sfv::Item& component) {
    std::string value;
    auto appended = append_component_value(value, message, component);
    if (!appended) return tl::unexpected(appended.error());
    return value;
}

Result<std::string> signature_base(const Message& message, const sfv::InnerList& input) {
    if (input.items.size() > most_components) return failure("invalid_input", "too many components are covered");
    if (covered_twice(input.items)) return failure("invalid_input", "a component is covered twice");
    std::string base;
    base.reserve(1024);
    for (const sfv::Item& item : input.items) {
        auto appended = append_identifier(base, item);
        if (!appended) return tl::unexpected(appended.error());
        base += ": ";
        appended = append_component_value(base, message, item);
        if (!appended) return tl::unexpected(appended.error());
        base += '\n';
    }
    const auto parameters = sfv::serialize(input);
    if (!parameters) return failure("invalid_input", parameters.error().message);
    base += "\"@signature-params\": ";
    base += *parameters;
    return base;
}

}  // namespace aauth::httpsig

#include <algorithm>

#include "harness/httpsig/base.h"

namespace aauth::httpsig {

namespace {

tl::unexpected<Error> refused(std::string message) { return failure("invalid_signature", std::move(message)); }

Result<sfv::Dictionary> dictionary_field(const http::Fields& fields, std::string_view name) {
    const auto value = fields.combined(name);
    if (!value) return refused("the message has no field " + std::string(name));
    auto dictionary = sfv::parse_dictionary(*value);
    if (!dictionary) return refused("the field " + std::string(name) + " is malformed: " + dictionary.error().message);
    if (dictionary->empty()) return refused("the field " + std::string(name) + " is empty");
    return dictionary;
}

std::optional<std::int64_t> integer_parameter(const sfv::InnerList& input, std::string_view name) {
    const auto* value = input.parameters.find_as<std::int64_t>(name);
    return value == nullptr ? std::nullopt : std::optional(*value);
}

}  // namespace

bool LabelledSignature::covers(std::string_view name) const {
    return std::any_of(input.items.begin(), input.items.end(), [&](const sfv::Item& item) {
        const auto* text = std::get_if<std::string>(&item.value);
        return text != nullptr && *text == name && item.parameters.empty();
    });
}

std::optional<std::int64_t> LabelledSignature::created() const { return integer_parameter(input, "created"); }
std::optional<std::int64_t> LabelledSignature::expires() const { return integer_parameter(input, "expires"); }

Result<std::vector<LabelledSignature>> parse_signatures(const http::Fields& fields) {
    auto inputs = dictionary_field(fields, "signature-input");
    if (!inputs) return tl::unexpected(inputs.error());
    auto signatures = dictionary_field(fields, "signature");
    if (!signatures) return tl::unexpected(signatures.error());

    std::vector<LabelledSignature> found;
    found.reserve(inputs->size());
    for (const auto& [label, member] : inputs->entries()) {
        const auto* input = std::get_if<sfv::InnerList>(&member);
        if (input == nullptr) return refused("the Signature-Input member " + label + " is no inner list");
        const bool strings = std::all_of(input->items.begin(), input->items.end(), [](const sfv::Item& item) {
            return std::holds_alternative<std::string>(item.value);
        });
        if (!strings) return refused("the Signature-Input member " + label + " covers something that is no string");
        const sfv::Member* signature = signatures->find(label);
        if (signature == nullptr) return refused("the label " + label + " is in Signature-Input but not in Signature");
        const auto* item = std::get_if<sfv::Item>(signature);
        const auto* octets = item == nullptr ? nullptr : std::get_if<sfv::Bytes>(&item->value);
        if (octets == nullptr) return refused("the Signature member " + label + " is no byte sequence");
        found.push_back({label, *input, octets->data});
    }
    for (const auto& entry : signatures->entries()) {
        if (!inputs->contains(entry.first)) {
            return refused("the label " + entry.first + " is in Signature but not in Signature-Input");
        }
    }
    return found;
}

}  // namespace aauth::httpsig

#include "harness/httpsig/sign.h"

namespace aauth::httpsig {

namespace {

// Adds `label=member` to a dictionary field, behind what the field has already.
Result<void> append_member(http::Fields& fields, const std::string& field, const std::string& label,
                           sfv::Member member) {
    sfv::Dictionary dictionary;
    dictionary.set(label, std::move(member));
    auto text = sfv::serialize(dictionary);
    if (!text) return failure("invalid_input", text.error().message);
    auto present = fields.combined(field);
    fields.set(field, present && !present->empty() ? *present + ", " + *text : std::move(*text));
    return {};
}

Result<std::string> sign_fields(http::Fields& fields, const Message& message, const Signing& signing,
                                const jose::SigningKey& key) {
    if (signing.signature_key) {
        auto added = append_member(fields, "Signature-Key", signing.label, *signing.signature_key);
        if (!added) return tl::unexpected(added.error());
    }
    const sfv::InnerList input{signing.covered, signing.parameters};
    auto base = signature_base(message, input);
    if (!base) return base;
    auto signature = key.key.sign(key.algorithm, *base);
    if (!signature) return tl::unexpected(signature.error());
    auto added = append_member(fields, "Signature-Input", signing.label, input);
    if (added) {
        added = append_member(fields, "Signature", signing.label, sfv::Item{sfv::Bytes{std::move(*signature)}, {}});
    }
    if (!added) return tl::unexpected(added.error());
    return base;
}

// A message that could not be signed stays as it was.
template <class Signed>
Result<std::string> sign_or_restore(Signed& target, const Message& message, const Signing& signing,
                                    const jose::SigningKey& key) {
    http::Fields before = target.fields;
    auto base = sign_fields(target.fields, message, signing, key);
    if (!base) target.fields = std::move(before);
    return base;
}

}  // namespace

Result<std::string> sign(http::Request& request, const Signing& signing, const jose::SigningKey& key) {
    return sign_or_restore(request, Message{&request, nullptr}, signing, key);
}

Result<std::string> sign(http::Response& response, const http::Request& request, const Signing& signing,
                         const jose::SigningKey& key) {
    return sign_or_restore(response, Message{&request, &response}, signing, key);
}

Result<std::string> verify(const Message& message, const LabelledSignature& signature, const crypto::PublicKey& key,
                           crypto::Algorithm algorithm) {
    auto base = signature_base(message, signature.input);
    if (base && !key.verify(algorithm, *base, signature.signature)) {
        return failure("invalid_signature", "the signature " + signature.label + " does not verify under the key");
    }
    return base;
}

}  // namespace aauth::httpsig

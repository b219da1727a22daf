#include <nlohmann/json.hpp>
#include <type_traits>

#include "harness/crypto/encoding.h"
#include "harness/httpsig/key_source.h"
#include "harness/httpsig/signature_key.h"
#include "harness/jose/jwk.h"
#include "vectors/operations/input.h"
#include "vectors/operations/operation.h"

namespace aauth::vectors {

namespace {

using nlohmann::json;

Outcome thumbprint(const protocol::Draft&, const json& input) {
    return jose::thumbprint(member(input, "jwk")).map([](const std::string& made) {
        return json{{"thumbprint", made}};
    });
}

Outcome check_key(const protocol::Draft& draft, const json& input) {
    const auto jwk = jose::parse_jwk(member(input, "jwk"), draft.jwk);
    if (!jwk) return tl::unexpected(jwk.error());
    if (!jwk->algorithm) return failure("unsupported_algorithm", "nothing says which algorithm the key is for");
    return json{{"alg", crypto::name(*jwk->algorithm)}};
}

Outcome select_key(const protocol::Draft& draft, const json& input) {
    const auto keys = jose::parse_jwks(member(input, "jwks"), draft.jwk);
    if (!keys) return failure("unknown_key", keys.error().message);
    const auto found = httpsig::select_key(*keys, text(input, "kid"));
    if (!found) return tl::unexpected(found.error());
    return json{{"thumbprint", jose::thumbprint(found->key)}};
}

// Text of strings and tokens, base64 of byte sequences, numbers and booleans as such.
json plain(const sfv::BareItem& value) {
    return std::visit(
        [](const auto& held) -> json {
            using Held = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<Held, sfv::Token>)
                return held.text;
            else if constexpr (std::is_same_v<Held, sfv::Bytes>)
                return crypto::base64_encode(held.data);
            else if constexpr (std::is_same_v<Held, sfv::Date>)
                return held.seconds;
            else if constexpr (std::is_same_v<Held, sfv::DisplayString>)
                return held.utf8;
            else if constexpr (std::is_same_v<Held, sfv::Decimal>)
                return static_cast<double>(held.thousandths) / 1000;
            else
                return held;
        },
        value);
}

Outcome parse_signature_key(const protocol::Draft& draft, const json& input) {
    http::Fields fields;
    fields.add("Signature-Key", text(input, "field"));
    const auto member = httpsig::parse_signature_key(fields, text(input, "label"));
    if (!member) return tl::unexpected(member.error());
    const auto checked = httpsig::check_parameters(*member, draft.jwk, draft.further_schemes);
    if (!checked) return tl::unexpected(checked.error());
    auto parameters = json::object();
    for (const auto& [name, value] : member->parameters.entries()) parameters[name] = plain(value);
    return json{{"scheme", member->scheme_name}, {"parameters", parameters}};
}

constexpr Operation operations[] = {{"thumbprint", thumbprint},
                                    {"check-key", check_key},
                                    {"select-key", select_key},
                                    {"parse-signature-key", parse_signature_key}};

}  // namespace

std::span<const Operation> key_operations() { return operations; }

}  // namespace aauth::vectors

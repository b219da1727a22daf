#include "vectors/source/key_groups.h"
#include "vectors/source/material.h"

// The key of a JWK set that a kid selects: HTTP Signature Keys, sections 3.3 and 3.6; AAuth 11.4.
namespace aauth::vectors {

namespace {

using Edit = std::function<void(json& keys)>;

Edit in_set(Edit edit) {
    return [edit](json& input) { edit(input["jwks"]["keys"]); };
}

Says about(const char* flag, std::vector<std::string> errors,
           std::vector<std::string> requirements = {"jwks.kid-selection"}) {
    return {.errors = std::move(errors), .flags = {flag}, .requirements = std::move(requirements)};
}

json with(json jwk, const char* name, const json& value) {
    jwk[name] = value;
    if (value.is_null()) jwk.erase(name);
    return jwk;
}

void selection(Rows& rows, const std::string& good, const protocol::Draft& draft) {
    const auto second = jwk_of(key("key-2"), draft);
    const auto curve = jwk_of(key("key-3", crypto::Algorithm::ES256), draft);
    const auto named = [](const char* name) { return [name](json& in) { in["kid"] = name; }; };
    const auto gives = [](const jose::SigningKey& key) {
        return Says{.requirements = {"jwks.kid-selection"}, .output = {{"thumbprint", key.thumbprint()}}};
    };
    const auto first = gives(key("key-1"));
    const Says ignored{.requirements = {"jwks.unselected-ignored"}, .output = first.output};
    add_valid(
        rows, good,
        {{"the other key", named("key-2"), gives(key("key-2"))},
         {"the wanted key stands last", in_set([](json& keys) { std::swap(keys[0], keys[1]); }), first},
         {"a third key, for ES256", in_set([curve](json& keys) { keys.push_back(curve); }), first},
         {"members of the set that nobody knows",
          [](json& in) {
              in["jwks"]["x-note"] = {1, 2};
          },
          {.requirements = {"key.unknown-members"}, .output = first.output}},
         {"beside a key whose kid differs in case only",
          in_set([second](json& keys) { keys.insert(keys.begin(), with(second, "kid", "KEY-1")); }), first},
         {"beside a key without kid",
          in_set([second](json& keys) { keys.insert(keys.begin(), with(second, "kid", nullptr)); }), first},
         {"beside a key whose kid is a number",
          in_set([second](json& keys) { keys.insert(keys.begin(), with(second, "kid", 1)); }), ignored},
         {"beside a key of a type that nobody knows", in_set([](json& keys) {
              keys.insert(keys.begin(), json({{"kty", "FUTURE"}, {"kid", "f"}, {"v", 1}}));
          }),
          ignored},
         {"beside a post-quantum key", in_set([](json& keys) {
              keys.insert(keys.begin(), json({{"kty", "AKP"}, {"alg", "ML-DSA-44"}, {"kid", "pq"}, {"pub", "AA"}}));
          }),
          ignored},
         {"beside a key without alg",
          in_set([second](json& keys) { keys.insert(keys.begin(), with(with(second, "alg", nullptr), "kid", "a")); }),
          ignored},
         {"beside a key with an alg that nobody knows",
          in_set([second](json& keys) { keys.insert(keys.begin(), with(with(second, "alg", "X9"), "kid", "a")); }),
          ignored},
         {"beside a key that is an octet short",
          in_set([second](json& keys) { keys.insert(keys.begin(), with(with(second, "x", "AA"), "kid", "s")); }),
          ignored},
         {"beside a symmetric key", in_set([](json& keys) {
              keys.insert(keys.begin(), json({{"kty", "oct"}, {"alg", "HS256"}, {"kid", "o"}, {"k", "Zm9v"}}));
          }),
          ignored},
         {"beside a key without kty", in_set([](json& keys) {
              keys.insert(keys.begin(), json({{"kid", "n"}, {"alg", "Ed25519"}}));
          }),
          ignored}});
}

void refusals(Rows& rows, const std::string& good, const protocol::Draft& draft) {
    const std::vector<std::string> unknown{"unknown_key"};
    const auto named = [](const json& name) { return [name](json& in) { in["kid"] = name; }; };
    add_invalid(
        rows, good,
        {{"a kid that is not in the set", named("key-9"), about("UnknownKey", unknown, {"sig.key.unknown"})},
         {"a kid in other case", named("KEY-1"), about("UnknownKey", unknown)},
         {"a kid with a space at its end", named("key-1 "), about("UnknownKey", unknown)},
         {"a kid that is the beginning of one", named("key-"), about("UnknownKey", unknown)},
         {"a kid that is the thumbprint of a key", named(key("key-1").thumbprint()), about("UnknownKey", unknown)},
         {"an empty kid", named(""), about("UnknownKey", unknown)},
         {"an empty set", in_set([](json& keys) { keys = json::array(); }), about("UnknownKey", unknown)},
         {"a set of the other key alone", in_set([](json& keys) { keys.erase(0); }), about("UnknownKey", unknown)},
         {"a set of one key without kid",
          in_set([](json& keys) { keys = json::array({with(keys[0], "kid", nullptr)}); }),
          about("UnknownKey", unknown)},
         {"no keys member", [](json& in) { in["jwks"].erase("keys"); }, about("MissingMember", {})},
         {"keys is an object", in_set([](json& keys) {
              keys = {{"key-1", keys[0]}};
          }),
          about("WrongType", {})},
         {"keys is a single JWK", in_set([](json& keys) { keys = json(keys[0]); }), about("WrongType", {})},
         {"keys is null", in_set([](json& keys) { keys = nullptr; }), about("WrongType", {})},
         {"the set is an array", [](json& in) { in["jwks"] = json(in["jwks"]["keys"]); }, about("WrongType", {})},
         {"the set is a JWK", [](json& in) { in["jwks"] = json(in["jwks"]["keys"][0]); }, about("MissingMember", {})}});
    const auto spoiled = [](const char* name, const json& value) {
        return in_set([name, value](json& keys) { keys[0] = with(keys[0], name, value); });
    };
    const std::vector<std::string> malformed{"invalid_key"}, unsupported{"unsupported_algorithm"};
    add_invalid(rows, good,
                {{"the wanted key has no x", spoiled("x", nullptr), about("MissingMember", malformed)},
                 {"the wanted key is an octet short", spoiled("x", "AA"), about("WrongLength", malformed)},
                 {"the wanted key has an alg that is not its own", spoiled("alg", "ES256"),
                  about("Disagreement", malformed, {"key.kty-crv-agree"})},
                 {"the wanted key has an alg that nobody knows", spoiled("alg", "X9"),
                  about("ForbiddenAlgorithm", unsupported, {"key.alg-unimplemented"})},
                 {"the wanted key is symmetric", in_set([](json& keys) {
                      keys[0] = {{"kty", "oct"}, {"alg", "HS256"}, {"kid", "key-1"}, {"k", "Zm9v"}};
                  }),
                  about("ForbiddenAlgorithm", {"invalid_key", "unsupported_algorithm"}, {"key.oct"})}});
    if (!draft.jwk.algorithm_required) return;
    add_invalid(rows, good,
                {{"the wanted key has no alg", spoiled("alg", nullptr),
                  about("MissingMember", unsupported, {"key.alg-required", "jwks.alg-published"})},
                 {"the wanted key has alg EdDSA", spoiled("alg", "EdDSA"),
                  about("ForbiddenAlgorithm", unsupported, {"key.alg-polymorphic"})}});
}

void unclear(Rows& rows, const std::string& good, const protocol::Draft& draft) {
    const auto second = jwk_of(key("key-2"), draft);
    const auto silent = about("Ambiguous", {});
    add_acceptable(
        rows, good,
        {{"two keys of the kid, the wanted one first: RFC 7517, section 4.5, leaves open which",
          in_set([second](json& keys) { keys.push_back(with(second, "kid", "key-1")); }), silent},
         {"two keys of the kid, the wanted one last",
          in_set([second](json& keys) { keys.insert(keys.begin(), with(second, "kid", "key-1")); }), silent},
         {"the same key twice", in_set([](json& keys) { keys.push_back(json(keys[0])); }), silent},
         {"an unusable key of the kid before the wanted one", in_set([](json& keys) {
              keys.insert(keys.begin(), json({{"kty", "FUTURE"}, {"kid", "key-1"}}));
          }),
          silent},
         {"an entry that is null: it is no JWK", in_set([](json& keys) { keys.insert(keys.begin(), nullptr); }),
          silent},
         {"an entry that is a string", in_set([](json& keys) { keys.insert(keys.begin(), "key-0"); }), silent}});
}

}  // namespace

void write_key_sets(Table& table) {
    auto rows = table.group("selection from a JWK set", "select-key", 321);
    const auto& draft = table.draft;
    const json jwks{{"keys", json::array({jwk_of(key("key-1"), draft), jwk_of(key("key-2"), draft)})}};
    const auto good =
        rows.valid("one key of two", {{"jwks", jwks}, {"kid", "key-1"}},
                   {.requirements = {"jwks.kid-selection"}, .output = {{"thumbprint", key("key-1").thumbprint()}}});
    selection(rows, good, draft);
    refusals(rows, good, draft);
    unclear(rows, good, draft);
}

}  // namespace aauth::vectors

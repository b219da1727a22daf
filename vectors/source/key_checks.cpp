#include "harness/crypto/encoding.h"
#include "vectors/source/key_groups.h"
#include "vectors/source/material.h"

// One JWK: HTTP Signature Keys, section 3.3; AAuth 11.3.1.
namespace aauth::vectors {

namespace {

using crypto::Algorithm;
using Codes = std::vector<std::string>;

const Codes malformed{"invalid_key"};
const Codes unsupported{"unsupported_algorithm"};
// Which of the two is not said, or depends on what the implementation has.
const Codes either{"invalid_key", "unsupported_algorithm"};

Says about(const char* flag, Codes errors, std::vector<std::string> requirements = {"sig.key.unparsable"}) {
    return {.errors = std::move(errors), .flags = {flag}, .requirements = std::move(requirements)};
}

std::string encoded(const std::string& octets) { return crypto::base64url_encode(octets); }

std::string decoded(const json& input, const char* name) {
    return crypto::base64url_decode(input["jwk"][name].get<std::string>()).value();
}

// A base64url member of the JWK, changed as octets.
std::function<void(json&)> octets(const char* name, std::function<std::string(std::string)> change) {
    return [name, change](json& input) { input["jwk"][name] = encoded(change(decoded(input, name))); };
}

// The same as text.
std::function<void(json&)> letters(const char* name, std::function<std::string(std::string)> change) {
    return [name, change](json& input) { input["jwk"][name] = change(input["jwk"][name].get<std::string>()); };
}

// The text with the lowest bit of its last letter changed, which stands for no bit of the octets.
std::string with_loose_bit(std::string text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    text.back() = alphabet[alphabet.find(text.back()) ^ 1u];
    return text;
}

std::function<void(json&)> null_member(const char* name) {
    return [name](json& input) { input["jwk"][name] = nullptr; };
}

// How a coordinate or key may be encoded wrongly.
std::vector<KeyRow> encodings(const char* name) {
    const std::string of = std::string(name) + " ";
    const auto shape = about("BadEncoding", malformed);
    return {
        {of + "with padding", letters(name, [](auto t) { return t + "="; }), shape},
        {of + "with a space in it", letters(name, [](auto t) { return t.insert(10, " "); }), shape},
        {of + "with a newline at its end", letters(name, [](auto t) { return t + "\n"; }), shape},
        {of + "with a character of standard base64", letters(name, [](auto t) { return t.replace(5, 1, "+"); }), shape},
        {of + "with a percent sign", letters(name, [](auto t) { return t.replace(5, 1, "%"); }), shape},
        {of + "in hexadecimal", [name](json& in) { in["jwk"][name] = crypto::hex_encode(decoded(in, name)); },
         about("BadEncoding", malformed)}};
}

std::vector<KeyRow> shapes(const char* name) {
    const std::string of = std::string(name) + " ";
    const auto length = about("WrongLength", malformed);
    const auto type = about("WrongType", malformed);
    return {{"without " + std::string(name), jwk_member(name, nullptr), about("MissingMember", malformed)},
            {of + "is null", null_member(name), type},
            {of + "is a number", jwk_member(name, 7), type},
            {of + "is an array of octets", jwk_member(name, json::array({1, 2, 3})), type},
            {of + "is empty", jwk_member(name, ""), length},
            {of + "is an octet short", octets(name, [](auto o) { return o.substr(1); }), length},
            {of + "is an octet long", octets(name, [](auto o) { return '\0' + o; }), length},
            {of + "has twice its length", octets(name, [](auto o) { return o + o; }), length}};
}

std::string base(Rows& rows, const Table& table, Algorithm algorithm) {
    const auto name = std::string(crypto::name(algorithm));
    return rows.valid(
        "a key for " + name, {{"jwk", jwk_of(key("agent", algorithm), table.draft)}},
        {.requirements = {algorithm == Algorithm::Ed25519 ? "key.ed25519" : "key.es256"}, .output = {{"alg", name}}});
}

void edwards(Table& table) {
    auto rows = table.group("Ed25519 keys", "check-key", 101);
    const auto good = base(rows, table, Algorithm::Ed25519);
    add_invalid(rows, good, shapes("x"));
    add_invalid(rows, good, encodings("x"));
    const std::vector<std::string> agree{"key.kty-crv-agree"};
    const auto disagrees = about("Disagreement", malformed, agree);
    const auto unknown = about("Disagreement", either, agree);
    add_invalid(
        rows, good,
        {{"without kty", jwk_member("kty", nullptr), about("MissingMember", either)},
         {"kty is null", null_member("kty"), about("WrongType", either)},
         {"kty is a number", jwk_member("kty", 1), about("WrongType", either)},
         {"kty in lower case", jwk_member("kty", "okp"), unknown},
         {"kty EC", jwk_member("kty", "EC"), disagrees},
         // Who does not implement RSA may say so.
         {"kty RSA", jwk_member("kty", "RSA"), unknown},
         {"kty oct", jwk_member("kty", "oct"), unknown},
         {"a kty that nobody knows", jwk_member("kty", "FUTURE"), unknown},
         {"without crv", jwk_member("crv", nullptr), about("MissingMember", either)},
         {"crv is null", null_member("crv"), about("WrongType", either)},
         {"crv is an array", jwk_member("crv", {"Ed25519"}), about("WrongType", either)},
         {"crv in lower case", jwk_member("crv", "ed25519"), unknown},
         {"crv P-256", jwk_member("crv", "P-256"), disagrees},
         {"crv Ed448", jwk_member("crv", "Ed448"),
          table.draft.jwk.eddsa_allowed ? about("WrongLength", either) : disagrees},
         {"crv X25519, which is for key agreement", jwk_member("crv", "X25519"),
          about("Disagreement", table.draft.jwk.eddsa_allowed ? either : malformed, agree)},
         {"a crv that nobody knows", jwk_member("crv", "Ed521"), unknown},
         {"the JWK is an empty object", jwk_replaced(json::object()), about("MissingMember", either)},
         {"the JWK is null", [](json& in) { in["jwk"] = nullptr; }, about("WrongType", either)},
         {"the JWK is its text", [](json& in) { in["jwk"] = in["jwk"].dump(); }, about("WrongType", either)},
         {"the JWK is an array", [](json& in) { in["jwk"] = json::array({in["jwk"]}); }, about("WrongType", either)},
         {"a JWK set in place of the JWK",
          [](json& in) {
              in["jwk"] = {{"keys", json::array({in["jwk"]})}};
          },
          about("WrongType", either)}});
    add_acceptable(rows, good,
                   {{"x with a loose bit", letters("x", with_loose_bit), about("NonCanonical", malformed)}});
}

void edwards_points(Table& table) {
    auto rows = table.group("Ed25519 points", "check-key", 161);
    const auto good = base(rows, table, Algorithm::Ed25519);
    const auto point = [](const char* hex) { return jwk_member("x", encoded(crypto::hex_decode(hex).value())); };
    const auto small = about("SmallOrder", malformed, {});
    const auto late = about("LatePoint", malformed, {});
    add_acceptable(
        rows, good,
        {{"the neutral point", point("0100000000000000000000000000000000000000000000000000000000000000"), small},
         {"the point of order 2", point("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"), small},
         {"a point of order 4", point("0000000000000000000000000000000000000000000000000000000000000000"), small},
         {"a point of order 8", point("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), small},
         {"another point of order 8", point("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), small},
         {"a y that is the prime of the field",
          point("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"), late},
         {"all bits set", point("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"), late},
         {"a y of no point", point("0200000000000000000000000000000000000000000000000000000000000000"), late}});
}

void algorithms(Table& table) {
    auto rows = table.group("alg of an Ed25519 key", "check-key", 181);
    const auto good = base(rows, table, Algorithm::Ed25519);
    const bool derived = !table.draft.jwk.algorithm_required;
    const std::vector<std::string> required{"key.alg-required", "key.alg-not-inferred"};
    const std::vector<std::string> forbidden{"key.alg-forbidden"}, agree{"key.kty-crv-agree"};
    const std::vector<std::string> unimplemented{"key.alg-unimplemented"};
    if (derived) {
        add_valid(rows, good,
                  {{"without alg: the curve says it", jwk_member("alg", nullptr), {.output = {{"alg", "Ed25519"}}}}});
        add_acceptable(rows, good,
                       {{"alg Ed25519, a name that is younger than the draft", jwk_member("alg", "Ed25519"),
                         about("OptionalAlgorithm", unsupported, {})}});
    } else {
        add_invalid(rows, good,
                    {{"without alg", jwk_member("alg", nullptr), about("MissingMember", unsupported, required)},
                     {"alg EdDSA, which does not say which curve", jwk_member("alg", "EdDSA"),
                      about("ForbiddenAlgorithm", unsupported, {"key.alg-polymorphic"})}});
    }
    add_invalid(
        rows, good,
        {{"alg is null", null_member("alg"), about("WrongType", either, required)},
         {"alg is a number", jwk_member("alg", -8), about("WrongType", either, required)},
         {"alg is an array", jwk_member("alg", {"Ed25519"}), about("WrongType", either, required)},
         {"alg is empty", jwk_member("alg", ""), about("ForbiddenAlgorithm", either, required)},
         {"alg none", jwk_member("alg", "none"), about("ForbiddenAlgorithm", either, forbidden)},
         {"alg HS256", jwk_member("alg", "HS256"), about("ForbiddenAlgorithm", either, forbidden)},
         {"alg HS512", jwk_member("alg", "HS512"), about("ForbiddenAlgorithm", either, forbidden)},
         {"alg RS1, which is prohibited", jwk_member("alg", "RS1"), about("ForbiddenAlgorithm", either, forbidden)},
         {"alg ECDH-ES, which signs nothing", jwk_member("alg", "ECDH-ES"),
          about("ForbiddenAlgorithm", either, unimplemented)},
         {"alg in lower case", jwk_member("alg", "ed25519"), about("ForbiddenAlgorithm", unsupported, unimplemented)},
         {"alg with a space at its end", jwk_member("alg", "Ed25519 "),
          about("ForbiddenAlgorithm", unsupported, unimplemented)},
         {"an alg that nobody knows", jwk_member("alg", "Ed25519-X"),
          about("ForbiddenAlgorithm", unsupported, unimplemented)},
         {"alg by its name in RFC 9421", jwk_member("alg", "ecdsa-p256-sha256"),
          about("ForbiddenAlgorithm", unsupported, unimplemented)},
         {"alg ES256", jwk_member("alg", "ES256"), about("Disagreement", malformed, agree)},
         // Who does not implement the alg need not compare.
         {"alg Ed448", jwk_member("alg", "Ed448"), about("Disagreement", either, agree)},
         {"alg ES384", jwk_member("alg", "ES384"), about("Disagreement", either, agree)},
         {"alg PS256", jwk_member("alg", "PS256"), about("Disagreement", either, agree)},
         {"alg RS256", jwk_member("alg", "RS256"), about("Disagreement", either, agree)}});
}

void curves(Table& table) {
    auto rows = table.group("P-256 keys", "check-key", 211);
    const auto good = base(rows, table, Algorithm::ES256);
    const std::vector<std::string> agree{"key.kty-crv-agree"};
    for (const char* name : {"x", "y"}) {
        add_invalid(rows, good, shapes(name));
        add_invalid(rows, good, encodings(name));
    }
    const auto off = about("NotOnCurve", malformed);
    const auto last_bit = [](std::string o) {
        o.back() = static_cast<char>(o.back() ^ 1);
        return o;
    };
    add_invalid(
        rows, good,
        {{"x changed by one bit", octets("x", last_bit), off},
         {"y changed by one bit", octets("y", last_bit), off},
         {"x and y zero", [](json& in) { in["jwk"]["x"] = in["jwk"]["y"] = encoded(std::string(32, '\0')); }, off},
         {"x larger than the prime of the field", jwk_member("x", encoded(std::string(32, '\xff'))), off},
         {"x and y exchanged", [](json& in) { std::swap(in["jwk"]["x"], in["jwk"]["y"]); }, off}});
    const auto disagrees = about("Disagreement", either, agree);
    add_invalid(
        rows, good,
        {{"kty OKP", jwk_member("kty", "OKP"), disagrees},
         {"kty RSA, the draft's own example", jwk_member("kty", "RSA"), disagrees},
         {"crv P-384, the draft's own example", jwk_member("crv", "P-384"), about("Disagreement", malformed, agree)},
         {"crv secp256k1", jwk_member("crv", "secp256k1"), disagrees},
         {"crv in lower case", jwk_member("crv", "p-256"), disagrees},
         {"without crv", jwk_member("crv", nullptr), about("MissingMember", either)},
         {"alg ES384", jwk_member("alg", "ES384"), disagrees},
         {"alg ES256K", jwk_member("alg", "ES256K"), disagrees},
         {"alg Ed25519", jwk_member("alg", "Ed25519"), disagrees},
         {"alg in lower case", jwk_member("alg", "es256"),
          about("ForbiddenAlgorithm", unsupported, {"key.alg-unimplemented"})}});
    const KeyRow without{"without alg", jwk_member("alg", nullptr),
                         about("MissingMember", unsupported, {"key.alg-required", "key.alg-not-inferred"})};
    if (table.draft.jwk.algorithm_required) {
        add_invalid(rows, good, {without});
    } else {
        add_valid(rows, good, {{"without alg: the curve says it", without.edit, {.output = {{"alg", "ES256"}}}}});
    }
    add_acceptable(rows, good,
                   {{"x with a loose bit", letters("x", with_loose_bit), about("NonCanonical", malformed)},
                    {"y with a loose bit", letters("y", with_loose_bit), about("NonCanonical", malformed)}});
}

void others(Table& table) {
    auto rows = table.group("other members, and other keys", "check-key", 281);
    const auto good = base(rows, table, Algorithm::Ed25519);
    const std::vector<std::string> unknown{"key.unknown-members"}, symmetric{"key.oct"};
    add_valid(rows, good,
              {{"members that nobody knows",
                jwk_member("x-note", {{"a", json::array({1, nullptr})}}),
                {.requirements = unknown}},
               {"use sig", jwk_member("use", "sig")},
               {"key_ops verify, as WebCrypto exports it",
                [](json& in) {
                    in["jwk"].update({{"key_ops", {"verify"}}, {"ext", true}});
                }},
               {"without kid", jwk_member("kid", nullptr)},
               {"a kid of other letters", jwk_member("kid", "schlüssel 1")}});
    const auto use = about("KeyUse", malformed, {});
    add_acceptable(
        rows, good,
        {{"the private key", jwk_member("d", encoded(key("agent").key.secret_octets())),
          about("PrivateMember", malformed, {})},
         {"use enc", jwk_member("use", "enc"), use},
         {"use is a number", jwk_member("use", 1), use},
         {"key_ops sign", jwk_member("key_ops", {"sign"}), use},
         {"key_ops with nothing in it", jwk_member("key_ops", json::array()), use},
         {"key_ops with an operation twice", jwk_member("key_ops", {"verify", "verify"}), use},
         {"key_ops is a string", jwk_member("key_ops", "verify"), use},
         {"kid is a number: RFC 7517 wants a string", jwk_member("kid", 1), about("Ambiguous", malformed, {})}});
    for (const auto algorithm : {Algorithm::Ed448, Algorithm::ES384, Algorithm::ES512}) {
        const auto name = std::string(crypto::name(algorithm));
        add_acceptable(rows, good,
                       {{"a key for " + name, jwk_replaced(jwk_of(key("agent", algorithm), table.draft)),
                         about("OptionalAlgorithm", unsupported, {"key.alg-unimplemented"})}});
    }
    add_acceptable(rows, good,
                   {{"a key for ML-DSA-44",
                     jwk_replaced({{"kty", "AKP"}, {"alg", "ML-DSA-44"}, {"pub", encoded(std::string(1312, 'k'))}}),
                     about("OptionalAlgorithm", unsupported, {"key.alg-unimplemented"})}});
    for (const char* alg : {"HS256", "HS384", "HS512"}) {
        const json oct{{"kty", "oct"}, {"alg", alg}, {"k", encoded(std::string(64, 'k'))}};
        add_invalid(rows, good,
                    {{std::string("a symmetric key for ") + alg, jwk_replaced(oct),
                      about("ForbiddenAlgorithm", either, symmetric)}});
    }
    add_invalid(rows, good,
                {{"a symmetric key that says Ed25519",
                  jwk_replaced({{"kty", "oct"}, {"alg", "Ed25519"}, {"k", encoded(std::string(32, 'k'))}}),
                  about("ForbiddenAlgorithm", either, symmetric)}});
}

}  // namespace

void write_key_checks(Table& table) {
    edwards(table);
    edwards_points(table);
    algorithms(table);
    curves(table);
    others(table);
}

}  // namespace aauth::vectors

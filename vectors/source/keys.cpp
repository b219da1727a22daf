#include "harness/crypto/encoding.h"
#include "vectors/source/key_groups.h"
#include "vectors/source/material.h"
#include "vectors/source/sources.h"

// RFC 7638 with the key types of RFC 7518 and RFC 8037; what is published there has its value from there.
namespace aauth::vectors {

namespace {

json rfc7638_key() {
    return {{"kty", "RSA"},
            {"n",
             "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
             "BJECPebWKRXjBZCiFV4n3oknj"
             "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
             "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ"
             "vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
             "kEgU8awapJzK"
             "nqDKgw"},
            {"e", "AQAB"},
            {"alg", "RS256"},
            {"kid", "2011-04-29"}};
}

Says gives(const std::string& thumbprint) { return {.output = {{"thumbprint", thumbprint}}}; }

void published_thumbprints(Rows& rows) {
    rows.valid("the RSA key of RFC 7638, section 3.1", {{"jwk", rfc7638_key()}},
               gives("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
    rows.valid("the Ed25519 key of RFC 8037, appendix A.3",
               {{"jwk", {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}}},
               gives("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    rows.valid("the P-256 key of RFC 7517, appendix A.1",
               {{"jwk",
                 {{"kty", "EC"},
                  {"crv", "P-256"},
                  {"x", "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"},
                  {"y", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"},
                  {"use", "enc"},
                  {"kid", "1"}}}},
               gives("cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"));
    for (const auto algorithm : {crypto::Algorithm::Ed448, crypto::Algorithm::ES384, crypto::Algorithm::ES512}) {
        const auto& other = key("agent", algorithm);
        rows.valid("a key for " + std::string(crypto::name(algorithm)), {{"jwk", other.public_jwk()}},
                   gives(other.thumbprint()));
    }
}

void thumbprints(Table& table) {
    auto rows = table.group("JWK thumbprints (RFC 7638)", "thumbprint", 1);
    const auto& okp = key("agent");
    const auto& ec = key("agent", crypto::Algorithm::ES256);
    const json bare{{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", okp.public_jwk()["x"]}};
    const auto plain = rows.valid("an Ed25519 key", {{"jwk", bare}}, gives(okp.thumbprint()));
    published_thumbprints(rows);
    const auto same = gives(okp.thumbprint());
    add_valid(rows, plain,
              {{"with kid, alg and use, which do not count",
                [](json& in) {
                    in["jwk"].update({{"kid", "k"}, {"alg", "Ed25519"}, {"use", "sig"}, {"key_ops", {"verify"}}});
                },
                same},
               {"with members that nobody knows, which do not count", jwk_member("x-note", {{"a", 1}}), same},
               {"the private key: d does not count", jwk_member("d", crypto::base64url_encode(okp.key.secret_octets())),
                same},
               {"with another alg, which does not count", jwk_member("alg", "ES256"), same}});
    const auto curve = rows.valid("a P-256 key", {{"jwk", ec.public_jwk()}}, gives(ec.thumbprint()));

    const std::vector<std::string> missing{"MissingMember"}, type{"WrongType"};
    // RFC 7638 has strings there, and does not say what becomes of others.
    const Says silent{.flags = {"Ambiguous"}};
    add_invalid(rows, plain,
                {{"without kty", jwk_member("kty", nullptr), {.flags = missing}},
                 {"without crv", jwk_member("crv", nullptr), {.flags = missing}},
                 {"without x", jwk_member("x", nullptr), {.flags = missing}}});
    add_acceptable(rows, plain,
                   {{"kty is a number, of which RFC 7638 says nothing", jwk_member("kty", 1), silent},
                    {"crv is an array, of which RFC 7638 says nothing", jwk_member("crv", {"Ed25519"}), silent},
                    {"x is a number, of which RFC 7638 says nothing", jwk_member("x", 7), silent}});
    add_invalid(rows, plain,
                {{"an array in place of the JWK", jwk_replaced(json::array({bare})), {.flags = type}},
                 {"a string in place of the JWK", jwk_replaced("OKP"), {.flags = type}},
                 {"an empty object in place of the JWK", jwk_replaced(json::object()), {.flags = missing}}});
    add_invalid(rows, curve, {{"a P-256 key without y", jwk_member("y", nullptr), {.flags = missing}}});
    add_acceptable(rows, curve,
                   {{"a P-256 key whose y is null, of which RFC 7638 says nothing",
                     [](json& in) { in["jwk"]["y"] = nullptr; }, silent}});
    rows.valid("a symmetric key (RFC 7638, section 3.2)",
               {{"jwk", {{"kty", "oct"}, {"k", "Zm9vYmFyYmF6cXV4"}, {"alg", "HS256"}}}},
               gives("Y78VkFsfG7C5LJsvtTl3TX3K7ZGgK4ECDD7a_sbpTOA"));
}

}  // namespace

void add_valid(Rows& rows, const std::string& from, const std::vector<KeyRow>& all) {
    for (const auto& row : all) {
        auto input = rows.input(from);
        row.edit(input);
        rows.valid(row.comment, input, row.says);
    }
}

void add_invalid(Rows& rows, const std::string& from, const std::vector<KeyRow>& all) {
    for (const auto& row : all) {
        auto input = rows.input(from);
        row.edit(input);
        rows.invalid(row.comment, from, input, row.says);
    }
}

void add_acceptable(Rows& rows, const std::string& from, const std::vector<KeyRow>& all) {
    for (const auto& row : all) {
        auto input = rows.input(from);
        row.edit(input);
        rows.acceptable(row.comment, from, input, row.says);
    }
}

std::function<void(json&)> jwk_member(const std::string& name, json value) {
    return [name, value = std::move(value)](json& input) {
        if (value.is_null()) {
            input["jwk"].erase(name);
        } else {
            input["jwk"][name] = value;
        }
    };
}

std::function<void(json&)> jwk_replaced(json jwk) {
    return [jwk = std::move(jwk)](json& input) { input["jwk"] = jwk; };
}

void write_keys(Table& table) {
    table.flag("MissingMember", "A member that a key of this type has to have is not there.");
    table.flag("WrongType", "A value has another JSON type than it has to have.");
    table.flag("BadEncoding",
               "A value is no base64url as RFC 7515, section 2, defines it: without padding, white space "
               "or characters of other alphabets.");
    table.flag("NonCanonical",
               "Bits that base64url does not use are not zero. RFC 4648, section 3.5, allows a decoder "
               "to refuse that, and does not demand it.");
    table.flag("WrongLength",
               "A value has not the length that its curve gives it (RFC 7518, section 6.2.1; RFC 8037).");
    table.flag("NotOnCurve", "The coordinates are of no point of the curve.");
    table.flag("LatePoint",
               "The value has the right length but encodes no point of the curve, or not canonically (RFC "
               "8032, section 5.1.3). RFC 8032 has points decoded when a signature is verified: who looks "
               "only then refuses every signature under this key.");
    table.flag("SmallOrder",
               "A point of small order: signatures under it can be made without a private key. RFC 8032 does "
               "not ask for it to be refused.");
    table.flag("ForbiddenAlgorithm",
               "An algorithm that must not be used: none, a polymorphic, a symmetric or a "
               "prohibited one, or one that is for no signatures.");
    table.flag("OptionalAlgorithm",
               "An algorithm that an implementation may have or not have. One that has not answers "
               "unsupported_algorithm.");
    table.flag("Disagreement", "kty or crv disagrees with alg (HTTP Signature Keys, section 3.3).");
    table.flag("PrivateMember",
               "A private member in a key that is shown to others. The draft does not say what a verifier "
               "does about it.");
    table.flag("KeyUse",
               "use or key_ops do not allow that signatures are verified with it, or have a form that RFC 7517 "
               "forbids. The draft does not speak of them.");
    table.flag("UnknownKey", "No key of the set has the kid.");
    table.flag("Syntax", "The text is no structured field of the type that it has to be (RFC 9651).");
    table.flag("UnknownScheme", "A scheme that is not registered.");
    table.flag("Ambiguous", "The draft is silent here, or says two things; the comment says where.");
    thumbprints(table);
    write_key_checks(table);
    write_key_sets(table);
    write_scheme_fields(table);
}

}  // namespace aauth::vectors

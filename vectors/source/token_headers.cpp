#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "vectors/source/material.h"
#include "vectors/source/token_rows.h"

// The header of a token (11.5.1, 11.5.2 steps 1 and 2).
namespace aauth::vectors {

namespace {

using protocol::TokenKind;

const Codes malformed{"invalid_jwt"};
// Which of the two fits is not said.
const Codes algorithm{"invalid_jwt", "unsupported_algorithm"};
const Codes key_code{"unknown_key", "invalid_jwt"};
// The header's alg is compared with that of the key; no code is given for that either.
const Codes disagreement{"invalid_jwt", "invalid_key", "unsupported_algorithm"};

std::string hmac_sha256(std::string secret, const std::string& message) {
    secret.resize(64, '\0');
    std::string inner = secret, outer = secret;
    for (auto& octet : inner) octet = static_cast<char>(octet ^ 0x36);
    for (auto& octet : outer) octet = static_cast<char>(octet ^ 0x5c);
    return crypto::sha256(outer + crypto::sha256(inner + message));
}

std::function<std::string(const std::string&)> authenticated(const std::string& secret) {
    return [secret](const std::string& compact) {
        const auto jwt = jose::Jwt::decode(compact).value();
        return jose::assemble(jwt.header_text(), jwt.payload_text(),
                              hmac_sha256(secret, std::string(jwt.signing_input())));
    };
}

std::string unsigned_form(const std::string& compact) { return compact.substr(0, compact.rfind('.') + 1); }

void types(TokenGroup& group) {
    const auto ids = group.own("jwt.typ", "verify-typ");
    group.invalid({"without typ", header("typ", nullptr)}, "WrongTyp", malformed, ids);
    const std::string typ(protocol::typ(group.kind()));
    for (const json& value : {json("JWT"), json(""), json(1), json(json::array({typ})), json("at+jwt"),
                              json(typ.substr(0, typ.size() - 4)), json("jkt-s256+jwt")}) {
        group.invalid({"typ " + value.dump(), header("typ", value)}, "WrongTyp", malformed, ids);
    }
    for (const auto kind : {TokenKind::Agent, TokenKind::Person, TokenKind::Resource, TokenKind::Auth}) {
        if (kind == group.kind()) continue;
        const std::string other(protocol::typ(kind));
        group.invalid({"typ " + other, header("typ", other)}, "WrongTyp", malformed, ids);
    }
    group.acceptable({"typ application/" + typ + ", which RFC 7515, section 4.1.9, means by " + typ,
                      header("typ", "application/" + typ)},
                     "Ambiguous");
    auto upper = typ;
    for (auto& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    group.acceptable({"typ in upper case: media types are compared without regard to case", header("typ", upper)},
                     "Ambiguous");
}

void algorithms(TokenGroup& group) {
    const std::vector<std::string> ids{"jwt.alg"};
    const auto forbidden = [&](TokenRow row) { group.invalid(row, "ForbiddenAlgorithm", algorithm, ids); };
    forbidden({"alg none, and no signature", header("alg", "none"), unsigned_form});
    forbidden({"alg none, and a signature", header("alg", "none")});
    forbidden({"alg NONE, and no signature", header("alg", "NONE"), unsigned_form});
    const auto octets = group.good().signer.key.public_key().edwards_octets();
    forbidden(
        {"alg HS256, made with the octets of the issuer's public key", header("alg", "HS256"), authenticated(octets)});
    forbidden({"alg HS256, made with x of the issuer's public key", header("alg", "HS256"),
               authenticated(crypto::base64url_encode(octets))});
    forbidden({"alg HS256, made with an empty key", header("alg", "HS256"), authenticated("")});
    if (group.draft().jwk.eddsa_allowed) {
        group.acceptable({"alg Ed25519, a name that is younger than the draft", header("alg", "Ed25519")}, "Ambiguous");
    } else {
        forbidden({"alg EdDSA, which does not say which curve", header("alg", "EdDSA")});
    }
    const auto wrong = [&](TokenRow row) { group.invalid(row, "WrongAlgorithm", disagreement, ids); };
    wrong({"alg ES256 over a signature with Ed25519", header("alg", "ES256")});
    wrong({"alg Ed448 over a signature with Ed25519", header("alg", "Ed448")});
    wrong({"alg RS256 over a signature with Ed25519", header("alg", "RS256")});
    wrong({"alg in lower case", header("alg", "ed25519")});
    wrong({"an alg that nobody knows", header("alg", "Ed25519-X")});
    wrong({"without alg", header("alg", nullptr)});
    wrong({"alg is empty", header("alg", "")});
    wrong({"alg is a number", header("alg", -8)});
    wrong({"alg is an array", header("alg", {"Ed25519"})});
}

void keys(TokenGroup& group) {
    const std::vector<std::string> unknown{"sig.key.unknown", "jwt.kid"};
    const std::string kid = group.good().signer.kid;
    group.invalid({"a kid that the issuer does not publish", header("kid", "no-such-key")}, "UnknownKey", key_code,
                  unknown);
    group.invalid({"an empty kid", header("kid", "")}, "UnknownKey", key_code, unknown);
    auto upper = kid;
    upper.front() = static_cast<char>(upper.front() - 32);
    group.invalid({"the kid with its first letter in upper case", header("kid", upper)}, "UnknownKey", key_code,
                  unknown);
    const auto other = curve_key_of(group.good().claims["iss"].get<std::string>()).kid;
    group.invalid({"the kid of another key of the issuer", header("kid", other)}, "WrongKey", disagreement,
                  {"jwks.kid-selection", "jwt.kid"});
    group.acceptable(
        {"without kid: nothing says whether a verifier may try the keys there are", header("kid", nullptr)},
        "Ambiguous", {"jwt.kid-present"});
    group.acceptable({"a kid that is a number", header("kid", 1)}, "Ambiguous", {"jwt.kid-present"});
    group.acceptable({"a kid that is an array", header("kid", json::array({kid}))}, "Ambiguous", {"jwt.kid-present"});
}

// Header parameters that a verifier is not to follow, and those that it has to understand.
void parameters(TokenGroup& group) {
    const jose::SigningKey impostor{key("stranger").key, crypto::Algorithm::Ed25519, group.good().signer.kid};
    const auto brought = [&impostor](const char* name, const json& value) {
        return [impostor, name, value](Draftable& token) {
            token.signer = impostor;
            token.header[name] = value;
        };
    };
    const std::vector<std::string> ids{"jwt.signature", "sig.jwt.invalid"};
    group.invalid(
        {"signed by a key that its own header brings along as jwk", brought("jwk", key("stranger").public_jwk())},
        "KeyInHeader", malformed, ids);
    group.invalid({"signed by a key at a jku of its own header", brought("jku", "https://evil.example/jwks.json")},
                  "KeyInHeader", malformed, ids);
    group.invalid({"signed by another key, with an x5c that nobody trusts", brought("x5c", json::array({"MIIB"}))},
                  "KeyInHeader", malformed, ids);
    group.valid({"header parameters that nobody knows (RFC 7515, section 4)", [](Draftable& token) {
                     token.header["x-note"] = {{"a", 1}};
                     token.header["cty2"] = "text";
                 }});
    const auto critical = [](const json& crit) {
        return [crit](Draftable& token) {
            token.header["crit"] = crit;
            token.header["x-note"] = true;
        };
    };
    group.invalid({"a critical extension that nobody knows (RFC 7515, section 4.1.11)", critical({"x-note"})},
                  "CriticalExtension", malformed, {"sig.jwt.invalid"});
    group.invalid({"a critical extension that the header does not have", critical({"x-absent"})}, "CriticalExtension",
                  malformed, {"sig.jwt.invalid"});
    group.invalid({"crit is a string", critical("x-note")}, "CriticalExtension", malformed, {"sig.jwt.invalid"});
    group.acceptable({"crit is an empty array, which a producer must not send", critical(json::array())}, "Ambiguous");
}

}  // namespace

void write_token_headers(Table& table, TokenKind kind, int first) {
    TokenGroup group(table, title(kind) + ": header", first, kind, token_of(table.draft, kind));
    group.start("a good token", {"jwt.typ", "jwt.alg", "jwt.kid"});
    types(group);
    algorithms(group);
    keys(group);
    parameters(group);
}

}  // namespace aauth::vectors

#include "harness/crypto/encoding.h"
#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "vectors/source/material.h"
#include "vectors/source/token_parts.h"
#include "vectors/source/token_rows.h"

// The signature of a token (11.5.2 step 2, RFC 7515, RFC 8032, RFC 7518).
namespace aauth::vectors {

namespace {

using protocol::TokenKind;

const Codes malformed{"invalid_jwt"};
// Of the header's alg and the key's, for which no code is given.
const Codes disagreement{"invalid_jwt", "invalid_key", "unsupported_algorithm"};

// The signature as octets.
Change signature(std::function<std::string(std::string)> change) {
    return text([change](Parts& parts) {
        parts.signature = crypto::base64url_encode(change(crypto::base64url_decode(parts.signature).value()));
    });
}

// The same signature with the order of the group added to its second half (RFC 8032, section 5.1.7, forbids it).
std::string with_larger_s(std::string octets) {
    static const auto order =
        crypto::hex_decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry +=
            static_cast<unsigned char>(octets[32 + i]) + static_cast<unsigned>(static_cast<unsigned char>(order[i]));
        octets[32 + i] = static_cast<char>(carry & 0xff);
        carry >>= 8;
    }
    return octets;
}

std::string flipped(std::string octets, std::size_t at) {
    octets[at] = static_cast<char>(octets[at] ^ 1);
    return octets;
}

std::string der_integer(std::string number) {
    while (number.size() > 1 && number.front() == '\0') number.erase(0, 1);
    if ((static_cast<unsigned char>(number.front()) & 0x80) != 0) number.insert(number.begin(), '\0');
    return std::string("\x02") + static_cast<char>(number.size()) + number;
}

std::string der(const std::string& octets) {
    const auto both = der_integer(octets.substr(0, 32)) + der_integer(octets.substr(32));
    return std::string("\x30") + static_cast<char>(both.size()) + both;
}

void signatures(TokenGroup& group) {
    const auto ids = group.own("jwt.signature", "verify-signature");
    const auto bad = [&](const char* comment, Change change) {
        group.invalid({comment, {}, std::move(change)}, "BadSignature", malformed, ids);
    };
    bad("first bit of the signature changed", signature([](auto o) { return flipped(o, 0); }));
    bad("a bit of the signature's second half changed", signature([](auto o) { return flipped(o, 40); }));
    bad("the signature an octet short", signature([](auto o) { return o.substr(0, 63); }));
    bad("the signature an octet long", signature([](auto o) { return o + '\0'; }));
    bad("the signature twice", signature([](auto o) { return o + o; }));
    bad("the signature cut in half", signature([](auto o) { return o.substr(0, 32); }));
    bad("no signature", text([](Parts& p) { p.signature.clear(); }));
    bad("a signature of zeros", signature([](auto) { return std::string(64, '\0'); }));
    bad("a signature of the neutral point and zero", signature([](auto) { return '\1' + std::string(63, '\0'); }));
    bad("the order of the group added to S, which RFC 8032 forbids", signature(with_larger_s));
    bad("the signature in hexadecimal",
        text([](Parts& p) { p.signature = crypto::hex_encode(crypto::base64url_decode(p.signature).value()); }));
    bad("a claim added after it was signed", [](const std::string& compact) {
        const auto jwt = jose::Jwt::decode(compact).value();
        auto claims = jwt.payload();
        claims["added"] = true;
        return jose::assemble(jwt.header_text(), aauth::json::dump(claims), jwt.signature());
    });
    bad("a header parameter added after it was signed", [](const std::string& compact) {
        const auto jwt = jose::Jwt::decode(compact).value();
        auto members = jwt.header();
        members["added"] = true;
        return jose::assemble(aauth::json::dump(members), jwt.payload_text(), jwt.signature());
    });
    bad("a space added to the payload after it was signed", [](const std::string& compact) {
        const auto jwt = jose::Jwt::decode(compact).value();
        return jose::assemble(jwt.header_text(), jwt.payload_text() + " ", jwt.signature());
    });
    auto other = group.good();
    other.claims["jti"] = fixed_id("another token");
    bad("the signature of another token of the issuer",
        text([taken = parts_of(other.minted()).signature](Parts& p) { p.signature = taken; }));
    const auto kid = group.good().signer.kid;
    group.invalid({"signed by another key under the issuer's kid",
                   [kid](Draftable& token) {
                       token.signer = {key("stranger").key, crypto::Algorithm::Ed25519, kid};
                   }},
                  "WrongKey", malformed, ids);
    group.invalid({"signed by the key that the token is for, under the issuer's kid",
                   [kid](Draftable& token) {
                       token.signer = {key("agent").key, crypto::Algorithm::Ed25519, kid};
                   }},
                  "WrongKey", malformed, ids);
    group.invalid({"signed with ES256 by another key, under the issuer's kid",
                   [kid](Draftable& token) {
                       const auto& stranger = key("stranger", crypto::Algorithm::ES256);
                       token.signer = {stranger.key, crypto::Algorithm::ES256, kid};
                       token.header["alg"] = "ES256";
                   }},
                  "WrongKey", disagreement, ids);
}

void curve_signatures(Table& table, TokenKind kind, int first) {
    const auto plain = token_of(table.draft, kind);
    const auto& key = curve_key_of(plain.claims["iss"].get<std::string>());
    TokenGroup group(table, title(kind) + ": signed with ES256", first, kind, signed_by(plain, key, table.draft));
    group.start("a token signed with ES256 (RFC 7518, section 3.4)", {"key.es256"});
    const auto bad = [&](const char* comment, Change change) {
        group.invalid({comment, {}, std::move(change)}, "BadSignature", malformed, {"jwt.signature"});
    };
    bad("the signature in DER", signature(der));
    bad("r and s exchanged", signature([](auto o) { return o.substr(32) + o.substr(0, 32); }));
    bad("one bit of r changed", signature([](auto o) { return flipped(o, 31); }));
    bad("one bit of s changed", signature([](auto o) { return flipped(o, 63); }));
    bad("r and s zero", signature([](auto) { return std::string(64, '\0'); }));
    bad("r zero", signature([](auto o) { return std::string(32, '\0') + o.substr(32); }));
    bad("the signature an octet short", signature([](auto o) { return o.substr(0, 63); }));
    bad("r and s a zero octet longer each",
        signature([](auto o) { return '\0' + o.substr(0, 32) + '\0' + o.substr(32); }));
    bad("no signature", text([](Parts& p) { p.signature.clear(); }));
    const auto algorithm = [&](const char* alg) {
        group.invalid({std::string("alg ") + alg + " over a signature with ES256", header("alg", alg)},
                      "WrongAlgorithm", disagreement, {"jwt.alg"});
    };
    algorithm("ES384");
    algorithm("ES256K");
    algorithm("Ed25519");
    algorithm("es256");
}

}  // namespace

void write_token_signatures(Table& table, TokenKind kind, int first) {
    TokenGroup group(table, title(kind) + ": signature", first, kind, token_of(table.draft, kind));
    group.start("a good token", {"jwt.signature"});
    signatures(group);
    curve_signatures(table, kind, first + 30);
}

}  // namespace aauth::vectors

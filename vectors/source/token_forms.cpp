#include <algorithm>

#include "harness/crypto/encoding.h"
#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "vectors/source/token_parts.h"
#include "vectors/source/token_rows.h"

// The compact form of a token, and the JSON in it (RFC 7515, RFC 7519).
namespace aauth::vectors {

namespace {

using protocol::TokenKind;

const Codes malformed{"invalid_jwt"};

// Header or payload as exact text, and signed.
Change header_text(const jose::SigningKey& key, std::function<std::string(std::string)> change) {
    return [key, change](const std::string& compact) {
        const auto jwt = jose::Jwt::decode(compact).value();
        return jose::mint_raw(change(jwt.header_text()), jwt.payload_text(), key);
    };
}

Change payload_text(const jose::SigningKey& key, std::function<std::string(std::string)> change) {
    return [key, change](const std::string& compact) {
        const auto jwt = jose::Jwt::decode(compact).value();
        return jose::mint_raw(jwt.header_text(), change(jwt.payload_text()), key);
    };
}

void compact_forms(TokenGroup& group) {
    const std::vector<std::string> ids{"sig.jwt.invalid"};
    const auto bad = [&](const char* comment, Change change) {
        group.invalid({comment, {}, std::move(change)}, "Form", malformed, ids);
    };
    bad("an empty text", [](auto) { return std::string(); });
    bad("no JWT at all", [](auto) { return std::string("token"); });
    bad("three empty parts", [](auto) { return std::string(".."); });
    bad("two parts", [](auto c) { return c.substr(0, c.rfind('.')); });
    bad("four parts", [](auto c) { return c + ".AAAA"; });
    bad("five parts, as an encrypted token has", [](auto c) { return c + ".AAAA.AAAA"; });
    bad("a dot at the end", [](auto c) { return c + "."; });
    bad("a dot in front", [](auto c) { return "." + c; });
    bad("an empty header", text([](Parts& p) { p.header.clear(); }));
    bad("an empty payload", text([](Parts& p) { p.payload.clear(); }));
    bad("Bearer in front", [](auto c) { return "Bearer " + c; });
    bad("in quotes", [](auto c) { return "\"" + c + "\""; });
    bad("a space in front", [](auto c) { return " " + c; });
    bad("a space at the end", [](auto c) { return c + " "; });
    bad("a newline at the end", [](auto c) { return c + "\n"; });
    bad("a newline in the payload", text([](Parts& p) { p.payload.insert(20, "\n"); }));
    bad("padding after the signature", text([](Parts& p) { p.signature += "=="; }));
    bad("padding after the header", text([](Parts& p) {
            do {
                p.header += '=';
            } while (p.header.size() % 4 != 0);
        }));
    bad("a character in the payload that is not of base64url", text([](Parts& p) { p.payload.insert(8, "!"); }));
    bad("a character in the signature that is not of base64url", text([](Parts& p) { p.signature.insert(8, "*"); }));
    bad("the signature in standard base64",
        text([](Parts& p) { p.signature = crypto::base64_encode(crypto::base64url_decode(p.signature).value()); }));
    bad("the flattened JSON form (RFC 7515, section 7.2.2)", [](const std::string& compact) {
        const auto p = parts_of(compact);
        return aauth::json::dump({{"protected", p.header}, {"payload", p.payload}, {"signature", p.signature}});
    });
    bad("a length of the signature that base64url does not have", text([](Parts& p) { p.signature.resize(85); }));
    group.acceptable({"a loose bit in the last letter of the signature (RFC 4648, section 3.5)", {}, text([](Parts& p) {
                          constexpr std::string_view alphabet =
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
                          p.signature.back() = alphabet[alphabet.find(p.signature.back()) ^ 1u];
                      })},
                     "NonCanonical");
}

void json_forms(TokenGroup& group) {
    const auto& key = group.good().signer;
    const std::vector<std::string> ids{"sig.jwt.invalid"};
    const auto bad = [&](const char* comment, Change change) {
        group.invalid({comment, {}, std::move(change)}, "Json", malformed, ids);
    };
    const auto payload = [&](std::function<std::string(std::string)> change) {
        return payload_text(key, std::move(change));
    };
    const auto head = [&](std::function<std::string(std::string)> change) {
        return header_text(key, std::move(change));
    };
    bad("the header is no JSON", head([](auto) { return "alg: Ed25519"; }));
    bad("the header is an array", head([](auto h) { return "[" + h + "]"; }));
    bad("the header is a string", head([](auto) { return "\"Ed25519\""; }));
    bad("the header is cut off", head([](auto h) { return h.substr(0, h.size() - 1); }));
    bad("a second object after the header's", head([](auto h) { return h + "{}"; }));
    bad("the payload is no JSON", payload([](auto) { return "iss=https://ap.example"; }));
    bad("the payload is an array", payload([](auto p) { return "[" + p + "]"; }));
    bad("the payload is null", payload([](auto) { return "null"; }));
    bad("the payload is its text in a JSON string", payload([](auto p) { return json(p).dump(); }));
    bad("the payload is cut off", payload([](auto p) { return p.substr(0, p.size() - 1); }));
    bad("a second object after the payload's", payload([](auto p) { return p + p; }));
    bad("a comma after the last claim", payload([](auto p) { return p.substr(0, p.size() - 1) + ",}"; }));
    bad("a comment in the payload", payload([](auto p) { return "{/* claims */" + p.substr(1); }));
    bad("single quotes in the payload", payload([](auto p) {
            std::replace(p.begin(), p.end(), '"', '\'');
            return p;
        }));
    bad("octets in the payload that are no UTF-8",
        payload([](auto p) { return "{\"x\":\"\xff\xfe\"," + p.substr(1); }));
    bad("a claim that is NaN", payload([](auto p) { return "{\"x\":NaN," + p.substr(1); }));
    bad("the payload in UTF-16", payload([](auto p) {
            std::string wide;
            for (const char c : p) wide += std::string(1, c) + '\0';
            return wide;
        }));
    group.valid({"white space around and in the payload's JSON", {}, payload([](auto p) {
                     return " {\r\n\t" + p.substr(1) + "\n";
                 })});
    group.valid({"white space around the header's JSON", {}, head([](auto h) { return "\n " + h + " "; })});
    group.valid({"claim names and values written with escapes", {}, payload([](std::string p) {
                     const auto at = p.find("\"iss\"");
                     return p.replace(at, 5, "\"\\u0069ss\"");
                 })});
    group.valid({"claims in another order", {}, payload([](const std::string& p) {
                     const auto claims = json::parse(p);
                     std::string turned;
                     for (const auto& [name, value] : claims.items()) {
                         turned = json(name).dump() + ":" + value.dump() + (turned.empty() ? "" : ",") + turned;
                     }
                     return "{" + turned + "}";
                 })});
    // RFC 7519, section 4, and RFC 7515, section 4: refused, or the last one counts. Here the last one is wrong.
    const auto twice = [](const std::string& member) {
        return [member](std::string p) { return p.substr(0, p.size() - 1) + "," + member + "}"; };
    };
    group.invalid({"exp twice, the last one in the past", {}, payload(twice("\"exp\":1789990000"))}, "Duplicate",
                  {"invalid_jwt", "expired_jwt"}, ids);
    group.invalid({"iss twice, the last one no identifier", {}, payload(twice("\"iss\":\"nobody\""))}, "Duplicate", {},
                  ids);
    group.invalid({"typ twice, the last one another", {}, head(twice("\"typ\":\"JWT\""))}, "Duplicate", malformed, ids);
    group.acceptable({"exp twice, the first one in the past", {}, payload([](auto p) {
                          return "{\"exp\":1789990000," + p.substr(1);
                      })},
                     "Duplicate");
    group.acceptable({"a claim that nobody knows, twice", {}, payload(twice("\"x\":1,\"x\":2"))}, "Duplicate");
    group.acceptable({"a claim nested 1000 deep", {}, payload([](auto p) {
                          return "{\"x\":" + std::string(1000, '[') + std::string(1000, ']') + "," + p.substr(1);
                      })},
                     "Limits");
    group.acceptable({"a claim of 20,000 characters", claim("x-long", std::string(20000, 'a'))}, "Limits");
    group.acceptable({"a byte order mark before the payload, which RFC 8259 forbids to send and allows to ignore",
                      {},
                      payload([](auto p) { return "\xef\xbb\xbf" + p; })},
                     "Ambiguous");
}

}  // namespace

void write_token_forms(Table& table, TokenKind kind, int first) {
    // What a JWT is does not depend on what it says.
    if (kind != TokenKind::Agent && kind != TokenKind::Resource) return;
    TokenGroup group(table, title(kind) + ": form", first, kind, token_of(table.draft, kind));
    group.start("a good token", {"jwt.signature"});
    compact_forms(group);
    json_forms(group);
}

}  // namespace aauth::vectors

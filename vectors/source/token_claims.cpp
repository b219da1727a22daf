#include "vectors/source/material.h"
#include "vectors/source/token_rows.h"

// The claims that tokens share: iss, dwk, aud, jti (11.5.1, 11.5.2), and their times.
namespace aauth::vectors {

namespace {

using protocol::TokenKind;

const Codes malformed{"invalid_jwt"};

void issuers(TokenGroup& group) {
    const std::string id = group.good().claims["iss"];
    const auto host = id.substr(8);
    auto upper = host;
    for (auto& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    const std::vector<std::string> ids{"jwt.iss-valid", "id.server.syntax"};
    // Whether iss or the keys are looked at first, and so with what code, is open.
    const auto bad = [&](TokenRow row) { group.invalid(row, "Issuer", {}, ids); };
    bad({"without iss", claim("iss", nullptr)});
    bad({"iss is null", null_claim("iss")});
    bad({"iss is a number", claim("iss", 7)});
    bad({"iss is an array", claim("iss", json::array({id}))});
    bad({"iss is empty", claim("iss", "")});
    bad({"iss is a host", claim("iss", host)});
    bad({"iss with a trailing slash", claim("iss", id + "/")});
    bad({"iss with a path", claim("iss", id + "/v1")});
    bad({"iss with a query", claim("iss", id + "?a=b")});
    bad({"iss with a fragment", claim("iss", id + "#a")});
    bad({"iss with the port of https", claim("iss", id + ":443")});
    bad({"iss with a port", claim("iss", id + ":8443")});
    bad({"iss with a user", claim("iss", "https://user@" + host)});
    bad({"iss by http", claim("iss", "http://" + host)});
    bad({"iss with its host in upper case", claim("iss", "https://" + upper)});
    bad({"iss with its scheme in upper case", claim("iss", "HTTPS://" + host)});
    bad({"iss with a space at its end", claim("iss", id + " ")});
    bad({"iss in Unicode", claim("iss", "https://schl\xc3\xbcssel.example")});
    group.acceptable({"iss with a dot at its end: a host may be written so", claim("iss", id + ".")}, "Ambiguous");
    const std::string other(host == "as.example" ? agent_provider : access_server);
    group.invalid({"iss is another server, whose key did not sign it", claim("iss", other)}, "WrongKey",
                  {"unknown_key", "invalid_jwt"}, {"jwt.signature"});
    group.invalid({"iss is a server that cannot be reached", claim("iss", "https://nobody.example")}, "UnknownKey", {},
                  {"jwks.discovery"});
}

void documents(TokenGroup& group) {
    const auto ids = group.own("jwt.dwk", "verify-dwk");
    const std::string right = group.good().claims["dwk"];
    // Who looks the document up first finds no key.
    const auto bad = [&](TokenRow row) {
        group.invalid(row, "Document", {"invalid_jwt", "unknown_key", "issuer_mismatch", "issuer_missing"}, ids);
    };
    bad({"without dwk", claim("dwk", nullptr)});
    bad({"dwk is null", null_claim("dwk")});
    bad({"dwk is a number", claim("dwk", 1)});
    bad({"dwk is an array", claim("dwk", json::array({right}))});
    bad({"dwk is empty", claim("dwk", "")});
    for (const auto name : {protocol::agent_document, protocol::resource_document, protocol::person_document,
                            protocol::access_document}) {
        const bool either =
            group.is(TokenKind::Auth) && (name == protocol::person_document || name == protocol::access_document);
        if (name != right && !either) bad({"dwk " + std::string(name), claim("dwk", name)});
    }
    bad({"dwk without its ending", claim("dwk", right.substr(0, right.size() - 5))});
    bad({"dwk in upper case", claim("dwk", "AAUTH" + right.substr(5))});
    bad({"dwk with a directory", claim("dwk", "../.well-known/" + right)});
    bad({"dwk is a URL", claim("dwk", group.good().claims["iss"].get<std::string>() + "/.well-known/" + right)});
}

void audiences(TokenGroup& group) {
    if (group.is(TokenKind::Agent)) return;
    const auto ids = group.own("", "verify-aud");
    const std::string right = group.good().claims["aud"];
    // A person server that is not the audience of a resource token takes it to the one that is (9.3), or refuses it.
    const Codes codes = group.is(TokenKind::Resource) ? Codes() : malformed;
    const auto bad = [&](TokenRow row) { group.invalid(row, "Audience", codes, ids); };
    bad({"without aud", claim("aud", nullptr)});
    bad({"aud is null", null_claim("aud")});
    bad({"aud is a number", claim("aud", 1)});
    bad({"aud is empty", claim("aud", "")});
    bad({"aud is another server", claim("aud", "https://other.example")});
    bad({"aud with a trailing slash", claim("aud", right + "/")});
    bad({"aud with a path", claim("aud", right + "/data")});
    bad({"aud with the port of https", claim("aud", right + ":443")});
    bad({"aud by http", claim("aud", "http" + right.substr(5))});
    bad({"aud with its scheme in upper case", claim("aud", "HTTPS" + right.substr(5))});
    bad({"aud with a letter of its host in upper case", [right](Draftable& token) {
             auto upper = right;
             upper[8] = static_cast<char>(upper[8] - 32);
             token.claims["aud"] = upper;
         }});
    bad({"aud is the host", claim("aud", right.substr(8))});
    bad({"aud is a star", claim("aud", "*")});
    bad({"aud is a subdomain", claim("aud", "https://api." + right.substr(8))});
    bad({"aud has the identifier as its beginning", claim("aud", right + ".evil.example")});
    bad({"aud is an array of others", claim("aud", {"https://other.example", "https://more.example"})});
    bad({"aud is an object", claim("aud", {{"0", right}})});
    group.acceptable({"aud is an array of the one identifier: RFC 7519 has it so, the draft speaks of one URL",
                      claim("aud", json::array({right}))},
                     "Ambiguous");
    group.acceptable(
        {"aud is an array with the identifier and another", claim("aud", {right, "https://other.example"})},
        "Ambiguous");
}

void ids(TokenGroup& group) {
    const std::vector<std::string> about{"jwt.jti"};
    group.acceptable({"without jti", claim("jti", nullptr)}, "NoStep", about);
    group.acceptable({"jti is null", null_claim("jti")}, "NoStep", about);
    group.acceptable({"jti is a number", claim("jti", 7)}, "NoStep", about);
    group.acceptable({"jti is empty", claim("jti", "")}, "NoStep", about);
    group.valid({"a long jti", claim("jti", std::string(300, 'j'))});
    group.valid({"a jti with other letters", claim("jti", "urn:x:\xc3\xbc/1")});
}

std::function<void(Draftable&)> times(const json& issued, const json& expires) {
    return [issued, expires](Draftable& token) {
        token.claims["iat"] = issued;
        token.claims["exp"] = expires;
    };
}

void expiry(TokenGroup& group) {
    const auto past = group.own("jwt.exp-no-tolerance", "verify-exp");
    const Codes expired{"expired_jwt"};
    group.valid({"exp a second ahead", times(now - 100, now + 1)});
    group.invalid({"exp now: it has to be in the future", times(now - 100, now)}, "Expired", expired, past);
    group.invalid({"exp a second ago", times(now - 100, now - 1)}, "Expired", expired, past);
    group.invalid({"exp 30 seconds ago: there is no tolerance", times(now - 100, now - 30)}, "Expired", expired, past);
    group.invalid({"exp an hour ago", times(now - 7000, now - 3600)}, "Expired", expired, past);
    // A missing or malformed exp may count as one that has passed.
    const Codes either{"invalid_jwt", "expired_jwt"};
    const auto bad = [&](TokenRow row) { group.invalid(row, "Expiry", either, {"jwt.exp-required"}); };
    bad({"without exp", claim("exp", nullptr)});
    bad({"exp is null", null_claim("exp")});
    bad({"exp is a string", claim("exp", std::to_string(now + 100))});
    bad({"exp is a date", claim("exp", "2099-01-01T00:00:00Z")});
    bad({"exp is an array", claim("exp", json::array({now + 100}))});
    bad({"exp is true", claim("exp", true)});
    bad({"exp 0", claim("exp", 0)});
    bad({"exp negative", claim("exp", -now)});
    bad({"exp is an object", claim("exp", json::object())});
    group.valid({"exp with a fraction (RFC 7519, section 2)", claim("exp", static_cast<double>(now) + 100.5)});
    group.acceptable({"exp half a second ahead", claim("exp", static_cast<double>(now) + 0.5)}, "Ambiguous");
    group.invalid({"exp half a second ago", claim("exp", static_cast<double>(now) - 0.5)}, "Expired", either, past);
}

void issued(TokenGroup& group) {
    const auto expires = group.good().claims["exp"].get<std::int64_t>();
    group.valid({"iat now", times(now, expires)});
    group.valid({"iat with a fraction", claim("iat", static_cast<double>(now) - 9.5)});
    const std::vector<std::string> about{"jwt.iat-present"};
    const char* flag = "NoStep";
    group.acceptable({"without iat", claim("iat", nullptr)}, flag, about);
    group.acceptable({"iat is null", null_claim("iat")}, flag, about);
    group.acceptable({"iat is a string", claim("iat", "now")}, flag, about);
    group.acceptable({"iat after exp", claim("iat", expires + 10)}, flag, about);
    for (const int seconds : {1, 5, 60}) {
        const auto title = "iat " + std::to_string(seconds) + (seconds == 1 ? " second ahead" : " seconds ahead");
        group.acceptable({title, claim("iat", now + seconds)}, "Skew", {"jwt.iat-ahead-window"});
    }
    const TokenRow ahead{"iat an hour ahead", times(now + 3600, now + 3700)};
    if (group.draft().iat_not_ahead) {
        group.invalid(ahead, "IssuedAhead", malformed, {"jwt.iat-future"});
    } else {
        group.acceptable({"iat two minutes ahead", claim("iat", now + 120)}, "Skew", {"sig.jwt.iat-ahead"});
        group.acceptable(ahead, "Skew", {"sig.jwt.iat-ahead"});
    }
}

void lifetimes(TokenGroup& group) {
    const auto ceiling = group.draft().token_ceiling;
    if (group.is(TokenKind::Agent)) {
        group.valid({"issued a day ago, with a second left", times(now - 86399, now + 1)}, {"jwt.iat-not-checked"});
        group.valid({"a lifetime of 24 hours", times(now, now + 86400)}, {"agent-token.lifetime"});
        group.acceptable({"a lifetime of 25 hours, which should not be", times(now, now + 90000)}, "Lifetime",
                         {"agent-token.lifetime"});
        group.acceptable({"a lifetime of a year", times(now, now + 31536000)}, "Lifetime", {"agent-token.lifetime"});
        group.acceptable({"exp 1e300", claim("exp", 1e300)}, "Lifetime");
        group.acceptable({"exp larger than a 64-bit integer", claim("exp", 1e19)}, "Lifetime");
        return;
    }
    if (group.is(TokenKind::Resource)) {
        group.valid({"a lifetime of 5 minutes", times(now, now + 300)}, {"resource-token.lifetime"});
        group.acceptable({"a lifetime of 10 minutes, which should not be", times(now, now + 600)}, "Lifetime",
                         {"resource-token.lifetime"});
        group.acceptable({"a lifetime of a day", times(now, now + 86400)}, "Lifetime", {"resource-token.lifetime"});
        return;
    }
    const std::vector<std::string> ids = group.own("", "verify-lifetime");
    group.valid({"a lifetime of an hour", times(now, now + ceiling)}, ids);
    group.valid({"a lifetime of an hour, with a second left", times(now + 1 - ceiling, now + 1)}, ids);
    const TokenRow longer[] = {{"a lifetime of an hour and a second", times(now, now + ceiling + 1)},
                               {"a lifetime of two hours, half of them gone", times(now - ceiling, now + ceiling)},
                               {"a lifetime of a year", times(now, now + 31536000)},
                               {"exp 1e300", claim("exp", 1e300)}};
    // 11.5.2 says that it must not be so, and no step of a verification refuses it.
    for (const auto& row : longer) group.acceptable(row, "Lifetime", group.draft().lifetime_from_iat ? ids : std::vector<std::string>());
}

}  // namespace

void write_token_claims(Table& table, TokenKind kind, int first) {
    TokenGroup group(table, title(kind) + ": iss, dwk, aud, jti", first, kind, token_of(table.draft, kind),
                     documents_with_spellings(table.draft, token_of(table.draft, kind)));
    group.start("a good token", {"jwt.iss-valid", "jwt.dwk"});
    issuers(group);
    documents(group);
    audiences(group);
    ids(group);
}

void write_token_times(Table& table, TokenKind kind, int first) {
    TokenGroup group(table, title(kind) + ": exp and iat", first, kind, token_of(table.draft, kind));
    group.start("a good token");
    expiry(group);
    issued(group);
    lifetimes(group);
}

}  // namespace aauth::vectors

#include "vectors/source/identifiers.h"

namespace aauth::vectors {

namespace {

void good(TextRows& rows) {
    rows.valid({
        {"no path", "https://ps.example"},
        {"the path /", "https://ps.example/"},
        {"a trailing slash", "https://ps.example/token/"},
        {"a path of several segments", "https://ps.example/api/v1/aauth/token"},
        {"a port", "https://ps.example:8443/token"},
        {"the default port", "https://ps.example:443/token"},
        {"another host than the issuer's", "https://tokens.example/token"},
        {"uppercase letters in the path", "https://ps.example/Token"},
        {"path parameters", "https://ps.example/token;v=1"},
        {"a colon and an at sign in the path", "https://ps.example/a:b@c"},
        {"a tilde in the path", "https://ps.example/~aauth/token"},
        {"a dot in the path", "https://ps.example/token.php"},
        {"a percent-encoded question mark, which begins no query", "https://ps.example/token%3Fx"},
        {"a percent-encoded number sign, which begins no fragment", "https://ps.example/token%23x"},
        {"percent-encoded octets of UTF-8", "https://ps.example/t%C3%B6ken"},
        {"an A-label", "https://xn--nxasmq6b.example/token"},
        {"an ampersand and an equals sign in the path", "https://ps.example/x=1&y=2"},
    });
}

void bad(TextRows& rows) {
    rows.invalid({
        {"http", "http://ps.example/token", "Scheme"},
        {"http on the loopback address", "http://127.0.0.1:8080/token", "Scheme"},
        {"http on localhost", "http://localhost/token", "Scheme"},
        {"http with the port of https", "http://ps.example:443/token", "Scheme"},
        {"ws", "wss://ps.example/token", "Scheme"},
        {"ftp", "ftp://ps.example/token", "Scheme"},
        {"file", "file:///etc/token", "Scheme"},
        {"javascript", "javascript:alert(1)", "Scheme"},
        {"data", "data:text/plain,token", "Scheme"},
        {"a scheme that begins with https", "httpss://ps.example/token", "Scheme"},
        {"no scheme", "ps.example/token", "Scheme"},
        {"no scheme, with the two slashes", "//ps.example/token", "Scheme"},
        {"a path alone", "/token", "Scheme"},
        {"a relative path", "token", "Scheme"},
        {"empty", "", "Scheme"},
        {"a scheme alone", "https:", "NoHost"},
        {"a scheme and two slashes", "https://", "NoHost"},
        {"a port without a host", "https://:8443/token", "NoHost"},
        {"a query", "https://ps.example/token?x=1", "QueryOrFragment"},
        {"a query without a value", "https://ps.example/token?x", "QueryOrFragment"},
        {"a query behind the host", "https://ps.example?x=1", "QueryOrFragment"},
        {"a query that is a mark", "https://ps.example/token??", "QueryOrFragment"},
        {"a fragment", "https://ps.example/token#x", "QueryOrFragment"},
        {"a fragment behind the host", "https://ps.example#x", "QueryOrFragment"},
        {"a fragment that looks like a query", "https://ps.example/token#?x=1", "QueryOrFragment"},
        {"a query and a fragment", "https://ps.example/token?x=1#y", "QueryOrFragment"},
        {"a port that is no number", "https://ps.example:port/token", "NoHost"},
        {"a negative port", "https://ps.example:-1/token", "NoHost"},
        {"an IPv6 address that is not closed", "https://[2001:db8::1/token", "NoHost"},
        {"a space in the host", "https://ps .example/token", "Whitespace"},
    });
}

void silent(TextRows& rows) {
    rows.acceptable({
        {"the scheme in upper case: schemes have no case (RFC 3986)", "HTTPS://ps.example/token", "Ambiguous"},
        {"an uppercase letter in the host: hosts have no case (RFC 3986)", "https://PS.example/token", "Ambiguous"},
        {"a user", "https://user@ps.example/token", "UrlPolicy"},
        {"a user and a password", "https://user:secret@ps.example/token", "UrlPolicy"},
        {"an IPv4 address", "https://192.0.2.1/token", "UrlPolicy"},
        {"an IPv6 address", "https://[2001:db8::1]/token", "UrlPolicy"},
        {"a host of one label", "https://localhost/token", "UrlPolicy"},
        {"dot segments", "https://ps.example/a/../token", "UrlPolicy"},
        {"two slashes in the path", "https://ps.example//token", "UrlPolicy"},
        {"a percent-encoded slash", "https://ps.example/a%2Ftoken", "UrlPolicy"},
        {"an empty port", "https://ps.example:/token", "UrlPolicy"},
        {"the port 0", "https://ps.example:0/token", "UrlPolicy"},
        {"a port beyond 65535", "https://ps.example:65536/token", "UrlSyntax"},
        {"an empty query", "https://ps.example/token?", "EmptyComponent"},
        {"an empty fragment", "https://ps.example/token#", "EmptyComponent"},
        {"a space in front", " https://ps.example/token", "UrlSyntax"},
        {"a space behind", "https://ps.example/token ", "UrlSyntax"},
        {"a space in the path", "https://ps.example/to ken", "UrlSyntax"},
        {"a tab in the path", "https://ps.example/to\tken", "UrlSyntax"},
        {"a newline behind", "https://ps.example/token\n", "UrlSyntax"},
        {"a letter outside ASCII in the path", "https://ps.example/t\u00f6ken", "UrlSyntax"},
        {"a letter outside ASCII in the host", "https://b\u00fccher.example/token", "UrlSyntax"},
        {"a percent sign that encodes nothing", "https://ps.example/100%", "UrlSyntax"},
        {"a percent sign before letters that are no hexadecimal digits", "https://ps.example/%zz", "UrlSyntax"},
        {"a backslash in the path", "https://ps.example\\token", "UrlSyntax"},
        {"one slash behind the scheme", "https:/ps.example/token", "UrlSyntax"},
        {"no slash behind the scheme", "https:ps.example/token", "UrlSyntax"},
        {"three slashes behind the scheme", "https:///token", "UrlSyntax"},
        {"a quotation mark in the path", "https://ps.example/\"token\"", "UrlSyntax"},
        {"angle brackets in the path", "https://ps.example/<token>", "UrlSyntax"},
    });
}

}  // namespace

void write_endpoints(Table& table) {
    auto group = table.group("endpoint URLs", "check-endpoint", 401);
    const auto base = group.valid("https and a path", {{"url", "https://ps.example/token"}},
                                  {.requirements = {"meta.endpoints-https"}});
    TextRows rows{group, "url", base, {"meta.endpoints-https"}};
    good(rows);
    bad(rows);
    silent(rows);
}

}  // namespace aauth::vectors
